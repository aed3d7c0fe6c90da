"""A request is answered by devices in order with their reasons, or by why none is left and what is nearest."""

from dataclasses import replace

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_selection import LLAMA_7B, knowing, nothing_built, pool

from benchmart.errors import UsageError
from predictors.selector.constraints import CONSTRAINTS, NAMES
from predictors.selector.evidence import Verdict
from predictors.selector.knowledge import Knowledge
from predictors.selector.needs import inference_bytes
from predictors.selector.option import Selection
from predictors.selector.request import CRITERIA, FAMILIES, Budget, SelectionRequest
from predictors.selector.scoring import front, score
from predictors.selector.selection import select
from predictors.selector.settings import read_settings, with_settings

_LLAMA = SelectionRequest("llama-7b", "text_generation", precision="fp16")
_NET = SelectionRequest("net", "vision", precision="fp16", batch_size=8)
_CARDS = ("rtx-4090", "rtx-3090")


@pytest.fixture
def known(tmp_path) -> Knowledge:
    return nothing_built(tmp_path)


def _why(selection: Selection, device: str) -> dict[str, str]:
    return {
        each.constraint: each.reason
        for option in (*selection.options, *selection.rejected)
        if option.hardware_id == device
        for each in option.broken
    }


def test_on_a_cold_start_a_7b_model_gets_a_gpu_with_the_reason_and_that_nothing_was_measured(known) -> None:
    found = select(_LLAMA, known)
    assert found.best is not None
    assert found.best.device.facts.kind == "gpu"
    assert found.best.estimate is not None
    assert (found.best.estimate.basis, found.best.estimate.evidence_count) == ("family rule", 0)
    told = " ".join(found.explanation)
    assert "reads all weights" in told
    assert "nothing was measured yet" in told
    for each in found.options:
        assert (
            each.device.facts.kind == "cpu" or each.device.facts.memory_bytes > 2 * LLAMA_7B.parameter_count
        )


def test_memory_is_that_of_one_device_and_a_near_miss_says_how_near(known) -> None:
    found = select(replace(_LLAMA, precision="fp32", allow=("t4", "rtx-4090", "rtx-5090")), known)
    assert [each.hardware_id for each in found.options] == ["rtx-5090"]
    assert [each.hardware_id for each in found.rejected] == ["rtx-4090", "t4"]
    assert "does not fit: needs 26" in _why(found, "rtx-4090")["memory"]
    assert "has 24.0 GiB" in _why(found, "rtx-4090")["memory"]
    assert found.rejected[0].nearness == pytest.approx(24 * 2**30 / found.rejected[0].need.high)


def test_a_model_too_big_for_anything_is_answered_with_the_nearest(known) -> None:
    found = select(SelectionRequest("huge-9t", "text_generation", precision="fp16"), known)
    assert found.options == ()
    assert found.best is None
    assert found.equally_good == ()
    [told] = [line for line in found.explanation if "no device takes" in line]
    assert "the nearest is EPYC" in told
    assert "supports at most 6144.0 GiB" in told
    assert _why(found, "m3-ultra")["memory"].startswith("does not fit: needs 1")
    assert "has 512.0 GiB" in _why(found, "m3-ultra")["memory"]
    assert "is not known" in _why(found, "m1-7-core")["memory"]


def test_bytes_of_one_pass_are_weights_and_what_a_layer_writes() -> None:
    written = (2 * 4096 + 2 * 11008) * 2 * 4 * 1000
    assert inference_bytes(LLAMA_7B, "fp16", 4, 1000) == 2 * LLAMA_7B.parameter_count + written
    assert inference_bytes(LLAMA_7B, "amp_fp16", 1, 1) > 4 * LLAMA_7B.parameter_count
    assert inference_bytes(LLAMA_7B, "int4", 1, 1) < LLAMA_7B.parameter_count


def test_generating_needs_cache_by_batch_and_length_and_training_needs_states(known) -> None:
    def needed(**changes) -> float:
        return select(replace(_LLAMA, **changes), known).options[0].need.expected

    more = needed(batch_size=32, sequence_length=1024) - needed(batch_size=1, sequence_length=1024)
    assert more == pytest.approx(31 * 1024 * LLAMA_7B.cached_elements_per_token * 2, rel=0.1)
    assert needed(precision="nf4") < 0.5 * needed()
    assert needed(mode="training", precision="bf16", batch_size=1) > 8 * LLAMA_7B.parameter_count


