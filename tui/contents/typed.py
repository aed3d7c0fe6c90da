"""What is typed in a line of a form: a number, or an error that says of which line it is."""

from pathlib import Path

from benchmart.errors import UsageError


class FieldError(UsageError):
    """Something typed means nothing; `field` says where."""

    def __init__(self, field: str, what: str, hint: str | None = None) -> None:
        """Of the field of this name."""
        super().__init__(what, where=field, hint=hint)
        self.field = field

    def __reduce__(self) -> "tuple[type[FieldError], tuple[str, str, str | None]]":
        """As it was made: it may come from another process."""
        return type(self), (self.field, self.what, self.hint)

    @property
    def told(self) -> str:
        """Without the name of the field, for where it stands beside its line."""
        return f"{self.what}. {self.hint}" if self.hint else self.what


def positive(name: str, text: str, hint: str) -> float:
    """The number. Raises FieldError for what is none, or not above 0."""
    from math import isfinite

    try:
        number = float(text)
    except ValueError:
        raise FieldError(name, f"{text!r} is no number", hint) from None
    if not isfinite(number) or number <= 0:
        raise FieldError(name, f"{text!r} is not above 0", hint)
    return number


def path_of(text: str) -> Path:
    """The file or folder; `~somebody` whom nobody knows is a name like any other."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        return Path(text)
