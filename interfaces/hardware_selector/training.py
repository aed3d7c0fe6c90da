"""What the framework's class answers about tasks, training on several devices, and benchmarks of training."""

from typing import Any

from benchmart.errors import UsageError
from interfaces.hardware_selector.choosing import strategy_of
from interfaces.hardware_selector.model_selector import USUAL_LENGTH, ModelSelector, length_of
from interfaces.hardware_selector.words import BATCH_SIZES, HARDWARE
from predictors.selector.request import FAMILIES, MODES, SelectionRequest, one_of

_TRAINING = frozenset({"training", "fine-tuning", "fine_tuning"})
_PARAMETERS = (
    "optimizer",
    "mixed_precision",
    "gradient_accumulation_steps",
    "gradient_checkpointing",
    "sharded_ddp",
)
_GB = 1e9


class TrainingSelector(ModelSelector):
    """Chooses hardware for tasks, and plans training on several devices."""

    def select_hardware_for_task(  # noqa: PLR0917
        self,
        model_family: str,
        model_name: str,
        task_type: str,
        batch_size: int = 1,
        sequence_length: int = USUAL_LENGTH,
        available_hardware: list[str] | None = None,
        distributed: bool = False,  # noqa: FBT001, FBT002 - the signature is kept
        gpu_count: int = 1,
        training_config: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The same for a task: `training` and `fine-tuning` train, all others infer.

        With `distributed`, training may be spread over `gpu_count` devices: memory takes down a score and does not
        reject, and `distributed_strategy` is DDP where all of training fits into one device, else FSDP, or ZeRO 3 of
        DeepSpeed on more than 8 GPUs of NVIDIA.
        """
        mode = "training" if task_type in _TRAINING else "inference"
        is_spread = distributed and mode == "training"
        if gpu_count < 1:
            raise UsageError(f"{gpu_count} GPUs train nothing", hint="Give at least 1")
        if not is_spread:
            return self.select_hardware(
                model_family, model_name, batch_size, sequence_length, mode, available_hardware
            )
        asked = SelectionRequest(
            model_name,
            family=model_family,
            mode=mode,
            batch_size=batch_size,
            sequence_length=length_of(model_family, sequence_length),
            soft=frozenset({"availability", "memory"}),
        )
        words = ["cuda", "rocm"] if available_hardware is None else available_hardware
        found = self._answer(asked, words, sequence_length)
        given = training_config or {}
        found["distributed"] = True
        found["gpu_count"] = gpu_count
        found["training_params"] = {name: given[name] for name in _PARAMETERS if name in given}
        found["distributed_strategy"] = strategy_of(
            asked, found["primary_recommendation"], gpu_count, self._known
        )
        return found

    def get_distributed_training_config(  # noqa: PLR0917
        self,
        model_family: str,
        model_name: str,
        gpu_count: int,
        batch_size: int = 8,
        strategy: str | None = None,
        use_mixed_precision: bool = True,  # noqa: FBT001, FBT002 - the signature is kept
        max_memory_gb: int | None = None,
    ) -> dict[str, Any]:
        """How to train on `gpu_count` equal GPUs, `batch_size` sequences each, within `max_memory_gb` (1e9 bytes) each.

        Beside the framework's keys stands `fits`; where nothing fits, `memory_warning` says what would.

        Raises UsageError for counts below 1, families and strategies that are not known, PredictionRefused for a model
        of which too little is known.
        """
        from interfaces.hardware_selector.distributed import training_config

        one_of("model family", model_family, FAMILIES)
        if max_memory_gb is not None and max_memory_gb <= 0:
            raise UsageError(f"{max_memory_gb} GB of memory hold nothing", hint="Give a number above 0")
        memory_bytes = None if max_memory_gb is None else max_memory_gb * _GB
        config = training_config(
            self._known,
            model_name,
            gpu_count,
            batch_size,
            strategy=strategy,
            is_mixed=use_mixed_precision,
            memory_bytes=memory_bytes,
        )
        return config | {"model_family": model_family}

    def select_hardware_for_training_benchmark(  # noqa: PLR0917
        self,
        model_name: str,
        mode: str = "training",
        available_hardware: list[str] | None = None,
        batch_sizes: list[int] | None = None,
        include_distributed: bool = True,  # noqa: FBT001, FBT002
        max_gpus: int = 8,
    ) -> dict[str, Any]:
        """What to benchmark: batches that fit into one device of each kind, and plans for 2, 4, 8, ... devices."""
        from interfaces.hardware_selector.to_benchmark import distributed, single_device

        family = self._known.architecture_of(model_name).family
        one_of("mode", mode, MODES)
        if max_gpus < 1:
            raise UsageError(f"{max_gpus} GPUs train nothing", hint="Give at least 1")
        words = list(HARDWARE) if available_hardware is None else list(available_hardware)
        single, best = single_device(
            words,
            BATCH_SIZES if batch_sizes is None else batch_sizes,
            lambda size: self.select_hardware(family, model_name, size, mode=mode, available_hardware=words),
        )
        is_spread = include_distributed and mode == "training"
        return {
            "model_name": model_name,
            "model_family": family,
            "mode": mode,
            "single_device": single,
            "distributed": distributed(words, best, model_name, max_gpus, self._known) if is_spread else {},
        }
