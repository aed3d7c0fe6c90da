"""What was measured, as questions with their answers: what predictors learn from and are scored on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from benchmart.errors import PredictionRefused
from predictors.borrowing import BORROWED
from predictors.contract import ModelProfile, Question
from predictors.facts import Facts
from predictors.performance.hardware import matrix_rate

_RESULTS = """
    select
        event_id, model_id, parameter_count, hardware_id, mode, precision, batch_size, image_size, sequence_length,
        runtime, runtime_version, compiler, memory_format, items_per_second, source_uri
    from performance
    where status = 'ok' and basis = 'measured' and items_per_second > 0 and isfinite(items_per_second)
        and batch_size > 0 and precision is not null and mode in ('inference', 'training')
        and coalesce(device_count, 1) = 1 and model_id is not null and hardware_id is not null
    order by event_id
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Questions and what was measured, of the same length."""

    questions: Sequence[Question]
    values: npt.NDArray[np.float64]
    """Items a second."""
    sources: Sequence[str]
    """The file each comes from."""
    skipped: int
    """Results of models or devices of which too little is known."""
    digest: str
    """sha-256 over the events and their values."""

    def part(self, places: Sequence[int] | npt.NDArray[np.int64]) -> "Measured":
        """Some of them."""
        return Measured(
            [self.questions[place] for place in places],
            self.values[places],
            [self.sources[place] for place in places],
            0,
            self.digest,
        )

    def learnable(self) -> "Measured":
        """Those that predictors learn from: of models whose work is known at the size of input that was run."""
        return self.part([place for place, each in enumerate(self.questions) if is_learnable(each)])


def is_learnable(question: Question) -> bool:
    """Whether the size of the input is stated, or the work itself is."""
    profile = question.profile
    return BORROWED in profile.attributes or bool(profile.image_size or profile.sequence_length)


def read_measured(connection: duckdb.DuckDBPyConnection, traced: Sequence[ModelProfile] = ()) -> Measured:
    """All measured rates of models whose work is known, on devices whose rates are known.

    Args:
        connection: A built warehouse.
        traced: Profiles known from elsewhere than this warehouse and the package.
    """
    facts = Facts(connection, whole=True, traced=traced)
    cursor = connection.execute(_RESULTS)
    names = [name for name, *_ in cursor.description or ()]
    questions, values, sources, digest, skipped = [], [], [], sha256(), 0
    for values_of_row in cursor.fetchall():
        row = dict(zip(names, values_of_row, strict=True))
        question = _question(facts, row)
        if question is None:
            skipped += 1
            continue
        questions.append(question)
        values.append(row["items_per_second"])
        sources.append(row["source_uri"] or "")
        digest.update(f"{row['event_id']} {row['items_per_second']!r}\n".encode())
    return Measured(questions, np.array(values, np.float64), sources, skipped, digest.hexdigest())


def _question(facts: Facts, row: Mapping[str, Any]) -> Question | None:
    try:
        profile = facts.profile(
            row["model_id"], row["image_size"], row["sequence_length"], row["parameter_count"]
        )
        hardware = facts.device(row["hardware_id"])
    except PredictionRefused:
        return None
    if not (
        hardware.memory_bandwidth and matrix_rate(hardware, row["precision"]) and profile.flops_per_item > 0
    ):
        return None
    condition = {name: row[name] for name in ("runtime", "runtime_version", "compiler", "memory_format")}
    return Question(
        "throughput",
        profile,
        hardware,
        row["mode"],
        row["precision"],
        batch_size=row["batch_size"],
        **condition,
    )
