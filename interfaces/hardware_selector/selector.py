"""`HardwareSelector`: the framework's class, on what was measured, predicted, and known of models and devices."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmart.config import Home, find_home
from benchmart.db_api.api import home_beside
from benchmart.errors import UsageError
from interfaces.hardware_selector.answers import answer
from interfaces.hardware_selector.words import BATCH_SIZES, BROWSERS, HARDWARE, MODELS, OF_TEXT
from predictors.selector.devices import Device, is_named
from predictors.selector.knowledge import Knowledge
from predictors.selector.request import FAMILIES, MODES, SelectionRequest, one_of
from predictors.selector.selection import select
from predictors.selector.settings import read_settings, with_settings

_TRAINING = frozenset({"training", "fine-tuning", "fine_tuning"})
_USUAL_LENGTH = 128
_PARAMETERS = (
    "optimizer",
    "mixed_precision",
    "gradient_accumulation_steps",
    "gradient_checkpointing",
    "sharded_ddp",
)
_DDP_GPUS = 8
_GB = 1e9


class HardwareSelector:
    """Chooses kinds of hardware, or devices, for models. It writes nothing but what `save_selection_map` is told to.

    Args:
        database_path: A home, or the path of a database beside which one is; where there is none, the home that
            `benchmart` finds.
        config_path: TOML or JSON with weights, budget, allow and deny; see `predictors.selector.settings`.

    Raises UsageError for a file of settings that cannot be read, or has keys that mean nothing.
    """

    def __init__(self, database_path: str = "./benchmark_results", config_path: str | None = None) -> None:
        self.database_path = Path(database_path)
        self.config: dict[str, Any] = read_settings(Path(config_path)) if config_path else {}
        self._known = Knowledge(_home(self.database_path))

    def select_hardware(  # noqa: PLR0917 - the order is that of the framework
        self,
        model_family: str,
        model_name: str,
        batch_size: int = 1,
        sequence_length: int = _USUAL_LENGTH,
        mode: str = "inference",
        available_hardware: list[str] | None = None,
        precision: str = "fp32",
    ) -> dict[str, Any]:
        """The kind of hardware to run a model on, at most two fallbacks, and why.

        `available_hardware` has kinds (`cuda`) and devices (`rtx-4090`); None means all kinds. The keys are those of
        the framework; beside them stand `recommended_device`, `basis`, `equally_good` and `rejected`.

        Raises UsageError for a family, mode or device that is not known, an empty list, and sizes below 1.
        """
        asked = SelectionRequest(
            model_name,
            family=model_family,
            mode=mode,
            precision=precision,
            batch_size=batch_size,
            sequence_length=sequence_length if model_family in OF_TEXT or sequence_length < 1 else None,
        )
        return self._answer(asked, available_hardware, sequence_length)

    def select_hardware_for_task(  # noqa: PLR0917
        self,
        model_family: str,
        model_name: str,
        task_type: str,
        batch_size: int = 1,
        sequence_length: int = _USUAL_LENGTH,
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
            sequence_length=sequence_length if model_family in OF_TEXT else None,
            soft=frozenset({"availability", "memory"}),
        )
        found = self._answer(asked, available_hardware or ["cuda", "rocm"], sequence_length)
        given = training_config or {}
        found["distributed"] = True
        found["gpu_count"] = gpu_count
        found["training_params"] = {name: given[name] for name in _PARAMETERS if name in given}
        found["distributed_strategy"] = self._strategy(asked, found["primary_recommendation"], gpu_count)
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
        from interfaces.hardware_selector.distributed import distributed_rows, spread_of

        family = self._known.architecture_of(model_name).family
        one_of("mode", mode, MODES)
        if max_gpus < 1:
            raise UsageError(f"{max_gpus} GPUs train nothing", hint="Give at least 1")
        words = list(HARDWARE) if available_hardware is None else list(available_hardware)
        single: dict[str, list[dict[str, Any]]] = {word: [] for word in words}
        best: dict[str, str] = {}
        for size in BATCH_SIZES if batch_sizes is None else batch_sizes:
            found = self.select_hardware(family, model_name, size, mode=mode, available_hardware=words)
            for word, its in found["all_scores"].items():
                row = {"batch_size": size, "hardware": word, "estimated_score": its["score"]}
                single[word].append(row | {"mixed_precision": False})
                best.setdefault(word, its["hardware_id"])
        spread = spread_of(words) if include_distributed and mode == "training" else []
        return {
            "model_name": model_name,
            "model_family": family,
            "mode": mode,
            "single_device": {word: rows for word, rows in single.items() if rows},
            "distributed": {
                word: distributed_rows(self._known, model_name, word, self._device(word, best), max_gpus)
                for word in spread
            },
        }

    def create_hardware_selection_map(self, model_families: list[str] | None = None) -> dict[str, Any]:
        """Primary and fallbacks by family, for a published model of each size, and for batches of the middle one."""
        families = list(FAMILIES) if model_families is None else list(model_families)
        return {
            "timestamp": datetime.now(UTC).isoformat(),
            "model_families": {family: self._map_of(family) for family in families},
        }

    def save_selection_map(self, output_file: str = "hardware_selection_map.json") -> None:
        """Write the map of all families as JSON."""
        import json

        text = json.dumps(self.create_hardware_selection_map(), indent=2) + "\n"
        Path(output_file).write_text(text, encoding="utf-8")

    def get_hardware_recommendations(
        self, model_family: str, model_size_category: str, batch_size: int, mode: str
    ) -> dict[str, Any]:
        """`primary` and `fallbacks` for a published model of the family and size, at this batch."""
        one_of("model family", model_family, FAMILIES)
        one_of("size of model", model_size_category, tuple(MODELS[model_family]))
        return self._brief(model_family, MODELS[model_family][model_size_category], batch_size, mode)

    @cached_property
    def compatibility_matrix(self) -> dict[str, Any]:
        """Which kinds of hardware ran models of a family: true or false by the matrix, None for want of evidence."""
        families: dict[str, Any] = {}
        for family in FAMILIES:
            models = {pool.model_id for pool in self._known.pools if pool.family == family}
            families[family] = {
                "hardware_compatibility": {word: {"compatible": self._ran(models, word)} for word in HARDWARE}
            }
        return {"hardware_types": list(HARDWARE), "model_families": families}

    @cached_property
    def benchmarks(self) -> dict[str, Any]:
        """Measured rates, items a second: family, model, device, and each condition's median."""
        found: dict[str, Any] = {}
        for pool in self._known.pools:
            models = found.setdefault(pool.family or "unknown", {})
            for device, rate in pool.medians.items():
                models.setdefault(pool.model_id, {}).setdefault(device, []).append(rate)
        return found

    @cached_property
    def prediction_models(self) -> dict[str, Any]:
        """The predictors that serve, by metric; without those that do not."""
        from benchmart.errors import PredictionRefused
        from predictors.registry.serving import serving

        found = {}
        for name, metric in (("throughput", "throughput"), ("memory_usage", "memory_device_peak")):
            try:
                found[name] = serving(self._known.home, metric)[2]
            except PredictionRefused:
                continue
        return found

    def _estimate_model_size(self, model_name: str) -> int:
        """Parameters. Raises PredictionRefused where nothing tells."""
        from predictors.selector.knowledge import size_of

        return size_of(model_name).parameter_count

    def _determine_model_family(self, model_name: str) -> str:
        """One of the framework's families. Raises PredictionRefused where nothing tells."""
        from predictors.selector.knowledge import size_of

        return size_of(model_name).family

    def _answer(
        self, asked: SelectionRequest, available: Sequence[str] | None, sequence_length: int
    ) -> dict[str, Any]:
        words = list(HARDWARE) if available is None else list(available)
        devices = tuple(word for word in words if word not in BROWSERS)
        if words and not devices:
            raise UsageError(
                f"nothing is known of how fast {', '.join(words)} are: they are interfaces of browsers",
                hint=f"Name a device or a kind of: {', '.join(HARDWARE)}",
            )
        asked = with_settings(replace(asked, allow=devices, is_by_kind=True), self.config)
        return answer(select(asked, self._known), words, sequence_length, self._known)

    def _strategy(self, asked: SelectionRequest, word: str | None, gpu_count: int) -> str:
        from predictors.selector.need import need_of

        need = need_of(asked, self._known)
        memory = max(
            (
                each.facts.memory_bytes or 0.0
                for each in self._known.devices.values()
                if word is not None and is_named(each, word)
            ),
            default=0.0,
        )
        if need is None or need.high <= memory:
            return "DDP"
        return "DeepSpeed+ZeRO3" if gpu_count > _DDP_GPUS and word == "cuda" else "FSDP"

    def _device(self, word: str, best: Mapping[str, str]) -> Device:
        """The device that was best for one; where none held it, the largest of the kind."""
        from interfaces.hardware_selector.distributed import largest_of

        found = self._known.devices[best[word]] if word in best else largest_of(self._known, word)
        if found is None:
            raise UsageError(f"no {word} with known memory is catalogued")
        return found

    def _map_of(self, family: str) -> dict[str, Any]:
        one_of("model family", family, FAMILIES)
        models = MODELS[family]
        return {
            "model_sizes": {
                size: {mode: self._brief(family, model, 1, mode) for mode in MODES}
                for size, model in models.items()
            },
            **{
                mode: {
                    "batch_sizes": {
                        str(batch): self._brief(family, models["medium"], batch, mode)
                        for batch in BATCH_SIZES
                    }
                }
                for mode in MODES
            },
        }

    def _brief(self, family: str, model: str, batch_size: int, mode: str) -> dict[str, Any]:
        found = self.select_hardware(family, model, batch_size, mode=mode)
        return {"primary": found["primary_recommendation"], "fallbacks": found["fallback_options"]}

    def _ran(self, models: set[str], word: str) -> bool | None:
        statuses: set[str] = {
            each.status
            for (model, device), cells in self._known.verdicts.items()
            if model in models and is_named(self._known.devices[device], word)
            for each in cells
        }
        return None if not statuses else statuses != {"failed"}


def _home(path: Path) -> Home:
    """The home of that path where it has a log; else the one that is found."""
    beside = home_beside(path)
    return beside if beside.events.is_dir() else find_home()
