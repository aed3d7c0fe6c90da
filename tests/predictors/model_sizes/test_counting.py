"""Parameters counted from dimensions are those transformers has when it builds the same model without memory for it."""

import functools

import pytest

from predictors.model_sizes.published import rows_of, styles

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

COMMON = {
    "hidden_size": "hidden_size",
    "num_hidden_layers": "layers",
    "num_attention_heads": "heads",
    "intermediate_size": "intermediate_size",
    "vocab_size": "vocabulary_size",
}
GROUPED = COMMON | {"num_key_value_heads": "key_value_heads"}
SIZED = GROUPED | {"head_dim": "head_size"}
POSITIONED = COMMON | {"max_position_embeddings": "longest_sequence"}
GPT2 = {
    "n_embd": "hidden_size",
    "n_layer": "layers",
    "n_head": "heads",
    "n_inner": "intermediate_size",
    "vocab_size": "vocabulary_size",
    "n_positions": "longest_sequence",
}
SPARSE = SIZED | {
    "num_experts": "experts",
    "num_experts_per_tok": "per_token",
    "moe_intermediate_size": "expert_size",
}
LATENT = GROUPED | {
    "n_routed_experts": "experts",
    "num_experts_per_tok": "per_token",
    "moe_intermediate_size": "expert_size",
    "n_shared_experts": "shared",
    "first_k_dense_replace": "dense_layers",
    "q_lora_rank": "query_rank",
    "kv_lora_rank": "latent_rank",
    "qk_rope_head_dim": "rotary_size",
    "qk_nope_head_dim": "head_size",
    "v_head_dim": "value_size",
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
}
BUILT = [
    ("meta-llama/Llama-2-7b-hf", "LlamaForCausalLM", "LlamaConfig", GROUPED, {}),
    ("meta-llama/Llama-3.2-1B", "LlamaForCausalLM", "LlamaConfig", SIZED, {}),
    ("mistralai/Mistral-Nemo-Base-2407", "MistralForCausalLM", "MistralConfig", SIZED, {}),
    ("Qwen/Qwen2.5-0.5B", "Qwen2ForCausalLM", "Qwen2Config", GROUPED, {}),
    ("Qwen/Qwen3-8B", "Qwen3ForCausalLM", "Qwen3Config", SIZED, {}),
    ("google/gemma-7b", "GemmaForCausalLM", "GemmaConfig", SIZED, {}),
    ("google/gemma-2-9b", "Gemma2ForCausalLM", "Gemma2Config", SIZED, {}),
    ("google/gemma-3-1b-pt", "Gemma3ForCausalLM", "Gemma3TextConfig", SIZED, {}),
    ("allenai/OLMo-1B-hf", "OlmoForCausalLM", "OlmoConfig", GROUPED, {}),
    ("allenai/OLMo-2-1124-7B", "Olmo2ForCausalLM", "Olmo2Config", GROUPED, {}),
    ("CohereForAI/c4ai-command-r-v01", "CohereForCausalLM", "CohereConfig", GROUPED, {}),
    ("gpt2", "GPT2LMHeadModel", "GPT2Config", GPT2, {}),
    ("openai-gpt", "OpenAIGPTLMHeadModel", "OpenAIGPTConfig", GPT2, {}),
    (
        "facebook/opt-1.3b",
        "OPTForCausalLM",
        "OPTConfig",
        POSITIONED | {"ffn_dim": "intermediate_size", "word_embed_proj_dim": "hidden_size"},
        {},
    ),
    (
        "facebook/opt-350m",
        "OPTForCausalLM",
        "OPTConfig",
        POSITIONED | {"ffn_dim": "intermediate_size"},
        {"word_embed_proj_dim": 512, "do_layer_norm_before": False},
    ),
    ("EleutherAI/pythia-1.4b", "GPTNeoXForCausalLM", "GPTNeoXConfig", COMMON, {}),
    ("EleutherAI/gpt-j-6b", "GPTJForCausalLM", "GPTJConfig", GPT2, {}),
    ("microsoft/phi-2", "PhiForCausalLM", "PhiConfig", COMMON, {}),
    (
        "bigscience/bloom-560m",
        "BloomForCausalLM",
        "BloomConfig",
        COMMON | {"n_layer": "layers", "n_head": "heads"},
        {},
    ),
    ("tiiuae/falcon-7b", "FalconForCausalLM", "FalconConfig", COMMON, {}),
    (
        "tiiuae/falcon-40b",
        "FalconForCausalLM",
        "FalconConfig",
        COMMON | {"num_kv_heads": "key_value_heads"},
        {"new_decoder_architecture": True},
    ),
    (
        "mosaicml/mpt-7b",
        "MptForCausalLM",
        "MptConfig",
        {"d_model": "hidden_size", "n_layers": "layers", "n_heads": "heads", "vocab_size": "vocabulary_size"},
        {},
    ),
    ("stabilityai/stablelm-2-1_6b", "StableLmForCausalLM", "StableLmConfig", GROUPED, {"use_qkv_bias": True}),
    ("bigcode/starcoder2-3b", "Starcoder2ForCausalLM", "Starcoder2Config", GROUPED, {}),
    ("bert-base-uncased", "BertModel", "BertConfig", POSITIONED, {}),
    (
        "roberta-base",
        "RobertaModel",
        "RobertaConfig",
        COMMON,
        {"max_position_embeddings": 514, "type_vocab_size": 1},
    ),
    (
        "sentence-transformers/all-mpnet-base-v2",
        "MPNetModel",
        "MPNetConfig",
        COMMON,
        {"max_position_embeddings": 514},
    ),
    ("distilbert-base-uncased", "DistilBertModel", "DistilBertConfig", {"vocab_size": "vocabulary_size"}, {}),
    ("albert-base-v2", "AlbertModel", "AlbertConfig", POSITIONED, {}),
    (
        "google/electra-small-discriminator",
        "ElectraModel",
        "ElectraConfig",
        POSITIONED,
        {"embedding_size": 128},
    ),
    (
        "microsoft/deberta-v3-base",
        "DebertaV2Model",
        "DebertaV2Config",
        COMMON,
        {
            "relative_attention": True,
            "pos_att_type": ["p2c", "c2p"],
            "position_biased_input": False,
            "type_vocab_size": 0,
            "share_att_key": True,
            "position_buckets": 256,
            "norm_rel_ebd": "layer_norm",
        },
    ),
    ("mistralai/Mixtral-8x7B-v0.1", "MixtralForCausalLM", "MixtralConfig", GROUPED, {}),
    ("Qwen/Qwen3-30B-A3B", "Qwen3MoeForCausalLM", "Qwen3MoeConfig", SPARSE, {}),
    (
        "Qwen/Qwen1.5-MoE-A2.7B",
        "Qwen2MoeForCausalLM",
        "Qwen2MoeConfig",
        SPARSE,
        {"shared_expert_intermediate_size": 5632},
    ),
    (
        "deepseek-ai/DeepSeek-V2-Lite",
        "DeepseekV2ForCausalLM",
        "DeepseekV2Config",
        LATENT,
        {"q_lora_rank": None},
    ),
    ("deepseek-ai/DeepSeek-V2", "DeepseekV2ForCausalLM", "DeepseekV2Config", LATENT, {}),
    ("openai/gpt-oss-20b", "GptOssForCausalLM", "GptOssConfig", SIZED | {"num_local_experts": "experts"}, {}),
    ("t5-small", "T5ForConditionalGeneration", "T5Config", T5, {}),
    ("facebook/bart-base", "BartForConditionalGeneration", "BartConfig", SEQUENCES, {}),
    ("google/pegasus-large", "PegasusForConditionalGeneration", "PegasusConfig", SEQUENCES, {}),
    ("facebook/m2m100_418M", "M2M100ForConditionalGeneration", "M2M100Config", SEQUENCES, {}),
    (
        "openai/whisper-large-v3",
        "WhisperForConditionalGeneration",
        "WhisperConfig",
        SEQUENCES | {"num_mel_bins": "channels"},
        {},
    ),
]


