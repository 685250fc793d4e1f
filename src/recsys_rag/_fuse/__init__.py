"""Scores of several retrievers as one: weighted z-scores, or reciprocal rank fusion. Finding
candidates is left out."""
