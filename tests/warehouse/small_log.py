"""A small event log with something of everything: what the warehouse's tests are about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmart.event_log.events import (
    DocumentImported,
    DocumentQuarantined,
    EnvironmentObserved,
    Event,
    HardwareObserved,
    Metric,
    ModelProfiled,
    ProfiledOperator,
    ResultRecorded,
    ResultRetracted,
)
from benchmart.event_log.log import EventLog

START = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE: dict[str, Any] = {"collector": "test", "collector_version": "1"}


def result(number: int, **fields: Any) -> ResultRecorded:
    """A result of resnet50 on an RTX 4090; `number` makes it a fact of its own."""
    usual: dict[str, Any] = {
        "subject_kind": "model",
        "subject": "resnet50",
        "family": "vision",
        "status": "ok",
        "basis": "measured",
        "mode": "inference",
        "device": "NVIDIA GeForce RTX 4090",
        "device_kind": "cuda",
        "runtime": "pytorch",
        "runtime_version": "2.4.0",
        "compute_platform": "cuda",
        "precision": "float32",
        "batch_size": 8,
        "image_size": 224,
        "run_id": "run-1",
        "source_locator": f"line {number}",
        "occurred_at": START + timedelta(hours=number),
        "metrics": speeds(10.0 + number),
    }
    return ResultRecorded(**SOURCE, **(usual | fields))


def speeds(milliseconds: float, batch_size: int = 8) -> list[Metric]:
    samples = [milliseconds - 0.5, milliseconds + 0.5]
    return [
        Metric("latency_mean", "millisecond", milliseconds, samples, [2 * milliseconds]),
        Metric("throughput", "item/second", batch_size / milliseconds * 1000),
    ]


def failure(number: int, error_class: str, **fields: Any) -> ResultRecorded:
    return result(number, status="failed", error_class=error_class, error_message="why", metrics=(), **fields)


OTHER_DEVICE = {"device": "rtx3090"}
UNKNOWN_DEVICE = {"device": "Frobnicator 9000"}

SERIES = [result(number) for number in range(5)]
NEW_VERSION = [result(number, runtime_version="2.10.1") for number in range(5, 8)]
BASELINE = [
    result(10, metrics=speeds(20.0), **OTHER_DEVICE),
    result(11, metrics=speeds(22.0), **OTHER_DEVICE),
]
FAILURES = [
    failure(20, "out_of_memory", subject="vit_base_patch16_224", run_id="run-2"),
    failure(21, "out_of_memory", subject="vit_base_patch16_224", run_id="run-2"),
    failure(22, "RuntimeError", precision="bfloat16", run_id="run-2"),
    result(23, precision="bfloat16", run_id="run-2"),
]
UNTESTED = [
    result(30, status="untested", basis="untested", error_class="device_absent", device=None, metrics=()),
    result(31, basis="simulated", basis_reason="declared", mode="training"),
    result(32, basis="suspect", basis_reason="contradiction", precision="float16"),
]
UNKNOWN = [result(40, subject="mystery", family="tabular", **UNKNOWN_DEVICE)]
TEST_CASE = [result(50, subject_kind="test", subject="test_loads", family=None, metrics=())]
MISTAKE, RESTORED = result(60, metrics=speeds(1.0)), result(61, metrics=speeds(13.0))


def retraction(target: str, action: str, hour: int) -> ResultRetracted:
    said_at = START + timedelta(days=10, hours=hour)
    return ResultRetracted(
        **SOURCE, occurred_at=said_at, target_event_id=target, action=action, reason="a typing error"
    )


HARDWARE = [
    HardwareObserved(
        **SOURCE, run_id="run-1", machine_id="m1", device_kind="cuda", device_index=0,
        device="NVIDIA GeForce RTX 4090", vendor="nvidia", memory_bytes=24 * 2**30, occurred_at=START,
    )
]  # fmt: skip
ENVIRONMENT = [
    EnvironmentObserved(
        **SOURCE, run_id="run-1", machine_id="m1", python_version="3.11.7", packages={"torch": "2.4.0"},
        occurred_at=START,
    )
]  # fmt: skip
PROFILE = [
    ModelProfiled(**SOURCE, subject="microsoft/resnet-50", parameter_count=25_557_032, flops_per_item=8.2e9)
]
TRACED = [
    ModelProfiled(
        **SOURCE, subject="resnet50", architecture="ResNet", image_size=224, parameter_count=25_557_032,
        flops_per_item=number * 1e9, saved_elements_per_item=2.1e7, occurred_at=START + timedelta(days=number),
        attributes={"default_image_size": "224", "form": "as trained"},
        operators=[
            ProfiledOperator(
                "conv", "aten.convolution", (3, 64, 7, 7, 2, 1, 112, 112), 1, number * 1e9, 150_528, 802_816, 9408
            ),
            ProfiledOperator("activation", "aten.relu_", (802_816,), 2, 0, 1_605_632, 1_605_632, 0),
        ],
    )
    for number in (1, 2)
]  # fmt: skip
QUARANTINED = [
    DocumentQuarantined(
        **SOURCE, format="timm_csv", reason="missing columns", document=b"a,b\n", document_bytes=4,
        source_uri="a.csv", source_locator="line 1",
    )
]  # fmt: skip
IMPORTED = [
    DocumentImported(
        **SOURCE, source_uri=path, source_digest=digest, path=path, outcome="taken", format="timm_csv",
        records=2, quarantined=0, not_measured=0,
    )
    for path, digest in (("a.csv", "aa"), ("copy.csv", "aa"))
]  # fmt: skip


def batches(log: EventLog) -> list[list[Event]]:
    """Everything, in batches; some events stand in two of them, and some retractions come before their result."""
    mistake, restored = log.event_ids([MISTAKE, RESTORED])
    return [
        [retraction(mistake, "retract", 1), retraction(restored, "retract", 1)],
        [*SERIES, MISTAKE],
        [*BASELINE, *SERIES[:2]],
        [*FAILURES, *UNTESTED],
        [retraction(restored, "restore", 2)],
        [*NEW_VERSION, RESTORED, *UNKNOWN, *TEST_CASE],
        HARDWARE,
        ENVIRONMENT,
        PROFILE,
        TRACED,
        QUARANTINED,
        IMPORTED,
    ]


def write(log: EventLog) -> None:
    for batch in batches(log):
        log.append(batch)


def more_results(first_number: int, count: int, **fields: Any) -> list[ResultRecorded]:
    """Results that the log does not hold yet."""
    return [replace(result(number), **fields) for number in range(first_number, first_number + count)]
