"""Sizes of models known from elsewhere, and of all that were built to be counted."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictors.model_sizes.published import catalogue
from predictors.model_sizes.sizes import size_of

HERE = Path(__file__).parent
NEAR, FAR = 0.01, 0.05
NEAR_OF_SIXTY = 58


def known_models():
    with (HERE / "known_models.csv").open(encoding="utf-8") as lines:
        return [(row["name"], int(row["parameter_count"])) for row in csv.DictReader(lines)]


def built_models():
    """By class: the models of the table that it builds."""
    found = {}
    for name, spec in json.loads((HERE / "built_models.json").read_text(encoding="utf-8")).items():
        found.setdefault(spec["model"], {})[name] = spec
    return found


def built_config(kind, settings):
    transformers = pytest.importorskip("transformers")
    nested = {
        name: built_config(value["class"], {key: each for key, each in value.items() if key != "class"})
        if isinstance(value, dict) and "class" in value
        else value
        for name, value in settings.items()
    }
    return getattr(transformers, kind)(**nested)


def test_names_in_the_wild_have_the_parameters_that_are_published():
    misses = {name: abs(size_of(name).parameter_count / count - 1) for name, count in known_models()}
    assert len(misses) >= 60
    assert max(misses.values()) <= FAR, misses
    assert sum(miss <= NEAR for miss in misses.values()) >= NEAR_OF_SIXTY / 60 * len(misses)


@pytest.mark.parametrize(("kind", "specs"), built_models().items(), ids=built_models())
def test_counts_in_the_catalogue_are_those_of_models_built_without_memory(kind, specs, counted):
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    built = {}
    for name, spec in specs.items():
        config = built_config(spec["config"], spec["settings"])
        with torch.device("meta"):
            model = getattr(transformers, kind)(config)
        built[name] = sum(parameter.numel() for parameter in model.parameters())
    assert {name: counted[name].parameter_count for name in built} == built


@given(st.sampled_from([entry.architecture for entry in catalogue()]))
def test_a_model_is_found_by_its_own_name_in_any_case_and_with_other_separators(architecture):
    plain = architecture.name.rsplit("/", maxsplit=1)[-1]
    for name in (architecture.name, architecture.name.upper(), plain.replace("-", " ")):
        assert size_of(name).parameter_count == architecture.parameter_count


@given(st.integers(3 * 10**7, 10**13))
def test_dimensions_for_any_stated_size_are_near_it_and_the_count_is_exact(parameters):
    found = size_of(f"unheard-of-{parameters / 10**9:.3f}b")
    assert found.parameter_count == pytest.approx(parameters, abs=10**6)
    (stack,) = found.stacks
    layers = stack.layers * (4 * stack.hidden_size**2 + 3 * stack.hidden_size * stack.intermediate_size)
    embeddings = 2 * found.vocabulary_size * stack.hidden_size
    assert layers + embeddings == pytest.approx(found.parameter_count, rel=0.15)


def test_no_two_models_of_the_catalogue_share_a_name():
    names = [entry.architecture.name for entry in catalogue()]
    assert len(names) == len(set(names))