@functools.cache
def rows():
    tables = ("stacks.csv", "experts.csv", "encoder_decoders.csv")
    return {row["name"]: row for table in tables for row in rows_of(table)}


def built_without_memory(model, config, settings):
    with torch.device("meta"):
        built = getattr(transformers, model)(getattr(transformers, config)(**settings))
    return sum(parameter.numel() for parameter in built.parameters())


@pytest.mark.parametrize(
    ("name", "model", "config", "mapping", "more"), BUILT, ids=[each[0] for each in BUILT]
)
def test_a_count_is_that_of_the_model_built_with_the_same_dimensions(
    name, model, config, mapping, more, counted
):
    row = rows()[name]
    settings = {theirs: int(row[ours]) for theirs, ours in mapping.items() if row[ours]}
    settings |= {"tie_word_embeddings": row["ties_embeddings"] == "yes"} | more
    assert counted[name].parameter_count == built_without_memory(model, config, settings)


def test_every_style_of_the_catalogue_is_used():
    assert {row["style"] for row in rows().values()} == set(styles())


def test_active_parameters_are_all_but_the_experts_a_token_does_not_reach(counted):
    mixtral = counted["mistralai/Mixtral-8x7B-v0.1"]
    idle_experts = 32 * 6 * 3 * 4096 * 14336
    assert mixtral.parameter_count - mixtral.active_parameter_count == idle_experts
    assert counted["gpt2"].parameter_count == counted["gpt2"].active_parameter_count
