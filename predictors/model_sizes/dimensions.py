"""Published dimensions and the style they are used in: rows of the catalogue, as they were read."""

from dataclasses import dataclass

from predictors.model_sizes.architecture import Attention, Experts, Transformer


@dataclass(frozen=True, slots=True)
class Style:
    """What all models of one family have in common beside their dimensions; described in `catalogue/styles.toml`."""

    family: str
    is_gated: bool = False
    attention_biases: str = "none"
    """Matrices of attention that have a bias: `none`, `qkv`, `output`, `but_key` or `all`."""
    has_mlp_biases: bool = False
    norm_vectors: int = 0
    """Of one norm: 1 for RMSNorm, 2 for LayerNorm, 0 when it has no parameters."""
    norms: int = 0
    """Of one layer."""
    final_norms: int = 0
    query_key_norms: str = "none"
    """`none`, `head` (vectors of one head's size) or `all` (of all heads together)."""
    has_sinks: bool = False
    """Whether each head has a learned logit that attends to nothing."""
    has_router_bias: bool = False
    has_shared_gate: bool = False
    """Whether a gate weighs the shared experts."""
    has_positions: bool = False
    extra_positions: int = 0
    token_types: int = 0
    embedding_norms: int = 0
    embedding_size: int | None = None
    """When it is not the hidden size."""
    embedding_projections: int = 0
    has_projection_bias: bool = False
    has_pooler: bool = False
    has_head_bias: bool = False
    relative_buckets: int = 0
    """Rows of a table of relative positions, one element a head, which all layers share."""
    shared_rows: int = 0
    """Rows of a table of relative positions of the hidden size, which all layers share."""
    shares_layers: bool = False
    """Whether all layers are one and the same."""


@dataclass(frozen=True, slots=True)
class Dimensions:
    """One stack of layers with its embeddings, as published."""

    layers: int
    hidden_size: int
    heads: int
    key_value_heads: int
    head_size: int
    intermediate_size: int
    vocabulary_size: int
    ties_embeddings: bool
    longest_sequence: int
    experts: int = 0
    per_token: int = 0
    expert_size: int = 0
    shared: int = 0
    dense_layers: int = 0
    query_rank: int = 0
    latent_rank: int = 0
    """MLA: elements that keys and values are compressed to; 0 without."""
    rotary_size: int = 0
    """MLA: elements of a head that carry positions, beside `head_size`."""
    value_size: int = 0
    has_cross_attention: bool = False

    def stack(self, style: Style) -> Transformer:
        """The same in the words that memory and work are worked out from."""
        latent = self.latent_rank + self.rotary_size if self.latent_rank else None
        attention = Attention(self.heads, self.key_value_heads, self.head_size + self.rotary_size, latent)
        experts = (
            Experts(self.experts, self.per_token, self.expert_size, self.shared, self.dense_layers)
            if self.experts
            else None
        )
        return Transformer(
            layers=self.layers,
            hidden_size=self.hidden_size,
            attention=attention,
            intermediate_size=self.intermediate_size,
            is_gated=style.is_gated,
            experts=experts,
            has_cross_attention=self.has_cross_attention,
        )
