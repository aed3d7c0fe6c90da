"""The search of a way to train, on machines that are made up: it ends, in memory and in time, near the best."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictors.training_search.decisions import OUT_OF_MEMORY, Done, Next, next_trial
from predictors.training_search.trials import LEAST_GAIN, Space, Trial, Way, choose, expected_bytes, gain

MIB = 2**20
STEPS = 4


@dataclass(frozen=True)
class Machine:
    """Throughput saturates: half of the best at `half` items; memory grows with the items."""

    half: float = 8.0
    fixed: float = 100 * MIB
    item: float = 50 * MIB
    memory: float = 1000 * MIB
    best: float = 100.0
    start: float = 5.0
    off: float = 1.0
    """Predicted over true memory."""

    def peak(self, way: Way) -> float:
        item = self.item / (4 if way.checkpointing == "full" else 1)
        return self.fixed + item * way.micro_batch + (20 * MIB if way.accumulation_steps > 1 else 0)

    def train(self, way: Way) -> Trial:
        if self.peak(way) > self.memory:
            return Trial(way, error=OUT_OF_MEMORY, wall_seconds=self.start)
        rate = self.best * way.micro_batch / (way.micro_batch + self.half)
        seconds = way.micro_batch * way.accumulation_steps / rate
        seconds *= 4 / 3 if way.checkpointing == "full" else 1
        return Trial(way, (seconds,) * 3, self.peak(way), self.start + STEPS * seconds)

    def space(self, batch: int | None = None, **more) -> Space:
        return Space(self.memory, lambda way: self.off * self.peak(way), batch, steps=STEPS, **more)


def searched(machine: Machine, space: Space, seconds: float = float("inf"), known=()):
    """The trials that were made, and the reasons of the end."""
    trials, spent = list(known), 0.0
    for _ in range(60):
        step = next_trial(space, trials, seconds - spent)
        if isinstance(step, Done):
            return trials, step.reasons
        trials.append(machine.train(step.way))
        spent += trials[-1].wall_seconds
    raise AssertionError("the search does not end")


machines = st.builds(
    Machine,
    half=st.floats(0.1, 200),
    fixed=st.floats(1 * MIB, 800 * MIB),
    item=st.floats(0.1 * MIB, 400 * MIB),
    memory=st.floats(50 * MIB, 4000 * MIB),
    off=st.floats(0.7, 1.4),
)
batches = st.one_of(st.none(), st.integers(1, 96))


def test_the_micro_batch_is_doubled_to_the_knee() -> None:
    machine = Machine(half=2, memory=1e12)
    trials, reasons = searched(machine, machine.space())
    assert [each.way.micro_batch for each in trials] == [1, 2, 4, 8, 16, 32, 64, 128]
    assert "micro-batch 64 gains +3.0% over micro-batch 32: no more than 5.0%" in reasons
    assert choose(machine.space(), trials).way == Way(32)


def test_at_the_end_of_memory_layers_are_computed_again_and_batches_accumulated() -> None:
    machine = Machine(half=1000, fixed=0, item=100 * MIB)
    trials, reasons = searched(machine, machine.space())
    assert {each.way.checkpointing for each in trials} == {"none", "full"}
    assert trials[-1].way.accumulation_steps == 4
    assert not any(each.error for each in trials)
    assert any("is expected to take 1,600 MiB of 1,000" in each for each in reasons)


def test_micro_batches_divide_the_batch_that_is_asked_for() -> None:
    machine = Machine(half=1000, memory=1e12)
    trials, _ = searched(machine, machine.space(12))
    assert [each.way.micro_batch for each in trials] == [1, 2, 4, 12]


def test_the_batch_is_accumulated_as_it_would_be_trained() -> None:
    machine = Machine(half=0.01)
    trials, _ = searched(machine, machine.space(16))
    assert trials[-1].way == Way(1, "none", 16)
    assert choose(machine.space(16), trials).way == Way(1)


def test_steps_that_scatter_hide_a_gain() -> None:
    steady = [Trial(Way(1), (1.0, 1.0, 1.0), 1.0), Trial(Way(2), (1.8, 1.8, 1.8), 1.0)]
    shaky = [Trial(Way(1), (1.0, 1.2, 1.4), 1.0), Trial(Way(2), (1.8, 2.2, 2.9), 1.0)]
    space = Space(1e9, lambda _: None)
    assert next_trial(space, steady).way == Way(4)
    assert isinstance(next_trial(space, [*shaky, Trial(Way(4), (3.9, 4.4, 5.0), 1.0)]), Done)


def test_one_trial_that_something_slowed_does_not_end_the_search() -> None:
    slowed = [Trial(Way(1), (1.0, 1.0), 1.0), Trial(Way(2), (3.0, 3.0), 1.0)]
    space = Space(1e9, lambda _: None)
    assert next_trial(space, slowed).way == Way(4)
    assert next_trial(space, [*slowed, Trial(Way(4), (2.0, 2.0), 1.0)]).way == Way(8)
    assert isinstance(next_trial(space, [*slowed, Trial(Way(4), (4.0, 4.0), 1.0)]), Done)


def test_a_failure_that_is_not_memory_ends_the_search() -> None:
    broken = [Trial(Way(1), (1.0,), 1.0), Trial(Way(2), error="RuntimeError")]
    step = next_trial(Space(1e9, lambda _: None), broken)
    assert isinstance(step, Done)
    assert any("RuntimeError" in each for each in step.reasons)


def test_without_a_prediction_measured_peaks_are_continued() -> None:
    space = Space(1e9, lambda _: None)
    assert expected_bytes(space, Way(1), ()) is None
    seen = [Trial(Way(1), (1.0,), 110.0), Trial(Way(2), (1.0,), 120.0)]
    assert expected_bytes(space, Way(4), seen) == pytest.approx(140.0)


def test_a_prediction_is_corrected_by_what_was_measured() -> None:
    space = Space(1e9, lambda way: 100.0 * way.micro_batch)
    assert expected_bytes(space, Way(2), [Trial(Way(1), (1.0,), 150.0)]) == pytest.approx(300.0)


def test_nothing_that_fits_is_no_choice() -> None:
    machine = Machine(fixed=5000 * MIB)
    trials, reasons = searched(machine, machine.space())
    assert trials == []
    assert choose(machine.space(), trials) is None
    assert any("full checkpointing is expected" in each for each in reasons)


@settings(deadline=None)
@given(machines, batches)
def test_the_search_ends_and_tries_nothing_twice(machine, batch) -> None:
    trials, reasons = searched(machine, machine.space(batch))
    assert len({each.way for each in trials}) == len(trials)
    assert len(trials) <= 20
    assert reasons


@settings(deadline=None)
@given(machines, batches)
def test_with_true_predictions_nothing_runs_out_of_memory(machine, batch) -> None:
    true = Machine(machine.half, machine.fixed, machine.item, machine.memory)
    trials, _ = searched(true, true.space(batch))
    assert not any(each.error for each in trials)


@settings(deadline=None)
@given(machines, batches, st.floats(0, 200))
def test_the_search_stays_in_its_time_but_for_a_first_trial(machine, batch, seconds) -> None:
    trials, _ = searched(machine, machine.space(batch), seconds)
    begun = sum(each.wall_seconds for each in trials if not each.error)
    assert begun <= seconds + 1e-6 or len([each for each in trials if not each.error]) == 1


@settings(deadline=None)
@given(machines, batches, st.data())
def test_a_search_that_was_stopped_goes_on_where_it_was(machine, batch, data) -> None:
    space = machine.space(batch)
    whole, reasons = searched(machine, space)
    cut = data.draw(st.integers(0, len(whole)))
    known = data.draw(st.permutations(whole[:cut]))
    again, same = searched(machine, space, known=known)
    assert {each.way for each in again} == {each.way for each in whole}
    assert again[cut:] == whole[cut:]
    assert same == reasons


@settings(deadline=None)
@given(machines, batches)
def test_the_choice_fits_and_is_as_fast_as_any_that_does_but_for_noise(machine, batch) -> None:
    space = machine.space(batch)
    trials, _ = searched(machine, space)
    chosen = choose(space, trials)
    fitting = [
        each for each in trials if not each.error and (batch is None or each.way.accumulation_steps == 1)
    ]
    assert (chosen is None) == (not fitting)
    if chosen:
        assert chosen.peak_bytes <= machine.memory
        assert all(gain(chosen, each) <= LEAST_GAIN + 1e-9 for each in fitting)


@settings(deadline=None)
@given(machines, batches)
def test_each_trial_of_a_kind_takes_more_at_once_than_the_one_before(machine, batch) -> None:
    trials, _ = searched(machine, machine.space(batch))
    for checkpointing in ("none", "full"):
        sizes = [
            each.way.micro_batch
            for each in trials
            if each.way.checkpointing == checkpointing and each.way.accumulation_steps == 1
        ]
        assert sizes == sorted(set(sizes))
        assert batch is None or all(batch % size == 0 for size in sizes)


def test_the_first_step_of_a_search_is_one_item() -> None:
    assert next_trial(Machine().space(), ()) == Next(Way(1), pytest.approx(150 * MIB))
