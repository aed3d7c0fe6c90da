"""What the framework's own command lines have in common: narration on stderr, and errors as exit codes."""

import logging
import sys
from collections.abc import Callable

from benchmart.errors import BenchmartError, ExitCode


def run(work: Callable[[], int | None], log: logging.Logger, *, is_debugging: bool) -> int:
    """Do the work, narrating on stderr; its exit code (None is 0), or that of its error, whose reason is narrated."""
    level = logging.DEBUG if is_debugging else logging.INFO
    logging.basicConfig(stream=sys.stderr, level=level, format="%(levelname)s: %(message)s")
    try:
        return work() or ExitCode.OK
    except BenchmartError as error:
        log.error("%s", error)  # noqa: TRY400 - for people, who want no traceback
        return error.exit_code
    except OSError as error:
        log.error("%s: %s", error.filename, error.strerror)  # noqa: TRY400
        return ExitCode.FAILURE
