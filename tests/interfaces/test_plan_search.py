"""`benchmart plan search`: trials are events, what was measured is not measured again, and time and memory are kept."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from benchmart.errors import UsageError
from benchmart.event_log.events import Metric
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED
from collectors.training.configuration import TrainingConfiguration
from interfaces.cli.main import cli
from interfaces.cli.plan_search_tables import print_searched, searched_document
from interfaces.training_search.memory import memory_of_rank, predicted_bytes
from interfaces.training_search.running import configured, known_trials, search
from interfaces.training_search.space import space_for
from predictors.training_search.trials import Space, Way

TINY = "decoder:layers=1,hidden=64,heads=2,vocabulary=512"
BASE = TrainingConfiguration(TINY, "single", ranks=1, sequence_length=16, threads=1)
ROOMY = Space(1e9, lambda _: None, steps=4)


class Rehearsed:
    """In place of training: each item takes a hundredth of a second beside a tenth that does not grow."""

    def __init__(self, failing: int = 10**6) -> None:
        self.trained: list[TrainingConfiguration] = []
        self.timeouts: list[float | None] = []
        self._failing = failing

    def train(self, configuration, timeout_seconds=None):
        self.trained.append(configuration)
        self.timeouts.append(timeout_seconds)
        if configuration.micro_batch >= self._failing:
            return SimpleNamespace(status="failed", error_class="timeout", attributes={}, metrics=[])
        seconds = 0.1 + 0.01 * configuration.micro_batch
        return SimpleNamespace(
            status="ok",
            error_class=None,
            attributes={"wall_seconds": "0.0"},
            metrics=[
                Metric("latency_mean", "second", seconds, [seconds] * 3),
                Metric("memory_peak", "byte", 1e6 * configuration.micro_batch),
            ],
        )


def row_of(result):
    metrics = [{"name": each.name, "value": each.value, "samples": each.samples} for each in result.metrics]
    return {
        "status": result.status,
        "error_class": result.error_class,
        "attributes": result.attributes,
        "metrics": metrics,
    }


def test_each_trial_is_trained_once_with_the_time_that_is_left() -> None:
    trainer = Rehearsed()
    found = search(BASE, ROOMY, {}, trainer, 60)
    assert [each.micro_batch for each in trainer.trained] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
    assert all(0 < left <= 59 for left in trainer.timeouts)
    assert found.chosen.way == Way(256)
    assert found.earlier == frozenset()


def test_what_was_measured_before_is_not_trained_again() -> None:
    first = Rehearsed()
    search(BASE, ROOMY, {}, first, 60)
    before = {each.key: row_of(first.train(each)) for each in first.trained[:4]}
    again = Rehearsed()
    found = search(BASE, ROOMY, before, again, 60)
    assert [each.micro_batch for each in again.trained] == [16, 32, 64, 128, 256, 512]
    assert {way.micro_batch for way in found.earlier} == {1, 2, 4, 8}
    assert found.chosen.way == Way(256)
    assert len(known_trials(BASE, ROOMY, before)) == 4


def test_nothing_is_begun_when_the_time_is_over() -> None:
    trainer = Rehearsed()
    found = search(BASE, ROOMY, {}, trainer, 0.5)
    assert (trainer.trained, found.chosen) == ([], None)
    assert "no time for micro-batch 1" in found.reasons[-1]


def test_a_trial_that_fails_ends_the_search_with_a_choice_of_those_before() -> None:
    found = search(BASE, ROOMY, {}, Rehearsed(failing=8), 60)
    assert found.chosen.way == Way(4)
    assert "micro-batch 8: timeout" in found.reasons


def test_table_and_document_say_the_same(capsys) -> None:
    space = Space(1e9, lambda way: 2**20 * way.micro_batch, batch=8, steps=4)
    found = search(BASE, space, {}, Rehearsed(), 60)
    told = searched_document(BASE, space, found, "run")
    assert told["choice"] == {"micro_batch": 8, "accumulation_steps": 1, "checkpointing": "none"}
    assert [each["predicted_bytes"] / 2**20 for each in told["trials"]] == [1, 2, 4, 8]
    print_searched(BASE, space, found, "run", as_json=False)
    printed = capsys.readouterr().out
    assert "micro-batch 8, 1 accumulated: 44.44 items/s, the fastest (measured)" in printed


def test_predicted_memory_has_no_context_and_grows_with_the_batch() -> None:
    small, large = (predicted_bytes(configured(BASE, Way(size))) for size in (1, 64))
    # Four numbers of 4 bytes for each of 2 x 512 x 64 parameters of embeddings alone.
    assert 16 * 2 * 512 * 64 < small < large < 1e8


def test_memory_of_a_rank_is_its_share_and_an_unseen_device_is_refused() -> None:
    assert memory_of_rank("cpu", 2) == pytest.approx(memory_of_rank("cpu", 1) / 2, rel=0.05)
    with pytest.raises(UsageError, match="--memory"):
        memory_of_rank("xpu", 1)
    assert space_for(BASE, 8, "2GB").memory_bytes == 2e9


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nothing",), "unknown model"),
        ((TINY, "--ranks", "2", "--batch", "3"), "multiple of the ranks"),
        ((TINY, "--strategy", "single", "--ranks", "2"), "single is one rank"),
        ((TINY, "--memory", "4"), "a unit"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, words, said) -> None:
    done = CliRunner().invoke(cli, ["plan", "search", *words, "--home", str(tmp_path)])
    assert isinstance(done.exception, UsageError)
    assert said in str(done.exception)


@pytest.mark.slow
def test_a_search_trains_here_and_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    pytest.importorskip("transformers")
    words = [
        "plan",
        "search",
        TINY,
        "--sequence-length",
        "16",
        "--threads",
        "1",
        "--steps",
        "2",
        "--batch",
        "2",
    ]
    done = CliRunner().invoke(cli, [*words, "--seconds", "120", "--json", "--home", str(tmp_path)])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    rows = EventLog(tmp_path / "events").read(RESULT_RECORDED).to_pylist()
    assert len(rows) == len(told["trials"])
    assert {row["status"] for row in rows} == {"ok"}
    again = CliRunner().invoke(cli, [*words, "--seconds", "5", "--json", "--home", str(tmp_path)])
    assert all(each["is_earlier"] for each in json.loads(again.stdout)["trials"])
    assert EventLog(tmp_path / "events").read(RESULT_RECORDED).num_rows == len(rows)
