"""What a name says: words, stated sizes, and the model it means."""

import pytest

from benchmart.errors import PredictionRefused
from predictors.model_sizes.names import stated_size
from predictors.model_sizes.sizes import size_of

BILLION = 10**9


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("some-7b", 7 * BILLION),
        ("some_1.3B-v2", 1.3 * BILLION),
        ("some-350m", 0.35 * BILLION),
        ("Some 7 billion", 7 * BILLION),
        ("some-v3.1-67M-2024", 0.067 * BILLION),
        ("some-1.5T", 1500 * BILLION),
        ("some-1_6b", 1.6 * BILLION),
        ("some-7b1", 7.1 * BILLION),
        ("some-7B-Instruct-1M", 7 * BILLION),
        ("some-1.1B-step-50K-3T", 1.1 * BILLION),
        ("some-batch-8b-2b", 2 * BILLION),
        ("some-7B-bnb-4bit-128k", 7 * BILLION),
    ],
)
def test_the_first_number_with_a_unit_is_the_size(name, parameters):
    assert stated_size(name).parameters == pytest.approx(parameters)


@pytest.mark.parametrize(
    "name", ["some-v2", "some-3.1", "qwen2.5", "some-4bit", "some-128k", "some-2024", "vit-b16"]
)
def test_versions_years_and_other_units_are_no_sizes(name):
    assert stated_size(name) is None


def test_the_active_parameters_of_experts_are_read():
    assert stated_size("some-30B-A3B").active == 3 * BILLION
    assert stated_size("some-8x7B").experts == 8


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("meta-llama/Meta-Llama-3-8B-Instruct", "meta-llama/Meta-Llama-3-8B"),
        ("Llama 2 7B", "meta-llama/Llama-2-7b-hf"),
        ("TheBloke/Llama-2-13B-chat-GPTQ", "meta-llama/Llama-2-13b-hf"),
        ("llama-2-ko-7b", "meta-llama/Llama-2-7b-hf"),
        ("llama3:8b", "meta-llama/Meta-Llama-3-8B"),
        ("lmsys/vicuna-7b-v1.5", "huggyllama/llama-7b"),
        ("BERT_base", "bert-base-uncased"),
        ("llama2_70b_lora", "meta-llama/Llama-2-70b-hf"),
        ("llama_2_7b", "meta-llama/Llama-2-7b-hf"),
        ("gemma2_9b", "google/gemma-2-9b"),
        ("qwen2_5_7b", "Qwen/Qwen2.5-7B"),
        ("qwen2_1_5b", "Qwen/Qwen2-1.5B"),
        ("qwen_1_8b", "Qwen/Qwen-1_8B"),
        ("obert-large-pruned95-none-vnni-bert-99", "bert-large-uncased"),
        ("mobilebert-base_quant-none-bert-99", "google/mobilebert-uncased"),
        ("gpt3_27", "openai/gpt3-2.7b"),
        ("seamless_m4t", "facebook/hf-seamless-m4t-large"),
        ("distilbert-base-uncased-finetuned-sst-2-english", "distilbert-base-uncased"),
    ],
)
def test_a_name_in_the_wild_means_a_model_of_the_catalogue(name, meant):
    assert size_of(name).name == meant
    assert size_of(name).basis == "catalogue"


@pytest.mark.parametrize(
    ("name", "traced"),
    [("timm/regnety_160.deit_in1k", "regnety_160"), ("facebook/convnextv2-huge-22k-512", "convnextv2_huge")],
)
def test_a_name_of_timm_means_the_model_that_was_traced(name, traced):
    assert size_of(name).name == traced
    assert size_of(name).basis == "profile"


def test_a_variant_is_said_to_be_one():
    assert "huggyllama/llama-7b" in size_of("some-vicuna-7b-v1.3").notes[-1]


def test_a_name_that_says_large_is_no_model_that_does_not():
    with pytest.raises(PredictionRefused):
        size_of("deberta-giant-of-none")


def test_a_number_written_to_a_name_makes_it_another_model():
    with pytest.raises(PredictionRefused):
        size_of("densenet264")
    assert size_of("bert-squad-11").name == "bert-base-uncased"


def test_a_stated_size_weighs_more_than_a_short_name_inside_the_name():
    assert size_of("gpt2-7b").parameter_count == 7 * BILLION
    assert size_of("gpt2-7b").basis == "name"


def test_dimensions_for_a_stated_size_are_near_it():
    found = size_of("unheard-of-7b")
    assert found.stacks[0].hidden_size == 4096
    assert found.stacks[0].layers == 32
    assert found.notes


def test_a_name_without_size_is_refused_with_names_like_it():
    with pytest.raises(PredictionRefused, match="whisper-medium"):
        size_of("whispr-medum")


@pytest.mark.parametrize(
    ("name", "sizes"),
    [
        ("Falcon", "Falcon: 7b, 11b, 40b, 180b; name one"),
        ("Llama 2", "Llama 2: 7b, 13b, 70b; name one"),
        ("meta-llama/Llama-2-chat", "7b, 13b, 70b; name one"),
        ("Qwen", "Qwen: 1.8b, 7b, 14b, 72b; name one"),
        ("Mixtral", "Mixtral: 8x7b, 8x22b; name one"),
        ("Gemma 2", "Gemma 2: 2b, 9b, 27b; name one"),
        ("xlm-r", "xlm-r: base, large; name one"),
        ("phi", "phi-1.5, phi-2, phi-3"),
    ],
)
def test_the_name_of_a_family_is_refused_with_the_sizes_it_has(name, sizes):
    with pytest.raises(PredictionRefused) as refused:
        size_of(name)
    assert sizes in refused.value.hint
    assert "phind" not in refused.value.hint


@pytest.mark.parametrize("name", ["Kimi K2", "olmoe", "Llama 3.3", "Moonlight"])
def test_a_family_of_one_size_is_that_size(name):
    assert size_of(name).basis == "catalogue"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("BERT", "bert-base-uncased"),
        ("RoBERTa", "roberta-base"),
        ("ViT", "google/vit-base-patch16-224"),
        ("CLIP", "openai/clip-vit-base-patch32"),
        ("Mistral", "mistralai/Mistral-7B-v0.1"),
        ("T5", "t5-small"),
    ],
)
def test_a_family_with_a_usual_size_is_that_size_and_says_so(name, meant):
    found = size_of(name)
    assert found.name == meant
    assert meant in found.notes[-1]
