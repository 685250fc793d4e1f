"""What `finetune` leaves, at work: an adapter in its folder, the writer that it makes of a model,
and the prompt that both know. The product loads it by name, where an adapter is asked for."""
