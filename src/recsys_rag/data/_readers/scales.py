"""The scale of a column of ratings: found from its values, or refused with what to say."""

import numpy as np
from numpy.typing import NDArray

from recsys_rag.data.dataset import RatingScale
from recsys_rag.errors import DataError

# In the order in which they are tried; the first that holds every value, on its steps, is taken.
# Hundredths are any numbers.
COMMON_SCALES = (
    RatingScale(0, 1),
    RatingScale(1, 5),
    RatingScale(0, 5),
    RatingScale(0.5, 5, 0.5),
    RatingScale(0, 5, 0.5),
    RatingScale(1, 10),
    RatingScale(0, 10),
    RatingScale(0.5, 10, 0.5),
    RatingScale(0, 10, 0.5),
    RatingScale(0, 20),
    RatingScale(0, 100),
    RatingScale(0, 1, 0.01),
    RatingScale(1, 5, 0.01),
    RatingScale(0, 5, 0.01),
    RatingScale(1, 10, 0.01),
    RatingScale(0, 10, 0.01),
)


def infer_scale(values: NDArray[np.floating]) -> RatingScale | None:
    """Return the first of `COMMON_SCALES` that holds every value on one of its steps, or None.

    >>> infer_scale(np.array([7.25, 9.0]))
    RatingScale(low=1, high=10, step=0.01)
    >>> infer_scale(np.array([1.0, 4.0])), infer_scale(np.array([0.5, 4.0])), infer_scale(np.array([-1.0]))
    (RatingScale(low=1, high=5, step=1.0), RatingScale(low=0.5, high=5, step=0.5), None)
    """  # noqa: E501
    distinct = np.unique(values)
    for scale in COMMON_SCALES:
        steps = (distinct - scale.low) / scale.step
        is_on_steps = scale.step < 0.5 or bool((steps == np.round(steps)).all())
        if is_on_steps and scale.contains(distinct).all():
            return scale
    return None


def look_like_counts(values: NDArray[np.floating]) -> bool:
    """Say whether values are counts rather than ratings: whole, from 1 up, beyond 10, and either
    beyond 100 or with half of them in the lowest fifth.

    >>> look_like_counts(np.array([1, 1, 2, 3, 40])), look_like_counts(np.array([60, 85, 90, 40]))
    (True, False)
    >>> look_like_counts(np.array([1, 352698, 17]))
    True
    """
    if not len(values) or values.min() < 1 or (values != np.round(values)).any():
        return False
    high = values.max()
    if high in (77, 88, 99, 999) and values[values < high].max(initial=0) <= 10:
        return False  # such a number beside ratings says that there is none
    return bool(high > 100 or (high > 10 and np.median(values) <= high / 5))


def scale_of(values: NDArray[np.float32], where: str) -> RatingScale:
    """Return the scale of these values. Raises DataError, with what a value that stands apart may
    mean."""
    scale = infer_scale(values)
    rest = infer_scale(values[values != values.max()])
    # among ratings up to 10, a lone 99 is hardly one of 0 to 100
    if scale is not None and not (scale.high == 100 and rest is not None and rest.high <= 10):
        return scale
    is_real = np.mean(values != np.round(values)) > 0.5
    if is_real and -10 <= values.min() < -5 and 5 < values.max() <= 10:
        return RatingScale(-10, 10, 0.01)  # a slider with a middle, as Jester has
    distinct, counts = np.unique(values, return_counts=True)
    rests = {odd: infer_scale(values[values != odd]) for odd in (distinct[-1], distinct[0])}
    for odd, rest in sorted(rests.items(), key=lambda one: one[1].high if one[1] else 0):
        if len(distinct) > 1 and rest is not None:
            n_odd = int(counts[distinct == odd][0])
            raise DataError(
                f"{where}: {n_odd:,} of {len(values):,} ratings are {odd:g}, off the scale of the "
                f"rest; if {odd:g} means not rated, say so: missing_rating={odd:g}; if it is a "
                "rating, state the scale: scale=(low, high, step)"
            )
    raise DataError(
        f"{where}: ratings run from {values.min():g} to {values.max():g} and fit no common scale "
        "(1 to 5, 0.5 to 5, 1 to 10, ...); state theirs: scale=(low, high, step), or say that they "
        "are counts: counts=True"
    )
