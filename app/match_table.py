"""The matches of two files as a table a clerk can read, aligned for wide characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from reports.aligned import width

if TYPE_CHECKING:
    from matching.batch import Input

WIDEST = 28  # terminal columns of one cell; the last column is as wide as it is
GAP = "  "


def padded(text: str, columns: int) -> str:
    """The text cut or filled to so many terminal columns."""
    if width(text) > columns:
        while width(text) > columns - 1:
            text = text[:-1]
        text += "…" if columns else ""
    return text + " " * (columns - width(text))


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines; all columns but the last are as wide as their widest cell."""
    widths = [min(WIDEST, max(map(width, column))) for column in zip(*rows, strict=True)][:-1]
    return [GAP.join([*map(padded, row[:-1], widths), row[-1]]).rstrip() for row in rows]


def one_line(text: str) -> str:
    return " ".join("".join(" " if unicodedata.category(char) == "Cc" else char for char in text).split())


class MatchTable:
    """Prints result after result: whose matches, then a numbered row for each."""

    def __init__(self, read: Input, for_: str, write: Callable[[str], object] = print) -> None:
        from matching.explain import wage_text
        from matching.places import NATION, short_name

        self.write, self.for_ = write, for_
        self.seekers = {seeker.id: (one_line(said.text),) for seeker, said in read.seekers}
        self.courses = {course.id: course.title for course in read.courses}
        self.vacancies = {
            vacancy.id: (
                one_line(vacancy.title),
                short_name(vacancy.region) if vacancy.region != NATION else "",
                wage_text(vacancy.wage_min_fen, vacancy.wage_max_fen),
                one_line(str(vacancy.employer)) if vacancy.employer else "",
            )
            for vacancy in read.vacancies
        }

    def tell(self, result: dict[str, Any]) -> None:
        """One seeker with vacancies and courses, or one vacancy with seekers."""
        turned = self.for_ == "vacancies"
        whose = result["vacancy" if turned else "seeker"]
        other, names = ("seeker", "求职者 求职意向") if turned else ("vacancy", "岗位 职位 地区 工资 单位")
        about = self.vacancies[whose] if turned else self.seekers[whose]
        self.write(f"{'岗位' if turned else '求职者'} {whose}{GAP}{GAP.join(filter(None, about))}")
        known = self.seekers if turned else self.vacancies
        rows = [
            [str(number), str(match[other]), *known[match[other]], f"{match['score']:.0%}", match["reason"]]
            for number, match in enumerate(result["matches"], 1)
        ]
        if rows:
            self._lines(aligned([["", *names.split(), "匹配", "理由"], *rows]))
        else:
            self._lines(["没有找到合适的" + ("人" if turned else "岗位")])
        for course in result.get("courses", ()):
            self._lines([f"可以先学:{self.courses[course['course']]}({course['because']})"])
        self.write("")

    def _lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(GAP + line)
