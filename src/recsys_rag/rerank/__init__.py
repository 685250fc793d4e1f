"""Which of the best are shown, and in which order: diversity, calibration, novelty. Never adds an
item."""
