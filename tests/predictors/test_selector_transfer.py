"""Devices stand to each other as other models say, and choices are scored with the model hidden."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_selection import pool

from predictors.contract import HardwareFacts
from predictors.selector.rates import Condition
from predictors.selector.regret import across_software, choices, scores
from predictors.selector.transfer import Transfer

_FACTS = {
    name: HardwareFacts(name, "x", "gpu", 2e10, bandwidth, {"fp16": 100 * bandwidth}, {})
    for name, bandwidth in (("slow", 3e11), ("middle", 6e11), ("fast", 1.2e12), ("unseen", 4.8e12))
}
_ASKED = Condition("inference", precision="fp16", batch_size=8)


@given(st.permutations(["slow", "middle", "fast"]), st.floats(1.2, 5))
def test_devices_stand_in_the_order_that_other_models_have_them_in(order: list[str], step: float) -> None:
    rates = {name: step**place for place, name in enumerate(order)}
    learned = [pool(f"net{n}", {name: (n + 1) * rate for name, rate in rates.items()}) for n in range(20)]
    stand = Transfer(learned, _FACTS).standings(order, "vision", _ASKED)
    assert sorted(order, key=lambda name: stand[name].log_rate) == order
    between = stand[order[2]].log_rate - stand[order[0]].log_rate
    assert between == pytest.approx(2 * math.log(step), rel=0.1, abs=0.05)
    assert {each.evidence_count for each in stand.values()} == {20}


def test_a_device_that_ran_nothing_stands_where_its_catalogue_rates_put_it_and_less_surely() -> None:
    learned = [
        pool(f"net{n}", {"slow": n + 1.0, "middle": 2 * n + 2.0, "fast": 4 * n + 4.0}) for n in range(20)
    ]
    stand = Transfer(learned, _FACTS).standings(list(_FACTS), "vision", _ASKED)
    assert stand["unseen"].log_rate > stand["fast"].log_rate
    assert (stand["unseen"].evidence_count, stand["fast"].evidence_count) == (0, 20)
    assert stand["unseen"].half_width > stand["fast"].half_width


def test_what_is_more_alike_counts_more() -> None:
    text = [pool(f"llm{n}", {"slow": 2.0, "fast": 1.0}, "text_generation") for n in range(10)]
    vision = [pool(f"net{n}", {"slow": 1.0, "fast": 3.0}) for n in range(10)]
    transfer = Transfer([*text, *vision], _FACTS)
    advantage = {
        family: np.subtract(
            *(
                transfer.standings(["fast", "slow"], family, _ASKED)[each].log_rate
                for each in ("fast", "slow")
            )
        )
        for family in ("vision", "text_generation")
    }
    assert advantage["vision"] > 0.4 > -0.1 > advantage["text_generation"]


def test_the_results_of_a_model_and_its_twins_are_hidden_from_its_choice() -> None:
    honest = [pool(f"net{n}", {"slow": 1.0, "fast": 3.0}) for n in range(9)]
    odd = pool("oddnet.a1_in1k", {"slow": 30.0, "fast": 1.0})
    twin = pool("oddnet", {"slow": 3000.0, "fast": 1.0})
    found = {each.pool.model_id: each for each in choices([*honest, odd, twin], _FACTS)}
    assert found["oddnet"].chosen == found["oddnet.a1_in1k"].chosen == "fast"
    assert found["oddnet"].best == "slow"
    assert found["oddnet"].regret == pytest.approx(1 - 1 / 3000)
    assert found["net0"].evidence_count == 10


def test_nothing_is_chosen_where_the_only_model_is_hidden_and_nothing_else_tells() -> None:
    bare = {name: HardwareFacts(name, None, None, None, None, {}, {}) for name in ("a", "b")}
    assert Transfer([], bare).standings(["a", "b"], None, _ASKED) == {}


def test_scores_count_what_was_lost() -> None:
    pools = [pool(f"net{n}", {"slow": 1.0, "fast": 1.04 if n else 0.5}) for n in range(20)]
    [whole, part] = scores(choices(pools, _FACTS))
    assert (whole.name, part.name) == ("all", "inference fp16")
    assert (whole.choice_count, whole.model_count, whole.device_count) == (20, 20, 2)
    assert whole.worst_regret == pytest.approx(0.5)
    assert whole.mean_regret == pytest.approx(0.5 / 20)
    assert whole.near_share == pytest.approx(19 / 20)


def test_own_software_keeps_the_best_of_each_device_for_the_same_work() -> None:
    same = {"image_size": 224, "runtime": "pytorch"}
    wide = across_software(
        [
            pool("net", {"slow": 1.0, "fast": 2.0}, **same, runtime_version="2.1", compiler="eager"),
            pool("net", {"slow": 5.0}, **same, runtime_version="2.4", compiler="dynamo"),
            pool("net", {"slow": 9.0}, image_size=384, runtime="pytorch"),
        ]
    )
    assert [each.medians for each in wide] == [{"slow": 5.0, "fast": 2.0}, {"slow": 9.0}]


def test_predictions_choose_where_they_answer_for_the_whole_pool() -> None:
    pools = [pool(f"net{n}", {"slow": 1.0, "fast": 3.0}) for n in range(9)]
    told = choices(
        pools, _FACTS, foretell=lambda each: {"slow": 9.0, "fast": 1.0} if each.twin == "net0" else {}
    )
    assert [(each.chosen, each.basis) for each in told[:2]] == [
        ("slow", "predicted"),
        ("fast", "other models"),
    ]
