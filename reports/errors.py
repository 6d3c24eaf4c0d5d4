"""What a report refuses; each sentence says what is known or what to do."""

from __future__ import annotations

from collections.abc import Iterable

from models.errors import ZhaohuoError


class ReportRefusedError(ZhaohuoError):
    """The report was asked for in a way that cannot be answered."""


class FormFileError(ReportRefusedError):
    """A form file is wrong: an unknown kind, group, fact or key."""

    def __init__(self, file: str, item: str, key: str, problem: str) -> None:
        super().__init__(f"{file}: item {item}: {key}: {problem}")
        self.file, self.item, self.key = file, item, key


class UnknownFormError(ReportRefusedError):
    """There is no such form."""

    def __init__(self, form: str, known: Iterable[str]) -> None:
        super().__init__(f"unknown form {form!r}; known are: {', '.join(known)}")


class UnknownItemError(ReportRefusedError):
    """The form has no such item."""

    def __init__(self, form: str, item: str, known: Iterable[str]) -> None:
        super().__init__(f"{form} has no item {item!r}; it has: {', '.join(known)}")


class PeriodRefusedError(ReportRefusedError):
    """The period is not one of this form."""


class RegionRefusedError(ReportRefusedError):
    """The region is not known; give an adcode of six digits such as 410000."""
