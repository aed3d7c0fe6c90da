"""What MLPerf publishes: logs of the load generator and of training, systems, official summaries, tables of them."""

from collectors.adapters.contract import Adapter
from collectors.adapters.mlperf import (
    curves_csv,
    inference_csv,
    inference_log,
    run_files,
    summary,
    system,
    training_csv,
    training_log,
)

ADAPTERS: tuple[Adapter, ...] = (
    inference_log.ADAPTER,
    run_files.ADAPTER,
    training_log.ADAPTER,
    system.ADAPTER,
    summary.ADAPTER,
    inference_csv.ADAPTER,
    training_csv.ADAPTER,
    curves_csv.ADAPTER,
)
