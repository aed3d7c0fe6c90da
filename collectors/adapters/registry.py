"""Which adapters there are: ours in one visible tuple, other people's by entry point."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from benchmart.errors import UsageError
from collectors.adapters import (
    asv,
    code_tools,
    google_benchmark,
    legacy,
    lighteval,
    llama_bench,
    llama_bench_log,
    llmperf,
    mapping,
    mlperf,
    optimum_benchmark,
    pytest_benchmark,
    pytorch_benchmark_v3,
    timm_csv,
    vllm_bench,
    vllm_log,
    vllm_offline,
    zip_archive,
)
from collectors.adapters.contract import Adapter
from collectors.adapters.document import Document

ENTRY_POINT_GROUP = "benchmart.adapters"
"""Each entry point of this group names an `Adapter`."""

ADAPTERS: tuple[Adapter, ...] = (
    # By the first line, the columns, or the keys of JSON.
    timm_csv.ADAPTER,
    llama_bench.ADAPTER,
    vllm_bench.ADAPTER,
    vllm_offline.ADAPTER,
    llmperf.ADAPTER,
    asv.ADAPTER,
    pytest_benchmark.ADAPTER,
    google_benchmark.ADAPTER,
    optimum_benchmark.ADAPTER,
    lighteval.ADAPTER,
    pytorch_benchmark_v3.ADAPTER,
    *mlperf.ADAPTERS,
    *legacy.ADAPTERS,
    zip_archive.ADAPTER,
    *mapping.ADAPTERS,
    # By words anywhere in the text, which takes longer.
    llama_bench_log.ADAPTER,
    vllm_log.ADAPTER,
    *code_tools.ADAPTERS,
)
"""Asked in this order; the first that recognises a document reads it."""


@cache
def all_adapters() -> tuple[Adapter, ...]:
    """Ours, then those of installed packages in the order of their names.

    Raises UsageError when one of those cannot be loaded.
    """
    found = sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name)
    return ADAPTERS + tuple(_load(point) for point in found)


def recognise(
    document: Document, adapters: Sequence[Adapter], failed: Callable[[Adapter, Exception], None]
) -> Adapter | None:
    """The first adapter that knows the document's format. One that raises is told to `failed` and passed over."""
    for adapter in adapters:
        try:
            if adapter.recognises(document):
                return adapter
        except Exception as error:  # noqa: BLE001 - one adapter's defect must not keep the others from looking
            failed(adapter, error)
    return None


def _load(point: EntryPoint) -> Adapter:
    where = f"entry point {point.name} = {point.value}"
    hint = "Repair or uninstall the package that brings it"
    try:
        adapter = point.load()
    except Exception as error:  # other people's code may raise anything while it is imported
        raise UsageError(f"cannot be loaded: {error}", where=where, hint=hint) from error
    if not isinstance(adapter, Adapter):
        raise UsageError("is not a collectors.adapters.contract.Adapter", where=where, hint=hint)
    return adapter
