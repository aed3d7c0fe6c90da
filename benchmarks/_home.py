"""A home like that of a team that has benchmarked every night: late files, batches that came twice, retractions."""

import random

from _events import result_events

from benchmart.config import Home
from benchmart.event_log.events import ResultRetracted
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED

_BATCH = 100_000
_REPEATED = 10
"""One batch in so many arrives twice."""
_RETRACTED = 50
"""Results of each batch that are retracted."""


def fill(home: Home, count: int) -> None:
    """Append `count` distinct results in batches of nights in any order, so that most are late, and repeats of some."""
    log, chance = EventLog(home.events), random.Random(20_261_124)
    nights = list(enumerate(range(0, count, _BATCH)))
    chance.shuffle(nights)
    for night, start in nights:
        table = result_events(min(_BATCH, count - start), seed=night)
        ids = log.append_table(RESULT_RECORDED, table).ids
        if night % _REPEATED == _REPEATED - 1:
            log.append_table(RESULT_RECORDED, table)
        places = chance.sample(range(len(ids)), min(_RETRACTED, len(ids)))
        log.append([_retraction(ids[place].as_py()) for place in places])


def _retraction(event_id: str) -> ResultRetracted:
    return ResultRetracted(
        collector="benchmark",
        collector_version="1",
        target_event_id=event_id,
        action="retract",
        reason="the machine was busy",
    )
