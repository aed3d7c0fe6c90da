"""A webhook is told once more where that may help, and not where it does not; what is secret stays so."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import pytest

from benchmart.errors import UsageError
from interfaces.notifications.message import message
from interfaces.notifications.receivers import NotDelivered, Webhook, webhook

CHANGE = dict.fromkeys(
    (
        *("series_id", "environment", "mode", "runtime", "precision", "batch_size", "condition", "issue"),
        *("previous_runtime_version", "runtime_version", "acknowledged_as", "acknowledged_because"),
        *("acknowledged_by", "commits_between"),
    )
) | {
    "change_id": UUID(int=7),
    "event_id": UUID(int=8),
    "verdict": "regression",
    "subject": "resnet50",
    "hardware_id": "t4",
    "metric": "latency_mean",
    "unit": "second",
    "effect": 0.07,
    "low": 0.06,
    "high": 0.08,
    "before": 1.0,
    "after": 1.07,
    "p_value": 1e-9,
    "points_before": 30,
    "points_after": 4,
    "changed_at": datetime(2026, 1, 2, tzinfo=UTC),
    "previous_commit_id": "aaaa",
    "commit_id": "bbbb",
    "is_acknowledged": False,
}


class Server(ThreadingHTTPServer):
    """Answers each request with the next of its statuses, then with 200."""

    def __init__(self, *statuses: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.statuses = list(statuses)
        self.headers: dict[str, str] = {}
        self.received: list[tuple[dict[str, str], bytes]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/secret?token=1"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((dict(self.headers), body))
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        self.send_response(status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"so it is")

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def to(server: Server, **how) -> Webhook:
    return Webhook(server.address, wait=0.01, **how)


def test_changes_arrive_as_json_with_a_text_for_chat_programs(server) -> None:
    to(server).deliver([CHANGE])
    [(headers, body)] = server.received
    told = json.loads(body)
    assert headers["Content-Type"] == "application/json"
    assert (told["kind"], told["version"], told["change_count"]) == ("benchmart.changes", 1, 1)
    assert told["changes"][0]["effect"] == 0.07
    assert told["changes"][0]["changed_at"] == "2026-01-02T00:00:00+00:00"
    assert (
        "regression: resnet50 on t4, latency_mean +7.0% (+6.0% to +8.0%), 2026-01-02, aaaa..bbbb"
        in told["text"]
    )


def test_of_many_changes_the_text_has_ten() -> None:
    text = message([CHANGE] * 25)["text"]
    assert text.startswith("benchmart: 25 changes")
    assert text.count("regression:") == 10
    assert text.endswith("and 15 more")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_that_fails_is_told_again_with_the_same_key(server, status) -> None:
    server.statuses = [status, status]
    to(server).deliver([CHANGE])
    keys = {headers["Idempotency-Key"] for headers, _ in server.received}
    assert len(server.received) == 3
    assert len(keys) == 1


def test_the_server_says_when_to_try_again(server) -> None:
    server.statuses, server.headers = [429], {"Retry-After": "1"}
    begun = datetime.now(UTC)
    to(server).deliver([CHANGE])
    assert (datetime.now(UTC) - begun).total_seconds() >= 1


def test_after_so_many_tries_it_is_given_up_with_what_was_answered(server) -> None:
    server.statuses = [503] * 9
    with pytest.raises(NotDelivered, match=r"it answered 503 so it is.*tries again"):
        to(server, tries=3).deliver([CHANGE])
    assert len(server.received) == 3


@pytest.mark.parametrize("status", [301, 400, 404])
def test_what_will_not_help_is_not_tried_again(server, status) -> None:
    server.statuses, server.headers = [status], {"Location": "/elsewhere"}
    with pytest.raises(NotDelivered, match=str(status)):
        to(server).deliver([CHANGE])
    assert len(server.received) == 1


def test_a_host_that_is_not_there_is_told_without_the_secret_of_its_address() -> None:
    with pytest.raises(NotDelivered) as refused:
        Webhook("http://127.0.0.1:9/secret?token=1", tries=2, wait=0.01).deliver([CHANGE])
    assert "127.0.0.1" in str(refused.value)
    assert "secret" not in str(refused.value)
    assert "token" not in str(refused.value)


def test_a_secret_of_the_environment_signs_what_is_sent(server, monkeypatch) -> None:
    monkeypatch.setenv("BENCHMART_WEBHOOK_SECRET", "s3")
    webhook(server.address).deliver([CHANGE])
    [(headers, body)] = server.received
    expected = hmac.new(b"s3", body, hashlib.sha256).hexdigest()
    assert headers["X-Benchmart-Signature-256"] == f"sha256={expected}"


@pytest.mark.parametrize("address", ["", "hooks.example", "ftp://hooks.example/x", "http://"])
def test_an_address_that_is_none_is_refused(address) -> None:
    with pytest.raises(UsageError, match="no address of a webhook"):
        webhook(address)
