"""Models whose peaks follow the physics exactly, and the tables of a warehouse that hold them."""

from uuid import UUID

import duckdb
import numpy as np

from predictors.contract import HardwareFacts, ModelProfile, Operator, Question
from predictors.memory.design import Profiles, inputs
from predictors.memory.labels import Workload
from predictors.memory.ladder import rungs

CARD_BYTES = 24 * 2**30
CARD = HardwareFacts("card", "maker", "gpu", float(CARD_BYTES), 1e12, {}, {})
WEIGHTS = {"context": 1.5, "states": 1.0, "saved": 1.1}
"""Of the terms that made-up peaks have; the other terms have none."""


def profile(number: int, width: int = 0) -> ModelProfile:
    """A small network of convolutions; the families are three."""
    name = f"{('alpha', 'beta', 'gamma')[number % 3]}net{number}"
    channels = width or 32 + 8 * number
    size = 56
    elements = float(channels * size * size)
    operators = (
        Operator(
            "conv", "aten.convolution", (channels, channels, 3, 3, 1, 1, size, size), 6, 6e9, elements * 6,
            elements * 6, 9.0 * channels**2 * 6,
        ),
        Operator("norm", "aten.native_batch_norm", (channels * size * size,), 6, 0, elements * 6, elements * 6, 0),
    )  # fmt: skip
    live = {"peak_live_elements_per_item": str(3 * elements)}
    return ModelProfile(
        name, name, None, 224, None, 54.0 * channels**2 + 1e6 * number, 6e9, operators, 20 * elements, live
    )


def profiles(count: int = 40) -> Profiles:
    """By subject and size, and by subject alone."""
    made = [profile(number) for number in range(count)]
    return {(each.subject, size): each for each in made for size in (224, None)}


def workload(of: ModelProfile, mode: str = "training") -> Workload:
    """Eager fp32."""
    return Workload(of.subject, 224, mode, "fp32", "eager", "nchw", None, "card", float(CARD_BYTES))


def peak(of: ModelProfile, batch: int) -> float:
    """Bytes in training."""
    from predictors.memory.terms import TERMS

    terms = inputs([(of, workload(of), batch)]).physics[0]
    return float(sum(weight * terms[TERMS.index(term)] for term, weight in WEIGHTS.items()))


def largest(of: ModelProfile, start: int = 512) -> int:
    """The batch a benchmark ends with on the card."""
    return next(batch for batch in rungs(start) if peak(of, batch) <= CARD_BYTES)


def question(of: ModelProfile, batch: int = 8, **other) -> Question:
    """About its peak in training."""
    asked = {"metric": "memory_device_peak", "mode": "training", "precision": "fp32", "batch_size": batch}
    return Question(**{**asked, "profile": of, "hardware": CARD, **other})


def warehouse(made: Profiles, noise: float = 0.02) -> duckdb.DuckDBPyConnection:
    """Peaks at four batches of every model, and the batch a benchmark of its speed ended with."""
    connection = duckdb.connect()
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute("insert into dim_hardware values ('card', ?)", [CARD_BYTES])
    random = np.random.default_rng(0)
    number = 0
    for each in {id(one): one for one in made.values()}.values():
        for batch in (8, 16, 32, 64):
            value = peak(each, batch) * float(np.exp(random.normal(0, noise)))
            number += 1
            _add(connection, number, each, batch, "adapter:memory", "source-m")
            connection.execute(
                "insert into fct_measurements values (?, 'memory_device_peak', ?, 'measured')",
                [UUID(int=number), value],
            )
        number += 1
        _add(connection, number, each, largest(each), "adapter:timm_csv", "source-s")
    return connection


def _add(connection, number: int, of: ModelProfile, batch: int, collector: str, digest: str) -> None:
    connection.execute(
        """
        insert into fct_results by name
        select
            ? as event_id, ? as subject, 224 as image_size, 'training' as mode, 'fp32' as precision,
            'eager' as compiler, 'nchw' as memory_format, null as runtime_version, 'card' as hardware_id,
            ? as batch_size, ? as collector, ? as source_digest, 'measured' as basis
        """,
        [UUID(int=number), of.subject, batch, collector, digest],
    )


_TABLES = (
    "create table dim_hardware (hardware_id varchar, memory_bytes bigint)",
    "create table fct_measurements (event_id uuid, metric varchar, value double, basis varchar)",
    """
    create table fct_results (
        event_id uuid, subject varchar, subject_kind varchar default 'model', image_size bigint, mode varchar,
        precision varchar, compiler varchar, memory_format varchar, runtime varchar default 'pytorch',
        runtime_version varchar, hardware_id varchar, device_kind varchar default 'cuda',
        device_count integer default 1,
        batch_size bigint, sequence_length bigint, status varchar default 'ok', basis varchar, collector varchar,
        source_digest varchar, condition map(varchar, varchar)
    )
    """,
)
