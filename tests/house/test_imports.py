"""Starting costs next to nothing: heavy libraries are loaded where they are used, and not before."""

import ast
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sources import PACKAGES, modules

_HEAVY = {"dbt", "duckdb", "numpy", "onnx", "pyarrow", "torch"}
_ONLY_INSIDE_FUNCTIONS = {"dbt", "deepspeed", "onnx", "pynvml", "rich", "textual", "torch", "transformers"}
_LOADED_BY_DBT = Path("benchmart/dbt_plugin.py")
_MADE_OF_TORCH = {
    "collectors/profiles/kernels.py",
    "collectors/profiles/tracing.py",
    "predictors/kernels/efficiency.py",
    "predictors/kernels/model.py",
    "predictors/kernels/training.py",
    "predictors/training_plan/files/scripts/train_deepspeed.py",
    "predictors/training_plan/files/scripts/train_huggingface.py",
    "predictors/training_plan/files/scripts/train_torch.py",
}
"""Their classes are kinds of torch's own; only commands that need torch load them, and scripts are only copied."""
_MADE_OF_TEXTUAL = (
    "tui/app.py", "tui/commands.py", "tui/find.py", "tui/screens/", "tui/themes.py", "tui/web/", "tui/widgets/"
)  # fmt: skip
"""Loaded by `benchmart tui` alone; what the browser shows can be had without."""
_LONGEST_START_SECONDS = 0.3
_STARTS = 5

_IMPORT = "import benchmart"
_HELP = """
import sys
sys.argv = ["benchmart", "--help"]
from interfaces.cli.main import main
try:
    main()
except SystemExit as end:
    assert end.code == 0
"""
_TELL = "\nimport json, sys\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)"


def _at_module_level(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and top-level name of every import that happens when the module is loaded."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module.partition(".")[0]
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            yield from _at_module_level(ast.Module(node.orelse, []))
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _at_module_level(node)


@pytest.mark.parametrize("code", [_IMPORT, _HELP], ids=["import benchmart", "benchmart --help"])
def test_starting_loads_no_heavy_library(code: str) -> None:
    command = [sys.executable, "-c", code + _TELL]
    started = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(started.stderr.splitlines()[-1])}
    assert "benchmart" in loaded
    assert loaded & _HEAVY == set()


@pytest.mark.alone
def test_the_help_is_there_at_once() -> None:
    seconds = []
    for _ in range(_STARTS):
        start = time.perf_counter()
        subprocess.run(
            [Path(sys.executable).with_name("benchmart"), "--help"], check=True, stdout=subprocess.DEVNULL
        )
        seconds.append(time.perf_counter() - start)
    best = min(seconds)
    assert best < _LONGEST_START_SECONDS, f"benchmart --help took {best * 1e3:.0f} ms at best of {_STARTS}"


def test_libraries_that_few_commands_need_are_imported_inside_functions() -> None:
    found = [
        f"{path}:{line}: {name}"
        for path, tree in modules(*PACKAGES)
        if path != _LOADED_BY_DBT and str(path) not in _MADE_OF_TORCH
        for line, name in _at_module_level(tree)
        if name in _ONLY_INSIDE_FUNCTIONS and not str(path).startswith(_MADE_OF_TEXTUAL)
    ]
    assert found == []


def test_an_import_is_seen_in_every_place_that_runs_when_a_module_is_loaded() -> None:
    source = """
import torch
try:
    from dbt.flags import get_flags
except ImportError:
    import rich.table
class Holder:
    import textual
if TYPE_CHECKING:
    import transformers
def later():
    import pynvml
"""
    names = [name for _, name in _at_module_level(ast.parse(source))]
    assert names == ["torch", "dbt", "rich", "textual"]
