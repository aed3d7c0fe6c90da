"""What choices are made from, read once and kept: devices, measured rates, verdicts, predictors, sizes."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import cached_property

import duckdb

from benchmart.config import Home
from benchmart.connection import open_warehouse
from benchmart.errors import PredictionRefused, UsageError, WarehouseMissing
from benchmart.queries.names import resolve
from predictors.contract import ModelProfile, Prediction, Predictor, Question
from predictors.facts import Facts
from predictors.model_sizes.architecture import Architecture
from predictors.packaged_profiles import packaged_profiles
from predictors.profiles import Profiles, profile_from
from predictors.registry.serving import serving
from predictors.selector.devices import Device, is_named, load_devices
from predictors.selector.evidence import Peak, Verdict, read_peaks, read_verdicts, reliability
from predictors.selector.rates import Pool, read_pools
from predictors.selector.request import SelectionRequest
from predictors.selector.transfer import Transfer

_MOST_KEPT = 512
"""Answers of predictors; one has a number for each device."""


def size_of(name: str) -> Architecture:
    """The architecture a name means. Raises PredictionRefused for a name of which nothing is known."""
    from predictors.model_sizes.sizes import size_of as found

    return found(name)


@dataclass
class Knowledge:
    """What is known in one home; a home where nothing was built knows the catalogue and the packaged predictors.

    A warehouse that is built anew is seen by a new Knowledge.
    """

    home: Home
    architecture_of: Callable[[str], Architecture] = size_of
    _profiles: dict[tuple[str, int | None, int | None], ModelProfile] = field(default_factory=dict)
    _without_profile: set[str] = field(default_factory=set)
    _names: dict[str, str] = field(default_factory=dict)
    _named: dict[str, frozenset[str]] = field(default_factory=dict)
    _predictors: dict[str, Predictor | None] = field(default_factory=dict)
    _said: dict[tuple[object, ...], Sequence[Prediction]] = field(default_factory=dict)
    _verdicts: dict[str, Mapping[tuple[str, str], Sequence[Verdict]]] = field(default_factory=dict)
    _architectures: dict[str, Architecture | PredictionRefused] = field(default_factory=dict)

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection | None:
        """The warehouse; None where nothing was built."""
        try:
            return open_warehouse(self.home)
        except WarehouseMissing:
            if self.home.warehouse.is_file():
                raise
            return None

    @cached_property
    def devices(self) -> Mapping[str, Device]:
        """All devices by their id."""
        return load_devices(self.connection)

    @cached_property
    def pools(self) -> Sequence[Pool]:
        """All that was measured of models."""
        return read_pools(self.connection) if self.connection else ()

    @cached_property
    def by_model(self) -> Mapping[str, Sequence[Pool]]:
        """The pools of each model."""
        found: dict[str, list[Pool]] = {}
        for pool in self.pools:
            found.setdefault(pool.model_id, []).append(pool)
        return found

    @cached_property
    def transfer(self) -> Transfer:
        """How devices stand to each other by what other models did on them."""
        return Transfer(self.pools, {name: each.facts for name, each in self.devices.items()})

    @cached_property
    def verdicts(self) -> Mapping[tuple[str, str], Sequence[Verdict]]:
        """Cells of the compatibility matrix by model and device."""
        return read_verdicts(self.connection) if self.connection else {}

    def verdicts_of(self, model_id: str, hardware_id: str) -> Sequence[Verdict]:
        """Those of one model on one device; a choice reads those of its model alone, as all of them are many."""
        if "verdicts" in self.__dict__:
            return self.verdicts.get((model_id, hardware_id), ())
        if model_id not in self._verdicts:
            self._verdicts[model_id] = read_verdicts(self.connection, model_id) if self.connection else {}
        return self._verdicts[model_id].get((model_id, hardware_id), ())

    @cached_property
    def reliability(self) -> Mapping[str, float]:
        """How well models ran on each device with verdicts, from 0 to 1."""
        return reliability(self.verdicts)

    @cached_property
    def peaks(self) -> Mapping[str, Sequence[Peak]]:
        """Measured peaks of memory by model."""
        return read_peaks(self.connection) if self.connection else {}

    def close(self) -> None:
        """Close the warehouse, if it was opened; nothing more can be asked."""
        connection = self.__dict__.get("connection")
        if connection is not None:
            connection.close()

    def ask_through(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Ask what is not known yet through another connection to the same state; the one before may be closed."""
        self.connection = connection
        self.__dict__.pop("_facts", None)  # which keeps the one before

    def with_devices(self, devices: Sequence[Device]) -> "Knowledge":
        """The same with devices more, such as ones that nobody has yet; their ids have to be new."""
        more = copy(self)
        more.devices = {**self.devices, **{each.hardware_id: each for each in devices}}
        more.__dict__.pop("transfer", None)
        more.__dict__["_named"] = {}
        return more

    def named(self, word: str) -> frozenset[str]:
        """Ids of the devices that a word means: one by its id or name, or all of a kind."""
        if word not in self._named:
            self._named[word] = frozenset(name for name, each in self.devices.items() if is_named(each, word))
        return self._named[word]

    def model_id(self, name: str) -> str:
        """The id under which a model has results; the name itself where it has none."""
        if name not in self._names:
            self._names[name] = self._resolved(name)
        return self._names[name]

    def architecture(self, name: str) -> Architecture | None:
        """What the model is made of; None when nothing tells (`refusal` says what does not)."""
        found = self._architecture(name)
        return None if isinstance(found, PredictionRefused) else found

    def refusal(self, name: str) -> PredictionRefused | None:
        """Why nothing is known of the model's size."""
        found = self._architecture(name)
        return found if isinstance(found, PredictionRefused) else None

    def family(self, name: str) -> str | None:
        """The model's family as its results, else its architecture tell it; None when nothing does."""
        pools = self.by_model.get(self.model_id(name), ())
        told = next((pool.family for pool in pools if pool.family), None)
        architecture = self.architecture(name) if told is None else None
        return architecture.family if architecture else told

    def profile(self, asked: SelectionRequest) -> ModelProfile | None:
        """The work of the model at this size of input; None when nothing tells."""
        model_id = self.model_id(asked.model)
        key = (model_id, asked.image_size, asked.sequence_length)
        if model_id in self._without_profile:
            return None
        if key not in self._profiles:
            try:
                self._profiles[key] = self._found(*key)
            except PredictionRefused:
                self._without_profile.add(model_id)
                return None
        return self._profiles[key]

    def _found(self, name: str, image_size: int | None, sequence_length: int | None) -> ModelProfile:
        if self._facts is not None:
            return self._facts.profile(name, image_size, sequence_length)
        packaged = Profiles(map(profile_from, packaged_profiles([name])))
        return packaged.find(name, image_size, sequence_length)

    def predict(self, metric: str, questions: Sequence[Question]) -> Sequence[Prediction]:
        """What the predictor that serves answers; nothing when it is refused."""
        if metric not in self._predictors:
            try:
                self._predictors[metric] = serving(self.home, metric)[2]
            except PredictionRefused:
                self._predictors[metric] = None
        predictor = self._predictors[metric]
        if predictor is None or not questions:
            return ()
        key = tuple(_key(each) for each in questions)
        if key not in self._said:
            if len(self._said) >= _MOST_KEPT:
                self._said.clear()
            try:
                self._said[key] = predictor.predict(questions)
            except PredictionRefused:
                self._said[key] = ()
        return self._said[key]

    @cached_property
    def _facts(self) -> Facts | None:
        return Facts(self.connection) if self.connection else None

    def _architecture(self, name: str) -> Architecture | PredictionRefused:
        if name not in self._architectures:
            try:
                self._architectures[name] = self.architecture_of(name)
            except PredictionRefused as error:
                # Its traceback would keep this and the connection open until the next search for garbage.
                self._architectures[name] = error.with_traceback(None)
        return self._architectures[name]

    def _resolved(self, name: str) -> str:
        if self.connection is None or name in self.by_model:
            return name
        try:
            return resolve(self.connection, "model", [name])[0]
        except UsageError:
            return name


def _key(question: Question) -> tuple[object, ...]:
    profile = question.profile
    return (
        question.metric, profile.subject, profile.image_size, profile.sequence_length, question.hardware.hardware_id,
        question.mode, question.precision, question.batch_size, question.runtime, question.runtime_version,
        question.compiler, question.memory_format,
    )  # fmt: skip
