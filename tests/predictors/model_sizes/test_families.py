"""Families of names, among them those that contain the name of another family."""

import pytest

from benchmart.errors import PredictionRefused
from predictors.model_sizes.families import FAMILIES, family_by_words, family_of
from predictors.model_sizes.published import catalogue

NAMES = {
    "embedding": "bert-base-uncased roberta-base distilbert-base-uncased all-MiniLM-L6-v2 some-bert",
    "text_generation": "gpt2 t5-small facebook/opt-125m llama-7b google/gemma-2b EleutherAI/pythia-70m some-9b",
    "vision": "google/vit-base-patch16-224 microsoft/resnet-50 deit-base microsoft/dit-base some_vit",
    "audio": "openai/whisper-tiny facebook/wav2vec2-base facebook/hubert-base-ls960 microsoft/wavlm-base some-hubert",
    "multimodal": "clip-vit-base-patch32 clip-vit-some blip-vqa-base llava-7b microsoft/git-base",
}


@pytest.mark.parametrize(
    ("name", "family"), [(name, family) for family, names in NAMES.items() for name in names.split()]
)
def test_a_family_is_that_of_the_whole_name(name, family):
    assert family_of(name) == family


def test_the_rules_agree_with_the_catalogue_where_they_know_a_word():
    told = {entry.architecture.name: family_by_words(entry.architecture.name) for entry in catalogue()}
    wrong = {
        entry.architecture.name: told[entry.architecture.name]
        for entry in catalogue()
        if told[entry.architecture.name] not in (None, entry.architecture.family)
    }
    assert len(wrong) <= 0.02 * len(told), wrong
    assert sum(family is None for family in told.values()) <= 0.05 * len(told)


def test_a_name_no_rule_knows_is_refused_with_the_families():
    with pytest.raises(PredictionRefused, match=", ".join(FAMILIES)):
        family_of("quux")
