"""One line of the table of evaluations, and its verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from predictors.suites.goals import Goal, goals_of


@dataclass(frozen=True, slots=True)
class Line:
    """How well one method does on one split. Errors, shares and coverages are shares of 1, never per cent."""

    suite: str
    split: str
    method: str
    n: int
    """Results, or what else the suite counts: columns of a table, questions."""
    median_error: float | None = None
    """Median of |predicted / measured - 1|."""
    mean_error: float | None = None
    coverage: float | None = None
    """Share of results that the interval or the upper bound held."""
    others: Mapping[str, float] = field(default_factory=dict)
    """Further numbers by name; those named `..._seconds` are seconds."""
    is_ours: bool = False
    """Whether the goals of its split are for it; baselines and rivals have none."""
    is_detail: bool = False
    """Whether it is one device, column or network of what another line sums up."""

    def number(self, quantity: str) -> float | None:
        """One of its numbers by name; None when it has none of that name."""
        if quantity in {"median_error", "mean_error", "coverage"}:
            value: float | None = getattr(self, quantity)
            return value
        return self.others.get(quantity)

    @property
    def goals(self) -> tuple[Goal, ...]:
        """What its numbers are meant to reach."""
        return goals_of(self.suite, self.split) if self.is_ours else ()

    @property
    def missed(self) -> tuple[Goal, ...]:
        """Goals that its numbers do not reach; a number that there is not has not reached its goal."""
        return tuple(goal for goal in self.goals if not goal.is_reached(self.number(goal.quantity)))

    @property
    def is_reached(self) -> bool | None:
        """Whether all goals are; None without any."""
        return not self.missed if self.goals else None

    @property
    def goal(self) -> str:
        """All its goals as text."""
        return ", ".join(map(str, self.goals))


@dataclass(frozen=True, slots=True)
class NotRun:
    """A suite that could not be run, or the part of one that `split` names."""

    suite: str
    reason: str
    split: str = ""
