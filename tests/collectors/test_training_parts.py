"""Ways of training: what can be asked for, what is refused, and what becomes of what ranks report."""

from datetime import UTC, datetime
from typing import Any

import pytest

from benchmart.errors import UsageError
from collectors.runner.runtime import Runtime
from collectors.runner.shared_fields import Context
from collectors.runner.verdict import Limits, Watch
from collectors.training import obstacles
from collectors.training.configuration import TrainingConfiguration, configuration_from
from collectors.training.engines import deepspeed_settings
from collectors.training.launch import Outcome, _failure
from collectors.training.models import architecture_of, dimensions_of
from collectors.training.obstacles import obstacle
from collectors.training.results import measured_result, untried_result
from collectors.training.suite import parse_suite, read_suite

TINY = "decoder:layers=1,hidden=64,heads=4,kv=2,vocabulary=256"
RUNTIME = Runtime("2.13.0", "cpu", "cpu", None, 2, {"cpu": {"name": None, "precisions": ["fp32"]}})
CONTEXT = Context("a" * 32, "m1", RUNTIME, {"cpu": "EPYC"}, {})
AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("entries", "says"),
    [
        ({"model": TINY, "stratgy": "ddp"}, "stratgy"),
        ({"model": TINY, "strategy": "fsdp"}, "fsdp2"),
        ({"model": TINY, "ranks": 0}, "above zero"),
        ({"model": TINY, "ranks": True}, "above zero"),
        ({"model": TINY, "warmup": -1}, "from zero"),
        ({"strategy": "ddp"}, "needs a model"),
        ({"model": TINY, "strategy": "single"}, "use ddp"),
        ({"model": TINY, "strategy": "ddp", "offload_optimizer": "cpu"}, "zero1, zero2 and zero3"),
        ({"model": TINY, "strategy": "ddp", "precision": "mixed_bf16"}, "amp_bf16"),
        ({"model": TINY, "strategy": "zero2", "precision": "amp_bf16"}, "mixed_bf16"),
        ({"model": TINY, "strategy": "fsdp2", "optimizer": "adamw_8bit"}, "8-bit"),
        ({"model": TINY, "strategy": "zero3", "lora_rank": 8}, "LoRA"),
        ({"model": TINY, "strategy": "zero1", "reshards_after_forward": False}, "fsdp2"),
        ({"model": TINY, "steps": 1, "warmup": 0}, "seen to fall"),
    ],
)
def test_what_cannot_be_trained_is_refused_with_the_reason(entries: dict[str, Any], says: str):
    with pytest.raises(UsageError, match=says):
        configuration_from(entries)


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("gpt5", "unknown model"),
        ("decoder:layers=2", "needs hidden, heads"),
        ("decoder:layers=2,hidden=100,heads=8", "divide"),
        ("decoder:layers=2,hidden=128,heads=4,kv=3", "divide"),
        ("decoder:layers=two,hidden=128,heads=4", "layers"),
        ("decoder:layers=2,hidden=128,heads=4,experts=2", "experts"),
    ],
)
def test_a_model_that_cannot_be_built_is_refused(model: str, says: str):
    with pytest.raises(UsageError, match=says):
        architecture_of(model)


def test_dimensions_are_those_of_the_settings():
    assert dimensions_of(architecture_of(TINY)) == {
        "layers": 1,
        "hidden_size": 64,
        "heads": 4,
        "key_value_heads": 2,
        "intermediate_size": 256,
        "vocabulary_size": 256,
        "ties_embeddings": False,
        "is_gated": True,
    }
    gpt2 = dimensions_of(architecture_of("gpt2"))
    assert (gpt2["layers"], gpt2["hidden_size"], gpt2["ties_embeddings"]) == (12, 768, True)
    assert dimensions_of(architecture_of("resnet50")) == {}


def test_the_suite_for_cpus_has_every_strategy_on_two_ranks():
    suite = read_suite("cpu")
    on_two = [each for each in suite if each.ranks == 2]
    assert len(on_two) >= 10
    assert {each.strategy for each in on_two} == {"ddp", "fsdp2", "zero0", "zero1", "zero2", "zero3"}
    assert len({each.key for each in suite}) == len(suite)


def test_a_suite_names_the_place_of_its_fault():
    with pytest.raises(UsageError, match=r"mine, configuration 2: unknown entry 'rank'"):
        parse_suite("mine", '[[configuration]]\nmodel="gpt2"\n[[configuration]]\nmodel="gpt2"\nrank=3\n')
    for text in (
        "",
        "configuration = []",
        "configuration = [1]",
        "defaults = 1\n[[configuration]]\nmodel='gpt2'",
    ):
        with pytest.raises(UsageError, match="no \\[\\[configuration\\]\\]"):
            parse_suite("mine", text)


