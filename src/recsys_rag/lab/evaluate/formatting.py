"""Figures as they are written, in the terminal and in reports. Computes nothing."""

import math

from recsys_rag.lab.evaluate.significance import Difference, Estimate

SHARES = frozenset({"ndcg", "recall", "hit_rate", "precision", "mrr", "map", "rmse", "mae"})


def figure(value: float, digits: int = 4) -> str:
    """Return a number without the zero before its point; "-" for nan.

    >>> figure(0.44041), figure(1.0228), figure(-0.01, 2), figure(float("nan")), figure(-0.00001)
    ('.4404', '1.0228', '-.01', '-', '.0000')
    """
    if math.isnan(value):
        return "-"
    text = f"{value:.{digits}f}".replace("-0.", "-.")
    text = text.removeprefix("-") if not text.strip("-.0") else text
    return text.removeprefix("0") if text.startswith("0.") else text


def of_metric(metric: str, value: float) -> str:
    """Return a figure of a metric, to the digits that mean something.

    >>> of_metric("ndcg", 0.44041), of_metric("novelty", 2.345), of_metric("popularity", 151.6)
    ('.4404', '2.35', '152')
    """
    if metric in SHARES:
        return figure(value)
    if metric == "popularity":
        return figure(value, 0)
    return figure(value, 2 if metric == "novelty" else 3)


def interval(estimate: Estimate | Difference) -> str:
    """Return the interval in brackets; "" where there is none.

    >>> interval(Estimate(0.5, 0.4, 0.6, 10)), interval(Estimate(0.5, math.nan, math.nan, 10))
    ('[.4000, .6000]', '')
    """
    return "" if math.isnan(estimate.low) else f"[{figure(estimate.low)}, {figure(estimate.high)}]"


def signed(value: float) -> str:
    """Return a difference with its sign.

    >>> signed(0.0077), signed(-0.2), signed(0.0)
    ('+.0077', '-.2000', '.0000')
    """
    text = figure(value)
    return f"+{text}" if value > 0 and text.strip(".0") else text


def p_value(p: float) -> str:
    """Return a p value; those that 2,000 resamples cannot tell from 0 are bounded.

    >>> p_value(0.0009995), p_value(0.0412), p_value(1.0)
    ('< .001', '.041', '1.000')
    """
    return "-" if math.isnan(p) else "< .001" if p < 0.001 else figure(p, 3)
