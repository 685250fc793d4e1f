"""How well people are served, by stated protocols: folds and passports, metrics, significance,
tables, reports. Tunes nothing."""
