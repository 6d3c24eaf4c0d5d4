"""The checks beside a form (`statistics.md` §8): each message names both items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reports.forms import Check, Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A check that failed: the rule, the items it is about, and a sentence for the person who files."""

    rule: str
    items: tuple[str, ...]
    message: str
    explain: bool  # it may stand with a word of explanation


def findings(form: Form, figures: Mapping[str, int | None]) -> list[Finding]:
    """Every check of the form that these figures fail. Null is not zero: it is not compared."""
    return [finding for check in form.checks for finding in _findings(form, check, figures)]


def _findings(form: Form, check: Check, figures: Mapping[str, int | None]) -> Iterator[Finding]:
    whole = figures.get(check.whole)
    known = {code: figure for code in check.parts if (figure := figures.get(code)) is not None}
    if whole is None or not known:
        return
    if check.rule == "at_most":
        for code, part in known.items():
            if part > whole:
                yield _finding(form, check, (code,), f"{part} 大于 {whole}")
        return
    total = sum(known.values())
    if total > whole or (check.rule == "equal" and total != whole):
        yield _finding(form, check, tuple(known), f"合计 {total} 与 {whole} 不符")


def _finding(form: Form, check: Check, parts: tuple[str, ...], fault: str) -> Finding:
    names = "、".join(f"{code} {form.items[code].name}" for code in parts)
    whole = f"{check.whole} {form.items[check.whole].name}"
    message = f"第 {names} 项与第 {whole} 项：{fault}"
    return Finding(rule=check.rule, items=(*parts, check.whole), message=message, explain=check.explain)
