"""Tensor parallelism and FSDP2's offload: when they are planned, what they cost, and files that start them."""

import json
from dataclasses import replace

import pytest
import yaml
from launching import losses_and_strategy

from benchmart.errors import PredictionRefused
from predictors.model_sizes.sizes import size_of
from predictors.training_memory.model import memory_of
from predictors.training_memory.setup import TrainingSetup
from predictors.training_plan.candidates import tensor_sizes
from predictors.training_plan.communication import exchanges_of
from predictors.training_plan.files.emit import emit, files_of
from predictors.training_plan.files.huggingface import training_arguments
from predictors.training_plan.optimisations import changes
from predictors.training_plan.plan import DoesNotFit, Plan
from predictors.training_plan.planner import make_plan
from predictors.training_plan.rates import Rates, rates_of
from predictors.training_plan.request import Devices, Request
from predictors.training_plan.step_time import step_time
from predictors.training_plan.upstream import upstream_config

LLAMA, GPT2 = size_of("llama-7b"), size_of("gpt2")
LONG = Request(LLAMA, Devices(8, 36e9), 8, 32768, strategies=("ddp", "fsdp2"))
"""Activations of one layer and one sequence that a device does not hold."""
CUT = TrainingSetup(
    LLAMA,
    2,
    2048,
    strategy="fsdp2",
    data_parallel=2,
    tensor_parallel=4,
    checkpointing="none",
    accumulation_steps=3,
)
RATES = Rates(flops=1e14, link=1e11, network=1e10)


def on_host(**more):
    """A 7B model on one device that does not hold its states."""
    devices = Devices(1, 24e9, **more)
    return make_plan(Request(LLAMA, devices, 4, 512, strategies=("fsdp2",)))


def tensor_plan() -> Plan:
    """Two devices that each hold half of every layer."""
    plan = make_plan(
        Request(GPT2, Devices(2, 7e9), 4, 8192, strategies=("ddp", "fsdp2"), allows_offload=False)
    )
    assert plan.setup.tensor_parallel == 2
    return plan


def test_layers_are_cut_only_where_whole_ones_do_not_fit() -> None:
    cut, roomy = make_plan(LONG), make_plan(replace(LONG, devices=Devices(8, 80e9)))
    assert roomy.setup.tensor_parallel == 1
    assert cut.setup.tensor_parallel > 1
    assert cut.setup.is_sequence_parallel
    assert (
        cut.memory.device_bytes
        <= cut.request.room_bytes
        < memory_of(changes(cut.setup)["tensor_parallel"]).device_bytes
    )
    assert isinstance(
        make_plan(replace(LONG, allows_tensor_parallel=False, allows_offload=False)), DoesNotFit
    )


def test_ranks_that_share_layers_train_the_batch_that_was_asked_for() -> None:
    setup = make_plan(LONG).setup
    assert setup.ranks == 8
    assert setup.micro_batch * setup.accumulation_steps * setup.data_parallel == LONG.global_batch
    without = changes(setup)["tensor_parallel"]
    assert (without.ranks, without.micro_batch * without.accumulation_steps * without.data_parallel) == (8, 8)


@pytest.mark.parametrize(
    ("changed", "sizes"),
    [
        ({}, (2, 4, 8)),
        ({"architecture": size_of("Qwen/Qwen2.5-7B")}, (2, 4)),  # four heads of keys and values
        ({"architecture": size_of("gpt2-xl")}, ()),  # 25 heads
        ({"architecture": size_of("mistralai/Mixtral-8x7B-v0.1")}, ()),
        ({"architecture": size_of("t5-small")}, ()),
        ({"sequence_length": 1023}, ()),
        ({"method": "lora"}, ()),
        ({"devices": Devices(8, 36e9, ranks_per_node=2)}, (2,)),
        ({"devices": Devices(1, 36e9)}, ()),
        ({"allows_tensor_parallel": False}, ()),
    ],
)
def test_layers_are_cut_over_devices_of_a_node_that_divide_heads_and_sequence(changed, sizes) -> None:
    assert tensor_sizes(replace(LONG, **changed)) == sizes


def test_layers_that_are_cut_exchange_activations_as_megatron_counts_them() -> None:
    [*_, activations] = exchanges_of(CUT, 8)
    layers, hidden, half = 32, 4096, 2
    once = 2 * 2048 * hidden * half  # micro-batch x sequence x hidden, in half precision
    # Two all-reduces forward and two backward in each layer (arXiv:1909.08053, section 3), here half a layer more.
    assert activations.count == 3 * 4 * (layers + 0.5)
    assert activations.payload_bytes == pytest.approx(once * activations.count)
    assert activations.sent_bytes == pytest.approx(2 * 3 / 4 * activations.payload_bytes)
    [*_, again] = exchanges_of(replace(CUT, checkpointing="full"), 8)
    assert again.count == activations.count * 3 / 2


