"""Says in plain words why a vacancy was suggested, from the parts that made its score."""

from __future__ import annotations

from matching.occupations import occupation_name
from matching.places import short_name
from matching.profiles import Match, Part, VacancyProfile
from matching.sentences import LABELS, SENTENCES, SHORT, WORDS

ORDER = ("place", "wage", "certificate", "occupation", "conditions", "experience", "education", "freshness")
SEPARATOR = " · "


def _language(language: str) -> str:
    return "zh_CN" if language.startswith("zh") else "en"


def money(fen: int) -> str:
    """Yuan without useless zeros."""
    return f"{fen / 100:g}" if fen % 100 else str(fen // 100)


def wage_text(min_fen: int | None, max_fen: int | None, language: str = "zh_CN") -> str:
    """6000-8000, 6000起, 面议."""
    words = WORDS[_language(language)]
    if min_fen is None and max_fen is None:
        return words["open_wage"]
    if min_fen is not None and max_fen is not None and min_fen != max_fen:
        return f"{money(min_fen)}-{money(max_fen)}"
    if max_fen is None and min_fen is not None:
        return words["from"].format(amount=money(min_fen))
    if min_fen is None and max_fen is not None:
        return words["up_to"].format(amount=money(max_fen))
    return money(min_fen or 0)


def offers(vacancy: VacancyProfile, language: str = "zh_CN") -> str:
    """包吃住, 包吃, 包住 or nothing; then 直招."""
    words = WORDS[_language(language)]
    board = "board_lodging" if vacancy.board and vacancy.lodging else "board" if vacancy.board else ""
    board = board or ("lodging" if vacancy.lodging else "")
    kind = vacancy.hire_kind if vacancy.hire_kind in {"direct", "dispatch", "agency"} else ""
    return " ".join(words[key] for key in (board, kind) if key)


def vacancy_line(vacancy: VacancyProfile, language: str = "zh_CN", limit: int | None = None) -> str:
    """One line: 电焊工 郑州高新 6000-8000 包住; what does not fit the limit is left out from the end."""
    title = vacancy.title or (occupation_name(vacancy.occupations[0][0], language) if vacancy.occupations else "")
    pieces = [
        title,
        short_name(vacancy.region, language),
        wage_text(vacancy.wage_min_fen, vacancy.wage_max_fen, language),
        *offers(vacancy, language).split(),
    ]
    return fit([piece for piece in pieces if piece], " ", limit)


def fit(pieces: list[str], separator: str, limit: int | None) -> str:
    """As many whole pieces as the limit allows, in order; the first is cut where it alone is too long."""
    if not pieces:
        return ""
    text = pieces[0] if limit is None else pieces[0][:limit]
    for piece in pieces[1:]:
        longer = text + separator + piece
        if limit is None or len(longer) <= limit:
            text = longer
    return text


def sentence(part: Part, match: Match, language: str) -> str:
    """What one part says; empty where there is nothing worth saying."""
    template = SENTENCES[_language(language)].get((part.name, part.level), "")
    return template.format(**_values(part, match, language)) if template else ""


def _values(part: Part, match: Match, language: str) -> dict[str, str]:
    words = WORDS[_language(language)]
    vacancy = match.vacancy
    conditions = [words[code] for code in part.detail.split() if code in words] if part.name == "conditions" else []
    wanted = part.detail if part.name == "place" else vacancy.region
    return {
        "detail": part.detail,
        "place": short_name(vacancy.region, language),
        "wanted": short_name(wanted, language),
        "wage": wage_text(vacancy.wage_min_fen, vacancy.wage_max_fen, language),
        "title": vacancy.title,
        "education": words.get(part.detail, part.detail),
        "conditions": words["comma"].join(conditions),
    }


def reason(match: Match, language: str = "zh_CN", limit: int = 34) -> str:
    """One line for a chat or an SMS: 就在郑州 · 高于您要的5000 · 需焊工证(您还没填)."""
    said = []
    for name in ORDER:
        part = match.part(name)
        if part and (part.name, part.level) in SHORT:
            said.append(sentence(part, match, language))
    return fit([words for words in said if words], SEPARATOR, limit)


def table(match: Match, language: str = "zh_CN") -> tuple[tuple[str, str, float], ...]:
    """Every part for staff: what is compared, what was found, the points."""
    labels, words = LABELS[_language(language)], WORDS[_language(language)]
    rows = []
    for part in match.parts:
        detail = sentence(part, match, language) or words.get("level_" + part.level, part.level)
        rows.append((labels[part.name], detail, part.points))
    return tuple(rows)
