"""What one timed step does: a forward pass, the next token, or a training step."""

import math
from typing import TYPE_CHECKING, Any

from collectors.runner.building import Built
from collectors.runner.configuration import Configuration
from collectors.runner.measurement import Step
from collectors.runner.precision import autocast
from collectors.runner.problems import NonFiniteLoss

if TYPE_CHECKING:
    import torch

DECODE_WINDOW = 32
"""Tokens generated before the cache is cut back to the prompt: all samples see much the same length."""


class ForwardStep:
    """One forward pass over the batch; for text generation, the prompt with an empty cache."""

    def __init__(self, built: Built, configuration: Configuration) -> None:
        self._built = built
        self._extra = {"use_cache": True} if configuration.phase == "prefill" else {}

    def prepare(self) -> None:
        """A forward pass leaves nothing behind."""

    def run(self) -> None:
        """The forward pass."""
        import torch

        with torch.inference_mode():
            self._built.call(**self._extra)

    def check(self) -> None:
        """Any output will do: random weights mean nothing."""


class DecodeStep:
    """One more token for every item of the batch, with the keys and values of all before it at hand."""

    def __init__(self, built: Built, configuration: Configuration) -> None:  # noqa: ARG002 - made as the others
        import torch

        self._module = built.module
        with torch.inference_mode():
            prompt = built.call(use_cache=True)
            self._token = prompt.logits[:, -1:].argmax(-1)
        self._cache = prompt.past_key_values
        self._generated = 0

    def prepare(self) -> None:
        """Cut the cache back to the prompt when the window is full."""
        if self._generated == DECODE_WINDOW:
            self._cache.crop(-self._generated)
            self._generated = 0

    def run(self) -> None:
        """The next token, taken greedily."""
        import torch

        with torch.inference_mode():
            output = self._module(input_ids=self._token, past_key_values=self._cache, use_cache=True)
            self._token = output.logits[:, -1:].argmax(-1)
        self._generated += 1

    def check(self) -> None:
        """Any token will do: random weights mean nothing."""


class TrainingStep:
    """Forward, backward and one AdamW step over the batch."""

    def __init__(self, built: Built, configuration: Configuration, device: "torch.device") -> None:
        import torch

        self._built, self._configuration, self._device = built, configuration, device
        self._optimizer = torch.optim.AdamW(built.module.parameters())
        self._scaler = torch.amp.GradScaler(device.type, enabled=configuration.precision == "fp16")
        self.losses: list[float] = []
        """The loss of every step so far."""

    def prepare(self) -> None:
        """The optimizer's state is meant to stay."""

    def run(self) -> None:
        """The training step."""
        self._optimizer.zero_grad()
        with autocast(self._configuration, self._device):
            self._loss = loss_of(self._built)
        self._scaler.scale(self._loss).backward()  # type: ignore[no-untyped-call]
        self._scaler.step(self._optimizer)
        self._scaler.update()

    def check(self) -> None:
        """Raise NonFiniteLoss when training has gone astray: its speed would say nothing."""
        loss = float(self._loss.detach())
        if not math.isfinite(loss):
            raise NonFiniteLoss(f"the loss is {loss} after {len(self.losses)} steps")
        self.losses.append(loss)


def step_for(built: Built, configuration: Configuration, device: "torch.device") -> Step:
    """The step the configuration is about."""
    if configuration.mode == "training":
        return TrainingStep(built, configuration, device)
    if configuration.phase == "decode":
        return DecodeStep(built, configuration)
    return ForwardStep(built, configuration)


def loss_of(built: Built) -> "torch.Tensor":
    """The model's own loss; without one, the mean square of its pooled or first output."""
    output = built.call()
    loss = getattr(output, "loss", None)
    if loss is not None:
        own: torch.Tensor = loss
        return own
    squared: torch.Tensor = _main_output(output).float().pow(2).mean()
    return squared


def _main_output(output: Any) -> Any:
    """The pooled output, the logits, or the first tensor of what a model returned."""
    for name in ("pooler_output", "logits", "last_hidden_state"):
        if getattr(output, name, None) is not None:
            return getattr(output, name)
    return output[0] if isinstance(output, tuple | list) else output
