"""How good the texts are: claims judged twice, variety, whether they are this person's, whether
what they cite matters."""
