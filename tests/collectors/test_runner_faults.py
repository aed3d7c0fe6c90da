"""What misbehaving models leave in the log: one real run over all of them, through real processes."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmart.event_log.events import ResultRecorded
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import HARDWARE_OBSERVED, MODEL_PROFILED, RESULT_RECORDED
from collectors.runner.configuration import Configuration
from collectors.runner.measurement import Plan
from collectors.runner.run import Options, collect, new_run_id
from collectors.runner.runtime import Runtime, describe_runtime
from collectors.runner.verdict import Limits

pytest.importorskip("torch")
pytestmark = pytest.mark.alone

_HERE = Path(__file__).parent
_PLAN = Plan(iterations=3, min_seconds=0.0, warmup=1)
_MEMORY_BYTES = 1024**3
_TIMEOUT_SECONDS = 12.0

FAULTS = (
    "raises",
    "hangs",
    "allocates",
    "allocates_shared",
    "aborts",
    "is_killed",
    "exits_quietly",
    "ignores_the_batch_size",
)


class Silent:
    """An observer that says nothing."""

    def started(self, configuration: Configuration) -> None: ...

    def recorded(self, result: ResultRecorded) -> None: ...


def custom(name: str, **fields: Any) -> Configuration:
    return Configuration("custom", f"runner_models:{name}", **fields)


@pytest.fixture(scope="module", autouse=True)
def _factories_are_importable() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(_HERE))
        yield


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    return describe_runtime()


@pytest.fixture(scope="module")
def run(
    tmp_path_factory: pytest.TempPathFactory, runtime: Runtime
) -> tuple[EventLog, dict[str, ResultRecorded]]:
    """One run over every fault, a model that works at the end, and what cannot be tried."""
    log = EventLog(tmp_path_factory.mktemp("log"))
    configurations = [
        *(custom(name) for name in FAULTS),
        custom("mostly_convolutions", precision="int8"),
        custom("diverges", mode="training"),
        custom("well_behaved", device="cuda"),
        custom("well_behaved", mode="training", precision="int8"),
        custom("slow_enough_to_check", batch_size=4),
    ]
    options = Options(_PLAN, Limits(_TIMEOUT_SECONDS, _MEMORY_BYTES), "faults")
    # Devices this machine may have are taken away, so that the test says the same everywhere.
    only_cpu = replace(runtime, devices={"cpu": runtime.devices["cpu"]})
    results = collect(log, configurations, only_cpu, options, Silent(), run_id=new_run_id())
    names = [f"{each.model.partition(':')[2]} {each.device} {each.mode}" for each in configurations]
    return log, dict(zip(names, results, strict=True))


Run = tuple[EventLog, dict[str, ResultRecorded]]


@pytest.mark.parametrize(
    ("model", "error_class", "message"),
    [
        ("raises", "ValueError", "this model never works"),
        ("hangs", "timeout", "no result within 12 s, killed after stage built"),
        ("allocates", "out_of_memory", "can't allocate memory"),
        ("allocates_shared", "out_of_memory", "more than the limit of 1 GiB resident"),
        ("aborts", "crash", "killed by SIGSEGV after stage built"),
        ("is_killed", "crash", "killed by SIGKILL after stage built"),
        ("exits_quietly", "crash", "ended with exit code 0 and without a result"),
        ("ignores_the_batch_size", "ValueError", "gave a batch of 3, not 1"),
    ],
)
def test_a_model_that_misbehaves_is_recorded_as_failed_with_its_error(
    run: Run, model: str, error_class: str, message: str
) -> None:
    result = run[1][f"{model} cpu inference"]
    assert (result.status, result.error_class) == ("failed", error_class)
    assert message in (result.error_message or "")
    assert (result.basis, result.metrics) == ("measured", [])


def test_a_loss_that_is_not_finite_is_a_failure_and_not_a_speed(run: Run) -> None:
    result = run[1]["diverges cpu training"]
    assert (result.status, result.error_class, result.metrics) == ("failed", "NonFiniteLoss", [])


def test_after_every_fault_the_suite_goes_on_and_the_last_model_is_measured(run: Run) -> None:
    log, results = run
    assert list(results)[-1] == "slow_enough_to_check cpu inference"
    assert list(results.values())[-1].status == "ok"
    assert log.read(RESULT_RECORDED).num_rows == len(results)


def test_a_failure_keeps_the_traceback_and_what_the_model_printed(run: Run) -> None:
    attributes = run[1]["raises cpu inference"].attributes
    assert "in refuse" in attributes["traceback"]
    assert attributes["output_tail"] == "a word before the end"


def test_a_model_that_cannot_be_measured_is_still_profiled(run: Run) -> None:
    profiled = run[0].read(MODEL_PROFILED).to_pylist()
    flops = {row["subject"]: row["flops_per_item"] for row in profiled}
    assert flops["runner_models:raises"] == 2 * 4 * 4


def test_an_absent_device_gives_an_untested_result_without_numbers(run: Run) -> None:
    result = run[1]["well_behaved cuda inference"]
    assert (result.status, result.basis, result.error_class) == ("untested", "untested", "device_absent")
    assert (result.device, result.device_kind, list(result.metrics)) == (None, "cuda", [])


def test_int8_training_is_skipped_with_a_reason(run: Run) -> None:
    result = run[1]["well_behaved cpu training"]
    assert (result.status, result.error_class) == ("skipped", "precision_unsupported")
    assert result.basis_reason == "dynamic quantization is for inference only"


def test_int8_that_would_leave_most_of_the_model_in_fp32_is_skipped(run: Run) -> None:
    result = run[1]["mostly_convolutions cpu inference"]
    assert (result.status, result.error_class) == ("skipped", "precision_unsupported")
    assert "covers only 0%" in (result.error_message or "")


def test_a_measured_model_has_every_sample_and_numbers_that_agree(run: Run) -> None:
    result = run[1]["slow_enough_to_check cpu inference"]
    metrics = {metric.name: metric for metric in result.metrics}
    mean = metrics["latency_mean"]
    assert (len(mean.samples or ()), len(mean.warmup_samples or ())) == (3, 1)
    assert all(0.02 <= sample < 5 for sample in mean.samples or ())
    assert mean.value == pytest.approx(sum(mean.samples or ()) / 3)
    assert metrics["throughput"].value == pytest.approx(4 / mean.value)
    assert metrics["flops_per_item"].value == 2 * 4 * 4
    assert result.parameter_count == 4 * 4 + 4
    assert result.attributes["iterations"] == "3"


def test_hardware_is_observed_before_the_results_and_names_their_device(run: Run) -> None:
    log, results = run
    observed = log.read(HARDWARE_OBSERVED).to_pylist()
    cpu = next(row["device"] for row in observed if row["device_kind"] == "cpu")
    assert {result.device for result in results.values() if result.device_kind == "cpu"} == {cpu}
    first_result = min(log.read(RESULT_RECORDED).column("recorded_at").to_pylist())
    assert max(row["recorded_at"] for row in observed) <= first_result


def test_a_model_that_hangs_takes_what_it_started_with_it(run: Run) -> None:
    result = run[1]["hangs cpu inference"]
    child = re.search(r"child (\d+)", result.attributes["output_tail"])
    assert child, result.attributes
    assert _is_gone(int(child[1]))


def _is_gone(process_id: int) -> bool:
    """Whether the process ends within two seconds; a zombie that nobody waits for counts as ended."""
    for _ in range(20):
        try:
            os.kill(process_id, 0)
        except ProcessLookupError:
            return True
        with suppress(OSError):
            if Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        time.sleep(0.1)
    return False
