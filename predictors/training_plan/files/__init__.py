"""Files that start what a plan says: DeepSpeed, FSDP2, torchrun, Accelerate, Hugging Face, PEFT."""
