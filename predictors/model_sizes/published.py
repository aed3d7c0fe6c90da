"""The catalogue of published architectures: files beside this one, read once a process."""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources import files
from typing import Any, cast

from predictors.model_sizes.architecture import Architecture, Attention, Transformer
from predictors.model_sizes.counting import (
    active_parameter_count,
    audio_stem_elements,
    audio_stem_parameters,
    parameter_count,
)
from predictors.model_sizes.dimensions import Dimensions, Style

_FOLDER = files("predictors.model_sizes") / "catalogue"


@dataclass(frozen=True, slots=True)
class Entry:
    """A model of the catalogue and the names it is known by beside its own."""

    architecture: Architecture
    aliases: tuple[str, ...]


@cache
def catalogue() -> tuple[Entry, ...]:
    """All models whose dimensions or counts are published."""
    return (
        *_stacks("stacks.csv"),
        *_stacks("experts.csv"),
        *_encoder_decoders("encoder_decoders.csv"),
        *_counted("counted.csv"),
    )


@cache
def styles() -> Mapping[str, Style]:
    """Styles by name."""
    tables = tomllib.loads((_FOLDER / "styles.toml").read_text(encoding="utf-8"))
    return {name: Style(**table) for name, table in tables.items()}


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """Rows of a table of the catalogue, their words as they stand."""
    yield from csv.DictReader((_FOLDER / name).read_text(encoding="utf-8").splitlines())


def _stacks(name: str) -> Iterator[Entry]:
    for row in rows_of(name):
        style, dimensions = styles()[row["style"]], _dimensions(row)
        architecture = Architecture(
            name=row["name"],
            family=style.family,
            parameter_count=parameter_count(dimensions, style),
            active_parameter_count=active_parameter_count(dimensions, style),
            basis="catalogue",
            stacks=(dimensions.stack(style),),
            vocabulary_size=dimensions.vocabulary_size,
            ties_embeddings=dimensions.ties_embeddings,
            longest_sequence=dimensions.longest_sequence,
            source=row["source"],
        )
        yield Entry(architecture, tuple(row["aliases"].split()))


def _encoder_decoders(name: str) -> Iterator[Entry]:
    for row in rows_of(name):
        style, heads = styles()[row["style"]], row["heads"]
        decoder = replace(
            _dimensions({**row, "key_value_heads": heads, "layers": row["decoder_layers"]}),
            has_cross_attention=True,
        )
        encoder = replace(
            decoder,
            layers=int(row["layers"]),
            longest_sequence=int(row["encoder_positions"]),
            vocabulary_size=0,
            has_cross_attention=False,
        )
        stem = audio_stem_parameters(int(row["channels"]), decoder.hidden_size)
        count = parameter_count(encoder, style) + parameter_count(decoder, style) + stem
        architecture = Architecture(
            name=row["name"],
            family=style.family,
            parameter_count=count,
            active_parameter_count=count,
            basis="catalogue",
            stacks=(
                replace(encoder.stack(style), length=encoder.longest_sequence if stem else None),
                decoder.stack(style),
            ),
            vocabulary_size=decoder.vocabulary_size,
            ties_embeddings=decoder.ties_embeddings,
            longest_sequence=decoder.longest_sequence,
            front_elements=audio_stem_elements(int(row["channels"]), decoder.hidden_size),
            source=row["source"],
        )
        yield Entry(architecture, tuple(row["aliases"].split()))


def _counted(name: str) -> Iterator[Entry]:
    """Models whose parameters were counted by building them, or are printed by their publishers."""
    for row in rows_of(name):
        count = int(row["parameter_count"])
        architecture = Architecture(
            name=row["name"],
            family=row["family"],
            parameter_count=count,
            active_parameter_count=int(row["active_parameter_count"] or count),
            basis="catalogue",
            stacks=tuple(_stack(text) for text in row["stacks"].split()),
            front_elements=int(row["front_elements"] or 0),
            longest_sequence=int(row["longest_sequence"]) if row["longest_sequence"] else None,
            image_size=int(row["image_size"]) if row["image_size"] else None,
            source=row["source"],
            notes=(f"Counted: {row['source']}",),
        )
        yield Entry(architecture, tuple(row["aliases"].split()))


def _stack(text: str) -> Transformer:
    """`layers:hidden:heads:key-value heads:head size:intermediate:gated` (or `plain`).

    Behind it, where the sequence is not that of the text, `@` and its positions, and `/` and those of a window.
    """
    shape, _, positions = text.partition("@")
    length, _, window = positions.partition("/")
    *numbers, mlp = shape.split(":")
    layers, hidden, heads, key_value_heads, head_size, intermediate = (int(number) for number in numbers)
    return Transformer(
        layers,
        hidden,
        Attention(heads, key_value_heads, head_size),
        intermediate,
        mlp == "gated",
        length=int(length) if length else None,
        window=int(window) if window else None,
    )


def _dimensions(row: Mapping[str, str]) -> Dimensions:
    known = {each.name for each in fields(Dimensions)} - {"ties_embeddings", "has_cross_attention"}
    numbers = {name: int(value or 0) for name, value in row.items() if name in known}
    dimensions: Any = Dimensions
    return cast("Dimensions", dimensions(ties_embeddings=row["ties_embeddings"] == "yes", **numbers))
