"""A data set by its lengths: counted, not guessed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmart.errors import UsageError
from predictors.training_plan.dataset_files import read_lengths
from predictors.training_plan.datasets import packed_bins, profile_lengths
from predictors.training_plan.hyperparameters import scaled_rate

LENGTHS = st.lists(st.integers(1, 300), min_size=1, max_size=80)


def by_name(profile):
    return {each.name: each for each in profile.batchings}


def test_padding_bucketing_and_packing_are_counted() -> None:
    profile = profile_lengths([100, 10, 90, 20], batch=2, maximum=100)
    found = by_name(profile)
    assert found["pad all to the maximum"].computed_tokens == 400
    assert found["bucket by length"].computed_tokens == 2 * 20 + 2 * 100
    assert found["pack"].computed_tokens == 300
    assert found["pack"].waste == pytest.approx(80 / 300)
    assert found["bucket by length"].speedup == pytest.approx(400 / 240)
    assert profile.recommended.name == "bucket by length"


def test_what_is_longer_than_the_maximum_is_cut_and_counted() -> None:
    profile = profile_lengths([500, 50], batch=1, maximum=128)
    assert (profile.cut_items, profile.cut_tokens, profile.tokens) == (1, 372, 178)


def test_a_maximum_keeps_99_percent_of_tokens_and_none_shorter_does() -> None:
    lengths = [100] * 99 + [4000]
    profile = profile_lengths(lengths, batch=8)
    best = profile.recommended_maximum
    kept = {size: sum(min(each, size) for each in lengths) / sum(lengths) for size in (best - 64, best)}
    assert kept[best] >= 0.99 > kept[best - 64]


@given(LENGTHS, st.integers(1, 16))
def test_no_way_computes_less_than_the_tokens_or_more_than_padding_all(lengths, batch) -> None:
    profile = profile_lengths(lengths, batch=batch)
    for each in profile.batchings:
        assert (
            profile.tokens
            <= each.computed_tokens
            <= by_name(profile)["pad all to the maximum"].computed_tokens
        )
        assert 0 <= each.waste < 1
    assert sum(count for _, _, count in profile.histogram) == len(lengths)


@given(LENGTHS)
def test_packing_needs_no_fewer_sequences_than_any_could(lengths) -> None:
    size = max(lengths)
    least = -(-sum(lengths) // size)
    halves = sum(each > size / 2 for each in lengths)
    assert max(least, halves) <= packed_bins(lengths, size) <= len(lengths)


@pytest.mark.parametrize(
    ("name", "text", "lengths"),
    [
        ("a.jsonl", '{"length": 7}\n{"input_ids": [1, 2]}\n\n5\n', [7, 2, 5]),
        ("a.csv", "id,tokens\nx,12\ny,3\n", [12, 3]),
        ("a.txt", "4\n9\n", [4, 9]),
    ],
)
def test_lengths_are_read_from_files(tmp_path, name, text, lengths) -> None:
    (tmp_path / name).write_text(text)
    assert read_lengths(tmp_path / name) == lengths


def test_texts_are_counted_only_when_told_how(tmp_path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text(json.dumps({"instruction": "abcd", "output": "efgh"}) + "\n")
    assert read_lengths(path, characters_per_token=4) == [2]
    with pytest.raises(UsageError, match=r"line 1.*tokenizer"):
        read_lengths(path)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.jsonl", '{"length": 7}\n{"length"\n', "line 2: is no JSON"),
        ("a.jsonl", '{"length": 0}\n', "length of 0"),
        ("a.jsonl", "[1]\n", "no length, token ids or text"),
        ("a.parquet", "", "neither .jsonl"),
        ("b/none.csv", None, "cannot be read"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_its_place(tmp_path, name, text, said) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=said):
        read_lengths(tmp_path / name)


@pytest.mark.parametrize("lengths", [[], [0], [-3, 4]])
def test_lengths_that_count_nothing_are_refused(lengths) -> None:
    with pytest.raises(UsageError):
        profile_lengths(lengths, batch=1)


def test_learning_rates_follow_the_batch_by_their_rule() -> None:
    assert scaled_rate(1e-4, 32, 128) == pytest.approx(2e-4)
    assert scaled_rate(0.1, 256, 1024, "linear") == pytest.approx(0.4)
    with pytest.raises(UsageError, match="sqrt"):
        scaled_rate(0.1, 1, 2, "cubic")
