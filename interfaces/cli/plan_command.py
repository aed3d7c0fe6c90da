"""`benchmart plan`: how to train a model on the hardware at hand."""

from pathlib import Path

import click

from interfaces.cli.options import json_option
from interfaces.cli.plan_search import search
from interfaces.cli.plan_training import training


@click.group("plan")
def command() -> None:
    """Plan a training run: strategy, memory, time, and files to start it.

    \b
    Examples:
      benchmart plan training llama-7b --gpus 8 --gpu-memory 24GB --batch 64
      benchmart plan search gpt2            the micro-batch, measured on this machine
      benchmart plan score facts.csv        predicted beside known memory, and how far off that is
    """


@command.command("score")
@click.argument("facts", type=click.Path(path_type=Path))
@json_option
def score(facts: Path, *, as_json: bool) -> None:
    """Print predicted beside known memory for the facts of a table, and how far off predictions are by evidence.

    The table has a row a fact: fact_id, source, evidence, model, method, gpu_mem_value and gpu_mem_unit, and as far as
    they are known params_b, details, precision_bits, quantization, micro_batch, seq_len, n_gpus, gpu and outcome.

    \b
    Examples:
      benchmart plan score memory_facts.csv
      benchmart plan score memory_facts.csv --json
    """
    from interfaces.cli.plan_score import print_score

    print_score(facts, as_json=as_json)


command.add_command(search)
command.add_command(training)
