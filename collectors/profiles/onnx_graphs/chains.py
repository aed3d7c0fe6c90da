"""Who gives and who reads the tensors of a graph."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from collectors.profiles.onnx_graphs.tensors import Origin, Tensor
from collectors.profiles.onnx_graphs.walking import Step


class Chains:
    """Who gives and who reads the tensors of the steps, by their places."""

    def __init__(self, steps: Sequence[Step], kept: Iterable[str]) -> None:
        self.steps = steps
        self._kept = frozenset(kept)
        self._givers = {result.name: place for place, step in enumerate(steps) for result in step.results}
        self._readers: dict[str, list[int]] = defaultdict(list)
        for place, step in enumerate(steps):
            for operand in step.given:
                self._readers[operand.name].append(place)

    def is_closed(self, group: Sequence[int]) -> bool:
        """Whether nobody else reads what passes between the steps of a group."""
        inner = [result.name for place in group[:-1] for result in self.steps[place].results]
        return all(name not in self._kept and set(self._readers[name]) <= set(group) for name in inner)

    def readers(self, place: int, *names: str) -> list[int]:
        """The steps of these names that read the first result of a step."""
        read = dict.fromkeys(self._readers[self.steps[place].results[0].name])
        return [each for each in read if self.steps[each].name in names]

    def readers_of(self, place: int) -> set[int]:
        """All steps that read the first result of a step; none when it is a result of the graph."""
        name = self.steps[place].results[0].name
        return set() if name in self._kept else set(self._readers[name])

    def only_reader(self, place: int) -> int | None:
        """The step that alone reads the first result of a step; None when there is no such step."""
        readers = self.readers_of(place)
        return next(iter(readers)) if len(readers) == 1 else None

    def only_giver(self, tensor: Tensor) -> int | None:
        """The step that gives a tensor as its first result, if the tensor has one reader."""
        place = self._givers.get(tensor.name)
        if place is None or self.steps[place].results[0].name != tensor.name:
            return None
        return None if self.only_reader(place) is None else place

    def reader(self, place: int | None, *names: str) -> int | None:
        """The first of them; None without one."""
        return None if place is None else next(iter(self.readers(place, *names)), None)

    def giver(self, tensor: Tensor | None, *names: str) -> int | None:
        """The step that gives a tensor, if it has one of these names."""
        place = None if tensor is None else self._givers.get(tensor.name)
        return place if place is not None and self.steps[place].name in names else None

    def other(self, place: int, giver: int) -> Tensor | None:
        """The other operand of a step that reads what `giver` gives."""
        read = self.steps[giver].results[0].name
        return next((each for each in self.steps[place].given if each.name != read), None)

    def adds_weight(self, place: int | None, *names: str) -> int | None:
        """The reader of a step that only adds or multiplies a vector of weights."""
        reader = self.reader(place, *names)
        if place is None or reader is None:
            return None
        other = self.other(reader, place)
        is_vector = (
            other is not None and other.origin is Origin.WEIGHT and other.size == max(other.shape, default=1)
        )
        return reader if is_vector else None
