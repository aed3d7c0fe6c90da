"""A made-up submission in the layout of MLPerf's repositories: logs, systems, tables and official results."""

import json
from pathlib import Path
from typing import Any

SYSTEM = {
    "accelerator_model_name": "NVIDIA Hop GPU",
    "accelerators_per_node": 4,
    "number_of_nodes": "2",
    "host_processor_model_name": "Hop CPU 9",
    "host_processors_per_node": "2",
    "framework": "hopflow 2",
    "operating_system": "Hop OS",
    "system_type": "datacenter",
    "status": "available",
}
_RUN = "closed/Hopwell/results/hop_x4/{benchmark}/{scenario}/performance/run_1/mlperf_log_summary.txt"
_TABLE = (
    "division,submitter,system,benchmark,scenario,log_scenario,run,valid,samples_per_second,tokens_per_second,"
    "mean_latency_ns,p50_latency_ns,p90_latency_ns,p99_latency_ns,p99_ttft_ns,p99_tpot_ns,accelerator,"
    "accelerators_per_node,number_of_nodes,source_path\n"
)
_TRAINING_TABLE = (
    "submitter,system,benchmark,run,status,minutes_to_train,global_batch_size,throughput_median,run_start_ms,"
    "accelerator,accelerators_per_node,number_of_nodes,division,source_path\n"
)
TRAINING_RUN = "Hopwell/results/pod/hopnet/result_0.txt"


def run(benchmark: str, scenario: str) -> str:
    """The official path of a log."""
    return _RUN.format(benchmark=benchmark, scenario=scenario)


def log(scenario: str, headline: str, additional: str = "") -> str:
    """A log of the load generator."""
    return f"""================================================
MLPerf Results Summary
================================================
SUT name : HopSUT
Scenario : {scenario}
Mode     : PerformanceOnly
{headline}
Result is : VALID
================================================
Additional Stats
================================================
{additional}Mean latency (ns)               : 400000
50.00 percentile latency (ns)   : 390000
90.00 percentile latency (ns)   : 500000
99.00 percentile latency (ns)   : 800000

No warnings encountered during test.

No errors encountered during test.
"""


def inference(root: Path) -> None:
    """Two runs with their system, a table of one of them and of one that has no log, and official results."""
    offline, single = run("hopnet-99", "Offline"), run("hopnet-99", "SingleStream")
    early = " * Early stopping 90th percentile estimate: 510000\n"
    _write(root / offline, log("Offline", "Samples per second: 1250.5"))
    _write(root / single, log("SingleStream", "90th percentile latency (ns) : 500000", early))
    _write(root / "closed/Hopwell/systems/hop_x4.json", json.dumps(SYSTEM))
    start = "closed,Hopwell,hop_x4,hopnet-99,Offline,Offline"
    end = ",400000,390000,500000,800000,,,NVIDIA Hop GPU,4,2,"
    rows = [
        f"{start},run_1,VALID,1250.5,{end}{offline}",
        f"{start},run_2,VALID,1251.5,{end}elsewhere/log.txt",
    ]
    _write(root / "hop_results.csv", _TABLE + "".join(f"{row}\n" for row in rows))
    results = [
        official("Offline", 1250.5, "Samples/s"),
        official("SingleStream", 0.51, "Latency (ms)"),
        official("Server", 99.5, "Queries/s"),
    ]
    _write(root / "summary_results.json", json.dumps(results))


def server(root: Path) -> None:
    """A run of the Server scenario, whose rates the load generator prints with two decimals."""
    _write(root / run("hopnet-99", "Server"), log("Server", "Completed samples per second    : 16.98"))


def official(scenario: str, value: float, units: str, **others: object) -> dict[str, Any]:
    """A record of `summary_results.json`."""
    return {
        "Submitter": "Hopwell",
        "Availability": "available",
        "Category": "closed",
        "Platform": "hop_x4",
        "UsedModel": "hopnet-99",
        "Model": "hopnet-99",
        "Scenario": scenario,
        "Accuracy": "acc: 76.5",
        "Nodes": 2,
        "Accelerator": "NVIDIA Hop GPU",
        "a#": 4,
        "p#": 2,
        "Location": f"closed/Hopwell/results/hop_x4/hopnet-99/{scenario}",
        "inferred": 0,
        "has_power": False,
        "Performance_Result": value,
        "Performance_Units": units,
        **others,
    }


def training(root: Path, minutes: str = "1.2346") -> None:
    """One run of 74,074 ms with its system, and a table of it."""
    lines = [
        _line("submission_benchmark", 0, "hopnet"),
        _line("submission_division", 0, "closed"),
        _line("global_batch_size", 0, 64),
        _line("run_start", 10),
        _line("tracked_stats", 20, {"throughput": 8.0}, step=1),
        _line("run_stop", 74_084, status="success"),
    ]
    _write(root / TRAINING_RUN, "".join(lines))
    _write(root / "Hopwell/systems/pod.json", json.dumps(SYSTEM))
    row = f"Hopwell,pod,hopnet,0,success,{minutes},64,8.0,1715224910193,NVIDIA Hop GPU,4,2,closed,{TRAINING_RUN}\n"
    _write(root / "hop_training_results.csv", _TRAINING_TABLE + row)


def _line(key: str, at: int, value: object = None, **metadata: object) -> str:
    entry = {"namespace": "", "time_ms": 1715224910183 + at, "key": key, "value": value, "metadata": metadata}
    return f"0: :::MLLOG {json.dumps(entry)}\n"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
