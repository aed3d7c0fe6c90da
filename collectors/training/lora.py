"""Fine-tuning with low-rank adapters (LoRA) by the Hugging Face Trainer, timed from its callbacks."""

import gc
import os
import tempfile
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from collectors.runner.flops import parameter_count
from collectors.training.building import REHEARSAL, Place, build
from collectors.training.configuration import TrainingConfiguration
from collectors.training.engines import checkpoint_layers
from collectors.training.memory import memory_meter

if TYPE_CHECKING:
    from collectors.runner.worker import Report

_LEARNING_RATE = 1e-3
"""The second matrix of an adapter starts at zero: what the weights learn from moves only slowly at first."""
_TARGETS = {
    "LlamaForCausalLM": ["q_proj", "k_proj", "v_proj", "o_proj"],
    "GPT2LMHeadModel": ["c_attn", "c_proj"],
}
"""Class of a model to its matrices of attention: those that have an adapter."""
_ALPHA_PER_RANK = 2


def train_adapters(configuration: TrainingConfiguration, place: Place, report: "Report") -> None:
    """Rehearse, build and train: stages `started`, `built`, `measured`. Raises what it raises."""
    from dataclasses import replace

    tiny = replace(configuration, model=REHEARSAL, sequence_length=16, micro_batch=1, steps=1, warmup=0)
    module, batch, _ = _adapted(tiny, place)
    _fit(tiny, module, batch, lambda: None)
    del module, batch
    gc.collect()
    meter = memory_meter(configuration.device)
    report("started", load_average=os.getloadavg()[0], **meter.facts())

    meter.reset()
    start = time.perf_counter()
    module, batch, facts = _adapted(configuration, place)
    seconds = time.perf_counter() - start
    report("built", load_seconds=seconds, memory_build_peak_bytes=meter.peak_bytes(), **facts)

    gc.collect()
    # The Trainer wraps the model before the first step, with copies that no later step makes.
    samples, losses = _fit(configuration, module, batch, meter.reset)
    report(
        "measured",
        samples=samples[configuration.warmup :],
        warmup_samples=samples[: configuration.warmup],
        memory_peak_bytes=meter.peak_bytes(),
        memory_source=meter.source,
        memory_reserved_peak_bytes=meter.reserved_peak_bytes(),
        losses=losses,
    )


def _adapted(configuration: TrainingConfiguration, place: Place) -> tuple[Any, Any, dict[str, Any]]:
    """The model with adapters, its batch on the host, and what is known of it."""
    import peft

    built = build(configuration, place)
    facts = {"parameter_count": parameter_count(built.module), "architecture": built.architecture}
    rank = configuration.lora_rank or 1
    settings = peft.LoraConfig(
        r=rank,
        lora_alpha=_ALPHA_PER_RANK * rank,
        target_modules=_TARGETS[built.architecture],
        task_type="CAUSAL_LM",
        fan_in_fan_out=built.architecture.startswith("GPT2"),
    )
    adapted = peft.get_peft_model(built.module, settings)
    if configuration.checkpointing == "full":
        checkpoint_layers(adapted)
    facts["trainable_parameters"] = sum(each.numel() for each in adapted.parameters() if each.requires_grad)
    batch = {name: value.cpu() for name, value in built.keywords.items()}
    return adapted, batch, facts


def _fit(
    configuration: TrainingConfiguration, module: Any, batch: Any, before_first_step: Callable[[], None]
) -> tuple[list[float], list[float]]:
    """Train; wall time and loss of each optimizer step. The Trainer's losses are means over all ranks."""
    import transformers

    with tempfile.TemporaryDirectory() as folder:
        arguments = transformers.TrainingArguments(
            output_dir=folder,
            use_cpu=configuration.device == "cpu",
            ddp_backend=None if configuration.strategy == "single" else _backend(configuration),
            per_device_train_batch_size=configuration.micro_batch,
            gradient_accumulation_steps=configuration.accumulation_steps,
            max_steps=configuration.steps + configuration.warmup,
            learning_rate=_LEARNING_RATE,
            max_grad_norm=0.0,  # as the other strategies: none of them clips
            lr_scheduler_type="constant",
            optim="adamw_bnb_8bit" if configuration.optimizer == "adamw_8bit" else "adamw_torch",
            bf16=configuration.precision == "amp_bf16",
            logging_steps=1,
            save_strategy="no",
            report_to=[],
            disable_tqdm=True,
            dataloader_pin_memory=False,
        )
        clock = _clock(before_first_step)
        trainer = transformers.Trainer(
            model=module, args=arguments, train_dataset=_repeated(configuration, batch), callbacks=[clock]
        )
        trainer.remove_callback(transformers.PrinterCallback)
        trainer.train()
    losses = [float(entry["loss"]) for entry in trainer.state.log_history if "loss" in entry]
    return clock.samples, losses


def _backend(configuration: TrainingConfiguration) -> str:
    from collectors.training.session import backend_of

    return backend_of(configuration)


def _repeated(configuration: TrainingConfiguration, batch: Any) -> list[dict[str, Any]]:
    """The items of one batch, as often as all ranks and steps take them."""
    items = [
        {name: value[number] for name, value in batch.items()} for number in range(configuration.micro_batch)
    ]
    steps = configuration.steps + configuration.warmup
    return items * (configuration.accumulation_steps * configuration.ranks * steps)


def _clock(before_first_step: Callable[[], None]) -> Any:
    """A callback that times optimizer steps; made here, since its base class belongs to transformers."""
    import transformers

    class Clock(transformers.TrainerCallback):
        def __init__(self) -> None:
            self.samples: list[float] = []

        def on_step_begin(self, *_: Any, **__: Any) -> None:
            if not self.samples:
                before_first_step()
            self._start = time.perf_counter()

        def on_step_end(self, *_: Any, **__: Any) -> None:
            self.samples.append(time.perf_counter() - self._start)

    return Clock()
