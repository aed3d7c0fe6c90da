"""The scores of detectors can be run, and their measures are those of the papers."""

import bench_detection
import contenders
import numpy as np
import pytest
from annotated import Annotated, covering, f1
from made_series import matched


def test_ours_is_scored_beside_no_change_and_what_is_missing_is_told(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(contenders, "OTAVA", tmp_path / "none")
    monkeypatch.setattr(bench_detection, "_DATA", tmp_path)
    told = [*bench_detection.rows(2, online=2)]
    assert "not measured" in told[0].what
    found = next(row for row in told if row.what.startswith("5 % step, iid"))
    assert set(found.numbers) == {"ours", "no change"}
    assert found.numbers["no change"].startswith("0.0%")
    assert all(row.numbers["ours"] for row in told[1:])


SERIES = Annotated("made", np.zeros(100), {"a": [50], "b": [], "c": [48, 80]})


@pytest.mark.parametrize(
    ("found", "score", "cover"),
    [
        # Recall without changes: 1/2, 1, 1/3 of what annotators have, the first point counted; precision is 1.
        ([], 2 * (11 / 18) / (1 + 11 / 18), (0.5 + 1 + (0.48 * 0.48 + 0.32 * 0.32 + 0.2 * 0.2)) / 3),
        # 50 is within five points of a's and of c's first; of two findings with the first point, all match somebody.
        ([50], 2 * (8 / 9) / (1 + 8 / 9), (1 + 0.5 + (0.48 * 0.96 + 0.32 * 30 / 52 + 0.2 * 20 / 50)) / 3),
    ],
)
def test_agreement_with_annotators_is_worked_out_as_by_hand(found, score, cover) -> None:
    assert f1(SERIES, found) == pytest.approx(score)
    assert covering(SERIES, found) == pytest.approx(cover)


def test_each_change_is_matched_by_one_finding() -> None:
    assert matched([50], [49, 52]) == (1, 1)
    assert matched([50, 52], [51]) == (1, 0)
    assert matched([], [3]) == (0, 1)
