"""统一社会信用代码: 18 characters, the last one checks the others."""

from __future__ import annotations

import pytest

from services.employers import CreditCodeRefusedError, credit_code

GOOD = "91110000600037341L"


@pytest.mark.parametrize("typed", [GOOD, GOOD.lower(), " 9111 0000 6000 3734 1L ", "91110000-60003734-1L"])
def test_a_right_code_in_any_dress_is_taken_in_its_plain_form(typed: str) -> None:
    assert credit_code(typed) == GOOD


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "9111000060003734",
        "91110000600037341M",
        "81110000600037341L",
        "91110000600037341L1",
        "没有",
        "x" * 5000,
        "\ud800",
    ],
)
def test_a_slip_is_refused(typed: str) -> None:
    with pytest.raises(CreditCodeRefusedError):
        credit_code(typed)


def test_every_single_slip_in_a_digit_is_noticed() -> None:
    for place, digit in enumerate(GOOD):
        if digit.isdigit() and place > 2:
            slip = GOOD[:place] + str((int(digit) + 1) % 10) + GOOD[place + 1 :]
            with pytest.raises(CreditCodeRefusedError):
                credit_code(slip)
