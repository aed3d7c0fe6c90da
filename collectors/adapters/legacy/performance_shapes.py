"""The shapes that hold times, throughput and memory, and the configurations beside them."""

from collectors.adapters.contract import Adapter
from collectors.adapters.legacy import (
    benchmark_progress,
    benchmark_results,
    compat_matrix,
    configurations,
    direct_benchmark,
    hw_benchmark,
    model_functionality,
    perf_list,
    perf_test_results,
    skill_perf_results,
    web,
)

ADAPTERS: tuple[Adapter, ...] = (
    *benchmark_results.ADAPTERS,
    *model_functionality.ADAPTERS,
    *direct_benchmark.ADAPTERS,
    *hw_benchmark.ADAPTERS,
    *perf_list.ADAPTERS,
    *benchmark_progress.ADAPTERS,
    *skill_perf_results.ADAPTERS,
    *perf_test_results.ADAPTERS,
    *web.ADAPTERS,
    *configurations.ADAPTERS,
    *compat_matrix.ADAPTERS,
)
