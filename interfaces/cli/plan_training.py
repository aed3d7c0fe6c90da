"""`benchmart plan training`: a plan on the terminal, as JSON, and as files."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from predictors.training_plan.datasets import DatasetProfile
    from predictors.training_plan.plan import DoesNotFit, Plan


@click.command("training")
@click.argument("model")
@click.option("--gpus", type=int, default=1, show_default=True, help="Devices")
@click.option("--hardware", help="A device of the catalogue, such as a100-80gb")
@click.option("--gpu-memory", metavar="SIZE", help="Of one device, such as 24GB or 24GiB")
@home_option
@click.option(
    "--batch",
    type=int,
    help="Sequences of an optimizer step on all devices [default: the knee of throughput each, else one each]",
)
@click.option("--sequence-length", type=int, default=512, show_default=True, help="Tokens of a sequence")
@click.option("--method", type=click.Choice(["full", "lora", "qlora"]), default="full", show_default=True)
@click.option(
    "--precision", type=click.Choice(["bf16", "fp16", "fp32"]), help="[default: the best of the device]"
)
@click.option(
    "--strategy",
    "strategies",
    multiple=True,
    type=click.Choice(["single", "ddp", "zero1", "zero2", "fsdp2", "zero3"]),
    help="Allow only this; may be repeated",
)
@click.option("--lora-rank", type=int, default=16, show_default=True)
@click.option("--ranks-per-node", type=int, help="Devices of a node [default: 8, or all when fewer]")
@click.option(
    "--interconnect", metavar="SIZE", help="Bytes a second of a device's link, both ways, such as 600GB"
)
@click.option("--network", metavar="SIZE", help="Bytes a second of a node's network, one way, such as 50GB")
@click.option("--host-memory", metavar="SIZE", help="Of a node, for offload")
@click.option("--nvme-path", help="Folder on an NVMe disk, for offload")
@click.option("--no-offload", is_flag=True, help="Keep all in device memory")
@click.option("--no-8bit", is_flag=True, help="Keep the optimizer's states in full precision")
@click.option("--no-tensor-parallel", is_flag=True, help="Keep each layer whole on its device")
@click.option("--safety-margin", type=float, default=0.1, show_default=True, help="Share of memory left free")
@click.option("--dataset", type=click.Path(path_type=Path), help="Lengths of items: .jsonl, .csv or .txt")
@click.option("--characters-per-token", type=float, help="To count texts of --dataset in tokens")
@click.option(
    "--output", type=click.Path(path_type=Path), help="Write files that start the plan to this folder"
)
@json_option
@click.pass_context
def training(
    context: click.Context,
    /,
    *,
    home: str | None,
    dataset: Path | None,
    output: Path | None,
    **given: Any,
) -> None:
    """Plan how to train MODEL: strategy, memory by part, what makes it fit and costs, how it scales.

    Memory is predicted and times are estimated; assumptions are printed. A plan is never predicted over memory: where
    nothing fits, the answer says what comes nearest and what would, and the command ends with 1.

    With --hardware, the micro-batch follows the model's throughput on that device by size of batch: as it was measured
    in the warehouse, else as it is predicted. The answer says which, or that neither is known.

    \b
    Examples:
      benchmart plan training llama-7b --gpus 8 --gpu-memory 24GB --batch 64 --sequence-length 2048
      benchmart plan training llama-2-70b --gpus 64 --hardware h100-sxm --batch 512 --network 400GB
      benchmart plan training llama-7b --hardware rtx4090 --method qlora --output run
      benchmart plan training bert-base-uncased --hardware t4 --batch 32 --dataset lengths.jsonl --json
    """
    from benchmart.config import find_home
    from benchmart.errors import ExitCode
    from interfaces.cli.plan_tables import print_answer
    from interfaces.cli.tables import print_json
    from predictors.training_plan.asking import plan_for
    from predictors.training_plan.document import plan_document
    from predictors.training_plan.plan import DoesNotFit

    as_json, characters = given.pop("as_json"), given.pop("characters_per_token")
    # Throughput is known of named devices alone; without one, a plan needs no home.
    place = find_home(home) if given["hardware"] else None
    result = plan_for(_asked(given), home=place)
    profile = _profile(dataset, characters, result) if dataset else None
    if as_json:
        from dataclasses import asdict

        print_json(plan_document(result) | ({"dataset": asdict(profile)} if profile else {}))
    else:
        print_answer(result, profile)
    if isinstance(result, DoesNotFit):
        context.exit(int(ExitCode.FAILURE))
    if output:
        _write(result, output)


def _asked(given: dict[str, Any]) -> Any:
    from predictors.training_plan.asking import Asked
    from predictors.training_plan.request import STRATEGIES

    strategies = given.pop("strategies") or STRATEGIES
    allowed = {
        f"allows_{name}": not given.pop(f"no_{name}") for name in ("offload", "8bit", "tensor_parallel")
    }
    return Asked(**given | allowed, strategies=tuple(strategies))


def _profile(path: Path, characters: float | None, result: "Plan | DoesNotFit") -> "DatasetProfile":
    from predictors.training_plan.dataset_files import read_lengths
    from predictors.training_plan.datasets import profile_lengths

    setup = result.setup if result.fits else result.nearest  # type: ignore[union-attr]
    lengths = read_lengths(path, characters)
    return profile_lengths(lengths, batch=setup.micro_batch, maximum=setup.sequence_length)


def _write(plan: "Plan", output: Path) -> None:
    from interfaces.reports.plan_picture import plan_picture
    from predictors.training_plan.files.emit import emit

    written = emit(plan, output)
    picture = output / "plan.svg"
    picture.write_text(plan_picture(plan), encoding="utf-8")
    for path in (*written, picture):
        click.echo(f"wrote {path}", err=True)
