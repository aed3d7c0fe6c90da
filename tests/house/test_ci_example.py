"""The workflow that trains predictors in CI calls commands that exist, with flags that they have."""

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml  # type: ignore[import-untyped]
from sources import PROJECT

from interfaces.cli.main import cli

_WORKFLOW = PROJECT / "docs" / "ci" / "predictor.yml"
_PREDICTIONS = PROJECT / "docs" / "predictions.md"
_ENDS = re.compile(r"\|\||&&|[|;>#]")


def _steps() -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = yaml.safe_load(_WORKFLOW.read_text())["jobs"]["retrain"]["steps"]
    return steps


def _scripts() -> dict[str, str]:
    return {step["name"]: step["run"] for step in _steps() if "run" in step}


def _commands(text: str) -> list[str]:
    """Calls of benchmart, one a line or after `&&`, without what a shell does with them."""
    parts = (part.strip() for line in text.splitlines() for part in line.split("&&"))
    return [_ENDS.split(part)[0].strip() for part in parts if part.startswith("benchmart ")]


def _refusal(line: str) -> str | None:
    """Why benchmart would not take this command line; None when it would. Nothing is run."""
    _, *words = shlex.split(line)
    command: click.Command = cli
    context = click.Context(cli)
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        found = command.get_command(context, words[0])
        if found is None:
            return f"no command {words[0]}"
        command, context, words = found, click.Context(found, parent=context), words[1:]
    try:
        command.make_parser(context).parse_args(args=words)
    except click.UsageError as error:
        return error.message
    return None


def test_the_workflow_imports_builds_judges_trains_and_publishes_in_this_order() -> None:
    called = [command for script in _scripts().values() for command in _commands(script)]
    order = ["benchmart import", "benchmart build", "benchmart outliers find", "benchmart predict train"]
    places = [next(n for n, command in enumerate(called) if command.startswith(each)) for each in order]
    assert places == sorted(places)
    names = list(_scripts())
    trains = next(name for name, script in _scripts().items() if "predict train" in script)
    publishes = next(name for name, script in _scripts().items() if " push " in script)
    assert names.index(trains) < names.index(publishes)
    assert re.search(r"add .*events.* predictors", _scripts()[publishes])


@pytest.mark.parametrize("path", [_WORKFLOW, _PREDICTIONS], ids=lambda path: path.name)
def test_every_command_exists_with_its_flags(path: Path) -> None:
    text = path.read_text()
    if path.suffix == ".md":
        text = "".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    else:
        text = "".join(_scripts().values())
    commands = _commands(text)
    assert len(commands) > 4
    assert {command: reason for command in commands if (reason := _refusal(command))} == {}


@pytest.mark.parametrize(
    "line",
    [
        "benchmart predict trian",
        "benchmart build --fast",
        "benchmart log show --limit",
        "benchmart outlier find",
    ],
)
def test_a_command_or_flag_that_does_not_exist_is_seen(line: str) -> None:
    assert _refusal(line)


@pytest.mark.parametrize("name", _scripts())
def test_every_step_is_a_script_that_a_shell_can_read(name: str) -> None:
    read = subprocess.run(["bash", "-n"], input=_scripts()[name], capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")


def test_only_one_training_runs_at_a_time_and_is_not_cut_short_by_the_next() -> None:
    workflow = yaml.safe_load(_WORKFLOW.read_text())
    assert workflow["concurrency"] == {"group": "predictor", "cancel-in-progress": False}
    # YAML 1.1 reads the key `on` as true.
    assert workflow[True]["push"]["paths"] == ["results/**"]
