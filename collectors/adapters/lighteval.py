"""lighteval, `results_*.json`: how well a model answers, one record for each task and score.

Scores are ratios of 1. `all` averages over tasks of different kinds and is left out; `*_stderr` goes with its score.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from benchmart.event_log.events import Event, Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, mapping, number, text

NAME = "lighteval"
VERSION = "1"

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
        and "model_name" in value["config_general"]
    )


def _read(document: Document) -> Findings:
    general = document.json["config_general"]
    for task, scores in document.json["results"].items():
        if task == _AVERAGE:
            continue
        where = f"$.results[{json.dumps(task)}]"
        try:
            yield from list(_records(document, where, task, general))
        except ValueError as error:
            yield BadRow(where, str(error), json.dumps(scores).encode())


def _records(document: Document, where: str, task: str, general: Mapping[str, Any]) -> Iterator[Event]:
    scores = mapping(document.json["results"], task)
    for name in scores:
        if name.endswith(_SPREAD):
            continue
        spread = as_attributes(scores, f"{name}{_SPREAD}").get(f"{name}{_SPREAD}")
        yield ResultRecorded(
            **provenance(document, NAME, VERSION),
            source_locator=f"{where}[{json.dumps(name)}]",
            subject_kind="model",
            subject=text(general, "model_name"),
            family="text_generation",
            status="ok",
            basis="measured",
            mode="inference",
            precision=as_attributes(general, "model_dtype").get("model_dtype"),
            condition={"task": task, "score": name} | as_attributes(general, *_CONDITION),
            attributes=as_attributes(general, *_ATTRIBUTES) | ({"standard_error": spread} if spread else {}),
            metrics=(Metric("score", "ratio", number(scores, name)),),
        )


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
