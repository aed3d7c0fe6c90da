"""What a throughput in results of MLPerf training counts: the whole cluster, or one of its accelerators.

`tracked_stats` has samples a second of the whole cluster, but for the detector RetinaNet (`ssd`, from round 5.0 on
`retinanet`): there, NVIDIA's implementation, which nearly all submitters run, prints what one accelerator trains, and
64 of them print no more than 4. A run that reached its target tells which of the two it is: throughput x time has to
come to as many images as the target takes at the very least.
"""

from collections.abc import Sequence

from benchmart.event_log.events import Metric

_LEAST_IMAGES = {"ssd": 4 * 1_170_301, "retinanet": 4 * 1_170_301}
"""Images that are trained on (train.py of NVIDIA's submissions, `openimages-mlperf`) x the fewest epochs to the target
at any batch size (mlcommons/logging, rcp_checker, `rcps_ssd.json` and `rcps_retinanet.json`)."""
_SLACK = 0.9
"""How far below that the product may lie: the throughput is the median of what was printed on the way."""
NOTE = "throughput_printed"
"""Attribute with the printed number, of a record whose throughput was multiplied by the number of accelerators."""


def throughput_of(
    benchmark: str,
    printed: float | None,
    seconds: float | None,
    device_count: int | None,
    samples: Sequence[float] | None = None,
) -> tuple[tuple[Metric, ...], dict[str, str]]:
    """The throughput of the whole cluster, none where it cannot be told, and attributes that say what was printed.

    Args:
        benchmark: As its table or log names it.
        printed: Samples a second; zero or None where none was printed.
        seconds: From the start to the target; None of a run that did not reach it.
        device_count: Accelerators of the cluster; where they are not known, the printed number stays.
        samples: What `printed` is the median of.
    """
    least = _LEAST_IMAGES.get(benchmark)
    if not printed or (least and seconds is None):
        return (), {}
    if not least or not seconds or not device_count or printed * seconds >= _SLACK * least:
        return (Metric("throughput", "item/second", printed, samples),), {}
    of_all = None if samples is None else [device_count * each for each in samples]
    told = {NOTE: f"{printed:g} a second, of one accelerator"}
    return (Metric("throughput", "item/second", device_count * printed, of_all),), told
