"""Files that start a plan: they are what the libraries take, and start."""

import json
from dataclasses import fields

import pytest
import yaml
from launching import losses_and_strategy

from benchmart.errors import UsageError
from predictors.model_sizes.sizes import size_of
from predictors.training_plan.files.deepspeed import deepspeed_config
from predictors.training_plan.files.deepspeed_check import check_deepspeed
from predictors.training_plan.files.emit import emit, files_of
from predictors.training_plan.files.huggingface import lora_arguments, target_modules, training_arguments
from predictors.training_plan.planner import make_plan
from predictors.training_plan.request import Devices, Request

MEMORY = {"ddp": 7, "fsdp2": 4.5}
"""GB that a batch of GPT-2 does not fit into at once."""
GOOD = {"train_micro_batch_size_per_gpu": 1, "zero_optimization": {"stage": 2}, "bf16": {"enabled": True}}


def planned(strategy="fsdp2", *, count=2, memory=80, batch=8, name="llama-7b", **more):
    devices = Devices(count, memory * 1e9, **more.pop("devices", {}))
    return make_plan(Request(size_of(name), devices, batch, 512, strategies=(strategy,), **more))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"zero_optimisation": {"stage": 3}}, "perhaps zero_optimization"),
        ({"train_micro_batch_size_per_gpus": 1}, "perhaps train_micro_batch_size_per_gpu"),
        ({"zero_optimization": {"stage": 2, "overlap_com": True}}, "perhaps zero_optimization.overlap_comm"),
        ({"zero_optimization": {"stage": 4}}, "one of 0, 1, 2, 3"),
        ({"zero_optimization": {"stage": True}}, "one of 0, 1, 2, 3"),
        ({"zero_optimization": {"stage": 3, "offload_optimizer": {"device": "nvme"}}}, "no nvme_path"),
        (
            {"zero_optimization": {"stage": 2, "offload_optimizer": {"device": "nvme", "nvme_path": "/d"}}},
            "needs stage 3",
        ),
        (
            {"zero_optimization": {"stage": 1, "offload_param": {"device": "cpu"}}},
            "offload_param needs stage 3",
        ),
        ({"zero_optimization": {"stage": 0, "offload_optimizer": {"device": "cpu"}}}, "stage 1, 2 or 3"),
        ({"zero_optimization": [2]}, "not a table"),
        ({"fp16": {"enabled": True}}, "bf16 and fp16"),
        ({"gradient_clipping": "1.0"}, "number"),
        ({"bf16": {"enabled": "yes"}}, "flag"),
        ({"gradient_accumulation_steps": 0}, "is 0"),
        ({"train_batch_size": 7, "gradient_accumulation_steps": 2}, "1 x 2 x 4 devices are 8"),
    ],
)
def test_what_deepspeed_would_let_pass_or_stumble_over_is_refused(changed, said) -> None:
    check_deepspeed(GOOD, 4)
    with pytest.raises(UsageError, match=said):
        check_deepspeed(GOOD | changed, 4)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(UsageError, match=r"no key steps.*no key wall"):
        check_deepspeed(GOOD | {"steps": 1, "wall": 2})


def test_a_configuration_without_a_batch_is_refused() -> None:
    with pytest.raises(UsageError, match="neither train_batch_size"):
        check_deepspeed({"zero_optimization": {"stage": 1}})


def test_every_known_key_is_one_of_deepspeeds() -> None:
    config = pytest.importorskip("deepspeed.runtime.zero.config", reason="DeepSpeed is not installed")
    from predictors.training_plan.files.deepspeed_check import _known

    theirs = {field.alias or name for name, field in config.DeepSpeedZeroConfig.model_fields.items()}
    assert set(_known()["zero_optimization"]) <= theirs


def test_a_plan_without_zero_has_no_deepspeed_configuration() -> None:
    with pytest.raises(UsageError, match="fsdp2"):
        deepspeed_config(planned("fsdp2"))


def test_offload_stands_in_the_configuration_with_its_path() -> None:
    devices = {"host_memory_bytes": 40e9, "nvme_path": "/fast"}
    plan = planned("zero3", count=1, memory=24, batch=4, devices=devices)
    zero = deepspeed_config(plan)["zero_optimization"]
    assert zero["offload_optimizer"] == {"device": "nvme", "pin_memory": True, "nvme_path": "/fast"}


