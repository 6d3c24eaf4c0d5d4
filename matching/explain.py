"""Says in plain words why a vacancy was suggested, from the parts that made its score."""

from __future__ import annotations

import re
from functools import cache

from matching.bits import CONDITIONS, OPPOSITES
from matching.occupations import occupation_name
from matching.places import NATION, short_name
from matching.profiles import Match, Part, VacancyProfile
from matching.sentences import LABELS, SENTENCES, SHORT, WARNINGS, WORDS
from matching.tables import rows
from matching.text import HANZI

ORDER = ("place", "wage", "certificate", "occupation", "conditions", "experience", "education", "freshness")
PLAIN = ("place", "wage")  # what is said where nothing else is worth saying
SEPARATORS = {"zh_CN": ",", "en": ", "}
SMS = 34  # characters: with the vacancy's own line it fills one message of 70
THIRD_PERSON = (("您", "本人"), ("yours?", "not said"), ("your ", "their "), ("you ", "they "))


def language_of(language: str) -> str:
    """The catalogue of a language."""
    return "zh_CN" if language.startswith("zh") else "en"


def money(fen: int) -> str:
    """Yuan without useless zeros."""
    return f"{fen / 100:g}" if fen % 100 else str(fen // 100)


def wage_text(min_fen: int | None, max_fen: int | None, language: str = "zh_CN") -> str:
    """6000-8000, 6000起, 面议."""
    words = WORDS[language_of(language)]
    if min_fen is None and max_fen is None:
        return words["open_wage"]
    if min_fen is not None and max_fen is not None and min_fen != max_fen:
        return f"{money(min_fen)}-{money(max_fen)}"
    if max_fen is None and min_fen is not None:
        return words["from"].format(amount=money(min_fen))
    if min_fen is None and max_fen is not None:
        return words["up_to"].format(amount=money(max_fen))
    return money(min_fen or 0)


def title_of(vacancy: VacancyProfile, language: str = "zh_CN") -> str:
    """The advert's title; in another language the plain name of its trade where the title is Chinese."""
    trade = vacancy.occupations[0][0] if vacancy.occupations else ""
    if trade and (not vacancy.title or (language_of(language) == "en" and HANZI.search(vacancy.title))):
        return occupation_name(trade, language)
    return vacancy.title


def offers(vacancy: VacancyProfile, language: str = "zh_CN") -> list[str]:
    """包吃住, 包吃, 包住 or nothing; then 直招."""
    words = WORDS[language_of(language)]
    board = "board_lodging" if vacancy.board and vacancy.lodging else "board" if vacancy.board else ""
    board = board or ("lodging" if vacancy.lodging else "")
    kind = vacancy.hire_kind if vacancy.hire_kind in {"direct", "dispatch", "agency"} else ""
    return [words[key] for key in (board, kind) if key]


def vacancy_line(vacancy: VacancyProfile, language: str = "zh_CN", limit: int | None = None) -> str:
    """One line: 电焊工 郑州高新 6000-8000 包住; what does not fit the limit is left out from the end."""
    pieces = [
        title_of(vacancy, language),
        short_name(vacancy.region, language) if vacancy.region != NATION else "",
        wage_text(vacancy.wage_min_fen, vacancy.wage_max_fen, language),
        *offers(vacancy, language),
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


@cache
def _english_certificates() -> dict[str, str]:
    return dict(rows("english_certificates.tsv"))


def certificate_name(name: str, language: str = "zh_CN") -> str:
    """The certificate's name; in English a plain one where it is known."""
    return name if language_of(language) == "zh_CN" else _english_certificates().get(name, name)


def sentence(part: Part, match: Match, language: str) -> str:
    """What one part says; empty where there is nothing worth saying."""
    level = "unsaid" if part.name == "place" and match.vacancy.region == NATION else part.level
    template = SENTENCES[language_of(language)].get((part.name, level), "")
    return template.format(**_values(part, match, language)) if template else ""


def _values(part: Part, match: Match, language: str) -> dict[str, str]:
    """What the words of a part may name."""
    words, vacancy, detail = WORDS[language_of(language)], match.vacancy, part.detail
    match part.name:
        case "place":
            return {"place": short_name(vacancy.region, language)}
        case "wage":
            low, high = vacancy.wage_min_fen, vacancy.wage_max_fen
            return {"detail": detail, "wage": wage_text(low, high, language), "top": money(high or low or 0)}
        case "certificate":
            names = (certificate_name(name, language) for name in detail.split("、"))
            return {"certificates": words["comma"].join(names)}
        case "conditions":
            return _conditions(detail.split(), vacancy, words)
        case "fair_share":
            applications, _, openings = detail.partition("/")
            return {"crowd": words["crowd"].format(applications=applications, openings=openings)}
    return {"detail": detail, "education": words.get(detail, detail)}


def _conditions(wanted: list[str], vacancy: VacancyProfile, words: dict[str, str]) -> dict[str, str]:
    """Of the conditions wanted those the advert meets, those it goes against, and those it does not speak of."""
    said = set(vacancy.constraints) | ({"no_night"} if "day_shift" in vacancy.constraints else set())
    said |= {name for name in ("board", "lodging") if getattr(vacancy, name)}
    against = {name: OPPOSITES[name] for name in wanted if OPPOSITES.get(name) in vacancy.constraints}
    against |= {
        name: f"no_{name}" for name in ("board", "lodging") if name in wanted and getattr(vacancy, name) is False
    }
    met = [name for name in CONDITIONS if name in wanted and name in said and name not in against]
    rest = [name for name in CONDITIONS if name in wanted and name not in said and name not in against]
    if {"board", "lodging"} <= set(met):
        met = ["board_lodging", *(name for name in met if name not in ("board", "lodging"))]
    told = {"met": met, "rest": rest, "against": dict.fromkeys(against.values())}
    return {name: words["comma"].join(words.get(code, code) for code in codes) for name, codes in told.items()}


def reason(match: Match, language: str = "zh_CN", limit: int = SMS) -> str:
    """One line for a chat or an SMS: 就在郑州,比您要的5000高,要焊工证(您还没说). Warnings are the last to go."""
    known = [part for name in ORDER if (part := match.part(name))]
    parts = [part for part in known if (part.name, part.level) in SHORT] or [p for p in known if p.name in PLAIN]
    said = [(part, _brief(part, match, language)[:limit].rstrip(" ,、(")) for part in parts]
    separator = SEPARATORS[language_of(language)]
    kept: list[str] = []
    for _, words in sorted(said, key=lambda pair: (pair[0].name, pair[0].level) not in WARNINGS):
        if words and len(separator.join([*kept, words])) <= limit:
            kept.append(words)
    return separator.join(words for _, words in said if words in kept)


def _brief(part: Part, match: Match, language: str) -> str:
    """The sentence; in English a county without its city, which is too long for a line."""
    words = sentence(part, match, language)
    return words.split(",")[0] if part.name == "place" and language_of(language) == "en" else words


def table(match: Match, language: str = "zh_CN") -> tuple[tuple[str, str, float], ...]:
    """Every part for staff: what is compared, what was found, the points. It speaks of the seeker, not to them."""
    labels = LABELS[language_of(language)]
    told = ((part, sentence(part, match, language) or part.level) for part in match.parts)
    return tuple((labels[part.name], in_third_person(words), part.points) for part, words in told)


def in_third_person(text: str) -> str:
    """A reason told to staff or an employer: 比本人要的5000高."""
    for you, they in THIRD_PERSON:
        text = re.sub((r"\b" if you.isascii() else "") + re.escape(you), they, text)
    return text
