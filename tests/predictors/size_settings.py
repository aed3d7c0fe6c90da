"""Names that configurations of transformers have for the columns of the catalogue of models."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Row = Mapping[str, str]
Setting = str | Callable[[Row], object]
"""A column, or what follows from a row."""


@dataclass(frozen=True)
class Oracle:
    """A class for rows of a style; `fields` gives their name of a setting the column, or what follows from a row."""

    style: str
    kind: str
    head: str
    fields: Mapping[str, Setting]
    more: Mapping[str, object] = field(default_factory=dict)
    names: str = "*"
    is_always_tied: bool = False
    """Whether the class has no output matrix of its own, whatever the configuration says."""
    config_kind: str | None = None

    @property
    def model(self) -> str:
        """Name of the class."""
        return self.kind + self.head

    @property
    def config(self) -> str:
        """Name of its configuration's class."""
        return (self.config_kind or self.kind) + "Config"

    def settings(self, row: Row) -> dict[str, object]:
        """Of the configuration."""
        found = {}
        for theirs, ours in self.fields.items():
            value = ours(row) if callable(ours) else int(row[ours] or 0)
            found[theirs] = value
        return found | {"tie_word_embeddings": row["ties_embeddings"] == "yes"} | dict(self.more)


COMMON: Mapping[str, Setting] = {
    "hidden_size": "hidden_size",
    "num_hidden_layers": "layers",
    "num_attention_heads": "heads",
    "intermediate_size": "intermediate_size",
    "vocab_size": "vocabulary_size",
}
GROUPED = {**COMMON, "num_key_value_heads": "key_value_heads"}
SIZED = {**GROUPED, "head_dim": "head_size"}
POSITIONED = {**COMMON, "max_position_embeddings": "longest_sequence"}
SHIFTED = {**COMMON, "max_position_embeddings": lambda row: int(row["longest_sequence"]) + 2}
GPT2 = {
    "n_embd": "hidden_size",
    "n_layer": "layers",
    "n_head": "heads",
    "n_inner": "intermediate_size",
    "vocab_size": "vocabulary_size",
    "n_positions": "longest_sequence",
}
OPT = {**POSITIONED, "ffn_dim": "intermediate_size", "word_embed_proj_dim": "hidden_size"}
FEW = {**SIZED, "num_local_experts": "experts", "num_experts_per_tok": "per_token"}
SPARSE = {
    **SIZED,
    "num_experts": "experts",
    "num_experts_per_tok": "per_token",
    "moe_intermediate_size": "expert_size",
}
SHARED = {
    **GROUPED,
    "n_routed_experts": "experts",
    "num_experts_per_tok": "per_token",
    "moe_intermediate_size": "expert_size",
    "n_shared_experts": "shared",
    "first_k_dense_replace": "dense_layers",
}
LATENT = {
    **SHARED,
    "q_lora_rank": lambda row: int(row["query_rank"] or 0) or None,
    "kv_lora_rank": "latent_rank",
    "qk_rope_head_dim": "rotary_size",
    "qk_nope_head_dim": "head_size",
    "v_head_dim": "value_size",
}
FALCON = {**COMMON, "num_kv_heads": "key_value_heads", "ffn_hidden_size": "intermediate_size"}
DISTILLED = {
    "dim": "hidden_size",
    "n_layers": "layers",
    "n_heads": "heads",
    "hidden_dim": "intermediate_size",
    "vocab_size": "vocabulary_size",
    "max_position_embeddings": "longest_sequence",
}
T5 = {
    "d_model": "hidden_size",
    "d_kv": "head_size",
    "d_ff": "intermediate_size",
    "num_layers": "layers",
    "num_decoder_layers": "decoder_layers",
    "num_heads": "heads",
    "vocab_size": "vocabulary_size",
}
SEQUENCES = {
    "d_model": "hidden_size",
    "encoder_layers": "layers",
    "decoder_layers": "decoder_layers",
    "encoder_attention_heads": "heads",
    "decoder_attention_heads": "heads",
    "encoder_ffn_dim": "intermediate_size",
    "decoder_ffn_dim": "intermediate_size",
    "vocab_size": "vocabulary_size",
    "max_position_embeddings": "longest_sequence",
}
WHISPER = {name: ours for name, ours in SEQUENCES.items() if name != "max_position_embeddings"} | {
    "num_mel_bins": "channels",
    "max_source_positions": "encoder_positions",
    "max_target_positions": "longest_sequence",
}
DEBERTA = {
    "relative_attention": True,
    "pos_att_type": ["p2c", "c2p"],
    "position_biased_input": False,
    "type_vocab_size": 0,
    "share_att_key": True,
    "position_buckets": 256,
    "norm_rel_ebd": "layer_norm",
}


def dbrx_attention(row: Row) -> dict[str, object]:
    return {"kv_n_heads": int(row["key_value_heads"]), "rope_theta": 500_000.0}


def dbrx_experts(row: Row) -> dict[str, object]:
    return {
        "ffn_hidden_size": int(row["expert_size"]),
        "moe_num_experts": int(row["experts"]),
        "moe_top_k": int(row["per_token"]),
    }


def alternating(row: Row) -> list[object]:
    return [[["global", "local"], int(row["layers"]) // 2]]
