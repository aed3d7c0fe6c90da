"""What a plan decides, and what it refuses."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmart.errors import PredictionRefused, UsageError
from predictors.model_sizes.sizes import size_of
from predictors.training_memory.model import memory_of
from predictors.training_plan.accelerators import accelerators
from predictors.training_plan.catalogue import catalogue_device
from predictors.training_plan.communication import exchanges_of
from predictors.training_plan.optimisations import changes
from predictors.training_plan.options import held_by, smallest
from predictors.training_plan.plan import DoesNotFit, Plan
from predictors.training_plan.planner import make_plan
from predictors.training_plan.rates import rates_of
from predictors.training_plan.request import STRATEGIES, Devices, Request
from predictors.training_plan.scaling import WORTHWHILE
from predictors.training_plan.search import CHEAP, fitting
from predictors.training_plan.step_time import forward_flops
from predictors.training_plan.upstream import upstream_config

LLAMA, BERT = size_of("llama-7b"), size_of("bert-base-uncased")


def planned(architecture=LLAMA, count=8, memory=24, batch=64, length=2048, **more):
    devices = Devices(count, memory * 1e9, **more.pop("devices", {}))
    return make_plan(Request(architecture, devices, batch, length, **more))


def test_a_small_model_needs_no_optimisation_but_half_precision() -> None:
    plan = planned(BERT, count=4, memory=40, batch=32, length=128)
    assert plan.setup.strategy == "ddp"
    assert held_by(plan.setup) == frozenset()
    assert [each.name for each in plan.optimisations] == ["precision"]


def test_a_7b_model_on_8_devices_of_24_gb_is_cut_over_them_and_checkpointed() -> None:
    plan = planned()
    assert plan.setup.strategy in {"fsdp2", "zero3"}
    assert plan.setup.checkpointing == "full"
    assert plan.memory.device_bytes <= 24e9 * 0.9


def test_no_optimisation_of_a_plan_could_be_left_out() -> None:
    plan = planned()
    for name, without in changes(plan.setup).items():
        if name != "precision":
            assert memory_of(without).device_bytes > plan.request.room_bytes, name


def test_a_way_whose_upper_bound_fits_too_is_taken_where_it_costs_little() -> None:
    plan = planned(size_of("facebook/opt-6.7b"), count=8, memory=40, batch=32, length=512)
    least = smallest(fitting(plan.request))
    assert least.memory.high > 40e9 >= plan.memory.high
    assert least.time.seconds < plan.step.seconds <= least.time.seconds * CHEAP
    [reason] = [each for each in plan.reasons if "upper bound" in each]
    assert "also the upper bound of the peak fits" in reason
    assert not any("upper bound" in each for each in plan.warnings)


def test_where_that_costs_more_the_smallest_stays_with_a_warning() -> None:
    plan = planned(size_of("gpt2-xl"), count=1, memory=24, batch=4, length=512)
    assert plan.setup == smallest(fitting(plan.request)).setup
    assert any("upper bound" in each for each in plan.warnings)


def test_states_in_8_bits_and_offload_come_only_when_nothing_else_fits() -> None:
    roomy, tight = planned(count=1, memory=200, batch=4), planned(count=1, memory=24, batch=4)
    assert held_by(roomy.setup) <= {"accumulation", "checkpointing_selective", "checkpointing_full"}
    assert tight.setup.offload_optimizer == "cpu"
    assert any("host needs" in warning for warning in tight.warnings)


def test_offload_beyond_the_memory_of_the_host_is_no_plan() -> None:
    assert isinstance(planned(count=1, memory=24, batch=4, devices={"host_memory_bytes": 32e9}), DoesNotFit)


def test_nvme_is_used_when_the_host_is_too_small_and_a_disk_is_named() -> None:
    devices = {"host_memory_bytes": 64e9, "nvme_path": "/nvme"}
    plan = planned(count=1, memory=24, batch=4, devices=devices)
    assert plan.setup.offload_optimizer == "nvme"


def test_adapters_are_suggested_and_not_taken_silently() -> None:
    answer = planned(count=1, memory=24, batch=4, allows_offload=False)
    assert isinstance(answer, DoesNotFit)
    assert answer.nearest.adapters is None
    assert any("LoRA" in each for each in answer.suggestions)
    assert isinstance(planned(count=1, memory=24, batch=4, allows_offload=False, method="lora"), Plan)


def test_every_suggestion_of_more_devices_holds() -> None:
    answer = planned(size_of("llama-2-70b"), count=2, memory=40, batch=2, allows_offload=False)
    [more] = [each for each in answer.suggestions if each.endswith("such devices")]
    count = int(more.split()[0])
    assert isinstance(
        planned(size_of("llama-2-70b"), count=count, memory=40, batch=count, allows_offload=False), Plan
    )


def test_a_larger_safety_margin_never_gives_a_plan_that_needs_more() -> None:
    peaks = [planned(safety_margin=margin).memory.device_bytes / 24e9 for margin in (0.05, 0.15, 0.25)]
    assert all(peak <= 1 - margin for peak, margin in zip(peaks, (0.05, 0.15, 0.25), strict=True))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"batch": 63}, "56, 64"),
        ({"batch": 0}, "1 or more"),
        ({"count": 0, "batch": 1}, "1 or more"),
        ({"memory": 0}, "memory"),
        ({"length": 0}, "1 or more"),
        ({"method": "dora"}, "qlora"),
        ({"precisions": ("fp7",)}, "bf16"),
        ({"strategies": ("zero9",)}, "zero3"),
        ({"strategies": ()}, "zero3"),
        ({"devices": {"kind": "gpu9"}}, "cuda"),
        ({"safety_margin": 1.0}, "share"),
        ({"count": 12, "batch": 12}, "multiple"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_can(changed, said) -> None:
    with pytest.raises(UsageError, match=said):
        planned(**changed)


def test_inferentia_does_not_train() -> None:
    with pytest.raises(PredictionRefused, match="Trainium"):
        planned(devices={"kind": "inferentia"})


def test_a_model_without_known_layers_is_refused() -> None:
    with pytest.raises(PredictionRefused):
        planned(replace(LLAMA, stacks=()))


def test_an_apple_device_trains_alone_and_in_fp32() -> None:
    plan = planned(BERT, count=1, memory=16, batch=4, length=128, devices={"kind": "mps"})
    assert (plan.setup.strategy, plan.setup.precision) == ("single", "fp32")
    with pytest.raises(PredictionRefused, match="2 x Apple"):
        planned(BERT, count=2, batch=4, length=128, devices={"kind": "mps"})


def test_a_v100_trains_in_fp16_without_fsdp() -> None:
    plan = planned(count=8, memory=32, devices={"hardware_id": "v100-sxm2-32gb"})
    assert plan.setup.precision == "mixed_fp16"
    assert plan.setup.strategy.startswith("zero")


def test_every_kind_that_trains_plans_a_small_model_and_says_its_software() -> None:
    for kind, row in accelerators().items():
        if row.trains:
            plan = planned(BERT, count=1, memory=32, batch=4, length=128, devices={"kind": kind})
            assert plan.setup.strategy == "single"
            assert row.files or any(row.software in warning for warning in plan.warnings)
            assert set(row.strategies) <= set(STRATEGIES)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("A100 80GB", "cuda"),
        ("mi300x", "rocm"),
        ("gaudi2", "hpu"),
        ("trainium1", "trainium"),
        ("tpu-v4", "tpu"),
        ("m2-max", "mps"),
        ("arc-a770", "xpu"),
    ],
)
def test_devices_of_the_catalogue_have_their_kind(name, kind) -> None:
    device = catalogue_device(name)
    assert device.kind == kind
    assert device.memory_bytes > 1e9


def test_an_unknown_device_is_refused_with_near_names() -> None:
    with pytest.raises(UsageError, match="h100"):
        catalogue_device("h100-sxn")


def test_a_ring_moves_what_its_papers_say() -> None:
    plan = planned(BERT, count=4, memory=40, batch=32, length=128)
    parameters, ranks = BERT.parameter_count, 4
    [ddp] = exchanges_of(plan.setup, 4)
    assert ddp.sent_bytes == pytest.approx(2 * 3 / 4 * 4 * parameters)
    half = replace(plan.setup, precision="mixed_bf16")
    volumes = {
        strategy: sum(each.sent_bytes for each in exchanges_of(replace(half, strategy=strategy), 4))
        for strategy in ("ddp", "zero1", "zero2", "zero3")
    }
    # ZeRO, arXiv:1910.02054, section 7: stages 1 and 2 exchange as much as DDP, stage 3 one and a half times.
    unit = (ranks - 1) / ranks * 2 * parameters
    assert {name: round(each / unit, 6) for name, each in volumes.items()} == {
        "ddp": 2,
        "zero1": 2,
        "zero2": 2,
        "zero3": 3,
    }


def test_work_of_a_forward_pass_is_what_torch_counts() -> None:
    from torch import device
    from torch.utils.flop_counter import FlopCounterMode
    from transformers import BertConfig, BertModel

    with device("meta"):
        import torch

        model, tokens = BertModel(BertConfig()), torch.zeros(2, 512, dtype=torch.long)
        with FlopCounterMode(display=False) as counter:
            model(tokens)
    setup = planned(BERT, count=1, memory=40, batch=2, length=512).setup
    embeddings = (30522 + 512 + 2) * 768 * 2 * 2 * 512  # looked up, not multiplied
    assert forward_flops(setup) - embeddings == pytest.approx(counter.get_total_flops(), rel=0.02)


def test_patches_of_an_image_are_its_tokens_and_networks_work_as_traced() -> None:
    vit = planned(size_of("google/vit-base-patch16-224"), count=1, memory=40, batch=2, length=1).setup
    # From memory: 17.6e9 multiply-accumulates an image, as papers on ViT-Base print it.
    assert forward_flops(vit) / 2 == pytest.approx(2 * 17.6e9, rel=0.03)
    resnet = planned(size_of("resnet50.a1_in1k"), count=1, memory=40, batch=2, length=1).setup
    # From memory: 4.1e9 multiply-accumulates at 224 x 224, as papers on ResNet-50 print it.
    assert forward_flops(resnet) / 2 == pytest.approx(2 * 4.1e9, rel=0.03)
    larger = replace(resnet, architecture=replace(resnet.architecture, image_size=448))
    assert forward_flops(larger) == pytest.approx(4 * forward_flops(resnet), rel=0.01)


@settings(max_examples=25, deadline=None)
@given(
    count=st.sampled_from((2, 4, 8, 16, 64)),
    link=st.floats(1e9, 2e12),
    length=st.sampled_from((128, 512, 2048)),
)
def test_efficiency_lies_between_0_and_1_and_the_worthwhile_count_has_enough(count, link, length) -> None:
    plan = planned(
        BERT, count=count, memory=80, batch=4 * count, length=length, devices={"link_bytes_per_second": link}
    )
    assert all(0 < point.efficiency <= 1 for point in plan.scaling)
    efficiency = {point.devices: point.efficiency for point in plan.scaling}
    assert plan.worthwhile_devices == 1 or efficiency[plan.worthwhile_devices] >= WORTHWHILE


def test_what_is_assumed_of_unknown_devices_is_said() -> None:
    said = " ".join(rates_of(Devices(16, 24e9)).assumptions)
    assert all(word in said for word in ("no device is named", "link", "network"))
    known = Devices(16, 24e9, peak_flops=3e14, link_bytes_per_second=6e11, network_bytes_per_second=5e10)
    assert len(rates_of(known).assumptions) == 1


def test_the_frameworks_keys_tell_the_plan_in_its_own_words() -> None:
    config = upstream_config(planned())
    assert config["distributed_strategy"] in {"FSDP", "DeepSpeed"}
    steps, micro = config["gradient_accumulation_steps"], config["per_gpu_batch_size"]
    assert config["global_batch_size"] == micro * config["gpu_count"] * steps == 64
    assert config["estimated_memory"]["per_gpu_gb"] < 24
    assert f"Gradient accumulation (x{steps})" in config["memory_optimizations"]
    assert "Gradient checkpointing" in config["memory_optimizations"]
    assert "memory_optimizations" not in upstream_config(
        planned(BERT, count=4, memory=40, batch=32, length=128)
    )
    refused = upstream_config(planned(count=1, memory=8, batch=1, allows_offload=False))
    assert "does not fit" in refused["memory_warning"]
