"""Predictions of runs that are about to be measured: in the collector's words, above the baseline of a process."""

from dataclasses import replace

import pytest

from collectors.training.configuration import STRATEGIES, TrainingConfiguration
from interfaces.training_predictions import setup_of
from predictors.training_memory.model import memory_of
from predictors.training_memory.trials import trial_of

_DECODER = "decoder:layers=6,hidden=1024,heads=16,kv=4,intermediate=3584,vocabulary=16000"


def test_a_decoder_of_given_dimensions_has_as_many_parameters_as_the_model_that_is_built() -> None:
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    from collectors.training.models import architecture_of

    for model in (_DECODER, _DECODER + ",tied"):
        settings = architecture_of(model).settings
        with torch.device("meta"):
            built = transformers.LlamaForCausalLM(transformers.LlamaConfig(**settings))
        distinct = {id(each): each.numel() for each in built.parameters()}
        counted = setup_of(TrainingConfiguration(model)).architecture.parameter_count
        assert counted == sum(distinct.values())


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_is_predicted_and_the_context_is_not_the_runs(strategy: str) -> None:
    ranks = 1 if strategy == "single" else 2
    setup = setup_of(TrainingConfiguration(_DECODER, strategy, ranks))
    trial, whole = trial_of(setup, is_on_cpu=True), memory_of(setup)
    assert trial.value == pytest.approx(
        whole.device_bytes - whole.device_parts["context"] - whole.device_parts["fragmentation"]
    )
    assert trial.low < trial.value < trial.high


def test_what_a_cpu_offloads_to_itself_counts_there_and_not_on_a_gpu() -> None:
    setup = setup_of(TrainingConfiguration(_DECODER, "zero2", offload_optimizer="cpu"))
    on_cpu, on_gpu = trial_of(setup, is_on_cpu=True), trial_of(setup, is_on_cpu=False)
    states = 12 * setup.architecture.parameter_count / 2
    assert on_cpu.value - on_gpu.value > states
    assert "host_optimizer" in on_cpu.parts


def test_adapters_and_kernels_are_those_of_the_collector() -> None:
    lora = setup_of(TrainingConfiguration("gpt2", "ddp", lora_rank=4))
    assert lora.adapters is not None
    assert (lora.adapters.rank, lora.adapters.has_dropout) == (4, False)
    on_gpu = setup_of(replace(TrainingConfiguration("gpt2", "ddp"), device="cuda"))
    assert (lora.optimizer_kernel, on_gpu.optimizer_kernel) == ("for_loop", "foreach")
