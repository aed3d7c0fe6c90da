"""Parameters counted from dimensions are those transformers has when it builds the same model without memory for it."""

import functools

import pytest
from size_oracles import NO_CLASS, ORACLES, oracle_of

from predictors.model_sizes.published import rows_of, styles

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")


@functools.cache
def rows():
    tables = ("stacks.csv", "experts.csv", "encoder_decoders.csv")
    return {row["name"]: row for table in tables for row in rows_of(table)}


@functools.cache
def rows_by_oracle():
    found = {id(oracle): [] for oracle in ORACLES}
    for row in rows().values():
        if row["name"] not in NO_CLASS:
            found[id(oracle_of(row))].append(row)
    return found


def built_without_memory(oracle, row, **layers):
    settings = oracle.settings({**row, **{name: str(count) for name, count in layers.items()}})
    with torch.device("meta"):
        built = getattr(transformers, oracle.model)(getattr(transformers, oracle.config)(**settings))
    return sum(parameter.numel() for parameter in built.parameters())


def parameters_of(oracle, row):
    """Built with few layers, and with two more of each stack: layers are alike, so the difference is that of all."""
    few = int(row.get("dense_layers") or 0) + 2
    stacks = ["layers", "decoder_layers"] if "decoder_layers" in row else ["layers"]
    base = dict.fromkeys(stacks, few)
    count = least = built_without_memory(oracle, row, **base)
    for stack in stacks:
        of_two = built_without_memory(oracle, row, **base | {stack: few + 2}) - least
        count += of_two * (int(row[stack]) - few) // 2
    is_missing_head = oracle.is_always_tied and row["ties_embeddings"] == "no"
    return count + (int(row["vocabulary_size"]) * int(row["hidden_size"]) if is_missing_head else 0)


@pytest.mark.parametrize(
    "oracle", ORACLES, ids=lambda oracle: f"{oracle.style}-{oracle.model}-{oracle.names}"
)
def test_counts_are_those_of_models_built_with_the_same_dimensions(oracle, counted):
    of_class = rows_by_oracle()[id(oracle)]
    built = {row["name"]: parameters_of(oracle, row) for row in of_class}
    assert built
    assert {name: counted[name].parameter_count for name in built} == built


def test_every_style_of_the_catalogue_is_used():
    assert {row["style"] for row in rows().values()} == set(styles())


def test_active_parameters_are_all_but_the_experts_a_token_does_not_reach(counted):
    mixtral = counted["mistralai/Mixtral-8x7B-v0.1"]
    idle_experts = 32 * 6 * 3 * 4096 * 14336
    assert mixtral.parameter_count - mixtral.active_parameter_count == idle_experts
    assert counted["gpt2"].parameter_count == counted["gpt2"].active_parameter_count
