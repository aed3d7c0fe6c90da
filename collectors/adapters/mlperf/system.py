"""MLPerf system descriptions, `systems/<system>.json`, and what a result says of its hardware because of them.

A description holds no results: it is read along with the results of its system, whose throughput is that of ALL its
accelerators together, so the number of devices is accelerators per node x number of nodes.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.adapters.contract import Adapter, Findings, NotResults
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes
from collectors.adapters.numbers import LARGEST_WHOLE, not_negative

NAME = "mlperf_system"
VERSION = "1"

Facts = Mapping[str, str]
"""What is known of a system, by the names of the columns in the tables of results."""

_OF_A_DESCRIPTION = (
    "accelerator_model_name",
    "accelerators_per_node",
    "host_processor_model_name",
    "host_processors_per_node",
    "number_of_nodes",
)
_FACTS = {
    "accelerator": "accelerator_model_name",
    "accelerators_per_node": "accelerators_per_node",
    "number_of_nodes": "number_of_nodes",
    "accelerator_memory": "accelerator_memory_capacity",
    "accelerator_interconnect": "accelerator_interconnect",
    "host_processor": "host_processor_model_name",
    "host_processors_per_node": "host_processors_per_node",
    "host_memory": "host_memory_capacity",
    "framework": "framework",
    "operating_system": "operating_system",
    "system_type": "system_type",
    "system_status": "status",
}
"""Column of a table: key of a description."""

ATTRIBUTES = tuple(name for name in _FACTS if name != "accelerator")
"""Facts that a result carries as attributes, under the same names."""

_NOTHING = {"", "n/a", "na", "none", "-", "null", "undefined"}
_KINDS = (
    ("cuda", ("nvidia", "tesla", "geforce", "quadro")),
    ("rocm", ("amd instinct", "amd mi")),
    ("tpu", ("tpu",)),
    ("hpu", ("gaudi",)),
)
_HIGHEST_SYSTEMS_FOLDER = 9
"""Folders above a log; a folder higher up belongs to something else."""


@dataclass(frozen=True, slots=True)
class Hardware:
    """What the numbers of a result are about."""

    device: str | None
    device_kind: str | None
    device_count: int | None

    @property
    def fields(self) -> dict[str, Any]:
        """As fields of an event."""
        return {
            "device": self.device,
            "device_kind": self.device_kind,
            "device_count": self.device_count,
        }


def hardware(facts: Facts) -> Hardware:
    """Accelerators, or the host's processors where a system has no accelerator. Names stay as they are printed."""
    accelerator = facts.get("accelerator", "").strip()
    per_node = _count(facts.get("accelerators_per_node"))
    if accelerator.lower() not in _NOTHING and per_node != 0:
        return Hardware(accelerator, _kind(accelerator), _total(per_node, facts))
    if "accelerator" not in facts and per_node is None:
        return Hardware(None, None, None)
    if per_node:
        return Hardware(None, None, _total(per_node, facts))
    processor = facts.get("host_processor", "").strip()
    is_named = processor.lower() not in _NOTHING
    if not is_named and not accelerator:
        return Hardware(None, None, None)  # the description was not found
    processors = _count(facts.get("host_processors_per_node"))
    return Hardware(processor if is_named else None, "cpu", _total(processors, facts))


def facts_of(cells: Mapping[str, str], columns: Collection[str]) -> Facts:
    """Facts in a row of a table, whose empty cells are left out: an empty name says that there is no accelerator."""
    facts = {name: cells[name] for name in _FACTS if name in cells}
    return {"accelerator": "", **facts} if "accelerator" in columns else facts


def facts_beside(document: Document, name: str | None, submitter: str | None, division: str | None) -> Facts:
    """Read the description of the system `name` from the `systems` folder nearest above the document.

    Results lie in `<division>/<submitter>/results/<system>/...` and descriptions in
    `<division>/<submitter>/systems/`; where they were collected apart, in `systems/<division>/<submitter>/`.
    """
    if not name:
        return {}
    below = [f"{name}.json"]
    if submitter:
        below.append(f"{submitter}/{name}.json")
    if submitter and division:
        below.append(f"{division}/{submitter}/{name}.json")
    for height in range(_HIGHEST_SYSTEMS_FOLDER + 1):
        for path in below:
            companion = document.companion("../" * height + f"systems/{path}")
            if companion is not None and _is_description(companion.json):
                return _facts(companion.json)
    return {}


def _facts(description: Mapping[str, Any]) -> Facts:
    plain = as_attributes(description, *_FACTS.values(), "system_name")
    facts = {name: plain[key] for name, key in _FACTS.items() if key in plain}
    if description.get("accelerator_model_name") == "":
        facts["accelerator"] = ""
    return facts


def _count(text: str | None) -> int | None:
    """A whole number; None when it is not one, such as `8 (4 cards)`: the text stays among the attributes."""
    try:
        value = not_negative(text or "")
    except ValueError:
        return None
    return int(value) if value == int(value) and value <= LARGEST_WHOLE else None


def _total(per_node: int | None, facts: Facts) -> int | None:
    nodes = _count(facts.get("number_of_nodes"))
    return None if not per_node or not nodes else min(per_node * nodes, LARGEST_WHOLE)


def _kind(accelerator: str) -> str | None:
    name = accelerator.lower()
    return next((kind for kind, words in _KINDS if any(word in name for word in words)), None)


def _is_description(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and sum(key in value for key in _OF_A_DESCRIPTION) >= len(_OF_A_DESCRIPTION) - 1
    )


def _recognises(document: Document) -> bool:
    return _is_description(document.json)


def _read(_document: Document) -> Findings:
    raise NotResults("configuration: read along with the results of its system")


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
