"""Killed, crowded out, without space, without permission: nothing acknowledged is lost, nothing half-done is seen."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from benchmart.errors import LogError
from benchmart.event_log.log import EventLog
from benchmart.event_log.schemas import RESULT_RECORDED

from .samples import result, results

_KILLS = 200
_LONGEST_LIFE_SECONDS = 0.2
_WRITERS = 8
_WRITING_SECONDS = float(os.environ.get("BENCHMART_TEST_WRITING_SECONDS", "10"))
_NOBODY = 65534
_ID_LINE_BYTES = 33


def _forked(action: Callable[[], None]) -> int:
    """Run `action` in a process that starts at once, with everything imported; returns its process id."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        action()
        status = 0
    finally:
        os._exit(status)


def _append_for(log: EventLog, acknowledged: Path, name: str, seconds: float) -> None:
    """Append one batch after the other; write down the ids of each once it was acknowledged."""
    descriptor = os.open(acknowledged, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    end = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end:
        size = (1, 3, 200)[number % 3]
        batch = log.append([result(run_id=f"{name}-{number}", batch_size=row) for row in range(size)])
        os.write(descriptor, "".join(f"{event_id}\n" for event_id in batch.event_ids).encode())
        number += 1


def _acknowledged(path: Path) -> list[str]:
    """Ids written down; a kill may have cut the last one."""
    content = path.read_bytes() if path.exists() else b""
    return [
        line.decode().strip() for line in content.splitlines(keepends=True) if len(line) == _ID_LINE_BYTES
    ]


def _held(log: EventLog) -> Counter[str]:
    return Counter(log.read(RESULT_RECORDED, ["event_id"]).column(0).to_pylist())


def test_writers_killed_at_200_random_moments_lose_nothing_they_acknowledged(
    log: EventLog, tmp_path: Path
) -> None:
    chance = random.Random(1)
    acknowledged = tmp_path / "acknowledged"
    killed = 0
    for number in range(_KILLS):
        child = _forked(lambda name=number: _append_for(log, acknowledged, str(name), 60))
        time.sleep(chance.uniform(0, _LONGEST_LIFE_SECONDS))
        os.kill(child, signal.SIGKILL)
        killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
    promised, held = set(_acknowledged(acknowledged)), _held(log)
    assert killed == _KILLS
    assert len(promised) > _KILLS
    assert promised - set(held) == set()
    assert max(held.values()) == 1
    found = log.verify()
    assert (found.is_sound, found.checked) == (True, len(log.files()))
    assert any((log.root / ".incoming").iterdir()), "no writer was killed while it wrote: kill faster"


def test_batches_of_killed_writers_are_seen_whole_or_not_at_all(log: EventLog, tmp_path: Path) -> None:
    chance = random.Random(2)
    for number in range(20):
        child = _forked(lambda name=number: _append_for(log, tmp_path / "acknowledged", str(name), 60))
        time.sleep(chance.uniform(0.02, _LONGEST_LIFE_SECONDS))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    sizes = Counter(log.read(RESULT_RECORDED, ["run_id"]).column(0).to_pylist())
    assert sizes
    assert {
        name: size for name, size in sizes.items() if size != (1, 3, 200)[int(name.split("-")[1]) % 3]
    } == {}


def test_eight_writers_at_once_lose_nothing_and_write_nothing_twice(log: EventLog, tmp_path: Path) -> None:
    children = [
        _forked(lambda name=name: _append_for(log, tmp_path / f"ids-{name}", str(name), _WRITING_SECONDS))
        for name in range(_WRITERS)
    ]
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * _WRITERS
    promised = [_acknowledged(tmp_path / f"ids-{name}") for name in range(_WRITERS)]
    assert all(promised)
    assert Counter(chain(*promised)) == _held(log)
    assert log.verify().is_sound
    assert list((log.root / ".incoming").iterdir()) == []


def test_a_reader_beside_writers_sees_only_whole_batches(log: EventLog, tmp_path: Path) -> None:
    children = [
        _forked(lambda name=name: _append_for(log, tmp_path / "ids", str(name), 1.0)) for name in range(2)
    ]
    seen = 0
    while os.waitpid(children[0], os.WNOHANG) == (0, 0):
        found = log.verify()
        assert found.is_sound
        seen = max(seen, found.checked)
    os.waitpid(children[1], 0)
    assert 0 < seen <= len(log.files())


def _told_by_a_child(action: Callable[[], str]) -> str:
    """What `action` returns when it runs in a process of its own, whose limits and user it may change."""
    reading, writing = os.pipe()
    child = _forked(lambda: os.write(writing, action().encode()))
    os.close(writing)
    with os.fdopen(reading) as stream:
        told = stream.read()
    assert os.waitpid(child, 0)[1] == 0
    return told


def _refusal(log: EventLog) -> str:
    try:
        log.append(results(2_000))
    except LogError as error:
        return str(error)
    return "appended"


def test_a_file_that_may_not_grow_so_large_is_refused_and_nothing_is_seen(log: EventLog) -> None:
    before = log.append([result()]).file

    def _limited() -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
        return _refusal(log)

    assert "Raise the limit on file sizes" in _told_by_a_child(_limited)
    assert log.files() == [before]
    assert list((log.root / ".incoming").iterdir()) == []


def test_a_user_who_may_not_write_is_told_and_may_read(plain_folder: Path) -> None:
    log = EventLog(plain_folder / "events")
    log.append([result()])
    for folder in (log.root, *filter(Path.is_dir, log.root.rglob("*"))):
        folder.chmod(0o555)

    def _as_plain_user() -> str:
        if os.geteuid() == 0:
            os.setuid(_NOBODY)
        return f"{_refusal(log)} {log.read(RESULT_RECORDED).num_rows} {log.verify().is_sound}"

    told = _told_by_a_child(_as_plain_user)
    assert "Choose a writable folder with --home or BENCHMART_HOME" in told
    assert told.endswith("1 True")


def test_a_log_that_may_not_be_listed_is_not_taken_for_an_empty_one(plain_folder: Path) -> None:
    log = EventLog(plain_folder / "events")
    log.append([result()])
    (log.root / "kind=result_recorded").chmod(0)

    def _as_plain_user() -> str:
        if os.geteuid() == 0:
            os.setuid(_NOBODY)
        try:
            return f"read {log.read(RESULT_RECORDED).num_rows}"
        except LogError as error:
            return str(error)

    assert (
        _told_by_a_child(_as_plain_user)
        == f"{log.root}/kind=result_recorded: cannot be listed: Permission denied"
    )


@pytest.fixture
def plain_folder() -> Iterator[Path]:
    """A folder that every user may enter: those of pytest are private."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        for path in (folder, *folder.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)


def _on_a_disk_of_its_own(folder: Path, *, size: str, before: str = "true") -> dict[str, Any]:
    """Append until refused, on a disk that is mounted for this process only and goes with it."""
    script = f'mount -t tmpfs -o size={size} none "$1" || exit 77; {before}; exec "$2" "$3" "$1/events"'
    arguments = [str(folder), sys.executable, str(Path(__file__).with_name("append_until_refused.py"))]
    if not shutil.which("unshare"):
        pytest.skip("no disk can be mounted for a test: there is no unshare")
    command = ["unshare", "--mount", "sh", "-c", script, "sh", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode == 77 or done.stderr.startswith("unshare:"):
        pytest.skip(f"no disk can be mounted for a test: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_a_full_disk_is_explained_and_keeps_what_was_acknowledged_and_no_more(tmp_path: Path) -> None:
    told = _on_a_disk_of_its_own(tmp_path, size="1m")
    assert "No space left on device. Free some space and run it again" in told["refusal"]
    assert told["acknowledged"] == told["held"] > 0
    assert told["is_sound"]
    assert told["unfinished"] == []


def test_a_disk_mounted_read_only_is_explained(tmp_path: Path) -> None:
    told = _on_a_disk_of_its_own(tmp_path, size="1m", before='mount -o remount,ro "$1"')
    assert "Read-only file system. Choose a writable folder with --home or BENCHMART_HOME" in told["refusal"]
    assert told["acknowledged"] == told["held"] == 0
