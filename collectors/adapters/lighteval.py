"""lighteval, `results_*.json`: how well a model answers, one record for each task and score.

Scores are ratios of 1; one outside of that (BLEU, perplexity) is a number of its own kind. `all` averages over tasks of
different kinds and is left out; `*_stderr` goes with its score.
"""

import json
from collections.abc import Mapping
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, number, shown, text

NAME = "lighteval"
VERSION = "2"

_AVERAGE = "all"
_SPREAD = "_stderr"
_ATTRIBUTES = ("model_sha", "model_size", "lighteval_sha", "total_evaluation_time_secondes")
_CONDITION = ("max_samples", "num_fewshot_seeds")


def _recognises(document: Document) -> bool:
    value = document.json
    return (
        isinstance(value, dict)
        and isinstance(value.get("results"), dict)
        and isinstance(value.get("config_general"), dict)
        and "model_name" in value["config_general"].keys() | _model_config(value["config_general"]).keys()
    )


def _model_config(general: Mapping[str, Any]) -> dict[str, Any]:
    """What later versions say of the model."""
    config = general.get("model_config")
    return config if isinstance(config, dict) else {}


def _read(document: Document) -> Findings:
    for task, scores in document.json["results"].items():
        where = f"$.results[{json.dumps(task)}]"
        if task == _AVERAGE:
            continue
        if not isinstance(scores, dict):
            yield BadRow(where, f"{task}: {shown(scores)} is not an object", json.dumps(scores).encode())
            continue
        for name in scores:
            if name.endswith(_SPREAD):
                continue
            try:
                yield _record(document, where, task, name)
            except ValueError as error:
                yield BadRow(f"{where}[{json.dumps(name)}]", str(error), json.dumps(scores[name]).encode())


def _record(document: Document, where: str, task: str, name: str) -> Event:
    general, scores = document.json["config_general"], document.json["results"][task]
    model = _model_config(general)
    spread = as_attributes(scores, f"{name}{_SPREAD}").get(f"{name}{_SPREAD}")
    precision = as_attributes(general, "model_dtype").get("model_dtype") or as_attributes(model, "dtype").get(
        "dtype"
    )
    score = number(scores, name)
    is_ratio = 0 <= score <= 1
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        source_locator=f"{where}[{json.dumps(name)}]",
        subject_kind="model",
        subject=text(general if general.get("model_name") else model, "model_name"),
        family="text_generation",
        status="ok",
        basis="measured",
        mode="inference",
        precision=precision,
        condition={"task": task, "score": name} | as_attributes(general, *_CONDITION),
        attributes=as_attributes(model, "revision")
        | as_attributes(general, *_ATTRIBUTES)
        | ({"standard_error": spread} if spread else {}),
        metrics=(Metric("score", "ratio", score) if is_ratio else Metric("other_value", "unstated", score),),
    )


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
