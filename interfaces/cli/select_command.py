"""`benchmart select`: which hardware to run a model on, and how good such choices are."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interfaces.cli.options import home_option, json_option

if TYPE_CHECKING:
    from predictors.selector.option import Selection

_SCORE = (
    "pool", "name", "choice_count", "model_count", "device_count", "mean_regret", "near_share", "worst_regret",
    "first_share",
)  # fmt: skip
_PERCENT = frozenset({"mean_regret", "near_share", "worst_regret", "first_share"})


class _Pair(click.ParamType[tuple[str, float]]):
    """`name=number`."""

    name = "name=number"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float]:
        name, _, number = str(value).partition("=")
        try:
            return name, float(number)
        except ValueError:
            self.fail(f"{value!r} is not of the form name=number", param, ctx)


@click.group("select")
def command() -> None:
    """Choose the hardware for a model, and say why.

    \b
    Examples:
      benchmart select one resnet50 --precision amp_fp16 --batch-size 256
      benchmart select one llama-7b --family text_generation --precision fp16 --hardware rtx-4090 --hardware mi300x
      benchmart select one vit_base_patch16_224 --budget price_per_hour=1 --weights cost=1
      benchmart select one resnet50 --output choice.html   scores, and speed against price, as pictures
      benchmart select one bert-base-uncased --here        what this machine has comes first
      benchmart select score results/*.csv                 throughput lost by choices on files never seen
    """


@command.command("one")
@click.argument("model")
@home_option
@click.option("--family", help="embedding, text_generation, vision, audio or multimodal [default: looked up]")
@click.option("--mode", default="inference", show_default=True, help="inference or training")
@click.option("--precision", default="fp32", show_default=True)
@click.option("--batch-size", type=int, default=1, show_default=True)
@click.option("--sequence-length", type=int, help="Tokens per item")
@click.option("--image-size", type=int, help="Pixels along one side")
@click.option("--runtime", help="Such as pytorch or tensorrt")
@click.option("--compiler", help="Such as eager or dynamo")
@click.option("--memory-format", help="nchw or nhwc")
@click.option(
    "--hardware", multiple=True, metavar="NAME", help="Device or kind to choose from; may be repeated"
)
@click.option("--deny", multiple=True, metavar="NAME", help="Device or kind to leave out; may be repeated")
@click.option("--weights", type=_Pair(), multiple=True, metavar="NAME=NUMBER", help="What counts how much")
@click.option(
    "--budget", type=_Pair(), multiple=True, metavar="NAME=NUMBER",
    help="Limit: price_per_hour, watts, latency_seconds, memory_share; may be repeated",
)  # fmt: skip
@click.option(
    "--config", type=click.Path(path_type=Path), help="TOML or JSON file with weights, budget, allow, deny"
)
@click.option("--here", is_flag=True, help="Look at what this machine has; other hardware counts half")
@click.option(
    "--limit", type=click.IntRange(min=1), default=10, show_default=True, help="Lines of each table"
)
@click.option("--dry-run", is_flag=True, help="Do not note the choice in the event log")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="HTML page with pictures, too"
)
@json_option
def one(
    home: str | None, *, limit: int, dry_run: bool, output: Path | None, as_json: bool, **given: Any
) -> None:
    """Choose a device for MODEL.

    Measured results of the same condition come first, then predictions, then how devices ran other models, then
    rules of the model's family. The choice is noted in the event log, so that it can be held against what is
    measured later.
    """
    from benchmart.config import find_home
    from interfaces.cli.select_tables import show, told
    from interfaces.cli.tables import print_json
    from predictors.selector.issuing import issue
    from predictors.selector.knowledge import Knowledge
    from predictors.selector.selection import select

    place = find_home(home)
    with closing(Knowledge(place)) as known:
        selection = select(_asked(**given), known)
        if not dry_run:
            issue(place, selection, known)
    if output is not None:
        _draw(selection, output)
    if as_json:
        print_json(told(selection))
        return
    show(selection, limit)


@command.command("score")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@home_option
@click.option(
    "--mapping", "mappings", metavar="FILE", multiple=True, type=click.Path(path_type=Path),
    help="A TOML file that explains a kind of table (see docs/mapping.md)",
)  # fmt: skip
@json_option
def score(paths: Sequence[Path], home: str | None, mappings: Sequence[Path], *, as_json: bool) -> None:
    """Show how much throughput choices lose on result files, with each model's rows hidden from its choice.

    The pool `same condition` has devices that did the same work under the same version of the runtime; `own
    software` lets each device have its best version, layout, compiler and batch size. The files are imported into a
    home of their own that is removed afterwards; what the home knows of other models counts as evidence.
    """
    from dataclasses import asdict

    from benchmart.config import find_home
    from interfaces.cli.select_files import scores_of
    from interfaces.cli.tables import print_json, print_table, shown

    rows = [{"pool": pool, **asdict(each)} for pool, each in scores_of(find_home(home), paths, mappings)]
    if as_json:
        print_json(rows)
        return
    cells = [
        [f"{row[name]:.2%}" if name in _PERCENT else shown(row[name]) for name in _SCORE] for row in rows
    ]
    print_table(_SCORE, cells, _SCORE[2:])


def _asked(**given: Any) -> Any:
    from dataclasses import replace

    from interfaces.hardware_here import hardware_here
    from predictors.selector.request import SelectionRequest
    from predictors.selector.settings import check_settings, read_settings, with_settings

    weights, budget, config = dict(given.pop("weights")), dict(given.pop("budget")), given.pop("config")
    allow, deny, is_here = given.pop("hardware"), given.pop("deny"), given.pop("here")
    asked = SelectionRequest(**given, present=hardware_here() if is_here else None)
    if config:
        asked = with_settings(asked, read_settings(config))
    stated = {name: value for name, value in (("weights", weights), ("budget", budget)) if value}
    check_settings(stated)
    asked = with_settings(asked, stated)
    return replace(asked, allow=allow or asked.allow, deny=(*asked.deny, *deny))


def _draw(selection: "Selection", output: Path) -> None:
    from interfaces.cli.output import whole_file
    from interfaces.reports.render import to_html
    from interfaces.reports.selection import selection_report

    with whole_file(output) as path:
        path.write_text(to_html(selection_report(selection)), encoding="utf-8")
    click.echo(f"a page is in {output}", err=True)
