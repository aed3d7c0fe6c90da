"""Who is told: a webhook, with tries again where that may help, or a file that grows by a line for each change."""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from benchmart import __version__
from benchmart.errors import BenchmartError, UsageError
from interfaces.notifications.message import message, told

SECRET_VARIABLE = "BENCHMART_WEBHOOK_SECRET"  # noqa: S105 -- its name
_AGAIN = (408, 425, 429, 500, 502, 503, 504)
"""Statuses after which the same request may succeed (RFC 9110, section 15; RFC 6585; RFC 8470)."""
_CONNECT_SECONDS, _READ_SECONDS = 5.0, 20.0
_LONGEST_WAIT = 60
_SUCCESS = range(200, 300)
_SHOWN = 200
"""Characters of an answer that are told."""


class NotDelivered(BenchmartError):
    """A receiver could not be told; nothing is recorded, and the next call tells it again."""


class Receiver(Protocol):
    """Where changes are delivered."""

    @property
    def channel(self) -> str:
        """One of `change_events.CHANNELS`."""

    @property
    def name(self) -> str:
        """For people, without what may be secret."""

    @property
    def address(self) -> str:
        """Whole, so that no two receivers have the same."""

    def deliver(self, changes: Sequence[Mapping[str, Any]]) -> None:
        """Returns when they have arrived. Raises NotDelivered."""


def digest(receiver: Receiver) -> str:
    """sha256 of the whole address: which receiver it is, without telling it."""
    return hashlib.sha256(receiver.address.encode()).hexdigest()


@dataclass(frozen=True)
class Webhook:
    """An address that takes a POST of JSON."""

    address: str
    tries: int = 5
    wait: float = 1.0
    """Seconds before the second try but one; doubled for each that follows, with as much again by chance."""
    secret: str | None = None
    channel: str = "webhook"

    @property
    def name(self) -> str:
        """Its host: paths of webhooks are often secrets."""
        return urlsplit(self.address).hostname or self.address

    def deliver(self, changes: Sequence[Mapping[str, Any]]) -> None:
        """Sent again where the network or the server fails, after as long as the server asks for, at most a minute."""
        import urllib3

        body = json.dumps(message(changes)).encode()
        again = urllib3.Retry(
            total=self.tries - 1,
            status_forcelist=_AGAIN,
            allowed_methods=None,  # a POST, too: its key tells the receiver that it is the same
            redirect=0,
            raise_on_status=False,
            raise_on_redirect=False,
            backoff_factor=self.wait,
            backoff_jitter=self.wait,
            backoff_max=_LONGEST_WAIT,
            retry_after_max=_LONGEST_WAIT,
        )
        timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
        try:
            answer = urllib3.request(
                "POST", self.address, body=body, headers=self._headers(body), retries=again, timeout=timeout
            )
        except urllib3.exceptions.HTTPError as error:
            raise self._not_delivered(_without_address(error, self.address)) from None
        if answer.status not in _SUCCESS:
            said = answer.data[:_SHOWN].decode(errors="replace").strip()
            raise self._not_delivered(f"it answered {answer.status} {said}".strip())

    def _not_delivered(self, why: str) -> NotDelivered:
        return NotDelivered(
            why,
            where=f"webhook {self.name}",
            hint="Nothing was recorded; the next `benchmart notify` tries again",
        )

    def _headers(self, body: bytes) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"benchmart/{__version__}",
            "Idempotency-Key": hashlib.sha256(body).hexdigest(),
        }
        if self.secret:
            signature = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
            headers["X-Benchmart-Signature-256"] = f"sha256={signature}"
        return headers


def webhook(address: str, tries: int = 5) -> Webhook:
    """A webhook, signed with the secret of the environment. Raises UsageError where the address is none."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"no address of a webhook: {address!r}", hint="Give it like https://host/path")
    return Webhook(address, tries, secret=os.environ.get(SECRET_VARIABLE) or None)


@dataclass(frozen=True)
class LinesFile:
    """A file of JSON, a change a line, that other programs follow."""

    path: Path
    channel: str = "file"

    @property
    def name(self) -> str:
        """The name of the file, without its folder."""
        return self.path.name

    @property
    def address(self) -> str:
        """Its absolute path."""
        return str(self.path.absolute())

    def deliver(self, changes: Sequence[Mapping[str, Any]]) -> None:
        """All lines in one write at the end of the file, durable when this returns."""
        now = datetime.now(UTC).isoformat()
        lines = [json.dumps({"notified_at": now, **told(change)}) + "\n" for change in changes]
        try:
            with self.path.open("ab", buffering=0) as file:
                _append_whole(file.fileno(), "".join(lines).encode())
        except OSError as error:
            raise NotDelivered(
                f"{error.strerror or error}", where=str(self.path), hint="Nothing was recorded"
            ) from None


def _append_whole(descriptor: int, data: bytes) -> None:
    """Everything or nothing: what was written of it is taken away again when the disk is full."""
    before = os.fstat(descriptor).st_size
    try:
        written = 0
        while written < len(data):
            written += os.write(descriptor, data[written:])
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, before)
        raise


def _without_address(error: Exception, address: str) -> str:
    """What happened, without path and query of the address, which may be secrets."""
    import urllib3

    if isinstance(error, urllib3.exceptions.MaxRetryError) and error.reason is not None:
        error = error.reason
    parts = urlsplit(address)
    text = str(error)
    for secret in (address, f"{parts.path}?{parts.query}", parts.path, parts.query):
        text = text.replace(secret, "...") if len(secret) > 1 else text
    return text
