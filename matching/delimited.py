"""Reads the text of CSV files as offices save them: any encoding, any delimiter, quotes well or badly closed."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence

from matching.errors import MatchingError

MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
ENCODINGS = ("utf-8", "gb18030", "big5")
DELIMITERS = (",", "\t", ";", "，", "；")
TOLERATED = 50  # one broken character in so many is a slip; more is another encoding
LOOKED_AT = 10  # lines that may stand above the first row of data
WEB_PAGE = re.compile(r"\s*<(?:!doctype|html|table|meta|\?xml)", re.IGNORECASE)
AS_TEXT = re.compile(r'^="(.*)"$')  # how Excel is told to keep 007 as it is

Note = Callable[[int, str, str], None]
Known = Callable[[Sequence[str]], int]


def decode(raw: bytes, name: str) -> str:
    """The text of a file in UTF-8, UTF-16, GB 18030 or Big5, line ends made one. Raises MatchingError."""
    marked = next((encoding for mark, encoding in MARKS if raw.startswith(mark)), None) or _bare_utf16(raw)
    for encoding in (marked, *ENCODINGS) if marked else ENCODINGS:
        text = raw.decode(encoding, errors="replace")
        broken = text.count("\ufffd")
        if not broken or broken * TOLERATED <= sum(char > "\x7f" for char in text):
            return _lines(text)
    raise MatchingError(f"{name}: no table of text; save it as CSV in UTF-8, or as .xlsx")


def _bare_utf16(raw: bytes) -> str | None:
    """UTF-16 without a mark: every comma, digit and line end has a zero byte, all on the same side."""
    head = raw[:8000]
    first, second = head[0::2].count(0), head[1::2].count(0)
    if max(first, second) < max(3, len(head) // 40) or max(first, second) < 4 * min(first, second):
        return None
    encoding = "utf-16-le" if second > first else "utf-16-be"
    return encoding if "\n" in _lines(head.decode(encoding, errors="replace")) else None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def read_delimited(raw: bytes, name: str, known: Known, note: Note) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each record; `known` counts the column names in a row, to find the delimiter."""
    text = decode(raw, name)
    if WEB_PAGE.match(text):
        raise MatchingError(f"{name}: a web page, not a table; open it in Excel and save it as .xlsx")
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if "\ufffd" in line:
            note(number, "file", "some characters are broken in the file")
    best = max(DELIMITERS, key=lambda delimiter: max(known(line.split(delimiter)) for line in _plain(lines)))
    return _records(lines, best, note)


def _plain(lines: Sequence[str]) -> list[str]:
    return [line.replace('"', "") for line in lines[:LOOKED_AT]]


def _records(lines: list[str], delimiter: str, note: Note) -> Iterator[tuple[int, list[str]]]:
    """A record that the rules of CSV cannot read is one line, cut at the delimiters as it stands."""
    start = 0
    while start < len(lines):
        reader = csv.reader((lines[at] + "\n" for at in range(start, len(lines))), delimiter=delimiter, strict=True)
        done = 0
        try:
            for cells in reader:
                yield start + done + 1, [AS_TEXT.sub(r"\1", c) if c[:1] == "=" else c for c in cells]
                done = reader.line_num
        except csv.Error:
            note(start + done + 1, "row", 'a quotation mark (") is not closed or stands wrongly; read without it')
            yield start + done + 1, lines[start + done].replace('"', "").split(delimiter)
            done += 1
        start += done
