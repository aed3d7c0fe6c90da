"""What benchmark tools for code and test runners write, one module a format."""

from collectors.adapters.code_tools import (
    benchmark_js,
    benchmark_luau,
    benchmarkdotnet,
    cargo_bench,
    catch2,
    catch2_xml,
    custom_benchmark,
    go_bench,
    jmh,
    julia_benchmark,
    junit_xml,
    pyperf,
)
from collectors.adapters.contract import Adapter

ADAPTERS: tuple[Adapter, ...] = (
    pyperf.ADAPTER,
    benchmarkdotnet.ADAPTER,
    jmh.ADAPTER,
    julia_benchmark.ADAPTER,
    junit_xml.ADAPTER,
    catch2_xml.ADAPTER,
    catch2.ADAPTER,
    cargo_bench.ADAPTER,
    go_bench.ADAPTER,
    benchmark_js.ADAPTER,
    benchmark_luau.ADAPTER,
    custom_benchmark.ADAPTER,
)
"""The list of name, unit and value is told by least, and comes last."""
