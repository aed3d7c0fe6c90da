"""Published tables of search spaces: what is read from them, and how well they transfer when they are at hand."""

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmart.errors import PredictionRefused
from predictors.transfer.evaluation import DESIGNED, MEAN_DEVICE, evaluate, evaluate_table
from predictors.transfer.known import Known
from predictors.transfer.spaces import cell_features, read_space

_DATA = (
    Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
    / "help_latency"
)
_THROUGH = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|nor_conv_1x1~2|"
_DEAD_END = "|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|"
_CUT = "|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|none~0|none~1|none~2|"


@pytest.mark.parametrize(
    ("cell", "convolutions", "used", "is_cut"), [(_THROUGH, 1, 1, 0), (_DEAD_END, 1, 0, 0), (_CUT, 2, 0, 1)]
)
def test_operators_that_the_output_does_not_depend_on_are_told_apart(
    cell, convolutions, used, is_cut
) -> None:
    [features] = cell_features([cell])
    assert features[2] == convolutions  # counts of skip, 1x1, 3x3, pool: all, then used ones
    assert features[6] == used
    assert features[8] == is_cut


def test_batch_sizes_belong_to_one_device(tmp_path: Path) -> None:
    columns = {
        "arch_index": [0, 1],
        "arch_str": [_THROUGH, _CUT],
        "x_1": [1.0, 2.0],
        "x_32": [2.0, 3.0],
        "y": [1.0, 3.0],
    }
    pq.write_table(pa.table(columns), tmp_path / "cells.parquet")
    known, names = read_space(tmp_path / "cells.parquet")
    assert names == ("x_1", "x_32", "y")
    assert known.devices == ("x", "x", "y")


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "nasbench201.parquet").write_text("no table")
    with pytest.raises(PredictionRefused, match="not a table of a search space"):
        read_space(tmp_path / "nasbench201.parquet")
    with pytest.raises(PredictionRefused, match="no table of a search space"):
        next(evaluate(tmp_path / "elsewhere"))


@pytest.mark.skipif(
    not _DATA.is_dir(), reason=f"no published tables at {_DATA}; name their folder with BENCHMART_TEST_DATA"
)
def test_ten_probes_rank_the_cells_of_devices_that_were_left_out() -> None:
    """On a tenth of the cells and a few of the devices, so that it stays quick."""
    known, columns = read_space(_DATA / "nasbench201.parquet")
    kept = [
        index
        for index, name in enumerate(columns)
        if not name.endswith(("_1", "_32")) or name == "essential_ph_1"
    ]
    some = Known(known.log_values[:, kept], tuple(known.devices[index] for index in kept), known.attributes)
    scores = list(
        evaluate_table(some.some_items(1_500), [columns[index] for index in kept], "cells", (10,), 0)
    )
    ranks = {
        method: np.mean([score.spearman for score in scores if score.method == method])
        for method in (DESIGNED, MEAN_DEVICE)
    }
    assert ranks[DESIGNED] > 0.95
    assert ranks[DESIGNED] > ranks[MEAN_DEVICE] + 0.03
