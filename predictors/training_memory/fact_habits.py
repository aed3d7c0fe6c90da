"""What publications do not write down because their programs do it by default."""

from dataclasses import dataclass

from predictors.training_memory.fact_tables import Fact

_ALPACA_LONGEST = 1304
"""Tokens of the longest sample of Alpaca; litgpt pads a batch to its longest, so that one makes the peak."""


@dataclass(frozen=True, slots=True)
class Habits:
    """Defaults of one program."""

    name: str
    reports: str
    """`allocated` (bytes of tensors: torch.cuda.max_memory_allocated) or `device` (with context and what the allocator
    holds, as nvidia-smi shows)."""
    precision: str
    full_precision: str
    """Of training all parameters."""
    micro_batch: int | None
    sequence_length: int | None
    checkpointing: str
    rank: int
    targets: tuple[str, ...]
    shards_adapters: str
    """Strategy on several GPUs with adapters."""
    shards_full: str
    """And without."""
    optimizer_kernel: str = "fused"
    has_chunked_loss: bool = False
    bucket_elements: int = 500_000_000
    has_adapter_dropout: bool = True
    has_fused_projection: bool = False
    upcasts_embeddings: bool = False
    quantized_precision: str = "bf16"
    means_mixed_by_32: bool = False
    """Whether its 32 bits are those of master weights beside half precision."""
    unpacked_length: int | None = None
    """Tokens that samples have which are not packed."""
    generated: int = 64
    """Tokens of a sequence when the source generates."""


_ALL = ("query", "key", "value", "output", "gate", "up", "down")

_KNOWN = {
    # Precision bf16-true; q and v have adapters; the loss is chunked; fabric.print(torch.cuda.max_memory_allocated()).
    "litgpt": Habits(
        "litgpt",
        "allocated",
        "bf16",
        "bf16",
        None,
        _ALPACA_LONGEST,
        "none",
        8,
        ("query", "value"),
        "fsdp2",
        "fsdp2",
        has_chunked_loss=True,
        has_fused_projection=True,
    ),
    # Configurations: fused AdamW, bf16, adapters in attention's q, v, output and the MLP; peak_memory_alloc.
    "torchtune": Habits(
        "torchtune",
        "allocated",
        "bf16",
        "bf16",
        2,
        512,
        "none",
        64,
        _ALL,
        "fsdp2",
        "fsdp2",
        unpacked_length=512,
        has_adapter_dropout=False,
    ),
    # finetune.py: checkpointing, rank 64 in c_attn, attn.c_proj, w1 and w2; DeepSpeed for all parameters, with
    # buckets of hidden size squared ("auto").
    "qwen": Habits(
        "Qwen's finetune.py",
        "device",
        "bf16",
        "mixed_bf16",
        1,
        None,
        "full",
        64,
        ("query", "key", "value", "output", "gate", "up"),
        "zero2",
        "zero3",
        optimizer_kernel="foreach",
        bucket_elements=25_000_000,
        upcasts_embeddings=True,
        quantized_precision="mixed_fp16",
        generated=2048,
    ),
    # Examples: fp32 weights, batch 8, rank 8 in q and v, samples of some dozens of tokens; TorchTracemalloc.
    "peft": Habits(
        "PEFT's examples",
        "allocated",
        "fp32",
        "fp32",
        8,
        64,
        "none",
        8,
        ("query", "value"),
        "ddp",
        "ddp",
        bucket_elements=25_000_000,
    ),
    # qlora.py: batch 1, 1024 + 256 tokens, checkpointing, rank 64 in all matrices.
    "qlora": Habits(
        "qlora.py",
        "device",
        "bf16",
        "amp_bf16",
        1,
        1280,
        "full",
        64,
        _ALL,
        "ddp",
        "ddp",
        upcasts_embeddings=True,
    ),
    # Checkpointing on, rank 8 in all matrices, cutoff_len 2048, batch 1.
    "llama-factory": Habits(
        "LLaMA-Factory",
        "device",
        "bf16",
        "mixed_bf16",
        1,
        2048,
        "full",
        8,
        _ALL,
        "ddp",
        "zero3",
        means_mixed_by_32=True,
    ),
}

_OTHERS = Habits(
    "Hugging Face's Trainer and PEFT",
    "device",
    "bf16",
    "amp_bf16",
    1,
    None,
    "none",
    8,
    ("query", "value"),
    "ddp",
    "ddp",
    upcasts_embeddings=True,
)


def habits_of(fact: Fact) -> Habits:
    """The defaults of the program that a fact's source is about; of Hugging Face's Trainer for unknown ones."""
    source = fact.source.lower()
    return next((habits for word, habits in _KNOWN.items() if word in source), _OTHERS)
