"""Names as they stand in result files of others, beside the parameters those state. Skipped without the files."""

import csv
import os
from pathlib import Path

import pytest

from benchmart.errors import PredictionRefused
from predictors.model_sizes.sizes import size_of

DATA = Path(os.environ.get("BENCHMART_TEST_DATA") or Path(__file__).parents[4] / "shared" / "data")
NEAR, SHARE = 0.01, 0.98
MEANT = {
    # MLPerf inference and training; its BERT is the large one
    "bert-99": "bert-large-uncased",
    "bert-99.9": "bert-large-uncased",
    "gptj-99.9": "EleutherAI/gpt-j-6b",
    "llama2-70b-99.9": "meta-llama/Llama-2-70b-hf",
    "llama2_70b_lora": "meta-llama/Llama-2-70b-hf",
    "mixtral-8x7b": "mistralai/Mixtral-8x7B-v0.1",
    "neuralmagic_Llama-2-7b-chat-hf-FP8": "meta-llama/Llama-2-7b-hf",
    "bert-large-pruned80_quant-none-vnni-bert-99": "bert-large-uncased",
    "obert-large-base-none-bert-99": "bert-large-uncased",
    "obert-base-pruned90-none-bert-99": "bert-base-uncased",
    "mobilebert-none-base-none-bert-99": "google/mobilebert-uncased",
    "gpt3": "facebook/opt-175b",
    "resnet50": "microsoft/resnet-50",
    # tables of memory
    "Qwen-1.8B-Chat": "Qwen/Qwen-1_8B",
    "Qwen-14B": "Qwen/Qwen-14B",
    "LLaMA 65B": "huggyllama/llama-65b",
    "bigscience/T0_3B": "google/t5-v1_1-xl",
    "bigscience/bloomz-7b1": "bigscience/bloom-7b1",
    "bigscience/mt0-xxl": "google/mt5-xxl",
    "timm/resnet50.a1_in1k": "resnet50",
    # llama-bench
    "gpt-oss 120B MXFP4 MoE": "openai/gpt-oss-120b",
    "llama 13B IQ3_S mix - 3.66 bpw": "huggyllama/llama-13b",
    "qwen3 32B Q8_0": "Qwen/Qwen3-32B",
    # older JSON
    "bert_base_uncased": "bert-base-uncased",
    "hf_t5": "t5-small",
    "hf_wav2vec2": "facebook/wav2vec2-base",
    "llama3-70b-8192": "meta-llama/Meta-Llama-3-70B",
    "llama-3.3-70b-versatile": "meta-llama/Llama-3.3-70B-Instruct",
    "mixtral-8x7b-32768": "mistralai/Mixtral-8x7B-v0.1",
    "gemma2-9b-it": "google/gemma-2-9b",
    "prajjwal1/bert-tiny": "google/bert_uncased_L-2_H-128_A-2",
    "clip_text_model": "transformers/clip_text_model",
    "xclip": "microsoft/xclip-base-patch32",
    "seamless_m4t": "facebook/hf-seamless-m4t-large",
    "wav2vec2_conformer": "facebook/wav2vec2-conformer-rel-pos-large",
    "t5-efficient-tiny": "google/t5-efficient-tiny",
    "canine": "google/canine-s",
    # operator traces
    "bert_large": "bert-large-uncased",
    "gpt2_large": "gpt2-large",
    "gpt3_27": "openai/gpt3-2.7b",
}


@pytest.mark.parametrize(("name", "meant"), MEANT.items())
def test_a_name_of_a_result_file_means_its_model(name, meant):
    assert size_of(name).name == meant


def counts_of_timm():
    found: dict[str, set[float]] = {}
    for path in sorted((DATA / "timm").rglob("*.csv")):
        with path.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                if count := row.get("param_count"):
                    found.setdefault(row["model"], set()).add(float(count.replace(",", "")) * 10**6)
    return found


def is_near(name, counts):
    try:
        found = size_of(name).parameter_count
    except PredictionRefused:
        return False
    return any(abs(found / count - 1) <= NEAR for count in counts)


def test_names_of_timm_have_the_parameters_its_tables_state():
    counts = counts_of_timm()
    if not counts:
        pytest.skip(f"no tables of timm in {DATA}; set BENCHMART_TEST_DATA")
    far = [name for name, known in counts.items() if not is_near(name, known)]
    assert len(counts) > 1000
    assert len(far) <= (1 - SHARE) * len(counts), far
