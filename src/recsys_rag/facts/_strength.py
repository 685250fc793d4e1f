"""How strong a fact is, on one scale from 0 to 1 for all kinds. Pure numbers; knows no dataset."""

from math import sqrt


def wilson_lower(successes: int, trials: int, z: float = 1.2816) -> float:
    """Return the lower end of the Wilson score interval of a share; z = 1.2816 leaves 10 % below
    it. 0 without trials.

    (p + z²/2n - z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n), with p = successes / n (Wilson 1927).

    >>> round(wilson_lower(17, 25), 3), round(wilson_lower(4, 4), 3), wilson_lower(0, 0)
    (0.553, 0.709, 0.0)
    """
    if trials == 0:
        return 0.0
    share, square = successes / trials, z * z
    spread = z * sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    return max(0.0, (share + square / (2 * trials) - spread) / (1 + square / trials))


def between(low: float, high: float, part: float) -> float:
    """Return the point `part` (clipped to 0..1) of the way from low to high.

    >>> between(0.2, 0.6, 0.5), between(0.2, 0.6, 7.0)
    (0.4, 0.6)
    """
    return low + (high - low) * min(1.0, max(0.0, part))
