"""What was measured, as questions with their answers: what predictors learn from and are scored on."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import duckdb
import numpy as np
import numpy.typing as npt

from benchmart.errors import PredictionRefused
from predictors.contract import HardwareFacts, Question
from predictors.facts import hardware_facts, stated_profiles

_CONDITION = ("runtime", "runtime_version", "compiler", "memory_format")
_RESULTS = """
    select
        event_id, model_id, hardware_id, mode, precision, batch_size, image_size, sequence_length, runtime,
        runtime_version, compiler, memory_format, coalesce(device_count, 1) as device_count, items_per_second,
        source_uri
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


def read_measured(connection: duckdb.DuckDBPyConnection) -> Measured:
    """All measured rates of models whose work is known, on devices whose peak and bandwidth are known."""
    profiles = stated_profiles(connection)
    facts: dict[str, HardwareFacts | None] = {}
    questions, values, sources, digest, skipped = [], [], [], sha256(), 0
    for row in connection.execute(_RESULTS).fetchall():
        profile = profiles.get((row[1], row[6], row[7]))
        if row[2] not in facts:
            try:
                facts[row[2]] = hardware_facts(connection, row[2])
            except PredictionRefused:
                facts[row[2]] = None
        hardware = facts[row[2]]
        if profile is None or hardware is None or not (hardware.memory_bandwidth and hardware.peak_flops):
            skipped += 1
            continue
        condition = dict(zip(_CONDITION, row[8:12], strict=True))
        questions.append(
            Question("throughput", profile, hardware, row[3], row[4], batch_size=row[5], **condition)
        )
        values.append(row[13])
        sources.append(row[14] or "")
        digest.update(f"{row[0]} {row[13]!r}\n".encode())
    return Measured(questions, np.array(values, np.float64), sources, skipped, digest.hexdigest())
