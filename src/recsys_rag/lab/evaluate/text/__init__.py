"""How good the texts are: claims judged three times, variety, whether they are this person's,
whether what they cite matters."""