@pytest.mark.parametrize("strategy", ["ddp", "fsdp2", "zero1", "zero2", "zero3"])
@pytest.mark.parametrize("method", ["full", "lora"])
def test_all_scripts_compile_and_all_documents_parse(tmp_path, strategy, method) -> None:
    written = emit(planned(strategy, name="Qwen2.5-0.5B", method=method), tmp_path / "run")
    for path in written:
        text = path.read_text()
        if path.suffix == ".py":
            compile(text, path.name, "exec")
        elif path.suffix == ".json":
            json.loads(text)
        elif path.suffix == ".yaml":
            assert yaml.safe_load(text)["num_processes"] == 2
    names = {path.name for path in written}
    assert ("lora.json" in names) == (method == "lora")
    assert ("deepspeed.json" in names) == strategy.startswith("zero")
    for line in (tmp_path / "run" / "start.sh").read_text().splitlines():
        assert "torchrun" not in line or any(name in line for name in names)


def test_accelerate_gets_the_strategy_of_the_plan() -> None:
    kinds = {"ddp": "MULTI_GPU", "fsdp2": "FSDP", "zero3": "DEEPSPEED"}
    configs = {
        strategy: yaml.safe_load(files_of(planned(strategy, name="gpt2"))["accelerate.yaml"])
        for strategy in kinds
    }
    assert {strategy: config["distributed_type"] for strategy, config in configs.items()} == kinds
    # Accelerate refuses a precision beside DeepSpeed's own file.
    assert ["mixed_precision" in configs[strategy] for strategy in kinds] == [True, True, False]


def test_several_nodes_meet_at_the_first() -> None:
    start = files_of(planned("zero3", count=16, batch=16))["start.sh"]
    assert "--nnodes 2 --nproc-per-node 8" in start
    assert "HEAD:29500" in start


def test_arguments_of_the_trainer_are_its_fields() -> None:
    from transformers import TrainingArguments

    known = {field.name for field in fields(TrainingArguments)}
    for strategy in ("ddp", "fsdp2", "zero2", "zero3"):
        assert set(training_arguments(planned(strategy, name="gpt2"))) <= known


def test_the_trainer_takes_the_arguments(tmp_path) -> None:
    pytest.importorskip("accelerate", reason="TrainingArguments needs accelerate")
    from transformers import TrainingArguments

    given = training_arguments(planned("ddp", name="gpt2")) | {"output_dir": str(tmp_path), "use_cpu": True}
    assert TrainingArguments(**given).per_device_train_batch_size == 4


@pytest.mark.parametrize("name", ["gpt2", "bert-base-uncased", "t5-small", "facebook/opt-125m", "llama-7b"])
def test_adapters_stand_beside_matrices_that_the_model_has(name) -> None:
    import torch
    import transformers

    made = {
        "gpt2": (transformers.GPT2Config, transformers.GPT2Model),
        "bert-base-uncased": (transformers.BertConfig, transformers.BertModel),
        "t5-small": (transformers.T5Config, transformers.T5Model),
        "facebook/opt-125m": (transformers.OPTConfig, transformers.OPTModel),
        "llama-7b": (transformers.LlamaConfig, transformers.LlamaModel),
    }
    configured, built = made[name]
    with torch.device("meta"):
        modules = [path for path, _ in built(configured()).named_modules()]
    targets = target_modules(name, ("query", "key", "value", "output"))
    assert targets
    for target in targets:
        assert any(path == target or path.endswith(f".{target}") for path in modules), target


def test_adapters_have_the_rank_of_the_plan_and_a_full_plan_has_none() -> None:
    given = lora_arguments(planned("ddp", method="lora", lora_rank=8))
    assert (given["r"], given["lora_alpha"], given["task_type"]) == (8, 16, "CAUSAL_LM")
    with pytest.raises(UsageError, match="no adapters"):
        lora_arguments(planned("fsdp2"))


def test_a_folder_that_cannot_be_made_is_said(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        emit(planned("fsdp2"), tmp_path / "file")


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["ddp", "fsdp2"])
def test_the_script_trains_on_two_ranks(tmp_path, strategy) -> None:
    plan = planned(strategy, name="gpt2", memory=MEMORY[strategy], batch=8)
    assert plan.setup.accumulation_steps > 1
    emit(plan, tmp_path)
    losses, started = losses_and_strategy(tmp_path, ranks=2, steps=2)
    assert started == strategy
    # Random words of a vocabulary of 256: the loss begins at its logarithm.
    assert losses[0] == pytest.approx(5.55, abs=0.4)
