import pytest

from recsys_rag.errors import SettingsError
from recsys_rag.retrieve._checks import number, whole_number


@pytest.mark.parametrize("value", [True, 1.0, "1", None, 0])
def test_what_is_no_whole_number_in_bounds_is_refused(value):
    with pytest.raises(
        SettingsError, match=f"p: s is {value!r}; it must be a whole number of at least 1"
    ):
        whole_number("p", "s", value, 1)


@pytest.mark.parametrize("value", [False, "2", None, float("nan"), float("inf"), -0.1])
def test_what_is_no_number_in_bounds_is_refused(value):
    with pytest.raises(SettingsError, match=f"p: s is {value!r}; it must be a number at least 0"):
        number("p", "s", value, 0)


def test_the_bound_itself_is_refused_where_the_value_must_lie_above():
    assert number("p", "s", 0, 0) == 0.0
    with pytest.raises(SettingsError, match="p: s is 0; it must be a number greater than 0"):
        number("p", "s", 0, 0, above=True)
