"""What keeps a configuration from being tried here: a device or a package that is not there."""

from collections.abc import Mapping
from importlib.util import find_spec

from collectors.runner.problems import DEVICE_ABSENT, PACKAGE_ABSENT
from collectors.runner.runtime import Runtime
from collectors.training.configuration import TrainingConfiguration

_EXTRA = "Install the train extra: pip install 'benchmart[train]', or in a clone '.[train]'"


def obstacle(
    configuration: TrainingConfiguration, runtime: Runtime, device_counts: Mapping[str, int]
) -> tuple[str, str] | None:
    """Why the configuration cannot be tried, as error class and message; None when it can be."""
    kind = configuration.device
    if kind not in runtime.devices:
        return DEVICE_ABSENT, f"this torch sees no {kind} device on this machine"
    count = device_counts.get(kind, 1)
    if kind != "cpu" and count < configuration.ranks:
        return (
            DEVICE_ABSENT,
            f"{configuration.ranks} ranks need as many {kind} devices; this machine has {count}",
        )
    missing = [name for name in packages_of(configuration) if find_spec(name) is None]
    if missing:
        return PACKAGE_ABSENT, f"{' and '.join(missing)} not installed. {_EXTRA}"
    return None


def packages_of(configuration: TrainingConfiguration) -> tuple[str, ...]:
    """Packages beyond the runner's that the configuration needs."""
    return (
        *(("deepspeed",) if configuration.is_deepspeed else ()),
        *(("peft", "accelerate") if configuration.lora_rank else ()),
        *(("bitsandbytes",) if configuration.optimizer == "adamw_8bit" else ()),
    )
