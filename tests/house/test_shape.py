"""Files and functions stay small, what is public is documented, and nothing tells of one machine."""

import ast
import re
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from sources import PACKAGES, PROJECT, modules, tracked

from interfaces.cli.main import COMMANDS, cli

_LONGEST_FILE_LINES = 400
_LONGEST_FUNCTION_LINES = 60
_DOCUMENTED_SHARE = 0.8
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

_OF_ONE_MACHINE = re.compile(
    r"(?<![\w.~}-])/(?:work|root)/"
    r"|\b(?:pypi\.org|files\.pythonhosted\.org|registry\.npmjs\.org|proxy\.golang\.org)\b"
    r"|--(?:extra-)?index-url"
)


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS))


def _public(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Functions, classes and methods whose names, and whose classes' names, begin without an underscore."""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_":
            yield node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body)


def test_no_file_is_longer_than_a_reader_bears() -> None:
    lines = {str(path): len((PROJECT / path).read_text().splitlines()) for path, _ in modules(*PACKAGES)}
    assert lines
    assert {path: count for path, count in lines.items() if count > _LONGEST_FILE_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    lines = {
        f"{path}:{function.name}": (function.end_lineno or 0) - function.lineno + 1
        for path, tree in modules(*PACKAGES)
        for function in _functions(tree)
    }
    assert lines
    assert {name: count for name, count in lines.items() if count > _LONGEST_FUNCTION_LINES} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_what_is_public_says_what_it_is(package: str) -> None:
    documented = {
        f"{path}:{node.name}": bool(ast.get_docstring(node))
        for path, tree in modules(package)
        for node in _public(tree.body)
    }
    missing = sorted(name for name, is_documented in documented.items() if not is_documented)
    assert len(missing) <= (1 - _DOCUMENTED_SHARE) * len(documented), missing


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_what_it_is_for(package: str) -> None:
    assert [str(path) for path, tree in modules(package) if not ast.get_docstring(tree)] == []


def test_no_tracked_file_names_a_folder_of_one_machine_or_a_registry() -> None:
    found = [
        f"{path.relative_to(PROJECT)}:{number}: {line.strip()}"
        for path in tracked()
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), start=1)
        if _OF_ONE_MACHINE.search(line)
    ]
    assert [line for line in found if not line.startswith("tests/house/test_shape.py")] == []


@pytest.mark.parametrize(
    "line", ["cd /work/project", "HOME=/root/x", "see https://pypi.org/simple", "pip --index-url x"]
)
def test_a_folder_of_one_machine_and_a_registry_are_seen(line: str) -> None:
    assert _OF_ONE_MACHINE.search(line)


@pytest.mark.parametrize(
    "line", ["~/work/project", "shared/work/data", "{home}/root/x", "github.com/numenta/NAB"]
)
def test_a_relative_folder_and_a_repository_are_no_machine(line: str) -> None:
    assert not _OF_ONE_MACHINE.search(line)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_examples_in_its_help(command: str) -> None:
    shown = CliRunner().invoke(cli, [command, "--help"], prog_name="benchmart")
    assert shown.exit_code == 0, shown.output
    lines = [line.strip() for line in shown.stdout.splitlines()]
    assert "Examples:" in lines
    assert lines[lines.index("Examples:") + 1].startswith(f"benchmart {command}")


def test_every_decision_is_in_the_index_under_its_own_title() -> None:
    folder = PROJECT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    records = [path for path in tracked("docs/decisions/*.md") if path.name != "README.md"]
    assert records
    for record in records:
        number, title = record.read_text().splitlines()[0].removeprefix("# ").split(". ", maxsplit=1)
        assert record.name.startswith(f"{int(number):04}-")
        assert f"| {number} | [{title}]({record.name}) |" in index, record.name
