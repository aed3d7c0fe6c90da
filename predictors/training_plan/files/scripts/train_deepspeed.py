"""Train what `deepspeed.json` beside this file says, as torchrun starts it.

The model is the stand-in of `train_torch.py`; put yours into its `build_model`, and your data into its `batches`.
"""

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

import deepspeed
import torch
from torch import nn
from train_torch import ATTENTION, LAYER, PLAN, apply_activation_checkpointing, batches, build_model, leave

CONFIG: dict[str, Any] = json.loads((Path(__file__).parent / "deepspeed.json").read_text(encoding="utf-8"))


def prepare(shape: dict[str, int]) -> Any:
    """The engine of DeepSpeed around the model; at stage 3 weights are cut while they are made."""
    with deepspeed.zero.Init(config_dict_or_path=CONFIG, enabled=PLAN["strategy"] == "zero3"):
        model = build_model(shape)
    if PLAN["checkpointing"] != "none":
        again = LAYER if PLAN["checkpointing"] == "full" else ATTENTION
        apply_activation_checkpointing(model, check_fn=lambda module: isinstance(module, again))
    engine, *_ = deepspeed.initialize(
        model=model, model_parameters=model.parameters(), config=CONFIG, optimizer=_optimizer(model)
    )
    return engine


def _optimizer(model: nn.Module) -> Any:
    """None where DeepSpeed builds the optimizer by its configuration."""
    if PLAN["optimizer"] != "adamw_8bit":
        return None
    from bitsandbytes.optim import AdamW8bit

    chosen = PLAN["hyperparameters"]
    return AdamW8bit(
        model.parameters(),
        lr=chosen["learning_rate"],
        betas=tuple(chosen["betas"]),
        weight_decay=chosen["weight_decay"],
    )


def main() -> None:
    """Train for some steps and print one line of JSON on the first rank."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument(
        "--tiny", action="store_true", help="a model of two small layers, to see that all starts"
    )
    options = parser.parse_args()
    shape = PLAN["shape"] | (PLAN["tiny"] if options.tiny else {})
    deepspeed.init_distributed()
    torch.manual_seed(0)
    engine = prepare(shape)
    data = batches(shape, engine.device, seed=int(os.environ["RANK"]))
    losses, began = [], time.perf_counter()
    for _ in range(options.steps * PLAN["accumulation_steps"]):
        tokens = next(data)
        logits = engine(tokens)[:, :-1]
        loss = nn.functional.cross_entropy(logits.flatten(0, 1).float(), tokens[:, 1:].flatten())
        engine.backward(loss)
        engine.step()
        losses.append(loss.item())
    seconds = (time.perf_counter() - began) / options.steps
    if engine.global_rank == 0:
        print(json.dumps({"strategy": PLAN["strategy"], "losses": losses, "step_seconds": seconds}))
    leave()


if __name__ == "__main__":
    main()
