"""Train what `plan.json` beside this file says: alone, with DDP, FSDP2 or tensor parallelism, as torchrun starts it.

The model is a stand-in with the plan's dimensions and random tokens, so that it runs anywhere and shows time and
memory. Put your model into `build_model`, your data into `batches`, the class of its layers into `LAYER`, and, where
layers are cut, how its matrices are into `AROUND_LAYERS` and `IN_LAYERS`.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import nn
from torch.distributed.algorithms._checkpoint.checkpoint_wrapper import apply_activation_checkpointing
from torch.distributed.device_mesh import DeviceMesh, init_device_mesh
from torch.distributed.fsdp import CPUOffloadPolicy, MixedPrecisionPolicy, OffloadPolicy, fully_shard
from torch.distributed.tensor import DTensor, Replicate, Shard
from torch.distributed.tensor.parallel import (
    ColwiseParallel,
    ParallelStyle,
    PrepareModuleInput,
    RowwiseParallel,
    SequenceParallel,
    loss_parallel,
    parallelize_module,
)
from torch.nn.parallel import DistributedDataParallel

PLAN: dict[str, Any] = json.loads((Path(__file__).parent / "plan.json").read_text(encoding="utf-8"))
HALF = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(PLAN["precision"])


class Attention(nn.Module):
    """Causal self-attention."""

    def __init__(self, hidden: int, heads: int) -> None:
        super().__init__()
        self.head_size = hidden // heads
        self.projection = nn.Linear(hidden, 3 * hidden)
        self.output = nn.Linear(hidden, hidden)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """(batch, tokens, hidden) to the same."""
        # Head by head, so that a part of the columns has whole heads.
        parts = self.projection(inputs).unflatten(-1, (-1, 3, self.head_size))
        query, key, value = parts.permute(3, 0, 2, 1, 4)
        mixed = nn.functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        outputs: torch.Tensor = self.output(mixed.transpose(1, 2).flatten(-2))
        return outputs


class Layer(nn.Module):
    """Attention and an MLP, each beside what goes past it."""

    def __init__(self, hidden: int, heads: int, wide: int) -> None:
        super().__init__()
        self.before, self.between = nn.LayerNorm(hidden), nn.LayerNorm(hidden)
        self.attention = Attention(hidden, heads)
        self.mlp = nn.Sequential(nn.Linear(hidden, wide), nn.GELU(), nn.Linear(wide, hidden))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """(batch, tokens, hidden) to the same."""
        inputs = inputs + self.attention(self.before(inputs))
        outputs: torch.Tensor = inputs + self.mlp(self.between(inputs))
        return outputs


class Decoder(nn.Module):
    """Embedding, layers, and logits over the vocabulary."""

    def __init__(self, shape: dict[str, int]) -> None:
        super().__init__()
        hidden = shape["hidden_size"]
        self.embedding = nn.Embedding(shape["vocabulary_size"], hidden)
        self.layers = nn.ModuleList(
            Layer(hidden, shape["heads"], shape["intermediate_size"]) for _ in range(shape["layers"])
        )
        self.norm = nn.LayerNorm(hidden)
        self.head = nn.Linear(hidden, shape["vocabulary_size"], bias=False)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """(batch, tokens) to (batch, tokens, vocabulary)."""
        states = self.embedding(tokens)
        for layer in self.layers:
            states = layer(states)
        logits: torch.Tensor = self.head(self.norm(states))
        return logits


LAYER, ATTENTION = Layer, Attention
AROUND_LAYERS: dict[str, ParallelStyle] = {
    "embedding": RowwiseParallel(input_layouts=Replicate(), output_layouts=Shard(1)),
    "norm": SequenceParallel(),
    "head": ColwiseParallel(input_layouts=Shard(1), output_layouts=Shard(-1), use_local_output=False),
}
"""Between layers, activations are cut along the sequence; logits stay cut over the vocabulary for the loss."""
IN_LAYERS: dict[str, ParallelStyle] = {
    "before": SequenceParallel(),
    "attention": PrepareModuleInput(input_layouts=(Shard(1),), desired_input_layouts=(Replicate(),)),
    "attention.projection": ColwiseParallel(),
    "attention.output": RowwiseParallel(output_layouts=Shard(1)),
    "between": SequenceParallel(),
    "mlp": PrepareModuleInput(input_layouts=(Shard(1),), desired_input_layouts=(Replicate(),)),
    "mlp.0": ColwiseParallel(),
    "mlp.2": RowwiseParallel(output_layouts=Shard(1)),
}
"""First matrices by columns, second ones by rows: Megatron-LM, arXiv:1909.08053, section 3."""


def build_model(shape: dict[str, int]) -> nn.Module:
    """The model, in fp32."""
    return Decoder(shape)


def batches(shape: dict[str, int], device: torch.device, seed: int) -> Iterator[torch.Tensor]:
    """Micro-batches of (sequences, tokens), without end; each rank has its own."""
    generator = torch.Generator().manual_seed(seed)
    size = (shape["micro_batch"], shape["sequence_length"])
    while True:
        yield torch.randint(shape["vocabulary_size"], size, generator=generator).to(device)


def prepare(model: nn.Module, device: torch.device) -> nn.Module:
    """The model as the plan has it: layers cut, computed again, then cut over the ranks or copied to each."""
    mesh = _mesh(device) if PLAN["strategy"] == "fsdp2" else None
    if mesh is not None and PLAN["tensor_parallel"] > 1:
        parallelize_module(model, mesh["tensor"], AROUND_LAYERS)
        for module in model.modules():
            if isinstance(module, LAYER):
                parallelize_module(module, mesh["tensor"], IN_LAYERS)
    if PLAN["checkpointing"] != "none":
        again = LAYER if PLAN["checkpointing"] == "full" else ATTENTION
        apply_activation_checkpointing(model, check_fn=lambda module: isinstance(module, again))
    if PLAN["strategy"] == "ddp":
        return DistributedDataParallel(
            model.to(device), device_ids=[device] if device.type == "cuda" else None
        )
    if mesh is None:
        return model.to(device)
    settings: dict[str, Any] = {
        "mesh": mesh["shard"] if PLAN["tensor_parallel"] > 1 else mesh,
        "mp_policy": MixedPrecisionPolicy(param_dtype=HALF, reduce_dtype=torch.float32),
        "reshard_after_forward": PLAN["reshards_after_forward"],
        "offload_policy": CPUOffloadPolicy() if _offloads(device) else OffloadPolicy(),
    }
    for module in reversed(list(model.modules())):
        if isinstance(module, LAYER):
            fully_shard(module, **settings)
    fully_shard(model, **settings)
    return model


def _mesh(device: torch.device) -> DeviceMesh:
    """The ranks: those that share layers stand beside each other, and so in one node."""
    world, group, split = dist.get_world_size(), PLAN["sharded_over"], PLAN["tensor_parallel"]
    if split > 1:
        return init_device_mesh(device.type, (world // split, split), mesh_dim_names=("shard", "tensor"))
    if group and world % group == 0 and world > group:
        return init_device_mesh(device.type, (world // group, group), mesh_dim_names=("replicate", "shard"))
    return init_device_mesh(device.type, (world,), mesh_dim_names=("shard",))


def _offloads(device: torch.device) -> bool:
    """Whether weights, gradients and states lie on the host; on a CPU they do without a policy."""
    return PLAN["offload_parameters"] != "none" and device.type != "cpu"


def build_optimizer(model: nn.Module) -> torch.optim.Optimizer:
    """AdamW of torch in one kernel, or of bitsandbytes with states in 8 bits."""
    chosen = PLAN["hyperparameters"]
    settings = {
        "lr": chosen["learning_rate"],
        "betas": tuple(chosen["betas"]),
        "weight_decay": chosen["weight_decay"],
    }
    if PLAN["optimizer"] == "adamw_8bit":
        from bitsandbytes.optim import AdamW8bit

        optimizer: torch.optim.Optimizer = AdamW8bit(model.parameters(), **settings)
        return optimizer
    return torch.optim.AdamW(model.parameters(), fused=True, **settings)


def step(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scaler: torch.amp.GradScaler,
    data: Iterator[torch.Tensor],
) -> float:
    """One optimizer step over all its micro-batches; the mean loss of this rank."""
    count, total = PLAN["accumulation_steps"], 0.0
    for number in range(count):
        tokens = next(data)
        with _sync(model, is_last=number == count - 1), _autocast(tokens.device.type), _loss_in_parts():
            logits = model(tokens)[:, :-1]
            loss = nn.functional.cross_entropy(logits.flatten(0, 1).float(), tokens[:, 1:].flatten())
        with _sync(model, is_last=number == count - 1), _loss_in_parts():
            scaler.scale(loss / count).backward()
        total += (loss.full_tensor() if isinstance(loss, DTensor) else loss).item() / count
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(model.parameters(), PLAN["hyperparameters"]["gradient_clipping"])
    scaler.step(optimizer)
    scaler.update()
    optimizer.zero_grad(set_to_none=True)
    return total


def _sync(model: nn.Module, *, is_last: bool) -> AbstractContextManager[Any]:
    """DDP exchanges gradients after the last micro-batch only; FSDP after each, for whole gradients take memory."""
    waits = isinstance(model, DistributedDataParallel) and not is_last
    return model.no_sync() if waits else nullcontext()  # type: ignore[operator]


def _loss_in_parts() -> AbstractContextManager[Any]:
    """The loss over logits of which each rank has a part of the vocabulary."""
    return loss_parallel() if PLAN["tensor_parallel"] > 1 else nullcontext()


def _autocast(device: str) -> AbstractContextManager[Any]:
    if HALF is None or PLAN["strategy"] == "fsdp2":
        return nullcontext()
    return torch.autocast(device, HALF)


def start() -> tuple[torch.device, int]:
    """The device and rank of this process, joined with the others when torchrun started it."""
    local, rank = int(os.environ.get("LOCAL_RANK", "0")), int(os.environ.get("RANK", "0"))
    accelerator = torch.accelerator.current_accelerator() if torch.accelerator.is_available() else None
    kind = accelerator.type if accelerator else "cpu"
    device = torch.device(kind if kind in {"cpu", "mps"} else f"{kind}:{local}")
    if device.type in {"cuda", "xpu"}:
        torch.accelerator.set_device_index(local)
    if "RANK" in os.environ:
        # The norm of gradients on the host is summed there.
        backend = {"cuda": "cpu:gloo,cuda:nccl", "xpu": "cpu:gloo,xpu:xccl"}.get(device.type)
        dist.init_process_group("gloo" if device.type == "cpu" else backend if _offloads(device) else None)
    return device, rank


def leave() -> None:
    """End this rank at once, without what `atexit` was told.

    A thread of gloo that lets go of a tensor while the interpreter ends aborts the process (torch 2.13).
    """
    dist.destroy_process_group()
    sys.stdout.flush()
    os._exit(0)


def main() -> None:
    """Train for some steps and print one line of JSON on the first rank."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument(
        "--tiny", action="store_true", help="a model of two small layers, to see that all starts"
    )
    options = parser.parse_args()
    shape = PLAN["shape"] | (PLAN["tiny"] if options.tiny else {})
    device, rank = start()
    torch.manual_seed(0)
    model = prepare(build_model(shape), device)
    optimizer = build_optimizer(model)
    scaler = torch.amp.GradScaler(device.type, enabled=torch.float16 == HALF)
    data = batches(shape, device, seed=rank // PLAN["tensor_parallel"])
    began = time.perf_counter()
    losses = [step(model, optimizer, scaler, data) for _ in range(options.steps)]
    seconds = (time.perf_counter() - began) / options.steps
    peak = torch.cuda.max_memory_allocated(device) if device.type == "cuda" else None
    if rank == 0:
        told = {"strategy": PLAN["strategy"], "losses": losses, "step_seconds": seconds, "peak_bytes": peak}
        print(json.dumps(told))
    if dist.is_initialized():
        leave()


if __name__ == "__main__":
    main()