@pytest.mark.parametrize(
    ("changes", "device", "constraint", "part"),
    [
        ({"deny": ("cuda",)}, "rtx-4090", "denied", "ruled out by 'cuda'"),
        ({"runtime": "openvino"}, "rtx-4090", "runtime", "runs on cpu, xpu only"),
        ({"mode": "training", "precision": "int8"}, "rtx-4090", "mode", "not trained"),
        ({"precision": "fp8"}, "v100-pcie-32gb", "precision", "no fp8 units"),
        ({"budget": Budget(price_per_hour=0.2)}, "rtx-4090", "price", "costs 0.39 an hour, above 0.20"),
        ({"budget": Budget(price_per_hour=0.2)}, "mi300x", "price", "no price is known"),
        ({"budget": Budget(watts=100)}, "rtx-4090", "power", "450 W, above 100 W"),
        ({"budget": Budget(latency_seconds=1)}, "rtx-4090", "latency", "no seconds are known"),
        ({"budget": Budget(memory_share=0.5)}, "rtx-4090", "memory", "of which 50% may be used"),
    ],
)
def test_a_hard_constraint_rejects_with_its_reason(known, changes, device, constraint, part) -> None:
    request = replace(_LLAMA if "memory" in constraint else _NET, **changes)
    found = select(request, known)
    assert device not in {each.hardware_id for each in found.options}
    assert part in _why(found, device)[constraint]


def test_a_soft_constraint_takes_down_a_score_and_does_not_reject(known) -> None:
    hard = replace(_NET, allow=_CARDS, budget=Budget(price_per_hour=0.2))
    soft = replace(hard, soft=frozenset({"price"}), soft_factor=0.5)
    assert [each.hardware_id for each in select(hard, known).options] == ["rtx-3090"]
    free = {each.hardware_id: each.score for each in select(replace(hard, budget=Budget()), known).options}
    found = {each.hardware_id: each for each in select(soft, known).options}
    assert found.keys() == set(_CARDS)
    assert found["rtx-4090"].score == pytest.approx(0.5 * free["rtx-4090"])
    assert "costs 0.39" in found["rtx-4090"].broken[0].reason


def test_failures_without_a_success_reject_with_the_fix_and_a_success_lets_pass(known) -> None:
    known.__dict__["verdicts"] = {
        ("net", "rtx-4090"): [
            Verdict("pytorch", "inference", "fp16", "failed", 3, "out_of_memory", "halve it")
        ],
        ("net", "rtx-3090"): [Verdict("pytorch", "inference", "fp16", "partial", 3, None, None)],
    }
    found = select(replace(_NET, allow=_CARDS), known)
    assert [each.hardware_id for each in found.options] == ["rtx-3090"]
    assert _why(found, "rtx-4090")["compatible"] == "failed in all of 3 runs (out_of_memory); halve it"
    assert len(select(replace(_NET, allow=_CARDS, mode="training"), known).options) == 2


def test_verdicts_of_a_model_are_read_without_those_of_others_through_the_connection_that_is_there(
    known,
) -> None:
    columns = (
        "model_id, hardware_id, runtime, mode, precision, status, evidence_count, error_class, suggested_fix"
    )
    cells = ", ".join(
        f"('{model}', 't4', 'pytorch', 'inference', 'fp16', 'failed', 1, '{model} is large', null)"
        for model in ("net", "other")
    )
    for _ in range(2):
        with duckdb.connect() as connection:
            connection.execute(
                f"create table compatibility_matrix as from (values {cells}) as cells ({columns})"
            )
            known.ask_through(connection)
            assert [each.error_class for each in known.verdicts_of("net", "t4")] == ["net is large"]
            assert known.verdicts_of("net", "a100-80gb") == ()
    assert [each.error_class for each in known.verdicts_of("net", "t4")] == ["net is large"]
    assert "verdicts" not in known.__dict__


def test_a_device_that_nobody_has_is_chosen_from_without_a_trace_in_what_is_known(tmp_path) -> None:
    known = knowing(tmp_path, pool("net", {"rtx-4090": 100.0, "rtx-3090": 150.0}))
    facts = replace(known.devices["rtx-4090"].facts, hardware_id="new")
    more = known.with_devices([replace(known.devices["rtx-4090"], facts=facts)])
    asked = replace(_NET, allow=(*_CARDS, "new"))
    assert {each.hardware_id for each in select(asked, more).options} == {*_CARDS, "new"}
    assert "new" not in known.devices
    with pytest.raises(UsageError, match="no hardware 'new' is known"):
        select(asked, known)


def test_what_was_measured_decides_against_the_catalogue(tmp_path) -> None:
    known = knowing(tmp_path, pool("net", {"rtx-4090": 100.0, "rtx-3090": 150.0}))
    found = select(replace(_NET, allow=_CARDS), known)
    assert [each.hardware_id for each in found.options] == ["rtx-3090", "rtx-4090"]
    assert {each.estimate.basis for each in found.options} == {"measured"}
    assert not any("nothing was measured" in line for line in found.explanation)
    assert found.equally_good == ("rtx-3090",)


