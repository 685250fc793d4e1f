"""The commands of the laboratory, loaded by name when they are called."""
