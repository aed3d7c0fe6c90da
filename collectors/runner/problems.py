"""What can keep a configuration from being measured, by the names results carry in `error_class`."""

DEVICE_ABSENT = "device_absent"
PACKAGE_ABSENT = "package_absent"
PRECISION_UNSUPPORTED = "precision_unsupported"
OUT_OF_MEMORY = "out_of_memory"
TIMEOUT = "timeout"
CRASH = "crash"

OUT_OF_MEMORY_WORDS = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "not enough memory",
    "bad_alloc",
)
"""What runtimes and the C++ library say, in lower case, when an allocation fails."""


class PrecisionUnsupported(Exception):
    """The device or the model has no such precision; the message says why."""


class NonFiniteLoss(Exception):
    """A training step ended with a loss that is not a finite number."""


def says_out_of_memory(text: str) -> bool:
    """Whether an error message tells of a failed allocation."""
    lowered = text.lower()
    return any(words in lowered for words in OUT_OF_MEMORY_WORDS)


def error_class_of(error: BaseException) -> str:
    """The name a result carries for an exception raised while a model was built or run."""
    if isinstance(error, MemoryError) or says_out_of_memory(str(error)):
        return OUT_OF_MEMORY
    if isinstance(error, PrecisionUnsupported):
        return PRECISION_UNSUPPORTED
    return type(error).__name__
