"""The composite action is well formed and safe, and its steps do in order what it promises."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml  # type: ignore[import-untyped]
from sources import PROJECT

ACTION = yaml.safe_load((PROJECT / "action.yml").read_text())
WORKFLOWS = {
    path.name: yaml.safe_load(path.read_text()) for path in sorted((PROJECT / "docs" / "ci").glob("*.yml"))
}
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*}}")
PINNED = re.compile(r"^[\w.-]+/[\w./-]+@(v\d+|[0-9a-f]{40})$")


def workflow_steps() -> list[dict[str, Any]]:
    return [step for flow in WORKFLOWS.values() for job in flow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("vendor.github-actions", ["action.yml"]),
        ("vendor.github-workflows", [f"docs/ci/{name}" for name in WORKFLOWS]),
    ],
)
def test_action_and_workflows_fit_the_schemas_of_github(schema, paths) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *paths]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_input_is_described_and_used_and_no_other_is() -> None:
    text = (PROJECT / "action.yml").read_text()
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(ACTION["inputs"])
    assert all(each["description"] and "default" in each for each in ACTION["inputs"].values())


def test_every_output_is_written_by_the_step_it_names() -> None:
    scripts = {step["id"]: step["run"] for step in STEPS if "id" in step}
    for name, output in ACTION["outputs"].items():
        step, key = re.fullmatch(
            r"steps\.(\w+)\.outputs\.([\w-]+)", EXPRESSION.search(output["value"]).group(1)
        ).groups()
        assert f"{key}=" in scripts[step], name


def test_actions_of_others_are_pinned() -> None:
    used = [step["uses"] for step in [*STEPS, *workflow_steps()] if "uses" in step]
    assert used
    assert [each for each in used if not PINNED.match(each) and not each.startswith("./")] == []


def test_no_value_is_written_into_a_script() -> None:
    scripts = [step["run"] for step in STEPS if "run" in step]
    assert scripts
    assert [script for script in scripts if EXPRESSION.search(script)] == []
    gate = [
        step["run"]
        for job in WORKFLOWS["gate.yml"]["jobs"].values()
        for step in job["steps"]
        if "run" in step
    ]
    assert [script for script in gate if EXPRESSION.search(script)] == []


@pytest.mark.parametrize(
    "step", [step for step in [*STEPS, *workflow_steps()] if "run" in step], ids=lambda s: s["name"]
)
def test_every_script_is_one_that_bash_understands(step) -> None:
    assert subprocess.run(["bash", "-n"], input=step["run"], text=True, check=False).returncode == 0


def test_scripts_of_the_action_stop_at_the_first_failure() -> None:
    assert all(
        step["shell"] == "bash" and step["run"].startswith("set -euo pipefail\n")
        for step in STEPS
        if "run" in step
    )


def test_workflows_ask_for_no_more_rights_than_they_need() -> None:
    assert WORKFLOWS["gate.yml"]["permissions"] == {"contents": "read"}
    assert all("permissions" in flow for flow in WORKFLOWS.values())


def test_the_example_gives_inputs_that_there_are_and_reads_outputs_that_there_are() -> None:
    steps = WORKFLOWS["gate.yml"]["jobs"]["gate"]["steps"]
    (ours,) = [step for step in steps if step.get("uses", "").startswith("./")]
    assert set(ours["with"]) <= set(ACTION["inputs"])
    read = re.findall(
        r"steps\.benchmart\.outputs\.([\w-]+)", (PROJECT / "docs" / "ci" / "gate.yml").read_text()
    )
    assert read
    assert set(read) <= set(ACTION["outputs"])


def results(folder: Path, name: str, seed: int, factor: float = 1.0) -> None:
    """A run of pytest-benchmark, as far as it is read."""
    random = np.random.default_rng(seed)
    codess = factor * 0.01 * float(np.exp(random.normal(0, 0.01)))
    stats = {
        "min": codess,
        "max": codess,
        "mean": codess,
        "median": codess,
        "stddev": 0.0,
        "rounds": 1,
        "iterations": 1,
    }
    document = {
        "machine_info": {"node": "runner", "python_version": "3.12.1", "cpu": {"brand_raw": "EPYC"}},
        "commit_info": {
            "id": f"{seed:040x}",
            "branch": "main",
            "dirty": False,
            "time": "2026-01-01T00:00:00+00:00",
        },
        "datetime": f"2026-01-{1 + seed // 24:02}T{seed % 24:02}:00:00+00:00",
        "version": "5.1.0",
        "benchmarks": [
            {
                "group": None,
                "name": "test_parse",
                "fullname": "test_io.py::test_parse",
                "params": None,
                "param": None,
                "extra_info": {},
                "options": {},
                "stats": stats,
            }
        ],
    }
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(document))


@pytest.mark.slow
def test_the_steps_judge_report_and_fail_in_order(tmp_path) -> None:
    history, now = tmp_path / "history", tmp_path / "now"
    for seed in range(20):
        results(history, str(seed), seed)
    for seed in range(30, 33):
        results(now, str(seed), seed, 1.2)
    code = [sys.executable, "-c", "from interfaces.cli.main import main; main()"]
    subprocess.run(
        [*code, "import", str(history), "--home", str(tmp_path / "home")], check=True, capture_output=True
    )
    codes = run_steps(tmp_path, {"results": str(now)})
    outputs = dict(line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines())
    assert (codes["Judge"], codes["Report"], codes["Pass or fail"]) == (0, 0, 1)
    assert outputs["verdict"] == "failed"
    assert "1 regression" in Path(outputs["comment-path"]).read_text()
    assert "1 regression" in (tmp_path / "summary").read_text()
    assert json.loads(Path(outputs["rulings-path"]).read_text())["counts"]["regression"] >= 1
    assert (Path(outputs["report-path"]) / "changes.html").exists()


@pytest.mark.parametrize(
    ("verdict", "fail_on", "code"),
    [("passed", "regression", 0), ("failed", "regression", 1), ("failed", "never", 0)],
)
def test_a_gate_that_failed_fails_the_job_unless_it_only_comments(verdict, fail_on, code) -> None:
    (script,) = [step["run"] for step in STEPS if step["name"] == "Pass or fail"]
    ran = subprocess.run(["bash", "-c", script], env={"VERDICT": verdict, "FAIL_ON": fail_on}, check=False)
    assert ran.returncode == code


def run_steps(folder: Path, given: dict[str, str]) -> dict[str, int]:
    """Exit codes of the action's own scripts, called as GitHub would in order, but for installing and commenting."""
    inputs = {name: str(each["default"]) for name, each in ACTION["inputs"].items()}
    inputs |= {"home": str(folder / "home"), "report": str(folder / "report")} | given
    for name in ("output", "summary"):
        (folder / name).write_text("")
    environment = os.environ | {
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "RUNNER_TEMP": str(folder),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    codes: dict[str, int] = {}
    for step in STEPS:
        if (
            "run" not in step
            or step["name"] in {"Install", "Comment"}
            or (step["name"] == "Report" and not inputs["report"])
        ):
            continue
        told = dict(line.split("=", 1) for line in (folder / "output").read_text().splitlines())
        values = {key: _value(value, inputs, told) for key, value in step["env"].items()}
        ran = subprocess.run(
            ["bash", "-c", step["run"]],
            env=environment | values,
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
        )
        codes[step["name"]] = ran.returncode
        if ran.returncode:
            break
    return codes


def _value(expression: str, inputs: dict[str, str], told: dict[str, str]) -> str:
    (name,) = EXPRESSION.fullmatch(expression).groups()
    kind, _, key = name.rpartition(".")
    return inputs[key] if kind == "inputs" else told.get(key, "")
