"""The matrix on a terminal, where there is room for some devices only."""

import pytest

from benchmart.queries.matrix import Matrix
from benchmart.queries.rows import Rows
from interfaces.cli.matrix_tables import print_matrix

_COLUMNS = (
    "model_id", "runtime", "mode", "precision", "hardware_id", "device_kind",
    "status", "evidence_count", "success_count", "failure_count", "error_class", "suggested_fix",
)  # fmt: skip


def test_the_devices_of_the_lines_that_are_shown_come_before_those_of_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cell = ("resnet50", "pytorch", "inference", "fp32", "rare", "cuda", "verified", 3, 3, 0, None, None)
    others = [(f"common-{number}", "cuda", 1000) for number in range(9)]
    matrix = Matrix(Rows(_COLUMNS, [cell]), line_count=2, devices=[*others, ("rare", "cuda", 1)], statuses={})
    print_matrix(matrix, "model")
    table, told = capsys.readouterr()
    header, line = table.splitlines()
    assert header.split()[4:6] == ["rare", "common-0"]
    assert line.split()[4:] == ["ok", "3"]
    assert "left out for want of room: common-7, common-8" in told
