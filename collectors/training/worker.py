"""The process of one rank: `torchrun ... -m collectors.training.worker REQUEST.json`.

The request holds the configuration and the folder for answers. Facts go out as they become known, one JSON line
each, to `rank-N.jsonl` there; stdout and stderr stay free for whatever libraries print.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from collectors.runner.worker import Report, end_with_parent, forbid_core_files, guarded, reporter
from collectors.training.configuration import configuration_from


def main() -> None:
    """Train, and report; end with an error when that failed, so that the other ranks do not wait for this one."""
    end_with_parent(os.getppid())
    forbid_core_files()
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    answers = Path(request["answers"]) / f"rank-{os.environ['RANK']}.jsonl"
    with answers.open("ab") as file:
        report = _Remembering(reporter(file.fileno()))
        guarded(lambda: _train(request["configuration"], report), report)
    sys.stdout.flush()
    # Threads of a broken process group would keep an ordinary exit waiting.
    os._exit(1 if report.has_failed else 0)


class _Remembering:
    """Passes stages on, and knows whether one of them was a failure."""

    def __init__(self, report: Report) -> None:
        self._report, self.has_failed = report, False

    def __call__(self, stage: str, **facts: Any) -> None:
        self.has_failed = self.has_failed or stage == "failed"
        self._report(stage, **facts)


def _train(entries: Mapping[str, Any], report: Report) -> None:
    from collectors.training.session import train

    train(configuration_from(entries), report)


if __name__ == "__main__":
    main()
