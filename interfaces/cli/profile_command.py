"""`benchmart profile`: trace models without weights or data into tables of operators."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from benchmart.config import Home
    from collectors.profiles.collecting import Profiled
    from collectors.profiles.wanted import Wanted

_LINE_EVERY_SECONDS = 10.0
_GIGA = 1e9
_MEGA = 1e6


@click.command("profile")
@click.argument("names", metavar="NAME...", nargs=-1)
@home_option
@click.option(
    "--file",
    "listed",
    metavar="NAMES.TXT",
    type=click.Path(path_type=Path),
    help="Read names from a file, one a line, each with the size of its images after a space if it has one",
)
@click.option(
    "--missing",
    is_flag=True,
    help="Profile what has results in the warehouse and no profile, at the sizes of its results",
)
@click.option(
    "--image-size", type=click.IntRange(min=1), help="Pixels along one side [default: the model's own]"
)
@click.option(
    "--sequence-length",
    type=click.IntRange(min=1),
    help="Tokens or audio frames [default: the model's own, else 128]",
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Processes that trace")
@click.option("--again", is_flag=True, help="Trace anew what the log holds; the newest profile counts")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    *,
    names: tuple[str, ...],
    home: str | None,
    listed: Path | None,
    missing: bool,
    image_size: int | None,
    sequence_length: int | None,
    jobs: int,
    again: bool,
    as_json: bool,
) -> None:
    """Trace models without weights or data into tables of operators, and append these to the event log.

    NAME is a name of timm (if it is installed), an architecture of `benchmart collect`, a config.json or its folder,
    transformers:MODEL_TYPE for the defaults of a type, an ONNX file, or package.module:factory as `benchmart collect
    --model` takes it. What the log holds already is not traced again.

    \b
    Examples:
      benchmart profile resnet50 vit_base_patch16_224
      benchmart profile resnet50 --image-size 288
      benchmart profile bert-base --sequence-length 512
      benchmart profile models/mine/config.json mypackage.models:make
      benchmart profile exports/net.onnx           its graph; weights are not read
      benchmart profile --missing --jobs 2         all models with results, but for factories
      benchmart profile --file names.txt --json

    \b
    Exit codes:
      0  everything that has a source was profiled
      3  some models could not be profiled
      4  none could
    """
    from benchmart.config import find_home
    from benchmart.event_log.log import EventLog
    from collectors.profiles.collecting import collect_profiles
    from collectors.profiles.wanted import Wanted
    from collectors.runner.run import new_run_id

    place = find_home(home)
    asked = [Wanted(name, image_size, sequence_length) for name in names]
    asked += _from_file(listed, image_size, sequence_length) if listed else []
    asked += _without_profile(place) if missing else []
    if not (asked or missing):
        raise click.UsageError("Give a NAME, --file or --missing", ctx)
    with _narrator(len(dict.fromkeys(asked))) as observe:
        done = collect_profiles(
            EventLog(place.events), asked, run_id=new_run_id(), jobs=jobs, again=again, observe=observe
        )
    _show(done, as_json=as_json)
    # A name that nobody asked for by itself may be of anything; results have such names.
    ctx.exit(_exit_code([each for each in done if each.status != "unknown" or not missing]))


def _from_file(path: Path, image_size: int | None, sequence_length: int | None) -> "list[Wanted]":
    """Names and sizes, one model a line; empty lines and those that begin with # are left out."""
    from benchmart.errors import UsageError
    from collectors.profiles.wanted import Wanted

    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot be read: {error}", where=str(path)) from error
    wanted = []
    for number, line in enumerate(lines, 1):
        name, *rest = line.split() or ("#",)
        if name.startswith("#"):
            continue
        if len(rest) > 1 or not all(one.isdecimal() and int(one) for one in rest):
            raise UsageError(
                f"expected a name and the size of its images, not {line.strip()!r}",
                where=f"{path} line {number}",
            )
        wanted.append(Wanted(name, int(rest[0]) if rest else image_size, sequence_length))
    return wanted


def _without_profile(place: "Home") -> "list[Wanted]":
    from benchmart.connection import open_warehouse
    from benchmart.queries.unprofiled import unprofiled
    from collectors.profiles.wanted import Wanted

    with open_warehouse(place) as connection:
        # A name that somebody wrote into a file of results must not make any code run.
        return [Wanted(*found) for found in unprofiled(connection) if ":" not in found[0]]


@contextmanager
def _narrator(total: int) -> "Iterator[Callable[[Profiled], None]]":
    """A bar on stderr for people, a line now and then for logs; what failed is told at once."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    is_watched = sys.stderr.isatty()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not is_watched) as bar:
        task = bar.add_task("", total=total)
        count, told_at = 0, time.monotonic()

        def observe(profiled: "Profiled") -> None:
            nonlocal count, told_at
            count += 1
            bar.update(task, completed=count, description=profiled.wanted.label)
            if profiled.status == "failed":
                bar.console.print(f"failed: {profiled.error}", markup=False, highlight=False, soft_wrap=True)
            if not is_watched and time.monotonic() - told_at > _LINE_EVERY_SECONDS:
                told_at = time.monotonic()
                click.echo(f"[{count}/{total}] {profiled.wanted.label}", err=True)

        yield observe


def _show(done: "Sequence[Profiled]", *, as_json: bool) -> None:
    from interfaces.cli.tables import number, print_json, print_table

    rows = [each.as_dict() for each in done]
    if as_json:
        print_json(rows)
        return
    new = [row for row in rows if row["status"] == "new"]
    columns = ("model", "image_size", "sequence_length", "parameters", "GFLOP", "saved_M", "operators")
    print_table(
        columns,
        [
            [
                row["model"],
                number(row["image_size"]),
                number(row["sequence_length"]),
                number(row["parameter_count"]),
                number(row["flops_per_item"] / _GIGA),
                number(row["saved_elements_per_item"] and row["saved_elements_per_item"] / _MEGA),
                number(row["operators"]),
            ]
            for row in new
        ],
        numeric=columns[1:],
    )
    counts = {status: sum(row["status"] == status for row in rows) for status in _STATUSES}
    told = ", ".join(f"{counts[status]:,} {meaning}" for status, meaning in _STATUSES.items())
    click.echo(f"{told}; `benchmart build` takes new ones into the warehouse", err=True)
    unknown = [row["model"] for row in rows if row["status"] == "unknown"]
    if unknown:
        more = f" and {len(unknown) - _NAMED:,} more" if len(unknown) > _NAMED else ""
        click.echo(f"no source has: {', '.join(unknown[:_NAMED])}{more}", err=True)


_NAMED = 12
_STATUSES = {
    "new": "profiled",
    "known": "known already",
    "unknown": "without a source",
    "failed": "failed",
}


def _exit_code(done: "Sequence[Profiled]") -> int:
    from benchmart.errors import ExitCode

    bad = sum(each.status in {"failed", "unknown"} for each in done)
    if not bad:
        return ExitCode.OK
    return ExitCode.NOTHING_UNDERSTOOD if bad == len(done) else ExitCode.PARTIAL
