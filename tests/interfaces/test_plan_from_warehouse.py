"""What was measured of training goes into plans, from the event to the answer."""

import json

from click.testing import CliRunner
from small_log import result

from benchmart.build import build
from benchmart.event_log.events import Metric
from benchmart.event_log.log import EventLog
from interfaces.cli.main import cli


def trained(number, micro_batch, rate):
    """As `benchmart plan search` records it."""
    return result(
        5000 + number,
        subject="gpt2",
        family="text_generation",
        mode="training",
        device="NVIDIA GeForce RTX 4090",
        device_kind="cuda",
        device_count=1,
        runtime="pytorch",
        runtime_version="2.13.0",
        compiler="eager",
        precision="amp_bf16",
        batch_size=micro_batch,
        sequence_length=128,
        image_size=None,
        condition={
            "micro_batch": str(micro_batch),
            "strategy": "single",
            "ranks": "1",
            "checkpointing": "none",
        },
        metrics=[
            Metric("throughput", "item/second", rate),
            Metric("latency_mean", "second", micro_batch / rate),
        ],
    )


def plan(home, *words):
    given = ["plan", "training", "gpt2", "--hardware", "rtx4090", *words, "--json", "--home", str(home.root)]
    done = CliRunner().invoke(cli, given)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_trials_that_were_recorded_decide_on_the_micro_batch_of_later_plans(home) -> None:
    rates = {1: 50.0, 2: 95.0, 4: 100.0, 8: 101.0}
    EventLog(home.events).append([trained(number, *each) for number, each in enumerate(rates.items())])
    build(home)
    known = plan(home, "--sequence-length", "128")
    assert known["batch_scaling"]["basis"] == "measured"
    assert {int(size): rate for size, rate in known["batch_scaling"]["rates"].items()} == rates
    assert (known["setup"]["micro_batch"], known["setup"]["accumulation_steps"]) == (2, 1)
    assert known["step"]["seconds"] * 95 > 1.99
    assert plan(home, "--sequence-length", "256")["batch_scaling"] is None
