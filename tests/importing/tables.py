"""Small timm tables and adapters for the tests of importing."""

from collections.abc import Iterator
from pathlib import Path

from collectors.adapters.contract import Adapter, BadRow
from collectors.adapters.document import Document

NAME = "benchmark-infer-amp-nchw-pt240-cu124-rtx9999.csv"
OTHER_NAME = "benchmark-infer-amp-nhwc-pt240-cu124-rtx9999.csv"
HEADER = (
    "model,infer_img_size,infer_samples_per_sec,infer_step_time,infer_batch_size,"
    "param_count,infer_gmacs,infer_macts\n"
)


def row(model: str, batch_size: int = 1024) -> str:
    """A row without contradiction: 20 milliseconds a batch."""
    return f"{model},160,{batch_size * 50},20.0,{batch_size},1.25,0.1,0.75\n"


def table(*models: str) -> str:
    """A whole table, one row a model."""
    return HEADER + "".join(map(row, models))


def write(path: Path, content: str | bytes) -> Path:
    """Write a file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def adapter(name: str, findings: object = (), *, fails_to_look: bool = False) -> Adapter:
    """An adapter for documents that begin with its name; it yields `findings`, and raises those that are errors."""

    def recognises(document: Document) -> bool:
        if fails_to_look:
            raise ValueError("cannot look")
        return document.first_line == name

    def read(document: Document) -> Iterator[BadRow]:
        for finding in findings:  # type: ignore[attr-defined]
            if isinstance(finding, Exception):
                raise finding
            yield finding

    return Adapter(name, "1", recognises, read)
