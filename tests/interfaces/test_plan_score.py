"""`benchmart plan score`: predicted beside known memory."""

import json

import pytest
from click.testing import CliRunner

from interfaces.cli.main import cli

_TABLE = """\
fact_id,source,evidence,model,params_b,method,details,precision_bits,quantization,micro_batch,seq_len,n_gpus,gpu,gpu_mem_value,gpu_mem_unit,outcome
F1,somebody,measured,llama 2,7,lora,,16,none,1,512,1,A100 80GB,16,GB,ok
F2,somebody,measured,llama 2,70,full,,,none,1,512,1,A100 80GB,,,OOM
F3,somebody,measured,llama 2,7,galore,,16,none,1,512,1,A100 80GB,30,GB,ok
"""


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "facts.csv"
    path.write_text(_TABLE, encoding="utf-8")
    return str(path)


def test_a_row_has_prediction_and_error_and_what_is_refused_is_said_on_stderr(table) -> None:
    ran = CliRunner().invoke(cli, ["plan", "score", table])
    assert ran.exit_code == 0, ran.output
    first = next(line for line in ran.stdout.splitlines() if line.startswith("F1"))
    assert "16.00" in first
    assert "%" in first
    assert "1 of 1" in ran.stdout
    assert "F3 is not predicted: the method `galore` is not modelled" in ran.stderr


def test_json_has_bytes_bounds_and_totals(table) -> None:
    ran = CliRunner().invoke(cli, ["plan", "score", table, "--json"])
    document = json.loads(ran.stdout)
    first, failed, refused = document["facts"]
    assert first["known_bytes"] == 16e9
    assert first["bounds_bytes"][0] < first["device_bytes"] < first["bounds_bytes"][1]
    assert first["error"] == pytest.approx(first["predicted_bytes"] / 16e9 - 1)
    assert failed["fits"] is False
    assert refused["predicted_bytes"] is None
    (total,) = document["totals"]
    assert (total["facts"], total["predicted"], total["out_of_memory_caught"], total["refused"]) == (
        3,
        1,
        1,
        1,
    )


def test_a_table_that_is_not_there_is_a_plain_error() -> None:
    ran = CliRunner().invoke(cli, ["plan", "score", "no-such.csv"])
    assert ran.exit_code != 0
    assert "no-such.csv" in str(ran.exception)
