"""What the README shows works: the questions in SQL, on the results of timm when they are at hand."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmart.config import Home

_PROJECT = Path(__file__).parents[2]


def questions() -> list[str]:
    return re.findall(r"```sql\n(.*?)```", (_PROJECT / "README.md").read_text(), re.DOTALL)


def ask(home: Home, sql: str) -> list[dict[str, Any]]:
    with duckdb.connect(home.warehouse, read_only=True) as connection:
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_there_are_four_questions() -> None:
    assert len(questions()) == 4


@pytest.mark.parametrize("question", questions())
def test_every_question_can_be_asked_of_any_warehouse(built_home: Home, question: str) -> None:
    assert isinstance(ask(built_home, question), list)


def test_the_devices_that_ran_a_model_are_named(timm_home: Home) -> None:
    found = ask(timm_home, questions()[0])
    assert {row["hardware_name"] for row in found} >= {"GeForce RTX 3090", "GeForce RTX 4090"}
    assert all(row["status"] == "verified" for row in found)


def test_the_fastest_device_comes_first(timm_home: Home) -> None:
    found = ask(timm_home, questions()[1])
    speeds = [row["images_per_second"] for row in found]
    assert speeds == sorted(speeds, reverse=True)
    assert len({row["hardware_id"] for row in found}) > 1


def test_a_model_is_followed_from_version_to_version(timm_home: Home) -> None:
    found = ask(timm_home, questions()[2])
    versions = {(row["hardware_id"], row["runtime_version"]) for row in found}
    assert {version for hardware, version in versions if hardware == "rtx-3090"} >= {"1.13", "2.1.0", "2.4.0"}


def test_rtx_4090_against_3090_is_where_the_publisher_puts_it(timm_home: Home) -> None:
    [row] = ask(timm_home, """
        select min(advantage) as least, median(advantage) as middle, max(advantage) as most
        from hardware_comparisons
        where hardware_id = 'rtx-4090' and baseline_hardware_id = 'rtx-3090' and metric = 'throughput'
    """)  # fmt: skip
    assert 1.1 < row["least"] < 1.2
    assert row["middle"] == pytest.approx(1.40, abs=0.02)
    assert 2.0 < row["most"] < 2.2


def test_every_mart_is_named_in_the_readme(built_home: Home) -> None:
    text = (_PROJECT / "README.md").read_text()
    marts = ask(built_home, "select table_name from information_schema.tables where table_schema = 'main'")
    assert not [row["table_name"] for row in marts if f"`{row['table_name']}`" not in text]


def test_every_command_is_shown_in_the_readme() -> None:
    from interfaces.cli.main import COMMANDS

    text = (_PROJECT / "README.md").read_text()
    assert not [name for name in COMMANDS if f"benchmart {name}" not in text]