def test_what_a_layer_waits_for_is_not_hidden_behind_computation() -> None:
    [*states, activations] = exchanges_of(CUT, 8)
    time = step_time(CUT, RATES, 8)
    assert time.exposed_communication >= activations.seconds(RATES)
    assert time.communication == pytest.approx(
        activations.seconds(RATES) + sum(each.seconds(RATES) for each in states)
    )


def test_cut_layers_do_the_same_work_together() -> None:
    whole = replace(CUT, tensor_parallel=1)
    assert step_time(CUT, RATES, 8).compute * 4 == pytest.approx(step_time(whole, RATES, 8).compute)


def test_each_part_of_the_weights_has_its_own_ring_through_the_network() -> None:
    several = replace(CUT, data_parallel=4)  # 16 ranks, two nodes of 8
    one = replace(CUT, data_parallel=16, tensor_parallel=1)
    cut, whole = exchanges_of(several, 8)[0], exchanges_of(one, 8)[0]
    assert cut.crosses_nodes
    assert cut.sharing == 4
    assert cut.payload_bytes == pytest.approx(whole.payload_bytes / 4)
    assert not exchanges_of(CUT, 8)[0].crosses_nodes


def test_fsdp2_offloads_what_one_device_does_not_hold_to_its_host() -> None:
    plan = on_host()
    assert (plan.setup.offload_optimizer, plan.setup.offload_parameters) == ("cpu", "cpu")
    # fp32 weights, gradients and two moments.
    assert plan.memory.host_bytes == pytest.approx(16 * LLAMA.parameter_count)
    assert any("host needs 108 GB" in each for each in plan.warnings)
    assert isinstance(on_host(host_memory_bytes=64e9), DoesNotFit)
    with pytest.raises(PredictionRefused):
        on_host(kind="xpu")


def test_offload_of_fsdp2_moves_weights_twice_and_gradients_once_a_pass() -> None:
    setup = on_host().setup
    rates, parameters = rates_of(Devices(1, 24e9)), LLAMA.parameter_count
    moved = (2 * 4 + 4) * parameters * setup.accumulation_steps / rates.host_link
    assert step_time(setup, rates, 1).offload == pytest.approx(moved + 30 * parameters / rates.host_memory)


def test_the_frameworks_keys_say_the_offload_and_never_need_cut_layers() -> None:
    config = upstream_config(on_host())
    assert config["fsdp_config"]["cpu_offload"]
    assert "FSDP CPU Offloading" in config["memory_optimizations"]
    assert not any("DeepSpeed" in each for each in config["memory_optimizations"])


def test_files_of_an_offloading_plan_say_so_to_all_who_start_it() -> None:
    files = files_of(on_host())
    assert yaml.safe_load(files["accelerate.yaml"])["fsdp_config"]["fsdp_offload_params"] is True
    assert training_arguments(on_host())["fsdp_config"]["cpu_offload"] is True
    assert json.loads(files["plan.json"])["offload_parameters"] == "cpu"
    assert "CPUOffloadPolicy()" in files["train_torch.py"]
    compile(files["train_torch.py"], "train_torch.py", "exec")
    plain = files_of(make_plan(Request(GPT2, Devices(2, 80e9), 2, 512, strategies=("fsdp2",))))
    assert yaml.safe_load(plain["accelerate.yaml"])["fsdp_config"]["fsdp_offload_params"] is False


def test_files_of_cut_layers_are_those_that_can_say_it() -> None:
    files = files_of(tensor_plan())
    assert set(files) == {"plan.json", "start.sh", "train_torch.py"}
    assert "train_huggingface" not in files["start.sh"]
    assert "parallelize_module" in files["train_torch.py"]


def trained(folder, ranks):
    return losses_and_strategy(folder, ranks, steps=3)[0]


@pytest.mark.slow
def test_cut_layers_learn_what_whole_ones_learn(tmp_path) -> None:
    emit(tensor_plan(), tmp_path)
    cut = trained(tmp_path, 2)
    settings = json.loads((tmp_path / "plan.json").read_text())
    (tmp_path / "plan.json").write_text(json.dumps(settings | {"tensor_parallel": 1}))
    assert trained(tmp_path, 1) == pytest.approx(cut, abs=2e-3)


@pytest.mark.slow
def test_the_script_of_an_offloading_plan_runs_on_a_cpu_without_the_policy(tmp_path) -> None:
    emit(on_host(), tmp_path)
    assert trained(tmp_path, 1)[0] == pytest.approx(5.55, abs=0.4)
