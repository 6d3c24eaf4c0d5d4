"""Phone numbers: one form inside (E.164), a masked form outside."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from models.errors import ZhaohuoError

_NUMBERS = re.compile(
    r"(?:联系)?(?:电话|手机号?|微信|QQ|qq)?[:：]?\s*(?<!\d)(?:1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|0\d{2,3}-?\d{7,8}|\d{17}[\dXx])(?!\d)"
)


class PhoneRefusedError(ZhaohuoError):
    """This is not a phone number; a Chinese mobile number has 11 digits and starts with 1."""


@lru_cache(4096)  # the same numbers write again and again, and reading one costs .1 ms
def e164(text: str) -> str:
    """'138 0013 8000', full-width digits or '+86…' to '+8613800138000'. Raises PhoneRefusedError."""
    if "*" in text:
        raise PhoneRefusedError
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException as error:
        raise PhoneRefusedError from error
    if not phonenumbers.is_valid_number(number):
        raise PhoneRefusedError
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@lru_cache(4096)
def is_mobile(phone: str) -> bool:
    """Whether an E.164 number is one that a person carries, and no 400 or 95 line of a company."""
    kind = phonenumbers.number_type(phonenumbers.parse(phone))
    return kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


def without_numbers(text: str) -> str:
    """The words without phone and ID numbers: where everybody reads, nobody's number stands."""
    return re.sub(r"\s{2,}", " ", _NUMBERS.sub("", text)).strip(" :,;")


def masked_phone(phone: str) -> str:
    """'138****8000'."""
    local = phone.removeprefix("+86")
    return f"{local[:3]}****{local[-4:]}"


def masked_name(name: str | None) -> str:
    """王小明 → 王**; how a person appears to everybody who needs no more."""
    return name[0] + "*" * max(1, len(name) - 1) if name else "—"
