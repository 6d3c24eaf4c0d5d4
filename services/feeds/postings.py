"""schema.org JobPosting as JSON-LD, read as the cells of our own table of vacancies, and written from it; pure.

Every system writes it a little differently: what is wrapped is unwrapped, what may be one or a list is both.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from matching.delimited import decode
from services.exchange.outcome import UnreadableFileError

MOST = 100_000
SCRIPT = re.compile(r"<script[^>]*application/ld\+json[^>]*>(.*?)</script>", re.S | re.I)
TAGS = re.compile(r"<[^>]{1,2000}>")
# Days and hours paid in a month: 人社部发〔2025〕2号 and, for the hours, 174 of 劳社部发〔2008〕3号.
A_MONTH = {"MONTH": Decimal(1), "YEAR": Decimal(1) / 12, "WEEK": Decimal("4.33"), "DAY": Decimal("21.75")}
A_MONTH |= {"HOUR": Decimal(174), "MON": A_MONTH["MONTH"], "ANN": A_MONTH["YEAR"], "HUR": Decimal(174)}
YUAN = frozenset({"", "CNY", "RMB", "元", "人民币"})
KINDS = {"TEMPORARY": "dispatch", "CONTRACTOR": "agency"}


def read_postings(raw: bytes, name: str) -> list[dict[str, Any]]:
    """The JobPostings of a file: one, a list, a graph, an ItemList, a line each, or inside a web page.

    Raises UnreadableFileError.
    """
    text = decode(raw, name).lstrip("\ufeff \n\t")
    parts = SCRIPT.findall(text) if text.startswith("<") else [text]
    found: list[dict[str, Any]] = []
    for part in parts:
        try:
            found += _postings(_parsed(part))
        except (ValueError, RecursionError) as error:
            raise UnreadableFileError(f"{name}: no JSON-LD; a JobPosting, a list or a @graph of them") from error
        if len(found) > MOST:
            raise UnreadableFileError(f"{name}: more than {MOST} postings in one file; split it")
    if not found:
        raise UnreadableFileError(f"{name}: holds no JobPosting")
    return found


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]


def _postings(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 8:
        return
    if isinstance(value, list):
        for part in value:
            yield from _postings(part, depth + 1)
    elif isinstance(value, dict):
        types = value.get("@type")
        if "JobPosting" in (types if isinstance(types, list) else [types]):
            yield value
        else:
            for name in ("@graph", "itemListElement", "item", "dataFeedElement"):
                yield from _postings(value.get(name), depth + 1)


def is_json(raw: bytes) -> bool:
    """Whether the file looks like JSON-LD or a page that holds some."""
    head = raw[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
    return head[:1] in (b"{", b"[", b"<")


def cells_of(posting: dict[str, Any]) -> tuple[dict[str, str], str | None]:
    """The posting as cells of a table of vacancies, and what keeps it out altogether."""
    low, high, why = _wage(posting)
    organisation = _one(posting.get("hiringOrganization"))
    cells = {
        "id": _identifier(posting.get("identifier")) or _text(posting.get("url")) or _text(posting.get("@id")),
        "title": _text(posting.get("title") or posting.get("name"))[:60],
        "description": _plain(posting.get("description"))[:1000],
        "employer": _text(organisation.get("name") or organisation.get("legalName"))[:80],
        "credit_code": _text(organisation.get("taxID")) or _credit_code(organisation.get("identifier")),
        "region": _place(posting.get("jobLocation")),
        "headcount": _whole(posting.get("totalJobOpenings")),
        "occupations": _text(_one_word(posting.get("occupationalCategory"))),
        "wage_min": low,
        "wage_max": high,
        "hire_kind": KINDS.get(_text(_one_word(posting.get("employmentType"))).upper(), ""),
        "posted_on": _text(posting.get("datePosted"))[:10],
        "expires_on": _text(posting.get("validThrough"))[:10],
        **_wanted(posting),
    }
    return {name: value for name, value in cells.items() if value}, why


def _one(value: Any) -> dict[str, Any]:
    """The first of what may be a list; a bare word is a name."""
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, dict):
        return first
    return {"name": first} if isinstance(first, str) else {}


def _one_word(value: Any) -> Any:
    first = value[0] if isinstance(value, list) and value else value
    return first.get("codeValue") or first.get("name") if isinstance(first, dict) else first


def _text(value: Any) -> str:
    return html.unescape(str(value)).strip() if isinstance(value, str | int | float) else ""


def _plain(value: Any) -> str:
    """Without mark-up: paragraphs and points are lines."""
    lines = TAGS.sub("\n", html.unescape(_text(value)))
    return re.sub(r"\s*\n\s*", "；", lines.strip())


def _identifier(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    return _text(value.get("value") if isinstance(value, dict) else value)[:120]


def _credit_code(value: Any) -> str:
    code = _identifier(value)
    return code if re.fullmatch(r"[0-9A-Z]{18}", code) else ""


def _whole(value: Any) -> str:
    text = _text(value)
    return text.removesuffix(".0") if re.fullmatch(r"\d{1,6}(?:\.0)?", text, re.ASCII) else ""


def _place(value: Any) -> str:
    """Our adcode where it stands, else the widest to the narrowest name."""
    place = _one(value)
    extras = place.get("additionalProperty") or ()
    for extra in extras if isinstance(extras, list) else [extras]:
        if isinstance(extra, dict) and extra.get("propertyID") == "adcode":
            return _text(extra.get("value"))
    address = place.get("address")
    if isinstance(address, str):
        return address.strip()
    parts = _one(address) or place
    names = [_text(parts.get(name)) for name in ("addressRegion", "addressLocality")]
    return "".join(dict.fromkeys(filter(None, names))) or _text(parts.get("name")) or _text(parts.get("streetAddress"))


def _wage(posting: dict[str, Any]) -> tuple[str, str, str | None]:
    """Lowest and highest pay in yuan a month, and why the pay cannot be read."""
    pay = posting.get("baseSalary") or posting.get("estimatedSalary")
    pay = pay[0] if isinstance(pay, list) and pay else pay
    if not isinstance(pay, dict):
        return (*_yuan(pay, pay, Decimal(1)), None) if isinstance(pay, int | float | str) else ("", "", None)
    currency = _text(pay.get("currency") or posting.get("salaryCurrency")).upper()
    if currency not in YUAN:
        return "", "", f"pay in {currency[:8]!r}, not in yuan"
    value = pay.get("value", pay)
    if not isinstance(value, dict):
        value = {"value": value}
    unit = _text(value.get("unitText") or value.get("unitCode") or pay.get("unitText") or "MONTH").upper()
    if unit not in A_MONTH:
        return "", "", f"pay by {unit[:12]!r}; known are {', '.join(A_MONTH)}"
    low, high = value.get("minValue", value.get("value")), value.get("maxValue", value.get("value"))
    return (*_yuan(low, high, A_MONTH[unit]), None)


def _yuan(low: Any, high: Any, scale: Decimal) -> tuple[str, str]:
    found = []
    for value in (low, high):
        try:
            yuan = Decimal(_text(value).replace(",", "")) * scale
            found.append(str(round(yuan)) if yuan.is_finite() and yuan > 0 else "")
        except InvalidOperation:
            found.append("")
    return found[0], found[1]


def _wanted(posting: dict[str, Any]) -> dict[str, str]:
    """Schooling and experience; 12 months are a year."""
    schooling = _one(posting.get("educationRequirements"))
    experience = _one(posting.get("experienceRequirements"))
    months = _whole(experience.get("monthsOfExperience"))
    return {
        "education": _schooling(_text(schooling.get("credentialCategory") or schooling.get("name"))),
        "experience_years": f"{int(months) / 12:g}" if months else "",
    }


def _schooling(text: str) -> str:
    words = {
        "high school": "高中",
        "associate degree": "大专",
        "bachelor degree": "本科",
        "postgraduate degree": "硕士",
    }
    known = words.get(text.lower(), text)
    return known if re.search(r"[初高大本专研硕博中]", known) else ""


def as_posting(values: dict[str, Any]) -> dict[str, Any]:
    """A JobPosting of plain values (`services.feeds.giving`); what is not known is left out."""
    wage = {"minValue": values["wage_min"], "maxValue": values["wage_max"], "unitText": "MONTH"}
    wage = {name: value for name, value in wage.items() if value is not None}
    posting: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "identifier": {"@type": "PropertyValue", "name": values["source"], "value": values["id"]},
        "url": values["url"],
        "title": values["title"],
        "description": values["description"] or values["title"],
        "datePosted": _iso(values["posted_on"]),
        "validThrough": f"{_iso(values['expires_on'])}T23:59:59+08:00",
        "totalJobOpenings": values["headcount"],
        "occupationalCategory": values["occupation"],
        "directApply": True,
        "hiringOrganization": {
            "@type": "Organization",
            "name": values["employer"],
            **({"taxID": values["credit_code"]} if values["credit_code"] else {}),
        },
        "jobLocation": {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressCountry": "CN",
                "addressRegion": values["province"],
                "addressLocality": values["place"],
            },
            "additionalProperty": {"@type": "PropertyValue", "propertyID": "adcode", "value": values["region"]},
        },
        "applicationContact": {"@type": "ContactPoint", **values["contact"]},
    }
    if len(wage) > 1:
        value = {"@type": "QuantitativeValue", **wage}
        posting["baseSalary"] = {"@type": "MonetaryAmount", "currency": "CNY", "value": value}
    if values["experience_years"]:
        months = round(values["experience_years"] * 12)
        posting["experienceRequirements"] = {
            "@type": "OccupationalExperienceRequirements",
            "monthsOfExperience": months,
        }
    if values["education"]:
        posting["educationRequirements"] = {
            "@type": "EducationalOccupationalCredential",
            "credentialCategory": values["education"],
        }
    return {name: value for name, value in posting.items() if value not in (None, "", {})}


def _iso(day: date) -> str:
    return day.isoformat()
