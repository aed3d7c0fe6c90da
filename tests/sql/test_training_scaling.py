"""The named query `training_scaling`, over rows whose answer is known."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

_SQL = Path(__file__).parents[2] / "analyses" / "training_scaling.sql"


def run(strategy: str, ranks: int, speed: float, **other: str) -> tuple[Any, ...]:
    condition = {"strategy": strategy, "ranks": str(ranks), "micro_batch": "1", "accumulation_steps": "1"}
    condition |= {"checkpointing": "none", "threads": "1", **other}
    return ("m", "h", "fp32", 64, "adamw", "full", "ok", "measured", speed, condition)


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        "create table training_runs (model_id text, hardware_id text, precision text, sequence_length int,"
        " optimizer text, method text, status text, basis text, items_per_second double,"
        " condition map(text, text))"
    )
    rows = [
        run("single", 1, 2.0),
        run("ddp", 2, 3.0),
        run("ddp", 2, 3.0),
        run("ddp", 4, 4.0),
        run("zero2", 2, 1.0, micro_batch="8"),
        run("fsdp2", 2, 5.0, checkpointing="full"),
        run("fsdp2", 1, 4.0, checkpointing="full"),
    ]
    connection.executemany(f"insert into training_runs values ({', '.join('?' * 10)})", rows)
    return connection


def test_efficiency_is_against_one_rank_with_equal_work(warehouse: duckdb.DuckDBPyConnection):
    answer = warehouse.execute(_SQL.read_text(encoding="utf-8"))
    names = [column[0] for column in answer.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    found = {(row["strategy"], row["ranks"]): row["scaling_efficiency"] for row in rows}
    assert found == {("ddp", 2): 0.75, ("ddp", 4): 0.5, ("fsdp2", 2): 0.625}
