"""`benchmart select` explains its choice, notes it, and scores choices on files never seen."""

import gc
import json
from pathlib import Path

import pytest
import rated_models
import small_log
from click.testing import CliRunner, Result

from benchmart.build import build
from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.errors import BenchmartError, ExitCode, UsageError
from benchmart.event_log.events import Metric
from benchmart.event_log.log import EventLog
from interfaces.cli.main import cli

_CARDS = ("--hardware", "rtx-4090", "--hardware", "rtx-3090")
_LATER = "hnet_99"
_ASKED = ("one", "anet_8", "--family", "vision", "--precision", "fp16", "--batch-size", "64")


@pytest.fixture(scope="module")
def rated(built_home: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The small log, rates of 24 models on three devices, and a choice that was made before its model was measured."""
    home = rated_models.copied(built_home, tmp_path_factory.mktemp("rated"))
    made = ask(
        home, "one", _LATER, "--family", "vision", "--precision", "fp16", "--batch-size", "32", *_CARDS
    )
    assert made.exit_code == 0, made.output
    EventLog(home.events).append([rated_models.rate(number) for number in range(rated_models.COUNT)])
    EventLog(home.events).append(
        [
            small_log.result(
                5000 + number,
                subject=_LATER,
                device=device,
                precision="fp16",
                batch_size=32,
                metrics=[Metric("throughput", "item/second", rate)],
            )
            for number, (device, rate) in enumerate(zip(rated_models.DEVICES[:2], (75.0, 100.0), strict=True))
        ]
    )
    build(home)
    return home


def ask(home: Home, *words: str) -> Result:
    return CliRunner().invoke(cli, ["select", *words, "--home", str(home.root)])


def test_a_measured_choice_is_a_table_with_basis_evidence_and_what_was_rejected(rated: Home) -> None:
    found = ask(rated, *_ASKED, *_CARDS, "--hardware", "t4", "--budget", "watts=400", "--dry-run")
    assert found.exit_code == 0, found.output
    lines = found.stdout.splitlines()
    assert lines[0].split() == [
        "rank", "device", "score", "items_per_second", "low", "high", "basis", "evidence", "front", "notes",
    ]  # fmt: skip
    assert "GeForce RTX 3090" in lines[1]
    assert "measured" in lines[1]
    assert any("RTX 4090" in line and "450 W, above 400 W" in line for line in lines[2:])
    assert "comes first by measured" in found.stderr


def test_json_has_all_options_and_the_reasons_of_the_rejected(rated: Home) -> None:
    found = json.loads(ask(rated, *_ASKED, *_CARDS, "--deny", "rtx-3090", "--dry-run", "--json").stdout)
    assert (found["choice"], found["fallbacks"]) == ("rtx-4090", [])
    [option] = found["options"]
    assert (option["basis"], option["evidence_count"], option["is_on_front"]) == ("measured", 1, True)
    [rejected] = found["rejected"]
    assert rejected["broken"][0]["constraint"] == "denied"


def test_nothing_built_is_no_hindrance(tmp_path: Path) -> None:
    found = ask(Home(tmp_path / "home"), "one", "resnet50", "--family", "vision", *_CARDS, "--dry-run")
    assert found.exit_code == 0, found.output
    assert "nothing was measured yet" in found.stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--family", "visoin"), "Did you mean: vision"),
        (("--mode", "serve"), "There are: inference"),
        (("--precision", "fp17"), "Did you mean: fp16"),
        (("--batch-size", "0"), "batch size of 0"),
        (("--sequence-length", "0"), "sequence length of 0"),
        (("--weights", "cost=nan"), "at least 0"),
        (("--weights", "speed=1"), "no key of weights 'speed'"),
        (("--budget", "wats=1"), "Did you mean: watts"),
        (("--hardware", "rtx-4091"), "Did you mean: rtx-4090"),
        (("--config", "missing.toml"), "cannot be read"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_nearest(rated: Home, words, part) -> None:
    found = ask(rated, *_ASKED, *words)
    assert isinstance(found.exception, UsageError)
    assert part in str(found.exception)
    assert found.exception.exit_code == ExitCode.USAGE


def test_a_file_of_settings_with_an_unknown_key_or_an_empty_list_is_refused(rated: Home, tmp_path) -> None:
    path = tmp_path / "odd.toml"
    for text, part in (("[wieghts]\ncost = 1\n", "Did you mean: weights"), ("allow = []\n", "is empty")):
        path.write_text(text)
        found = ask(rated, *_ASKED, "--config", str(path))
        assert isinstance(found.exception, UsageError)
        assert part in str(found.exception)


def test_a_model_too_big_for_anything_is_answered_with_the_nearest(rated: Home) -> None:
    found = ask(rated, "one", "giant-9000b", "--family", "text_generation", "--dry-run")
    assert found.exit_code == 0, found.output
    assert "no device takes giant-9000b as asked; the nearest is EPYC" in found.stderr
    assert "does not fit: needs" in found.stdout


def test_weights_without_a_number_are_refused_by_the_command_line(rated: Home) -> None:
    found = ask(rated, *_ASKED, "--weights", "cost")
    assert found.exit_code == 2
    assert "name=number" in found.output


def test_a_choice_is_an_event_that_is_held_against_what_is_measured_later(rated: Home) -> None:
    with open_warehouse(rated) as connection:
        chosen = connection.execute(
            "select model_id, hardware_id, len(candidates) from selections"
        ).fetchall()
        outcome = connection.execute(
            "select hardware_id, best_hardware_id, regret, device_count from selection_outcomes"
        ).fetchall()
    assert chosen == [(_LATER, "rtx-4090", 2)]
    assert outcome == [("rtx-4090", "rtx-3090", pytest.approx(0.25), 2)]


_TABLE = """model,infer_samples_per_sec,infer_step_time,infer_batch_size,infer_img_size,param_count
"""


def test_choices_are_scored_on_files_never_seen(rated: Home, tmp_path: Path) -> None:
    for card, factor in (("rtx4090", 2.0), ("rtx3090", 1.0)):
        rows = [f"net{n},{1000 * factor / (n + 1)},{64 * (n + 1) / factor},64,224,10.0" for n in range(6)]
        path = tmp_path / f"benchmark-infer-amp-nchw-pt240-cu124-{card}.csv"
        path.write_text(_TABLE + "\n".join(rows) + "\n")
    files = [str(path) for path in sorted(tmp_path.glob("*.csv"))]
    rows = json.loads(ask(rated, "score", *files, "--json").stdout)
    [whole] = [row for row in rows if (row["pool"], row["name"]) == ("same condition", "all")]
    assert (whole["choice_count"], whole["model_count"], whole["device_count"]) == (6, 6, 2)
    assert (whole["mean_regret"], whole["near_share"]) == (0.0, 1.0)
    alone = ask(rated, "score", files[0])
    assert isinstance(alone.exception, BenchmartError)
    assert "nothing to choose between" in str(alone.exception)


def test_whoever_chose_can_build_and_choose_again_in_the_same_program(home: Home) -> None:
    gc.collect()
    gc.disable()  # what is let go of late keeps the older state open
    try:
        for number in range(2):
            assert ask(home, "one", "nothing-knows-this", *_CARDS).exit_code == 0
            EventLog(home.events).append([small_log.result(6000 + number)])
            build(home)
    finally:
        gc.enable()