def test_deepspeed_is_told_the_batch_of_all_ranks():
    settings = deepspeed_settings(
        configuration_from({"model": TINY, "strategy": "zero2", "micro_batch": 3, "accumulation_steps": 4}), 2
    )
    assert settings["train_batch_size"] == 24
    assert settings["zero_optimization"]["stage"] == 2


def test_an_absent_package_or_device_is_untested_with_the_reason(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(obstacles, "find_spec", lambda name: None if name == "deepspeed" else object())
    zero = configuration_from({"model": TINY, "strategy": "zero2"})
    reason = obstacle(zero, RUNTIME, {"cpu": 1})
    assert reason is not None
    result = untried_result(CONTEXT, zero, AT, reason)
    assert (result.status, result.basis, result.error_class) == ("untested", "untested", "package_absent")
    assert "benchmart[train]" in (result.error_message or "")
    assert obstacle(configuration_from({"model": TINY}), RUNTIME, {"cpu": 1}) is None
    on_gpu = configuration_from({"model": TINY, "device": "cuda"})
    assert (obstacle(on_gpu, RUNTIME, {}) or ("",))[0] == "device_absent"


def test_more_ranks_than_devices_are_untested():
    runtime = Runtime("2.13.0", "", "cuda", "12.6", 2, {"cuda": {"name": "A", "precisions": ["fp32"]}})
    on_gpus = configuration_from({"model": TINY, "device": "cuda", "ranks": 4})
    assert "this machine has 2" in (obstacle(on_gpus, runtime, {"cuda": 2}) or ("", ""))[1]
    assert obstacle(on_gpus, runtime, {"cuda": 4}) is None


def rank(samples: list[float], peak: int | None, losses: list[float]) -> dict[str, dict[str, Any]]:
    return {
        "started": {"memory_baseline_bytes": 7},
        "built": {"load_seconds": 1.0, "memory_build_peak_bytes": 5, "parameter_count": 9},
        "measured": {
            "samples": samples,
            "warmup_samples": [9.0],
            "memory_peak_bytes": peak,
            "memory_source": "VmHWM",
            "memory_reserved_peak_bytes": None,
            "losses": losses,
        },
    }


def test_a_result_has_the_slowest_rank_of_each_step_and_the_neediest_ranks_memory():
    configuration = TrainingConfiguration(TINY, sequence_length=16, micro_batch=2, accumulation_steps=3)
    ranks = [rank([1.0, 3.0], 100, [2.0, 1.0]), rank([2.0, 2.0], 300, [4.0, 2.0])]
    result = measured_result(CONTEXT, configuration, AT, Outcome(ranks, None, "", 1.0))
    numbers = {metric.name: metric.value for metric in result.metrics}
    assert numbers["latency_mean"] == 2.5
    assert numbers["throughput"] == 12 / 2.5
    assert numbers["token_throughput"] == 12 * 16 / 2.5
    assert numbers["memory_peak"] == 300
    assert result.batch_size == 12
    assert result.attributes["memory_peak_by_rank"] == "[100, 300]"
    assert result.attributes["losses"] == "[3.0, 1.5]"
    assert (result.condition["strategy"], result.condition["ranks"], result.device_count) == ("ddp", "2", 1)
    assert result.attributes["layers"] == "1"


def test_a_peak_that_one_rank_cannot_tell_is_left_out():
    ranks = [rank([1.0], 100, [2.0, 1.0]), rank([1.0], None, [2.0, 1.0])]
    result = measured_result(CONTEXT, TrainingConfiguration(TINY), AT, Outcome(ranks, None, "", 1.0))
    assert "memory_peak" not in {metric.name for metric in result.metrics}


def test_a_loss_that_does_not_fall_is_a_failure():
    limits = Limits()
    rising = [rank([1.0], 1, [2.0, 3.0]), rank([1.0], 1, [2.0, 1.5])]
    failure = _failure(0, Watch(), limits, rising, "")
    assert failure is not None
    assert failure.error_class == "LossNotFalling"
    assert _failure(0, Watch(), limits, [rank([1.0], 1, [2.0, 1.0])], "") is None


def test_the_rank_that_failed_says_why():
    said = {"started": {}, "failed": {"error_class": "ValueError", "error_message": "no", "traceback": ""}}
    failure = _failure(1, Watch(), Limits(), [{"started": {}}, said], "")
    assert failure is not None
    assert (failure.error_class, failure.message) == ("ValueError", "no")
