"""Suites, filters and configurations: what would be measured, known without torch."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmart.errors import UsageError
from collectors.runner.architectures import ARCHITECTURES, FAMILIES
from collectors.runner.configuration import DEVICE_KINDS, Configuration, configuration_from
from collectors.runner.expansion import expand
from collectors.runner.filters import Selection, select
from collectors.runner.results import condition
from collectors.runner.suite import Group, parse_suite, read_suite, suite_names

_PRESENT = ["cpu"]


def test_the_lists_of_a_group_are_crossed() -> None:
    text = """
        [[group]]
        models = ["bert-tiny", "bert-small"]
        precisions = ["fp32", "bf16"]
        batch_sizes = [1, 2, 4]
        sequence_lengths = [8, 16]
    """
    configurations = expand(parse_suite("mine", text).groups, _PRESENT)
    assert len(configurations) == len({each.key for each in configurations}) == 2 * 2 * 3 * 2


def test_only_text_generation_has_phases_and_only_in_inference() -> None:
    group = Group(models=("gpt2", "bert-tiny"), modes=("inference", "training"))
    phases = [(each.model, each.mode, each.phase) for each in expand([group], _PRESENT)]
    assert phases == [
        ("gpt2", "inference", "prefill"),
        ("gpt2", "inference", "decode"),
        ("gpt2", "training", None),
        ("bert-tiny", "inference", None),
        ("bert-tiny", "training", None),
    ]


def test_sizes_go_only_to_models_that_have_them() -> None:
    group = Group(models=("bert-tiny", "resnet18", "clip-vit-base-patch32"), image_sizes=(64,))
    shapes = [(each.sequence_length, each.image_size) for each in expand([group], _PRESENT)]
    assert shapes == [(128, None), (None, 64), (77, 64)]


def test_present_devices_are_those_of_the_machine_and_named_ones_are_kept() -> None:
    groups = [Group(models=("bert-tiny",)), Group(models=("bert-tiny",), devices=("cpu", "mps"))]
    assert [each.device for each in expand(groups, ["cpu", "cuda"])] == ["cpu", "cuda", "mps"]


@pytest.mark.parametrize("name", suite_names())
def test_a_built_in_suite_covers_all_families_both_modes_and_every_device(name: str) -> None:
    configurations = expand(read_suite(name).groups, _PRESENT)
    assert {each.family for each in configurations} == set(FAMILIES)
    assert {each.mode for each in configurations} == {"inference", "training"}
    assert {each.device for each in configurations} == set(DEVICE_KINDS)
    assert {each.phase for each in configurations} == {None, "prefill", "decode"}


def test_the_built_in_suites_are_demo_and_standard() -> None:
    assert suite_names() == ["demo", "standard"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[group]", "not valid TOML"),
        ("", "no [[group]]"),
        ("[[groups]]\nmodels = []", "unknown entry 'groups'"),
        ("[[group]]\nbatch_sizes = [1]", "needs models"),
        ("[[group]]\nmodels = ['bert-tiny']\nsize = [1]", "unknown entry 'size'"),
        ("[[group]]\nmodels = ['bert-hug']", "unknown value 'bert-hug'"),
        ("[[group]]\nmodels = ['bert-tiny']\nprecisions = ['fp12']", "unknown value 'fp12'"),
        ("[[group]]\nmodels = ['bert-tiny']\nbatch_sizes = [0]", "not a whole number above zero"),
        ("[[group]]\nmodels = ['bert-tiny']\nbatch_sizes = 4", "must be a list"),
        ("[measurement]\nloops = 3\n[[group]]\nmodels = ['bert-tiny']", "unknown entry in [measurement]"),
    ],
)
def test_a_suite_that_cannot_be_understood_is_refused_with_its_name_and_place(
    text: str, complaint: str
) -> None:
    with pytest.raises(UsageError) as refused:
        parse_suite("mine.toml", text)
    assert complaint in refused.value.what
    assert refused.value.where
    assert refused.value.where.startswith("mine.toml")


def test_a_sequence_longer_than_the_model_takes_is_refused_before_anything_runs() -> None:
    with pytest.raises(UsageError, match="bert-tiny takes at most 512"):
        expand([Group(models=("bert-tiny",), sequence_lengths=(513,))], _PRESENT)


def test_a_suite_is_read_from_a_file_with_its_own_measuring_time(tmp_path: Path) -> None:
    file = tmp_path / "quick.toml"
    file.write_text("[measurement]\nmin_seconds = 0.25\n[[group]]\nmodels = ['vit-tiny']")
    suite = read_suite(str(file))
    assert (suite.name, suite.plan.min_seconds, suite.plan.warmup) == ("quick", 0.25, 3)


def test_a_missing_suite_names_the_built_in_ones() -> None:
    with pytest.raises(UsageError, match="demo, standard"):
        read_suite("/nowhere/at/all.toml")


def test_filters_keep_what_was_asked_for() -> None:
    kept = select(
        read_suite("demo"), Selection(models=["bert-tiny"], precisions=["bf16"], batch_sizes=[16]), _PRESENT
    )
    assert [each.label for each in kept] == ["bert-tiny inference cpu bf16 batch 16 length 128"]


def test_a_device_asked_for_takes_the_place_of_those_that_are_present() -> None:
    kept = select(read_suite("demo"), Selection(devices=["cuda"]), _PRESENT)
    assert {each.device for each in kept} == {"cuda"}
    assert {each.family for each in kept} == set(FAMILIES)


@pytest.mark.parametrize(
    ("selection", "complaint"),
    [
        (Selection(models=["bert-tinny"]), "Did you mean bert-tiny"),
        (Selection(models=["bert-tiny", "bert-huge"]), "no configuration with model bert-huge"),
        (Selection(families=["vision"], precisions=["int8"]), "it has: bf16, fp32"),
        (Selection(batch_sizes=[999]), "no configuration with batch_size 999"),
    ],
)
def test_a_filter_that_fits_nothing_says_what_there_is(selection: Selection, complaint: str) -> None:
    with pytest.raises(UsageError) as refused:
        select(read_suite("demo"), selection, _PRESENT)
    assert complaint in str(refused.value)


def test_a_factory_takes_the_place_of_the_suites_models() -> None:
    kept = select(read_suite("demo"), Selection(models=["my.models:make"], batch_sizes=[1, 8]), _PRESENT)
    assert [(each.family, each.model, each.batch_size) for each in kept] == [
        ("custom", "my.models:make", 1),
        ("custom", "my.models:make", 8),
    ]


def test_a_configurations_key_is_the_same_for_ever() -> None:
    configuration = Configuration("embedding", "bert-tiny", sequence_length=128)
    assert configuration.key == "cb1b5e93228e80b2"
    assert configuration_from(configuration.as_dict()) == configuration


@pytest.mark.parametrize(
    "change",
    [{"model": "bert-small"}, {"mode": "training"}, {"device": "cuda"}, {"precision": "bf16"},
     {"batch_size": 2}, {"sequence_length": 64}, {"image_size": 32}, {"phase": "decode"},
     {"compiler": "other"}],
)  # fmt: skip
def test_every_field_of_a_configuration_changes_its_key(change: dict[str, str]) -> None:
    configuration = Configuration("embedding", "bert-tiny", sequence_length=128)
    assert replace(configuration, **change).key != configuration.key  # type: ignore[arg-type]


def test_two_architectures_never_share_a_digest() -> None:
    assert len({architecture.digest for architecture in ARCHITECTURES.values()}) == len(ARCHITECTURES)


def test_the_condition_names_what_must_be_equal_and_leaves_out_what_does_not_matter() -> None:
    decode = Configuration("text_generation", "gpt2", phase="decode", sequence_length=128)
    assert condition(decode, threads=2) == {
        "weights": "random",
        "architecture_digest": ARCHITECTURES["gpt2"].digest,
        "threads": "2",
        "decode_window_tokens": "32",
    }
    assert "threads" not in condition(replace(decode, device="cuda"), threads=2)
    assert condition(replace(decode, mode="training", phase=None), threads=2)["optimizer"] == "adamw"


def test_nothing_of_the_collectors_loads_torch_when_it_is_imported() -> None:
    parts = ("runner.run", "runner.worker", "runner.session", "probes.hardware", "probes.environment")
    modules = ", ".join(f"collectors.{part}" for part in parts)
    code = f"import sys; import {modules}, interfaces.cli.collect_command; print('torch' in sys.modules)"
    printed = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert printed.stdout.strip() == "False"