def test_devices_are_held_to_the_condition_that_most_of_them_ran(tmp_path) -> None:
    known = knowing(
        tmp_path,
        pool("net", {"rtx-4090": 900.0}, runtime_version="2.9", compiler="dynamo"),
        pool("net", {"rtx-4090": 100.0, "rtx-3090": 150.0}, runtime_version="2.4", compiler="eager"),
    )
    found = select(replace(_NET, allow=_CARDS), known)
    assert [each.estimate.rate for each in found.options] == [150.0, 100.0]


def test_a_device_without_result_is_put_on_the_scale_of_the_measured_by_other_models(tmp_path) -> None:
    others = [pool(f"a{n}", {"rtx-4090": 2.0 * (n + 1), "rtx-3090": 1.0 * (n + 1)}) for n in range(20)]
    known = knowing(tmp_path, *others, pool("net", {"rtx-3090": 50.0}))
    found = {each.hardware_id: each.estimate for each in select(replace(_NET, allow=_CARDS), known).options}
    assert found["rtx-3090"].basis == "measured"
    assert (found["rtx-4090"].basis, found["rtx-4090"].evidence_count) == ("other models", 20)
    assert found["rtx-4090"].rate == pytest.approx(100, rel=0.05)
    assert found["rtx-4090"].low < 100 < found["rtx-4090"].high
    assert not found["rtx-4090"].is_relative


def test_options_whose_intervals_reach_the_best_are_equally_good(tmp_path) -> None:
    close = pool("net", {})
    known = knowing(
        tmp_path,
        replace(close, rates={"rtx-4090": [90.0, 100.0, 120.0], "rtx-3090": [80.0, 95.0, 99.0], "t4": [1.0]}),
    )
    found = select(replace(_NET, allow=(*_CARDS, "t4")), known)
    assert found.equally_good == ("rtx-4090", "rtx-3090")


def test_a_rule_tells_its_rate_its_source_and_how_sure_it_is_and_near_ties_are_named(known) -> None:
    """The catalogue has 3.35 TB/s of the H100 and 4.8 of the H200, which a rule alone cannot tell apart."""
    found = select(replace(_LLAMA, allow=("h100-sxm", "h200-sxm", "l4")), known)
    assert [each.hardware_id for each in found.options] == ["h200-sxm", "h100-sxm", "l4"]
    assert found.equally_good == ("h200-sxm", "h100-sxm")
    told = " ".join(found.explanation)
    assert "4.8 TB/s of memory bandwidth in the catalogue" in told
    assert "Pope et al. 2022" in told
    assert "9 of 10 devices did between 0.5 and 1.9 times" in told
    assert "any of these is equally good: H200 SXM 141GB, H100 SXM5 80GB" in told
    estimate = found.options[0].estimate
    assert estimate.low < estimate.rate < estimate.high


@pytest.mark.parametrize(
    ("weights", "first"),
    [({"throughput": 1.0}, "b200-sxm"), ({"cost": 1.0}, "rtx-3090"), ({"energy": 1.0}, "h100-nvl")],
)
def test_a_rule_names_a_smaller_device_that_fits_when_cost_or_energy_counts(known, weights, first) -> None:
    cards = ("b200-sxm", "h100-nvl", "rtx-3090")
    found = select(replace(_LLAMA, allow=cards, weights=weights), known)
    assert found.options[0].hardware_id == first


def test_of_equal_scores_the_one_that_costs_less_comes_first(known) -> None:
    """Both have 8 TB/s; an hour of the B300 costs more."""
    found = select(replace(_LLAMA, allow=("b300-sxm", "b200-sxm")), known)
    assert [each.score for each in found.options] == [1.0, 1.0]
    assert [each.hardware_id for each in found.options] == ["b200-sxm", "b300-sxm"]


def test_a_small_batch_is_not_said_to_need_what_no_forward_pass_can(known) -> None:
    """Weights of 98 MiB and 11 million outputs, and a context of 1.5 GiB: it runs on a card of 12 GB."""
    found = select(SelectionRequest("resnet50", "vision", allow=("rtx-3060-12gb",)), known)
    [option] = found.options
    assert option.need.high < 2 * 2**30


def test_where_the_preferred_device_is_absent_the_best_that_is_there_is_named(known) -> None:
    found = select(replace(_NET, allow=_CARDS, present=("rtx-3090",)), known)
    assert found.here is not None
    assert found.here.hardware_id == "rtx-3090"
    assert _why(found, "rtx-4090") == {"availability": "not on this machine"}
    assert select(replace(_NET, allow=_CARDS, present=("mps",)), known).here is None


