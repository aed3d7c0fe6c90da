"""What is asked of the selector and the planner, as a person types it and as a link has it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote, urlencode

from tui.contents.typed import FieldError, positive

if TYPE_CHECKING:
    from predictors.selector.request import SelectionRequest
    from predictors.training_plan.asking import Asked

OPTIONS, PRICE, MEMORY, PLAN = VIEWS = ("options", "price", "memory", "plan")
"""What is shown of an answer: the options as a table, speed against price or memory, a plan of training."""


@dataclass(frozen=True, slots=True)
class Field:
    """A line of the form."""

    name: str
    """As links have it."""
    label: str
    example: str
    """Shown while nothing is typed: what counts then, or what may be typed."""
    views: tuple[str, ...] = (OPTIONS, PRICE, MEMORY)


FIELDS = (
    Field("model", "model", "a name, such as resnet50", VIEWS),
    Field("mode", "mode", "inference"),
    Field("precision", "precision", "fp32"),
    Field("batch", "batch", "1"),
    Field("sequence", "sequence", "tokens", VIEWS),
    Field("hardware", "hardware", "all, or cuda"),
    Field("price", "$/h most", "no limit"),
    Field("watts", "W at most", "no limit"),
    Field("latency", "ms most", "no limit"),
    Field("use", "memory %", "100"),
    Field("weigh", "weigh", "throughput=1 cost=1"),
    Field("gpus", "gpus", "1", (PLAN,)),
    Field("gpu", "gpu", "such as a100-80gb", (PLAN,)),
    Field("each", "memory", "each, such as 24GB", (PLAN,)),
    Field("step", "batch", "a step, all gpus", (PLAN,)),
    Field("method", "method", "full", (PLAN,)),
    Field("train", "precision", "the gpu's best", (PLAN,)),
    Field("link", "link", "such as 600GB", (PLAN,)),
    Field("network", "network", "such as 50GB", (PLAN,)),
    Field("host", "host", "such as 512GB", (PLAN,)),
)
BY_NAME: Mapping[str, Field] = {each.name: each for each in FIELDS}
_COUNTS = ("batch", "sequence", "gpus", "step")
_AMOUNTS = ("price", "watts", "latency", "use")


@dataclass(frozen=True, slots=True)
class AskedHardware:
    """Texts of the form; what was left empty is not in it."""

    given: Mapping[str, str] = field(default_factory=dict)
    view: str = OPTIONS
    simulated: tuple[str, ...] = ()
    """Devices that nobody has: see `simulated_device`."""

    @property
    def model(self) -> str:
        """Empty while none was typed."""
        return self.given.get("model", "")

    @property
    def path(self) -> str:
        """As a link has it after `select/`."""
        shown = {"view": self.view} if self.view != OPTIONS else {}
        named = {name: self.given[name] for name in BY_NAME if name != "model" and self.given.get(name)}
        pairs = [*named.items(), *shown.items(), *(("device", each) for each in self.simulated)]
        return quote(self.model, safe="/") + (f"?{urlencode(pairs, safe='/,=')}" if pairs else "")

    def seen_as(self, view: str) -> "AskedHardware":
        """The same question, its answer shown otherwise."""
        return replace(self, view=view)

    def request(self) -> "SelectionRequest":
        """The question to the selector. Raises FieldError for the first field that means nothing."""
        from predictors.selector.request import MODES, Budget, SelectionRequest

        numbers = {name: _number(self.given, name) for name in (*_COUNTS, *_AMOUNTS)}
        mode = self.given.get("mode", MODES[0])
        if mode not in MODES:
            raise FieldError("mode", f"there is no mode {mode!r}", f"There are: {', '.join(MODES)}")
        share, latency = (numbers["use"] or 100.0) / 100, numbers["latency"]
        if share > 1:
            raise FieldError("use", "more than 100 % of a device's memory", "Give 100 or less")
        asked = SelectionRequest(
            self.model,
            mode=mode,
            precision=self.given.get("precision", "fp32"),
            batch_size=int(numbers["batch"] or 1),
            sequence_length=_whole(numbers["sequence"]),
            allow=tuple(self.given["hardware"].replace(",", " ").split())
            if "hardware" in self.given
            else None,
            budget=Budget(numbers["price"], numbers["watts"], latency and latency / 1000, share),
        )
        weights = self._weights()
        return replace(asked, weights=weights) if weights else asked

    def _weights(self) -> dict[str, float]:
        from predictors.selector.request import CRITERIA

        found = {}
        for pair in self.given.get("weigh", "").replace(",", " ").split():
            name, _, text = pair.partition("=")
            hint = f"Write name=number; names are {', '.join(CRITERIA)}"
            if name not in CRITERIA:
                raise FieldError("weigh", f"{name!r} is nothing to weigh", hint)
            found[name] = positive("weigh", text or "1", hint)
        return found

    def training(self) -> "Asked":
        """The question to the planner. Raises FieldError for the first field that means nothing."""
        from predictors.training_plan.asking import Asked
        from predictors.training_plan.request import METHODS, PRECISIONS

        numbers = {name: _number(self.given, name) for name in ("sequence", "gpus", "step")}
        if not {"gpu", "each"} & self.given.keys():
            raise FieldError("gpu", "neither a gpu nor its memory is given", "Such as a100-80gb, or 24GB")
        for name, known in (("method", METHODS), ("train", PRECISIONS)):
            if self.given.get(name, known[0]) not in known:
                label = BY_NAME[name].label
                raise FieldError(
                    name, f"there is no {label} {self.given[name]!r}", f"There are: {', '.join(known)}"
                )
        return Asked(
            self.model,
            gpus=int(numbers["gpus"] or 1),
            hardware=self.given.get("gpu"),
            gpu_memory=self.given.get("each"),
            batch=_whole(numbers["step"]),
            sequence_length=int(numbers["sequence"] or 512),
            method=self.given.get("method", METHODS[0]),
            precision=self.given.get("train"),
            interconnect=self.given.get("link"),
            network=self.given.get("network"),
            host_memory=self.given.get("host"),
        )  # fmt: skip


def from_path(path: str) -> AskedHardware:
    """The question that a link has; what it has beside is left out."""
    model, _, query = path.partition("?")
    pairs = parse_qsl(query)
    given = {"model": unquote(model)} | {name: text for name, text in pairs if name in BY_NAME}
    view = next((text for name, text in pairs if name == "view" and text in VIEWS), OPTIONS)
    return AskedHardware(
        {name: text.strip() for name, text in given.items() if text.strip()},
        view,
        tuple(text for name, text in pairs if name == "device"),
    )


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _number(given: Mapping[str, str], name: str) -> float | None:
    if name not in given:
        return None
    if name in _AMOUNTS:
        return positive(name, given[name], "Give a number above 0, or leave it empty")
    hint = "Give a whole number of at least 1"
    number = positive(name, given[name], hint)
    if number != int(number):
        raise FieldError(name, f"{given[name]!r} is no whole number", hint)
    return number
