"""Parameters counted from dimensions: matrices, biases, norms and tables, without building the model.

The parts are those of Vaswani et al. 2017 (arXiv:1706.03762, section 3) with the changes each family made: SwiGLU
(arXiv:2002.05202), shared heads of keys and values (GQA, arXiv:2305.13245), compressed keys and values (MLA,
arXiv:2405.04434, section 2.1), experts (arXiv:2101.03961, section 2). Tests count the same models with transformers.
"""

from predictors.model_sizes.dimensions import Dimensions, Style


def parameter_count(dimensions: Dimensions, style: Style) -> int:
    """Distinct parameters of a stack with its embeddings and its output matrix."""
    layers = _dense_layers(dimensions, style) + _sparse_layers(dimensions, style, dimensions.experts)
    return layers + _around_layers(dimensions, style)


def active_parameter_count(dimensions: Dimensions, style: Style) -> int:
    """Parameters that one token goes through; the embeddings count whole, as model cards do it."""
    layers = _dense_layers(dimensions, style) + _sparse_layers(dimensions, style, dimensions.per_token)
    return layers + _around_layers(dimensions, style)


def audio_stem_parameters(channels: int, hidden: int) -> int:
    """Two convolutions of width 3 with biases that make vectors of spectra (Whisper, arXiv:2212.04356, section 2.2)."""
    return 3 * channels * hidden + hidden + 3 * hidden * hidden + hidden if channels else 0


def audio_stem_elements(channels: int, hidden: int) -> int:
    """What those convolutions keep for one position, which is two spectra: inputs of both, and of their GELUs."""
    return 2 * channels + 5 * hidden if channels else 0


def attention_parameters(dimensions: Dimensions, style: Style) -> int:
    """Of one layer: queries, keys, values, output, and norms of queries and keys."""
    if dimensions.latent_rank:
        return _latent_attention(dimensions)
    hidden, query = dimensions.hidden_size, dimensions.heads * dimensions.head_size
    key = dimensions.key_value_heads * dimensions.head_size
    biases = {
        "none": 0,
        "qkv": query + 2 * key,
        "output": hidden,
        "but_key": query + key + hidden,
        "all": query + 2 * key + hidden,
    }[style.attention_biases]
    norms = {"none": 0, "head": 2 * dimensions.head_size, "all": query + key}[style.query_key_norms]
    sinks = dimensions.heads if style.has_sinks else 0
    return 2 * hidden * query + 2 * hidden * key + biases + norms + sinks


def _latent_attention(dimensions: Dimensions) -> int:
    hidden, heads, rank = dimensions.hidden_size, dimensions.heads, dimensions.latent_rank
    query = heads * (dimensions.head_size + dimensions.rotary_size)
    queries = (
        hidden * dimensions.query_rank + dimensions.query_rank + dimensions.query_rank * query
        if dimensions.query_rank
        else hidden * query
    )
    compressed = hidden * (rank + dimensions.rotary_size) + rank
    expanded = rank * heads * (dimensions.head_size + dimensions.value_size)
    return queries + compressed + expanded + heads * dimensions.value_size * hidden


def _mlp(hidden: int, intermediate: int, style: Style) -> int:
    matrices = 3 if style.is_gated else 2
    biases = (matrices - 1) * intermediate + hidden if style.has_mlp_biases else 0
    return matrices * hidden * intermediate + biases


def _outside_mlp(dimensions: Dimensions, style: Style) -> int:
    attentions, norms = (2, style.norms + 1) if dimensions.has_cross_attention else (1, style.norms)
    vectors = norms * style.norm_vectors * dimensions.hidden_size
    return attentions * attention_parameters(dimensions, style) + vectors


def _dense_layers(dimensions: Dimensions, style: Style) -> int:
    count = dimensions.dense_layers if dimensions.experts else dimensions.layers
    mlp = _mlp(dimensions.hidden_size, dimensions.intermediate_size, style)
    return (1 if style.shares_layers else count) * (_outside_mlp(dimensions, style) + mlp)


def _sparse_layers(dimensions: Dimensions, style: Style, experts: int) -> int:
    if not dimensions.experts:
        return 0
    router = dimensions.experts * (dimensions.hidden_size + (1 if style.has_router_bias else 0))
    gate = dimensions.hidden_size if style.has_shared_gate else 0
    each = _mlp(dimensions.hidden_size, dimensions.expert_size, style)
    mlp = (experts + dimensions.shared) * each + router + gate
    return (dimensions.layers - dimensions.dense_layers) * (_outside_mlp(dimensions, style) + mlp)


def _around_layers(dimensions: Dimensions, style: Style) -> int:
    hidden, embedded = dimensions.hidden_size, style.embedding_size or dimensions.hidden_size
    positions = dimensions.longest_sequence + style.extra_positions if style.has_positions else 0
    rows = dimensions.vocabulary_size + style.token_types
    # A table of positions has the hidden size, but for encoders whose whole embedding is projected.
    tables = rows * embedded + positions * (embedded if style.has_projection_bias else hidden)
    projections = style.embedding_projections * embedded * hidden + (
        hidden if style.has_projection_bias else 0
    )
    norms = style.norm_vectors * (style.final_norms * hidden + style.embedding_norms * embedded)
    pooler = hidden * (hidden + 1) if style.has_pooler else 0
    head = 0 if dimensions.ties_embeddings else dimensions.vocabulary_size * hidden
    bias = dimensions.vocabulary_size if style.has_head_bias else 0
    shared = style.relative_buckets * dimensions.heads + style.shared_rows * hidden
    return tables + projections + norms + pooler + head + bias + shared
