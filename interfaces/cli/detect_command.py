"""`benchmart detect`: changes, outliers and trend of series in files."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from predictors.detection.contract import ChangePoint, Verdict
    from predictors.detection.series_files import Asked, SeriesFile

_COLUMNS = ("file", "index", "time", "before", "after", "effect", "interval", "p", "points", "verdict")
_NUMERIC = ("index", "before", "after", "effect", "p", "points")
_FILES_AT_A_TIME = 256


@click.command("detect")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line for each file instead of tables")
@click.option(
    "--time", metavar="COLUMN", help="Column of times [default: one named like a time, else the first]"
)
@click.option(
    "--value", metavar="COLUMN", help="Column of values [default: `value`, else the only other one]"
)
@click.option(
    "--environment", metavar="COLUMN", help="Column of the environment: a switch of it is no change"
)
@click.option(
    "--direction",
    type=click.Choice(["higher", "lower", "none"]),
    default="none",
    show_default=True,
    help="Which values are better: changes are regressions and improvements then",
)
@click.option("--sort", is_flag=True, help="Put rows in order of time first, where they are not")
@click.option("--chart", is_flag=True, help="Draw each series, as wide as the terminal")
@click.option("--detector", default=None, metavar="NAME", help="Ask another detector than robust_partition")
def command(
    files: Sequence[Path],
    time: str | None,
    value: str | None,
    environment: str | None,
    direction: Any,
    detector: str | None,
    *,
    as_json: bool,
    sort: bool,
    chart: bool,
) -> int:
    """Find changes of level, outliers and the trend of series in CSV files of times and values.

    Values have one unit; a cell without a number is no point. Indexes are 0-based rows of the file. A series of fewer
    than 6 points is not judged, and says so.

    \b
    Exits with 0 when every file was judged, 3 when some could not be read, 4 when none could.

    \b
    Examples:
      benchmart detect latency.csv --direction lower
      benchmart detect latency.csv --direction lower --chart
      benchmart detect histories/*.csv --json > verdicts.jsonl
      benchmart detect sample.csv --value metric1 --time time --sort
    """
    from predictors.detection.series_files import Asked

    if chart and as_json:
        from benchmart.errors import UsageError

        raise UsageError("--chart and --json ask for two forms of the same", hint="Leave out one of them")
    asked = Asked(time, value, environment, direction, sort)
    failed = 0
    for told, error in _judged(files, asked, detector):
        failed += error is not None
        if as_json:
            click.echo(json.dumps(_document(told) if told else error, allow_nan=False))
        elif told:
            if chart:
                _draw(*told)
            _print(*told)
        else:
            click.echo(f"error: {error['error'] if error else ''}", err=True)
    from benchmart.errors import ExitCode

    if failed:
        return ExitCode.NOTHING_UNDERSTOOD if failed == len(files) else ExitCode.PARTIAL
    return ExitCode.OK


def _judged(
    files: Sequence[Path], asked: "Asked", detector: str | None
) -> Iterator[tuple[tuple["SeriesFile", "Verdict"] | None, dict[str, str] | None]]:
    """In the order of the files; many are judged together, which takes much less time a file."""
    from predictors.detection.detectors import detector_named
    from predictors.detection.judge import judge_many

    chosen = detector_named(detector)
    for begin in range(0, len(files), _FILES_AT_A_TIME):
        read = [(path, *_read(path, asked)) for path in files[begin : begin + _FILES_AT_A_TIME]]
        verdicts = iter(judge_many([each.series for _, each, _ in read if each], chosen))
        for path, each, error in read:
            if each:
                yield (each, next(verdicts)), None
            else:
                yield None, {"file": str(path), "error": str(error)}


def _read(path: Path, asked: "Asked") -> tuple["SeriesFile | None", str | None]:
    from benchmart.errors import DocumentRejected
    from predictors.detection.series_files import read_series

    try:
        return read_series(path, asked), None
    except DocumentRejected as error:
        return None, str(error)


def _document(told: tuple["SeriesFile", "Verdict"]) -> dict[str, Any]:
    read, verdict = told
    trend = verdict.trend
    return {
        "file": verdict.series,
        "detector": verdict.detector,
        "point_count": verdict.point_count,
        "insufficient_data": verdict.insufficient,
        "change_points": [_change(read, change) for change in verdict.change_points],
        "outliers": [read.rows[place] for place in verdict.outliers],
        "trend": {"kind": trend.kind, "slope": trend.slope, "interval": _interval(trend.low, trend.high)},
        "spread": verdict.spread,
    }


def _change(read: "SeriesFile", change: "ChangePoint") -> dict[str, Any]:
    return {
        "index": read.rows[change.index],
        "time": read.times[change.index],
        "previous_index": read.rows[change.previous],
        "before": change.before,
        "after": change.after,
        "effect": change.effect,
        "interval": _interval(change.low, change.high),
        "p": change.p_value,
        "verdict": change.verdict,
        "points_before": change.points_before,
        "points_after": change.points_after,
        "found_by": list(change.found_by),
        "environment": change.environment,
    }


def _interval(low: float | None, high: float | None) -> list[float] | None:
    return None if low is None or high is None else [low, high]


def _draw(read: "SeriesFile", verdict: "Verdict") -> None:
    from interfaces.series_picture.of_file import picture_of_file
    from interfaces.terminal.series_chart import print_series_chart

    print_series_chart(picture_of_file(read, verdict))
    click.echo()


def _print(read: "SeriesFile", verdict: "Verdict") -> None:
    from interfaces.cli.tables import number, print_table

    if verdict.insufficient:
        click.echo(f"{verdict.series}: insufficient data: {verdict.insufficient}")
        return
    rows = []
    for change in verdict.change_points:
        low, high = (
            "" if end is None else f"{end:+.1%}" if change.effect is not None else number(end)
            for end in (change.low, change.high)
        )
        rows.append(
            (
                verdict.series,
                str(read.rows[change.index]),
                read.times[change.index],
                number(change.before),
                number(change.after),
                f"{change.effect:+.1%}"
                if change.effect is not None
                else number(change.after - change.before),
                f"{low} to {high}",
                f"{change.p_value:.1g}",
                f"{change.points_before}, {change.points_after}",
                change.verdict,
            )
        )
    if rows:
        print_table(_COLUMNS, rows, numeric=_NUMERIC)
    places = ", ".join(str(read.rows[place]) for place in verdict.outliers) or "none"
    changes = "" if rows else "no change of level; "
    click.echo(
        f"{verdict.series}: {verdict.point_count} points, {changes}outliers: {places}; trend: {verdict.trend.kind}"
    )
