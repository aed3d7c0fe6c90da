"""What a model is made of, as far as memory and work follow from it."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Attention:
    """Heads of one layer of attention. Keys and values may be shared by several heads (GQA) or compressed (MLA)."""

    heads: int
    key_value_heads: int
    head_size: int
    latent_size: int | None = None
    """MLA: elements a token keeps in place of its keys and values, the part with positions among them."""

    @property
    def cached_elements(self) -> int:
        """Elements that one token keeps in the cache of one layer."""
        return self.latent_size or 2 * self.key_value_heads * self.head_size


@dataclass(frozen=True, slots=True)
class Experts:
    """A mixture of experts in place of the MLP."""

    count: int
    per_token: int
    intermediate_size: int
    """Of one expert."""
    shared: int = 0
    """Experts that every token goes through."""
    dense_layers: int = 0
    """Layers that have an ordinary MLP."""


@dataclass(frozen=True, slots=True)
class Transformer:
    """A stack of equal layers: a decoder, an encoder, or one of the two of a model that has both."""

    layers: int
    hidden_size: int
    attention: Attention
    intermediate_size: int
    """Of the MLP."""
    is_gated: bool
    """Whether the MLP has a third matrix, as SwiGLU has."""
    experts: Experts | None = None
    has_cross_attention: bool = False
    length: int | None = None
    """Positions of its sequence where they are not those of the text: patches of an image, windows of sound."""
    window: int | None = None
    """Positions that attend to one another; all of the sequence when None."""


@dataclass(frozen=True, slots=True)
class Architecture:
    """A model: its stacks of layers, its embeddings, and how many parameters all of it has."""

    name: str
    """As it is catalogued, such as `meta-llama/Llama-2-7b-hf`."""
    family: str
    """`text_generation`, `embedding`, `vision`, `audio` or `multimodal`."""
    parameter_count: int
    """Distinct parameters: tied embeddings count once."""
    active_parameter_count: int
    """Those a token goes through; fewer than all in a mixture of experts."""
    basis: str
    """`catalogue` (published dimensions), `profile` (traced here or in the package), `name` (read off the name)."""
    stacks: tuple[Transformer, ...] = ()
    """Empty for models that are no transformers, or whose dimensions are not known."""
    vocabulary_size: int | None = None
    ties_embeddings: bool = False
    """Whether the input and output embeddings are one matrix."""
    longest_sequence: int | None = None
    image_size: int | None = None
    front_elements: int = 0
    """Kept for the backward pass by what is before the first stack, for one position of it. wav2vec 2.0 makes one of
    320 samples by seven convolutions of 512 channels (arXiv:2006.11477, section 4.2), each followed by a GELU, with a
    norm behind the first or behind all of them."""
    source: str = ""
    """Where the dimensions or the count were read; `recalled and not re-read` when nowhere."""
    notes: tuple[str, ...] = field(default=())
    """What was assumed."""

    @property
    def cached_elements_per_token(self) -> int:
        """Elements of the key-value cache for one token of the decoder (the last stack); 0 without stacks."""
        return self.stacks[-1].layers * self.stacks[-1].attention.cached_elements if self.stacks else 0
