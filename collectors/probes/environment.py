"""The software a run finds itself in, as an `environment_observed` event."""

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from benchmart import __version__
from benchmart.event_log.events import EnvironmentObserved
from collectors.probes.container import container
from collectors.probes.git import git_state
from collectors.probes.machine import machine_id
from collectors.probes.sighting import Machine, present

COLLECTOR = "probe:environment"

PACKAGES = (
    "accelerate", "bitsandbytes", "deepspeed", "diffusers", "flash-attn", "intel-extension-for-pytorch",
    "jax", "mkl", "numpy", "nvidia-ml-py", "onnx", "onnxruntime", "onnxruntime-gpu", "openvino", "optimum",
    "peft", "safetensors", "sentence-transformers", "tensorflow", "timm", "tokenizers", "torch", "torchao",
    "torchaudio", "torchvision", "transformers", "triton", "vllm", "xformers",
)  # fmt: skip
"""Packages that influence results, by the name they are installed under."""

_VENDOR_PACKAGES = ("nvidia-", "intel-", "rocm")
"""Beginnings of the names of packages that bring a vendor's own libraries."""

VARIABLES = (
    "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_PROC_BIND", "OMP_PLACES",
    "KMP_AFFINITY", "KMP_BLOCKTIME", "GOMP_CPU_AFFINITY", "LD_PRELOAD", "MALLOC_CONF", "ONEDNN_MAX_CPU_ISA",
    "ONEDNN_DEFAULT_FPMATH_MODE", "ATEN_CPU_CAPABILITY", "CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES",
    "ROCR_VISIBLE_DEVICES", "ZE_AFFINITY_MASK", "NVIDIA_TF32_OVERRIDE", "PYTORCH_ALLOC_CONF",
    "PYTORCH_CUDA_ALLOC_CONF", "PYTORCH_ENABLE_MPS_FALLBACK",
)  # fmt: skip
"""Environment variables that change how fast the same code runs."""


def observe_environment(
    run_id: str | None,
    machine: Machine | None = None,
    folder: Path | None = None,
    attributes: Mapping[str, str] | None = None,
) -> EnvironmentObserved:
    """The software of this process and machine.

    `folder` (default: the current one) is asked for its git state; `attributes` are added to those found.
    Packages are read from their metadata: nothing is imported.
    """
    machine = machine or Machine()
    git = git_state(machine, folder or Path.cwd())
    os_name, os_version = _operating_system(machine)
    return EnvironmentObserved(
        collector=COLLECTOR,
        collector_version=__version__,
        occurred_at=datetime.now(UTC),
        run_id=run_id,
        machine_id=machine_id(machine),
        python_version=platform.python_version(),
        python_implementation=platform.python_implementation(),
        os_name=os_name,
        os_version=os_version,
        kernel_version=platform.release() or None,
        container=container(machine),
        git_commit=git.commit,
        git_branch=git.branch,
        git_is_dirty=git.is_dirty,
        packages=_packages(),
        attributes={**_settings(machine), **(attributes or {})},
    )


def _packages() -> dict[str, str]:
    """Name to version of the installed packages that influence results."""
    found = ((_normal(package.name), package.version) for package in metadata.distributions() if package.name)
    return {name: version for name, version in found if name in PACKAGES or name.startswith(_VENDOR_PACKAGES)}


def _normal(name: str) -> str:
    return name.lower().replace("_", "-")


def _operating_system(machine: Machine) -> tuple[str | None, str | None]:
    """Name and version of the distribution, or of the system where there are none."""
    if machine.system == "Darwin":
        return "macOS", platform.mac_ver()[0] or None
    if machine.system != "Linux":
        return machine.system or None, platform.version() or None
    lines = (line.partition("=") for line in (machine.text("etc/os-release") or "").splitlines())
    release = {name: value.strip("\"'") for name, _, value in lines}
    return release.get("NAME", "Linux"), release.get("VERSION_ID")


def _settings(machine: Machine) -> dict[str, str]:
    """What else of the system changes how fast the same code runs."""
    cpu = "sys/devices/system/cpu"
    return present(
        {
            "cpu_governor": machine.text(f"{cpu}/cpu0/cpufreq/scaling_governor"),
            "cpu_boost": machine.text(f"{cpu}/cpufreq/boost"),
            "intel_no_turbo": machine.text(f"{cpu}/intel_pstate/no_turbo"),
            "transparent_huge_pages": machine.text("sys/kernel/mm/transparent_hugepage/enabled"),
            "load_average_1_minute": (machine.text("proc/loadavg") or "").partition(" ")[0],
            **{name: os.environ.get(name) for name in VARIABLES},
        }
    )
