"""The official results of a round of MLPerf inference, `summary_results.json`: one record a result.

`a#` accelerators and `p#` host processors of a node, `Nodes` nodes; numbers are of the WHOLE system. Units stand in
`Performance_Units`. A latency is the 90th percentile in SingleStream and the 99th in MultiStream, by MLPerf's rules.
Official latencies are early stopping's estimates of these percentiles. `inferred` 1: computed from the result of
another scenario. Power is in watts, and in the stream scenarios the energy of one query in millijoules. A result whose
log lies below the file, and says the same, is marked as derived from it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from benchmart.event_log.events import Metric, ResultRecorded
from collectors.adapters.contract import Adapter, BadRow, Findings, provenance
from collectors.adapters.document import Document
from collectors.adapters.json_values import as_attributes, mapping, not_negative, shown, text
from collectors.adapters.mlperf import inference_log
from collectors.adapters.mlperf.inference import condition_of, outcome_of, scenario_of
from collectors.adapters.mlperf.source import derived_from
from collectors.adapters.mlperf.system import hardware

NAME = "mlperf_summary"
VERSION = "2"

_TELLING = ("Submitter", "Scenario", "Performance_Result", "Performance_Units", "Platform", "Availability")
_THROUGHPUTS = {
    "tokens/s": ("token_throughput", "token/second"),
    "samples/s": ("throughput", "item/second"),
    "queries/s": ("throughput", "item/second"),  # a query of the Server scenario is one sample
}
_LATENCY_UNITS = {"latency (ms)": "millisecond", "latency (us)": "microsecond", "latency (ns)": "nanosecond"}
_LATENCIES = {"SingleStream": "latency_p90", "MultiStream": "latency_p99"}
_RATES_OF_QUERIES = {"samples/s", "queries/s"}
_OF_LANGUAGE = re.compile(r"GEN_LEN|TOKENS_PER_SAMPLE")
"""Kinds of accuracy that language models have."""
_VERSION = re.compile(r"v?(\d+)\.(\d+)")
_TOKENS_SINCE = (4, 1)
_POWERS = {"watts": ("power_mean", "watt"), "millijoules": ("energy_per_batch", "millijoule")}
_RUN = "performance/run_1/mlperf_log_summary.txt"
"""Below the `Location` of a result."""
_ATTRIBUTES = {
    "ID": "mlperf_id",
    "Submitter": "submitter",
    "System": "system_name",
    "Platform": "system",
    "Model": "official_benchmark",
    "Accuracy": "accuracy",
    "Processor": "host_processor",
    "host_processors_per_node": "host_processors_per_node",
    "a#": "accelerators_per_node",
    "Nodes": "number_of_nodes",
    "Software": "framework",
    "operating_system": "operating_system",
    "Suite": "system_type",
    "Availability": "system_status",
    "version": "mlperf_version",
    "Location": "location",
    "Notes": "notes",
    "Power_Result": "power_result",
    "Power_Units": "power_units",
}


def _recognises(document: Document) -> bool:
    return any(_is_record(value) for _, value in _places(document.json))


def _is_record(value: object) -> bool:
    return isinstance(value, dict) and sum(key in value for key in _TELLING) >= len(_TELLING) - 1


def _places(value: Any) -> Iterator[tuple[str, Any]]:
    """Every element of the list, of an object's values, or of lists that are an object's values."""
    if isinstance(value, list):
        yield from ((f"$[{place}]", element) for place, element in enumerate(value))
    elif isinstance(value, dict):
        for key, inner in value.items():
            name = f"$[{json.dumps(key)}]"
            if isinstance(inner, list):
                yield from ((f"{name}[{place}]", element) for place, element in enumerate(inner))
            elif isinstance(inner, dict):
                yield name, inner


def _read(document: Document) -> Findings:
    for where, value in _places(document.json):
        try:
            yield _record(document, where, mapping({"the element": value}, "the element"))
        except ValueError as error:
            yield BadRow(where, str(error), json.dumps(value).encode())


def _record(document: Document, where: str, value: Mapping[str, Any]) -> ResultRecorded:
    benchmark = text(value, "UsedModel") if "UsedModel" in value else text(value, "Model")
    scenario = scenario_of(text(value, "Scenario"))
    outcome = outcome_of(list(_metrics(value, scenario)), _doubts(value))
    if _flag(value, "inferred") and outcome["status"] == "ok":
        reason = "inferred: computed from the result of another scenario"
        outcome |= {
            "basis": "estimated",
            "basis_reason": "; ".join(filter(None, (reason, outcome["basis_reason"]))),
        }
    plain = as_attributes(value, *_ATTRIBUTES)
    attributes = {name: plain[key] for key, name in _ATTRIBUTES.items() if key in plain}
    log = f"{attributes['location']}/{_RUN}" if "location" in attributes else None
    return ResultRecorded(
        **provenance(document, NAME, VERSION),
        source_locator=where,
        subject_kind="model",
        subject=benchmark,
        mode="inference",
        precision=as_attributes(value, "weight_data_types").get("weight_data_types"),
        condition=condition_of(benchmark, scenario, division=text(value, "Category")),
        attributes=attributes | derived_from(document, log, outcome["metrics"], inference_log.ADAPTER.read),
        **hardware(_facts(value)).fields,
        **outcome,
    )


def _facts(value: Mapping[str, Any]) -> dict[str, str]:
    names = {
        "accelerator": "Accelerator",
        "accelerators_per_node": "a#",
        "number_of_nodes": "Nodes",
        "host_processor": "Processor",
        "host_processors_per_node": "p#" if "p#" in value else "host_processors_per_node",
    }
    plain = as_attributes(value, *names.values())
    facts = {name: plain[key] for name, key in names.items() if key in plain}
    return {"accelerator": "", **facts} if "Accelerator" in value else facts


def _metrics(value: Mapping[str, Any], scenario: str) -> Iterator[Metric]:
    if value.get("Performance_Result") in (None, ""):
        return
    units = text(value, "Performance_Units").strip().lower()
    result = not_negative(value, "Performance_Result")
    if units in _THROUGHPUTS:
        name, unit = _THROUGHPUTS[units]
        yield Metric(name, unit, result)
    elif units in _LATENCY_UNITS and scenario in _LATENCIES:
        yield Metric(_LATENCIES[scenario], _LATENCY_UNITS[units], result)
    else:
        raise ValueError(f"Performance_Units: {units!r:.60} is not known of {scenario}")
    power = str(value.get("Power_Units")).strip().lower()
    if power in _POWERS:
        name, unit = _POWERS[power]
        yield Metric(name, unit, not_negative(value, "Power_Result"))


def _doubts(value: Mapping[str, Any]) -> Iterator[str]:
    units, version = str(value.get("Performance_Units")), _VERSION.match(str(value.get("version")))
    is_of_language = _OF_LANGUAGE.search(str(value.get("Accuracy"))) is not None
    counts_tokens = version is not None and (int(version[1]), int(version[2])) >= _TOKENS_SINCE
    if is_of_language and counts_tokens and units.lower() in _RATES_OF_QUERIES:
        yield f"a language model's rate in {units}: official results count tokens since v4.1"
    errors = value.get("errors")
    if isinstance(errors, int | float) and errors:
        yield f"the load generator counted {errors:g} errors"
    if "compliance" in value and not _flag(value, "compliance"):
        yield "the compliance tests were not passed"


def _flag(value: Mapping[str, Any], key: str) -> bool:
    """Raises ValueError when it is neither 0 nor 1, true nor false; absent or null is no."""
    told = value.get(key)
    if told in (None, 0, 1):
        return bool(told)
    raise ValueError(f"{key}: {shown(told)} is neither 0 nor 1")


ADAPTER = Adapter(NAME, VERSION, _recognises, _read)
