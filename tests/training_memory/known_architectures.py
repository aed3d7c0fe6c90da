"""Dimensions of models, as their configurations on the Hugging Face hub have them."""

import re

from benchmart.errors import PredictionRefused
from predictors.model_sizes.architecture import Architecture, Attention, Transformer


def decoder(name, parameters, layers, hidden, heads, shared, size, wide, words, *, gated=True, tied=False):
    stack = Transformer(layers, hidden, Attention(heads, shared, size), wide, gated)
    return Architecture(
        name, "text_generation", parameters, parameters, "catalogue", (stack,), words, ties_embeddings=tied
    )


def encoder_decoder(name, parameters, layers, hidden, heads, size, wide, words, *, tied=False):
    stacks = tuple(
        Transformer(
            layers, hidden, Attention(heads, heads, size), wide, is_gated=True, has_cross_attention=crossed
        )
        for crossed in (False, True)
    )
    return Architecture(
        name, "text_generation", parameters, parameters, "catalogue", stacks, words, ties_embeddings=tied
    )


LLAMA_7B = decoder("llama-2-7b", 6_738_415_616, 32, 4096, 32, 32, 128, 11008, 32000)
LLAMA_3B = decoder("llama-3.2-3b", 3_212_749_824, 28, 3072, 24, 8, 128, 8192, 128256, tied=True)
LLAMA_70B = decoder("llama-2-70b", 68_976_648_192, 80, 8192, 64, 8, 128, 28672, 32000)
BERT = Architecture(
    "bert-base-cased",
    "embedding",
    108_310_272,
    108_310_272,
    "catalogue",
    (Transformer(12, 768, Attention(12, 12, 64), 3072, is_gated=False),),
    28996,
    ties_embeddings=True,
)
RESNET50 = Architecture("resnet50", "vision", 25_557_032, 25_557_032, "catalogue")

KNOWN = {
    r"phi-1.5": decoder("phi-1.5", 1_418_270_720, 24, 2048, 32, 32, 64, 8192, 51200, gated=False),
    r"stablelm.*3b": decoder(
        "stablelm-alpha-3b", 3_638_525_952, 16, 4096, 32, 32, 128, 16384, 50688, gated=False
    ),
    r"llama.?2.*7b|^7b": LLAMA_7B,
    r"llama.*13b": decoder("llama-2-13b", 13_015_864_320, 40, 5120, 40, 40, 128, 13824, 32000),
    r"llama.*65b": decoder("llama-65b", 65_285_660_672, 80, 8192, 64, 64, 128, 22016, 32000),
    r"falcon.*40b": decoder(
        "falcon-40b", 41_303_293_952, 60, 8192, 128, 8, 64, 32768, 65024, gated=False, tied=True
    ),
    r"llama 3.2 3b": LLAMA_3B,
    r"^30b": decoder("30b", 32_528_943_616, 60, 6656, 52, 52, 128, 17920, 32000),
    r"t0_3b|t5-3b": encoder_decoder("t0-3b", 2_849_757_184, 24, 2048, 32, 64, 5120, 32128),
    r"mt0-xxl": encoder_decoder("mt0-xxl", 12_921_057_280, 24, 4096, 64, 64, 10240, 250112),
    r"bloomz-7b1": decoder(
        "bloomz-7b1", 7_069_016_064, 30, 4096, 32, 32, 128, 16384, 250880, gated=False, tied=True
    ),
    r"bert-base-cased": BERT,
    r"resnet50": RESNET50,
    r"qwen-1.8b": decoder("qwen-1.8b", 1_836_828_672, 24, 2048, 16, 16, 128, 5504, 151936),
    r"qwen-14b": decoder("qwen-14b", 14_167_290_880, 40, 5120, 40, 40, 128, 13696, 152064),
}


def size_of(name):
    for pattern, found in KNOWN.items():
        if re.search(pattern, name.lower()):
            return found
    raise PredictionRefused(f"nothing is known of {name}")
