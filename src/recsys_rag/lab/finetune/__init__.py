"""Fine-tuning of small language models on what the data proves: training pairs, LoRA, and the
adapter the backends load."""