def test_weights_turn_the_order(known) -> None:
    by_cost = replace(_NET, allow=_CARDS, weights={"cost": 1.0})
    assert select(replace(by_cost, weights={"throughput": 1.0}), known).options[0].hardware_id == "rtx-4090"
    found = select(by_cost, known)
    per_money = {each.hardware_id: each.estimate.rate / each.device.price_per_hour for each in found.options}
    assert found.options[0].hardware_id == max(per_money, key=per_money.get)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"family": "visoin"}, "Did you mean: vision"),
        ({"mode": "infer"}, "Did you mean: inference"),
        ({"batch_size": 0}, "batch size of 0"),
        ({"sequence_length": 0}, "sequence length of 0"),
        ({"allow": ()}, "is empty"),
        ({"allow": ("rtx-4091",)}, "Did you mean: rtx-4090"),
        ({"weights": {"speed": 1.0}}, "no weight 'speed'"),
        ({"weights": {"cost": 0.0}}, "one of them above"),
        ({"soft": frozenset({"memry"})}, "Did you mean: memory"),
        ({"budget": Budget(watts=-1)}, "leaves nothing"),
        ({"budget": Budget(memory_share=1.5)}, "above 1"),
        ({"weights": {"cost": float("nan")}}, "at least 0"),
        ({"precision": "fp17"}, "Did you mean: fp16"),
        ({"model": " "}, "no model"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_with_what_would(known, changes, part) -> None:
    with pytest.raises(UsageError) as refused:
        select(replace(_NET, **changes), known)
    assert part in str(refused.value)


def test_a_precision_may_be_spelled_as_frameworks_do_or_as_results_have_it(tmp_path) -> None:
    known = knowing(tmp_path, pool("net", {"rtx-4090": 100.0}, precision="iq9_x"))
    assert select(replace(_NET, precision="Float16", allow=_CARDS), known).asked.precision == "fp16"
    found = select(replace(_NET, precision="iq9_x", allow=_CARDS), known)
    assert found.options[0].estimate.basis == "measured"


def test_settings_come_from_toml_or_json_and_unknown_keys_are_named_with_the_nearest(tmp_path) -> None:
    toml, json = tmp_path / "a.toml", tmp_path / "a.json"
    toml.write_text('deny = ["t4"]\nsoft = ["price"]\n[budget]\nwatts = 300\n[weights]\ncost = 2\n')
    json.write_text('{"deny": ["t4"], "soft": ["price"], "budget": {"watts": 300}, "weights": {"cost": 2}}')
    first, second = (with_settings(_NET, read_settings(path)) for path in (toml, json))
    assert first == second
    assert (first.deny, first.budget.watts, first.weights) == (("t4",), 300, {"cost": 2.0})
    for text, part in (
        ("[wieghts]\ncost = 1", "Did you mean: weights"),
        ("[budget]\nwats = 1", "Did you mean: watts"),
        ("[weights]\ncost = 'much'", "is no number"),
        ("deny = 't4'", "is no list"),
        ("deny = [", "neither TOML nor JSON"),
    ):
        toml.write_text(text)
        with pytest.raises(UsageError) as refused:
            read_settings(toml)
        assert part in str(refused.value)
        assert str(toml) in str(refused.value)
    with pytest.raises(UsageError):
        read_settings(tmp_path / "missing.toml")


def test_every_family_has_a_rule_for_both_modes_and_every_constraint_a_name(known) -> None:
    for family in FAMILIES:
        found = select(SelectionRequest("unheard-of", family, precision="fp16"), known)
        assert found.best is not None
        assert "whether it fits is not known" in " ".join(found.explanation)
    assert {each.__name__ for each in CONSTRAINTS} < set(NAMES)


_SHARE = st.one_of(st.none(), st.floats(0, 1))
_OPTIONS = st.lists(st.fixed_dictionaries(dict.fromkeys(CRITERIA, _SHARE)), min_size=1, max_size=6)
_WEIGHTS = st.fixed_dictionaries({name: st.floats(0, 5) for name in CRITERIA}).filter(
    lambda of: sum(of.values()) > 0.1
)


@given(_OPTIONS, _WEIGHTS)
def test_the_best_option_is_on_the_front_and_scores_lie_between_0_and_1(options, weights) -> None:
    scored = [score(each, weights) for each in options]
    assert all(0 <= each <= 1 + 1e-9 for each in scored)
    on_front = front(options, weights)
    assert any(is_on for is_on, its in zip(on_front, scored, strict=True) if its >= max(scored) - 1e-9)
