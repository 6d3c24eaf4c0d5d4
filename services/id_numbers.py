"""Citizens' ID numbers (GB 11643): checked before anything is found or kept by them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from models.errors import ZhaohuoError

WEIGHTS = tuple(2**power % 11 for power in range(17, 0, -1))
CHECKS = "10X98765432"


class IdNumberRefusedError(ZhaohuoError):
    """This is no ID number: of its 18 characters, the day of birth or the check digit does not fit."""


def id_number(text: str) -> str:
    """The number in its plain form. Raises IdNumberRefusedError, whose text never repeats it."""
    plain = re.sub(r"[\s'’-]", "", unicodedata.normalize("NFKC", text)).upper()
    if re.fullmatch(r"\d{15}", plain, re.ASCII):
        raise IdNumberRefusedError("an ID number of 15 digits, which has no check digit; give the one of 18")
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", plain, re.ASCII):
        raise IdNumberRefusedError
    _born(plain)
    if CHECKS[sum(int(digit) * weight for digit, weight in zip(plain, WEIGHTS, strict=False)) % 11] != plain[17]:
        raise IdNumberRefusedError
    return plain


def _born(number: str) -> date:
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError as error:
        raise IdNumberRefusedError from error


def born_on(number: str) -> date:
    """The day of birth in a checked number."""
    return _born(number)


def is_female(number: str) -> bool:
    """What the last digit but one of a checked number says."""
    return int(number[16]) % 2 == 0
