"""Versions are kept whole and unchanged, and a challenger serves only when it is no worse anywhere."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from made_up_rates import DEVICES, measured, question

from benchmart.config import Home
from benchmart.errors import LogCorrupted, PredictionRefused
from benchmart.event_log.events import SplitScore
from predictors.measured import Measured
from predictors.performance.from_questions import train_on
from predictors.planning import first_probes
from predictors.registry import store
from predictors.registry.champion import champion_of, decide
from predictors.registry.training import NAME, serving, train
from predictors.scoring import score, scores_by_case, spearman


def results(noise: float = 0.03, digest: str = "d", count: int = 24) -> Measured:
    questions, values = measured(count, noise=noise)
    return Measured(questions, values, ["a.csv"] * len(values), 0, digest)


def scores(median: float, mean: float = 0.2, coverage: float = 0.9, split: str = "rows") -> list[SplitScore]:
    return [SplitScore(split, 100, median, mean, coverage)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A home where nothing comes with the package, and what training in it said."""
    home = Home(tmp_path_factory.mktemp("trained"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "packaged", lambda name: None)
        return home, train(home, results())


@pytest.fixture
def home(trained, tmp_path) -> Home:
    shutil.copytree(trained[0].root, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


@pytest.mark.parametrize(
    ("challenger", "champion", "wins"),
    [
        (scores(0.1), None, True),
        (scores(0.09), scores(0.1), True),
        (scores(0.1), scores(0.1), False),
        (scores(0.099), scores(0.1), False),
        (scores(0.09, mean=0.3), scores(0.1), False),
        (scores(0.09, coverage=0.8), scores(0.1), False),
        (scores(0.09), scores(0.1) + scores(0.1, split="unseen model"), False),
        (
            scores(0.09) + scores(0.2, split="unseen model"),
            scores(0.1) + scores(0.1, split="unseen model"),
            False,
        ),
    ],
)
def test_a_challenger_wins_when_it_is_no_worse_anywhere_and_better_somewhere(
    challenger, champion, wins
) -> None:
    assert decide(challenger, champion)[0] is wins


def test_the_first_version_serves_and_training_the_same_again_adds_nothing(trained, home) -> None:
    first = trained[1]
    assert first.is_champion
    assert {each.split for each in first.scores} == {
        "seen",
        "unseen model",
        "unseen family",
        "unseen hardware",
    }
    assert serving(home)[0] == first.version
    assert train(home, results()).version == first.version
    assert len(list(home.events.rglob("*.parquet"))) == 1


def test_a_worse_version_is_kept_and_does_not_serve(trained, home) -> None:
    first = trained[1]
    second = train(home, results(noise=0.3, digest="e"))
    assert not second.is_champion
    assert champion_of(home, NAME).version == first.version
    assert (store.folder_of(home, NAME) / second.version).is_dir()
    assert serving(home)[0] == first.version


def test_results_too_few_to_learn_from_are_taken_in_by_the_champion(trained, home) -> None:
    few = results(digest="f", count=3)
    new = [question(each, 1, precision="fp32") for each in range(3)]
    few = Measured(new, np.full(3, 123.0), ["b.csv"] * 3, 0, "f")
    before = serving(home)[1].predict(new)
    done = train(home, few)
    assert (done.is_champion, done.result_count) == (True, 3)
    assert "takes in 3 results" in done.reason
    assert sum(each.result_count for each in done.scores) == 3
    after = serving(home)[1].predict(new)
    off = [np.abs(np.log([each.value / 123 for each in said])).max() for said in (before, after)]
    assert off[1] < off[0] / 2


def test_a_champion_that_knows_none_of_more_results_takes_them_in(trained, home) -> None:
    many = results(digest="g", count=30)
    strange = [replace(each, precision="bf16", runtime_version="9.9") for each in many.questions]
    done = train(home, Measured(strange, many.values, many.sources, 0, "g"))
    assert (done.is_champion, done.result_count) == (True, 90)
    assert "takes in 90 results" in done.reason


def test_files_that_were_changed_are_not_served(trained, home) -> None:
    file = store.folder_of(home, NAME) / trained[1].version / "predictor.json"
    file.write_text(file.read_text() + " ")
    with pytest.raises(LogCorrupted, match="were changed"):
        serving(home)


def test_before_training_the_version_that_comes_with_the_package_serves(tmp_path) -> None:
    version, predictor = serving(Home(tmp_path))
    assert len(version) == 12
    (said,) = predictor.predict([question(8)])
    assert said.case.name == "unseen hardware, 0 probes"
    assert 0 < said.low < said.value < said.high
    files = list(store.packaged(NAME).iterdir())
    assert sum(file.stat().st_size for file in files) < 5e6


def test_without_any_version_training_is_asked_for(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(store, "packaged", lambda name: None)
    with pytest.raises(PredictionRefused, match="benchmart predict train"):
        serving(Home(tmp_path))
    with pytest.raises(PredictionRefused, match="too few"):
        train(Home(tmp_path), results(count=2))


def test_pickles_are_not_kept(tmp_path) -> None:
    with pytest.raises(PredictionRefused, match=r"weights\.pkl"):
        store.keep(Home(tmp_path), "p", lambda folder: (folder / "weights.pkl").write_bytes(b""))
    assert list(store.folder_of(Home(tmp_path), "p").iterdir()) == []


def test_probes_of_a_new_device_correct_what_is_predicted_of_it() -> None:
    everything = results(count=40)
    is_new = np.array([each.hardware is DEVICES[2] for each in everything.questions])
    known, new = everything.part(np.flatnonzero(~is_new)), everything.part(np.flatnonzero(is_new))
    fitted, _ = train_on(known.questions, known.values)
    slow = Measured(new.questions, new.values / 2, new.sources, 0, "d")
    without, with_probes = score(slow, fitted)[0], score(slow, fitted, probes=5)[0]
    assert without.median_error > 0.5
    assert with_probes.median_error < 0.15
    assert with_probes.result_count == len(new.values) - 5
    (case,) = [part.name for part in score(slow, fitted, probes=5) if part.by == "case"]
    assert case == "unseen hardware, 5 probes"
    by_case = scores_by_case(slow, fitted.predict(slow.questions))
    assert [(each.split, each.result_count) for each in by_case] == [("unseen hardware", 40)]


def test_ranks_are_correlated_ties_at_their_mean() -> None:
    assert spearman([1, 2, 3, 4], [10, 20, 30, 99]) == pytest.approx(1)
    assert spearman([1, 2, 2, 4], [4, 2, 2, 1]) == pytest.approx(-1)
    assert spearman([1, 1, 1], [1, 2, 3]) is None


def test_probes_are_different_models_and_more_than_there_are_is_refused() -> None:
    profiles = [question(model).profile for model in range(20)]
    chosen = first_probes(profiles, 6)
    assert len({each.subject for each in chosen}) == 6
    work = [each.flops_per_item for each in chosen]
    assert max(work) / min(work) > 0.5 * profiles[-1].flops_per_item / profiles[0].flops_per_item
    with pytest.raises(PredictionRefused, match="21 models were asked for"):
        first_probes(profiles, 21)
