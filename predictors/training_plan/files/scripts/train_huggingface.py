"""Train with the Hugging Face Trainer, by `training_arguments.json` and, for adapters, `lora.json` beside this file.

    torchrun --nproc-per-node N train_huggingface.py MODEL DATA.jsonl

MODEL is a causal language model of the hub or a folder; DATA has one document with `text` a line.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    DataCollatorForLanguageModeling,
    Trainer,
    TrainingArguments,
)

HERE = Path(__file__).parent
PLAN: dict[str, Any] = json.loads((HERE / "plan.json").read_text(encoding="utf-8"))


def arguments() -> TrainingArguments:
    """The plan's arguments; files named there lie beside this one."""
    given = json.loads((HERE / "training_arguments.json").read_text(encoding="utf-8"))
    if "deepspeed" in given:
        given["deepspeed"] = str(HERE / given["deepspeed"])
    return TrainingArguments(**given)


def load_model(name: str) -> Any:
    """The model; frozen in half precision or nf4, with adapters, where the plan says so."""
    settings: dict[str, Any] = {}
    if PLAN["method"] == "qlora":
        from transformers import BitsAndBytesConfig

        settings["quantization_config"] = BitsAndBytesConfig(  # type: ignore[no-untyped-call]
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=torch.bfloat16 if PLAN["precision"] == "bf16" else torch.float16,
        )
    elif PLAN["method"] == "lora" and PLAN["precision"] == "bf16":
        settings["dtype"] = torch.bfloat16
    else:
        settings["dtype"] = torch.float32
    model = AutoModelForCausalLM.from_pretrained(name, **settings)
    if PLAN["method"] == "full":
        return model
    from peft import LoraConfig, get_peft_model

    return get_peft_model(model, LoraConfig(**json.loads((HERE / "lora.json").read_text(encoding="utf-8"))))


def load_items(path: Path, tokenizer: Any) -> list[dict[str, Any]]:
    """Tokens of each text, cut at the plan's length."""
    length = PLAN["shape"]["sequence_length"]
    with path.open(encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file if line.strip()]
    return [dict(tokenizer(text, truncation=True, max_length=length)) for text in texts]


def main() -> None:
    """Train and save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("model")
    parser.add_argument("data", type=Path)
    options = parser.parse_args()
    # First, for at ZeRO stage 3 the model is cut while it is loaded.
    settings = arguments()
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    trainer = Trainer(
        model=load_model(options.model),
        args=settings,
        train_dataset=load_items(options.data, tokenizer),
        data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
    )
    trainer.train()
    trainer.save_model()


if __name__ == "__main__":
    main()
