"""Tables of known memory: how they are read, and how near predictions come."""

import os
from pathlib import Path

import pytest
from known_architectures import size_of

from benchmart.errors import PredictionRefused, UsageError
from predictors.model_sizes import sizes
from predictors.training_memory.fact_methods import training_of
from predictors.training_memory.fact_scores import score, totals
from predictors.training_memory.fact_tables import read_facts

_DATA = Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data")
_FACTS = _DATA / "training_memory" / "memory_facts.csv"
_COLUMNS = (
    "fact_id,source,evidence,model,params_b,method,details,precision_bits,quantization,"
    "micro_batch,seq_len,n_gpus,gpu,gpu_mem_value,gpu_mem_unit,outcome"
)


@pytest.fixture
def facts(tmp_path):
    def read(*rows):
        table = tmp_path / "facts.csv"
        table.write_text("\n".join((_COLUMNS, *rows)), encoding="utf-8")
        return read_facts(table)

    return read


@pytest.fixture(scope="module")
def published():
    if not _FACTS.is_file():
        pytest.skip(f"no {_FACTS}; name the folder of published tables with BENCHMART_TEST_DATA")
    return {each.evidence: each for each in totals(score(read_facts(_FACTS), sizes.size_of))}


def test_measured_memory_is_predicted(published) -> None:
    measured = published["measured"]
    assert measured.predicted >= 84
    assert measured.median_error <= 0.1
    assert measured.within_20_percent >= 0.9
    assert measured.out_of_memory_caught / measured.out_of_memory >= 0.9


def test_what_estimators_print_is_agreed_with(published) -> None:
    # One of accelerate's numbers contradicts its own row beside it (418.18 for 413.18).
    assert published["formula"].within_1_percent >= 0.95


@pytest.mark.parametrize(
    ("unit", "gpus", "size"),
    [
        ("GB", 1, 30e9),
        ("GiB", 1, 30 * 2**30),
        ("GiB (printed GB)", 1, 30 * 2**30),
        ("MiB (printed MB)", 1, 30 * 2**20),
        ("GB total", 4, 7.5e9),
        ("GB per GPU", 4, 30e9),
    ],
)
def test_units_are_told_apart(facts, unit, gpus, size) -> None:
    (fact,) = facts(f"1,a,measured,llama 2,7,full,,16,none,1,512,{gpus},A100 80GB,30,{unit},ok")
    assert fact.known_bytes == size


def test_more_than_a_gpu_has_is_of_all_gpus(facts) -> None:
    (fact,) = facts("1,a,measured,llama 2,7,full,,16,none,1,512,2,A100 80GB,130,GB,ok")
    assert fact.known_bytes == 65e9


def test_memory_of_gpus_is_read_off_their_names_or_the_catalogue(facts) -> None:
    found = facts(
        *(f"1,a,measured,m,7,full,,,,1,1,1,{gpu},,,OOM" for gpu in ("A100-SXM4-40GB", "RTX 3090", "thing"))
    )
    assert [fact.capacity_bytes for fact in found] == [40 * 2**30, 24 * 2**30, None]


_WAYS = [
    ("full", "DeepSpeed ZeRO-3; offload_optimizer=cpu", {"strategy": "zero3", "offload_optimizer": "cpu"}),
    ("full", "zero2", {"strategy": "zero2", "adapters": None}),
    ("full finetune", "FSDP; activation checkpointing", {"strategy": "fsdp2", "checkpointing": "full"}),
    ("full", "AdamW8bit; torch.compile", {"optimizer": "adamw_8bit", "is_compiled": True}),
    ("full", "gradient accumulation 8", {"accumulation_steps": 8}),
    ("full", "pure_bf16; sgd", {"precision": "bf16", "optimizer": "sgd"}),
    (
        "full",
        "optimizer_in_bwd; chunked cross entropy",
        {"steps_in_backward": True, "has_chunked_loss": True},
    ),
    ("full", "eager attention", {"attention": "eager"}),
    ("full", "cpu offload; zero stage 3", {"offload_parameters": "cpu", "offload_optimizer": "cpu"}),
]


@pytest.mark.parametrize(("method", "details", "expected"), _WAYS)
def test_methods_are_understood_by_their_words(facts, method, details, expected) -> None:
    (fact,) = facts(f"1,unknown,measured,llama 2,7,{method},{details},,,2,512,8,A100 80GB,30,GB,ok")
    setup = training_of(fact, size_of).setup
    assert {name: getattr(setup, name) for name in expected} == expected
    assert (setup.micro_batch, setup.sequence_length, setup.data_parallel) == (2, 512, 8)


@pytest.mark.parametrize(
    ("method", "bits", "words", "quantization"),
    [
        ("LoRA", "16", "", None),
        ("QLoRA", "4", "", "nf4"),
        ("QLoRA", "8", "", "int8"),
        ("Q-LoRA", "", "int4 GPTQ", "int4"),
        ("lora", "", "bnb.nf4-dq", "nf4-dq"),
        ("QLoRA NF4 + double quantization", "4", "", "nf4-dq"),
    ],
)
def test_quantized_weights_are_understood(facts, method, bits, words, quantization) -> None:
    (fact,) = facts(f"1,unknown,measured,llama 2,7,{method},r=16,{bits},{words},1,512,1,A100 80GB,30,GB,ok")
    adapters = training_of(fact, size_of).setup.adapters
    assert (adapters.rank, adapters.quantization) == (16, quantization)


@pytest.mark.parametrize(
    ("method", "bits", "length", "model", "words"),
    [
        ("GaLore", "16", "512", "llama 2", "GaLore"),
        ("mystery", "16", "512", "llama 2", "mystery"),
        ("QLoRA", "2", "512", "llama 2", "2 bits"),
        ("full", "16", "", "llama 2", "length"),
        ("full", "16", "512", "unheard-of", "unheard-of"),
    ],
)
def test_what_is_not_known_is_refused_and_not_guessed(facts, method, bits, length, model, words) -> None:
    rows = facts(f"1,unknown,measured,{model},7,{method},,{bits},,1,{length},1,A100 80GB,30,GB,ok")
    with pytest.raises(PredictionRefused, match=words):
        training_of(rows[0], size_of)
    (scored,) = score(rows, size_of)
    assert scored.predicted_bytes is None
    assert words in scored.basis[0]


def test_a_model_of_another_size_than_stated_is_not_taken_for_it(facts) -> None:
    (fact,) = facts("1,unknown,measured,llama 2 7b,70,full,,16,,1,512,1,A100 80GB,30,GB,ok")
    with pytest.raises(PredictionRefused, match="70"):
        training_of(fact, size_of)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,a,measured,m,7,full,,16,none,1,512,1,A100,30,stone,ok", "stone"),
        ("1,a,measured,m,seven,full,,16,none,1,512,1,A100,30,GB,ok", "params_b `seven`"),
    ],
)
def test_a_cell_that_makes_no_sense_is_named_with_its_line(facts, row, words) -> None:
    with pytest.raises(UsageError, match=f"line 2.*{words}"):
        facts(row)


def test_a_table_without_the_columns_is_refused(tmp_path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UsageError, match="fact_id"):
        read_facts(tmp_path / "other.csv")
    with pytest.raises(UsageError, match="cannot be read"):
        read_facts(tmp_path / "absent.csv")
