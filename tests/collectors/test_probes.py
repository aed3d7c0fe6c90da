"""Probes against recorded machines: small trees of files and answers as drivers give them."""

import sys
from pathlib import Path
from typing import Any

import pytest
from recorded_machine import mac_answers, machine

from benchmart.event_log.tables import to_table
from collectors.probes.amd import probe_amd
from collectors.probes.apple import probe_apple
from collectors.probes.container import container
from collectors.probes.cpu import probe_cpu
from collectors.probes.environment import observe_environment
from collectors.probes.git import git_state
from collectors.probes.hardware import PROBES, observe_hardware
from collectors.probes.intel import probe_intel
from collectors.probes.machine import machine_id
from collectors.probes.nvidia import probe_nvidia
from collectors.probes.sighting import Device, Machine, run_command

_XEON = """processor\t: 0
vendor_id\t: GenuineIntel
cpu family\t: 6
model\t\t: 143
model name\t: Intel(R) Xeon(R) Platinum 8480+
stepping\t: 8
flags\t\t: fpu sse4_2 avx avx2 fma avx512f avx512_bf16 amx_bf16 amx_tile amx_int8 hypervisor

processor\t: 1
model name\t: Something else
"""

_GRACE = "processor\t: 0\nFeatures\t: fp asimd sve2 i8mm bf16\nCPU implementer\t: 0x41\nCPU part\t: 0xd4f\n"


def _cache(index: int, kind: str, level: int, size: str) -> dict[str, str]:
    folder = f"sys/devices/system/cpu/cpu0/cache/index{index}"
    return {f"{folder}/type": kind, f"{folder}/level": str(level), f"{folder}/size": size}


def test_a_processor_is_seen_with_its_caches_cores_and_vector_extensions(tmp_path: Path) -> None:
    siblings = {
        f"sys/devices/system/cpu/cpu{n}/topology/thread_siblings_list": f"{n % 2},{n % 2 + 2}"
        for n in range(4)
    }
    files = {
        "proc/cpuinfo": _XEON,
        "proc/meminfo": "MemTotal:       16384 kB\nMemFree: 1 kB",
        "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq": "3800000",
        **siblings,
        **_cache(0, "Data", 1, "48K"),
        **_cache(1, "Instruction", 1, "32K"),
        **_cache(2, "Unified", 2, "2048K"),
        **_cache(3, "Unified", 3, "105M"),
    }
    (device,) = probe_cpu(machine(tmp_path, files))
    assert (device.device, device.vendor) == ("Intel(R) Xeon(R) Platinum 8480+", "intel")
    assert (device.physical_cores, device.logical_cores) == (2, 4)
    assert (device.l1d_cache_bytes, device.l2_cache_bytes, device.l3_cache_bytes) == (
        49152,
        2097152,
        110100480,
    )
    assert (device.memory_bytes, device.max_frequency_hertz) == (16 * 1024**2, 3.8e9)
    assert device.vector_extensions == [
        "amx_bf16", "amx_int8", "amx_tile", "avx", "avx2", "avx512_bf16", "avx512f", "fma", "sse4_2",
    ]  # fmt: skip
    assert device.attributes["virtual_machine"] == "true"


def test_an_arm_processor_is_named_by_its_core(tmp_path: Path) -> None:
    (device,) = probe_cpu(machine(tmp_path, {"proc/cpuinfo": _GRACE}))
    assert (device.device, device.vendor) == ("Arm Neoverse-V2", "arm")
    assert device.vector_extensions == ["asimd", "bf16", "i8mm", "sve2"]


def test_a_machine_without_any_file_has_nothing_made_up(tmp_path: Path) -> None:
    (device,) = probe_cpu(machine(tmp_path, {}))
    seen = {name: value for name, value in vars_of(device).items() if value not in (None, {}, 0)}
    assert set(seen) == {"device_kind", "device"}
    assert probe_amd(machine(tmp_path, {})) == probe_intel(machine(tmp_path, {})) == []
    assert probe_nvidia(machine(tmp_path, {})) == probe_apple(machine(tmp_path, {})) == []


def vars_of(device: Device) -> dict[str, Any]:
    return {name: getattr(device, name) for name in Device.__dataclass_fields__}


def test_a_machine_is_told_apart_by_12_digits_that_do_not_name_it(tmp_path: Path) -> None:
    linux = machine(tmp_path / "a", {"etc/machine-id": "3d1219c7c4c5404aaa1f6d2a48adfda4"})
    mac = Machine(tmp_path / "b", "Darwin", mac_answers)
    assert machine_id(linux) == "0035969ec53f"
    assert machine_id(linux) != machine_id(mac) == machine_id(mac)
    assert len(machine_id(machine(tmp_path / "c", {}))) == 12


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        ({}, None),
        ({".dockerenv": ""}, "docker"),
        ({"run/.containerenv": ""}, "podman"),
        ({"proc/1/cgroup": "0::/kubepods/burstable/pod1"}, "kubernetes"),
        ({"proc/1/cgroup": "0::/init.scope"}, None),
        ({"run/systemd/container": "systemd-nspawn"}, "systemd-nspawn"),
    ],
)
def test_a_container_is_recognised_by_what_it_leaves_behind(
    tmp_path: Path, files: dict[str, str], kind: str | None
) -> None:
    assert container(machine(tmp_path, files)) == kind


def test_the_environment_has_packages_system_and_settings_without_importing_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    release = {"etc/os-release": 'NAME="Some Linux"\nVERSION_ID="12"'}
    governor = {"sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave"}
    before = set(sys.modules)
    event = observe_environment("r", machine(tmp_path, {**release, **governor}), attributes={"suite": "demo"})
    assert not {name for name in set(sys.modules) - before if name.startswith(("torch", "transformers"))}
    assert (event.os_name, event.os_version) == ("Some Linux", "12")
    assert event.packages["numpy"]
    assert event.attributes["cpu_governor"] == "powersave"
    assert (event.attributes["OMP_NUM_THREADS"], event.attributes["suite"]) == ("7", "demo")
    assert event.git_commit is None


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    assert run_command(["git", "-C", str(folder), *identity, *arguments]) is not None


def test_a_repository_tells_commit_branch_and_whether_files_differ(tmp_path: Path) -> None:
    _git(tmp_path, "init", "--initial-branch", "trunk")
    (tmp_path / "file").write_text("one")
    _git(tmp_path, "add", "file")
    _git(tmp_path, "commit", "--message", "one")
    clean = git_state(Machine(), tmp_path)
    (tmp_path / "file").write_text("two")
    dirty = git_state(Machine(), tmp_path)
    assert (clean.branch, clean.is_dirty, dirty.is_dirty) == ("trunk", False, True)
    assert clean.commit
    assert len(clean.commit) == 40
    assert dirty.commit == clean.commit


def test_a_command_that_fails_or_does_not_exist_is_no_answer() -> None:
    assert run_command(["/nowhere/at/all"]) is None
    assert run_command([sys.executable, "-c", "raise SystemExit(1)"]) is None


def test_this_machine_can_be_observed_and_the_events_fit_their_schema() -> None:
    hardware_events = observe_hardware("r")
    assert hardware_events[0].device_kind == "cpu"
    assert (hardware_events[0].logical_cores or 0) >= (hardware_events[0].physical_cores or 0) >= 1
    assert (hardware_events[0].memory_bytes or 0) > 10**8
    assert to_table(hardware_events).num_rows == len(hardware_events)
    assert to_table([observe_environment("r")]).num_rows == 1
    assert len(PROBES) == 5
