"""The result files of the upstream project's history, one module a shape or a family of shapes."""

from collectors.adapters.contract import Adapter
from collectors.adapters.legacy import (
    benchmark_progress,
    benchmark_results,
    code_shapes,
    compat_matrix,
    configurations,
    direct_benchmark,
    hw_benchmark,
    model_functionality,
    perf_list,
    perf_test_results,
    remote_models,
    request_shapes,
    run_shapes,
    skill_perf_results,
    skill_shapes,
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
    *request_shapes.ADAPTERS,
    *remote_models.ADAPTERS,
    *code_shapes.ADAPTERS,
    *run_shapes.ADAPTERS,
    *skill_shapes.ADAPTERS,
)
"""Shapes that are told by more keys come first; those told by few, the flat skill tests above all, last."""
