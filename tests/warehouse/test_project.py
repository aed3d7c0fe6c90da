"""House rules of the dbt project, read off its manifest."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_PROJECT = Path(__file__).parents[2]
_LAYER_PREFIXES = {"staging": "stg_", "intermediate": "int_"}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    target = tmp_path_factory.mktemp("target")
    command = [Path(sys.executable).with_name("dbt"), "parse", "--target-path", target, "--log-path", target]
    subprocess.run(command, cwd=_PROJECT, check=True, capture_output=True)
    document: dict[str, Any] = json.loads((target / "manifest.json").read_text())
    return document


def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def marts(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in models(manifest) if node["fqn"][1] == "marts"]


def test_every_mart_has_an_enforced_contract_with_every_column_described(manifest: dict[str, Any]) -> None:
    for mart in marts(manifest):
        assert mart["config"]["contract"]["enforced"], mart["name"]
        undescribed = [name for name, column in mart["columns"].items() if not column["description"]]
        assert not undescribed, mart["name"]


def test_every_description_ends_with_the_grain(manifest: dict[str, Any]) -> None:
    for model in models(manifest):
        if model["fqn"][1] != "staging":
            assert re.search(r"One row per [^.]+\.$", model["description"].strip()), model["name"]


def test_the_grain_of_every_mart_is_proved(manifest: dict[str, Any]) -> None:
    tested = {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test" and node["test_metadata"]["name"] in ("grain", "unique")
    }
    assert {mart["unique_id"] for mart in marts(manifest)} <= tested


def test_every_seed_has_a_key_that_is_proved(manifest: dict[str, Any]) -> None:
    tested = {node["attached_node"] for node in manifest["nodes"].values() if node["resource_type"] == "test"}
    seeds = {node["unique_id"] for node in manifest["nodes"].values() if node["resource_type"] == "seed"}
    assert seeds <= tested


def test_models_are_named_after_their_layer(manifest: dict[str, Any]) -> None:
    for model in models(manifest):
        layer = model["fqn"][1]
        assert model["name"].startswith(_LAYER_PREFIXES.get(layer, "")), model["name"]
        assert layer != "marts" or not model["name"].startswith(tuple(_LAYER_PREFIXES.values())), model[
            "name"
        ]


def test_staging_reads_no_model_but_the_ledger_and_marts_read_no_staging_but_it(
    manifest: dict[str, Any],
) -> None:
    for model in models(manifest):
        parents = [parent.rpartition(".")[2] for parent in model["depends_on"]["nodes"]]
        from_staging = [
            name for name in parents if name.startswith("stg_") and name != "stg_event_log__files"
        ]
        if model["fqn"][1] == "staging":
            assert not from_staging, model["name"]
        if model["fqn"][1] == "marts" and len(from_staging) > 1:
            pytest.fail(f"{model['name']} joins several staging models: {from_staging}")


def test_every_mart_that_a_face_reads_is_in_an_exposure(manifest: dict[str, Any]) -> None:
    exposed = {
        parent for exposure in manifest["exposures"].values() for parent in exposure["depends_on"]["nodes"]
    }
    asked = "".join(path.read_text() for path in (_PROJECT / "benchmart" / "queries").glob("*.py"))
    read = {mart["unique_id"] for mart in marts(manifest) if re.search(rf"\b{mart['name']}\b", asked)}
    assert read
    assert read <= exposed


def test_every_business_rule_has_a_unit_test_named_as_a_sentence(manifest: dict[str, Any]) -> None:
    tests = manifest["unit_tests"].values()
    assert len(tests) >= 10
    for test in tests:
        assert test["description"], test["name"]
        assert test["name"].count("_") >= 4, test["name"]
