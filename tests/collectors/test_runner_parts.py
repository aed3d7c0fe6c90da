"""The runner's parts one by one: timing, memory, energy, and what is concluded from how a worker ended."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from collectors.probes.sighting import Machine
from collectors.runner import measurement
from collectors.runner.configuration import Configuration
from collectors.runner.energy import energy_counter
from collectors.runner.isolation import Outcome
from collectors.runner.measurement import Plan, measure, percentile
from collectors.runner.memory import ProcessMemory
from collectors.runner.numbers import metrics_of
from collectors.runner.problems import error_class_of, says_out_of_memory
from collectors.runner.runtime import Runtime
from collectors.runner.verdict import Limits, Watch, failure_of


class Step:
    """Takes the given seconds of a clock that moves only when told; what is not to be timed takes longer."""

    def __init__(self, clock: "Clock", *seconds: float) -> None:
        self._clock, self._seconds = clock, iter(seconds)
        self.calls: list[str] = []

    def prepare(self) -> None:
        self.calls.append("prepare")
        self._clock.now += 100

    def run(self) -> None:
        self.calls.append("run")
        self._clock.now += next(self._seconds)

    def check(self) -> None:
        self.calls.append("check")
        self._clock.now += 100


class Clock:
    """Stands in for the time module."""

    now = 0.0

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(measurement, "time", clock)
    return clock


def test_warm_up_is_kept_apart_and_only_the_run_itself_is_timed(clock: Clock) -> None:
    step = Step(clock, 8, 1, 2, 3)
    timing = measure(step, lambda: None, Plan(iterations=3, min_seconds=0.0, warmup=1))
    assert (timing.warmup_samples, timing.samples) == ([8], [1, 2, 3])
    assert step.calls == ["prepare", "run", "check"] * 4


@pytest.mark.parametrize(("iterations", "min_seconds", "samples"), [(1, 10.0, 5), (7, 10.0, 7), (0, 0.0, 1)])
def test_measuring_goes_on_until_there_are_enough_samples_and_enough_time_has_passed(
    clock: Clock, iterations: int, min_seconds: float, samples: int
) -> None:
    timing = measure(Step(clock, *[2] * 9), lambda: None, Plan(iterations, min_seconds, warmup=0))
    assert len(timing.samples) == samples


def test_the_device_is_waited_for_before_and_after_every_run(clock: Clock) -> None:
    step = Step(clock, 0, 0)
    measure(step, lambda: step.calls.append("wait"), Plan(iterations=1, min_seconds=0.0, warmup=1))
    assert step.calls == ["prepare", "wait", "run", "wait", "check"] * 2


@pytest.mark.parametrize(
    ("samples", "percent", "value"),
    [([5.0], 99, 5.0),
     ([3.0, 1.0, 2.0], 50, 2.0), ([1.0, 2.0], 50, 1.5), ([float(n) for n in range(11)], 90, 9.0),
     ([0.0, 10.0], 99, 9.9), ([1.0, 2.0, 3.0, 4.0], 100, 4.0)],
)  # fmt: skip
def test_percentiles_are_interpolated_between_neighbours(
    samples: list[float], percent: float, value: float
) -> None:
    assert percentile(samples, percent) == pytest.approx(value)


def test_peak_memory_is_what_was_held_in_between_and_not_what_is_held_at_the_end() -> None:
    meter = ProcessMemory()
    meter.reset()
    block = bytearray(b"x" * (200 * 1024**2))
    del block
    peak = meter.peak_bytes()
    if meter.source != "VmHWM":
        assert peak is None or peak > 0
    else:
        assert peak
        assert 190 * 1024**2 < peak < 450 * 1024**2


def _rapl(root: Path, energy_uj: int, zone: str = "intel-rapl:0", name: str = "package-0") -> Path:
    folder = root / "sys/class/powercap" / zone
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "name").write_text(name)
    (folder / "energy_uj").write_text(f"{energy_uj}\n")
    (folder / "max_energy_range_uj").write_text("10000000")
    return folder / "energy_uj"


def test_energy_of_all_packages_is_added_and_their_parts_are_not_counted_twice(tmp_path: Path) -> None:
    files = [_rapl(tmp_path, 1_000_000), _rapl(tmp_path, 2_000_000, "intel-rapl:1", "package-1")]
    core = _rapl(tmp_path, 500_000, "intel-rapl:0:0", "core")
    counter = energy_counter("cpu", Machine(tmp_path))
    assert counter
    assert counter.source == "rapl package-0 package-1"
    before = counter.read()
    files[0].write_text("1500000")
    files[1].write_text("4000000")
    core.write_text("900000")
    assert counter.joules_since(before) == pytest.approx(0.5 + 2.0)


def test_an_energy_counter_that_started_again_at_zero_is_understood(tmp_path: Path) -> None:
    file = _rapl(tmp_path, 9_000_000)
    counter = energy_counter("cpu", Machine(tmp_path))
    assert counter
    before = counter.read()
    file.write_text("1000000")
    assert counter.joules_since(before) == pytest.approx(2.0)


def test_without_an_energy_counter_there_is_no_energy(tmp_path: Path) -> None:
    assert [energy_counter(kind, Machine(tmp_path)) for kind in ("cpu", "cuda", "rocm", "mps", "xpu")] == [
        None
    ] * 5


def test_energy_of_an_nvidia_gpu_comes_from_its_own_counter(tmp_path: Path) -> None:
    millijoules = iter([1000, 1000, 5000])
    nvml = SimpleNamespace(
        NVMLError=RuntimeError,
        nvmlInit=lambda: None,
        nvmlDeviceGetHandleByIndex=lambda index: index,
        nvmlDeviceGetTotalEnergyConsumption=lambda handle: next(millijoules),
    )
    counter = energy_counter("cuda", Machine(tmp_path, nvml=nvml))
    assert counter
    assert counter.joules_since(counter.read()) == pytest.approx(4.0)


_STARTED: Mapping[str, Mapping[str, Any]] = {"started": {}, "built": {}}


@pytest.mark.parametrize(
    ("code", "tail", "was_kernel", "error_class", "message"),
    [
        (-11, "", False, "crash", "killed by SIGSEGV after stage built"),
        (
            -6,
            "terminate called after throwing an instance of 'std::bad_alloc'",
            False,
            "out_of_memory",
            "SIGABRT",
        ),
        (-9, "", True, "out_of_memory", "killed by the kernel for want of memory"),
        (-9, "", False, "crash", "killed by SIGKILL"),
        (3, "", False, "crash", "exit code 3"),
    ],
)
def test_how_a_worker_ended_says_what_went_wrong(
    code: int, tail: str, was_kernel: bool, error_class: str, message: str
) -> None:
    failure = failure_of(code, Watch(), Limits(), _STARTED, tail, was_kernel=was_kernel)
    assert failure.error_class == error_class
    assert message in failure.message


def test_a_worker_that_says_nothing_at_all_failed_while_it_started() -> None:
    assert failure_of(1, Watch(), Limits(), {}, "", was_kernel=False).message.endswith("while it started")


@pytest.mark.parametrize(
    ("error", "error_class"),
    [
        (MemoryError(), "out_of_memory"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), "out_of_memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "out_of_memory"),
        (RuntimeError("shapes do not fit"), "RuntimeError"),
    ],
)
def test_an_exception_is_called_by_its_class_unless_memory_was_short(
    error: Exception, error_class: str
) -> None:
    assert error_class_of(error) == error_class
    assert says_out_of_memory(str(error)) == (error_class == "out_of_memory" and bool(str(error)))


def test_a_gpu_and_a_precision_it_lacks_are_obstacles_known_beforehand() -> None:
    devices = {"cuda": {"name": "Some GPU", "precisions": ["fp32", "fp16"]}}
    runtime = Runtime("2.13.0", "cu126", "cuda", "12.6", 4, devices)
    configuration = Configuration("embedding", "bert-tiny", device="cuda", precision="bf16")
    assert runtime.obstacle(configuration) == ("precision_unsupported", "cuda has no bf16 here")
    assert runtime.obstacle(Configuration("embedding", "bert-tiny", device="cuda", precision="fp16")) is None
    absent = runtime.obstacle(Configuration("embedding", "bert-tiny"))
    assert absent
    assert absent[0] == "device_absent"


def _outcome(**measured: Any) -> Outcome:
    known = {
        "samples": [0.5, 1.5],
        "warmup_samples": [9.0],
        "memory_peak_bytes": None,
        "energy_joules_per_batch": None,
    }
    return Outcome({"built": {"load_seconds": 2.0}, "measured": known | measured}, None, "", 1.0, 0)


@pytest.mark.parametrize(
    ("configuration", "tokens_per_second"),
    [
        (Configuration("embedding", "bert-tiny", batch_size=4, sequence_length=128), 4 * 128),
        (
            Configuration("text_generation", "gpt2", phase="prefill", batch_size=4, sequence_length=128),
            4 * 128,
        ),
        (Configuration("text_generation", "gpt2", phase="decode", batch_size=4, sequence_length=128), 4),
        (Configuration("audio", "whisper-tiny", batch_size=4, sequence_length=3000), None),
        (Configuration("multimodal", "clip-vit-base-patch32", batch_size=4, sequence_length=77), None),
    ],
)
def test_tokens_are_counted_where_a_model_reads_or_writes_text(
    configuration: Configuration, tokens_per_second: int | None
) -> None:
    numbers = {metric.name: metric.value for metric in metrics_of(configuration, _outcome().facts, None)}
    assert numbers["throughput"] == 4.0
    assert numbers.get("token_throughput") == tokens_per_second


def test_numbers_the_machine_cannot_tell_are_left_out_and_the_others_have_units() -> None:
    configuration = Configuration("vision", "vit-tiny", image_size=224)
    without = {metric.name for metric in metrics_of(configuration, _outcome().facts, None)}
    assert without == {"latency_mean", "latency_p50", "latency_p90", "latency_p99", "throughput", "load_time"}
    facts = _outcome(memory_peak_bytes=7, energy_joules_per_batch=0.25).facts
    units = {metric.name: metric.unit for metric in metrics_of(configuration, facts, 1e9)}
    assert units["memory_peak"] == "byte"
    assert units["energy_per_batch"] == "joule"
    assert units["flops_per_item"] == "flop"
