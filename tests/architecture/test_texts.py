"""Texts: every key that the code uses is in both catalogues and the other way round; no form word is said to people."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from sources import ROOT, trees

from models.people import Group
from models.states import ApplicationState, EmployerState, VacancyState
from services.adverts import rules
from services.aid import KINDS, STAGES
from services.casework import rules as casework
from services.texts import LANGUAGES, LOCALES, every_language, say

FORM_WORDS = ("下岗", "农民工", "困难", "失业人员", "laid-off", "laid off", "hardship", "needy")
HAN = re.compile(r"[\u4e00-\u9fff]")
KEY = re.compile(r"^[a-z_]+(\.[a-z_0-9]+)+$|^home$")


@cache
def catalogue(language: str) -> dict[str, str]:
    with (LOCALES / language / "messages.po").open("rb") as file:
        read: Catalog = read_po(file, locale=language)
    return {str(message.id): str(message.string) for message in read if message.id}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_said_in_two_ways(language: str) -> None:
    """Of two entries with one key the last would win in silence."""
    words = (LOCALES / language / "messages.po").read_text(encoding="utf-8")
    keys = re.findall(r'^msgid "(.+)"$', words, re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))


def literals(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every string in the code that may be a key, and every f-string or sum of strings as a pattern with `*`."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value, node.lineno
        elif isinstance(node, ast.JoinedStr):
            parts = [str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values]
            yield "".join(parts), node.lineno
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and isinstance(node.left, ast.Constant):
            yield f"{node.left.value}*", node.lineno


SPEAKING = {"say", "tell", "every_language"}


def spoken(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """The keys given to say(), turn.say(), tell(), _refuse()."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in SPEAKING:
            for argument in call.args:
                yield from literals(argument)


def prefixes() -> set[str]:
    return {key.split(".")[0] for key in catalogue("zh_CN")}


def keys_in_code() -> dict[str, str]:
    """Every literal that looks like a text key, and where it stands."""
    found: dict[str, str] = {}
    for path, tree in trees().items():
        if path.startswith(("bot/", "services/", "jobs/", "web/")):
            for text, line in literals(tree):
                if KEY.match(text.replace("*", "x")) and text.split(".")[0] in prefixes():
                    found.setdefault(text, f"{path}:{line}")
    return found


def test_both_catalogues_have_the_same_keys() -> None:
    assert set(catalogue("zh_CN")) == set(catalogue("en"))


def test_no_text_is_empty() -> None:
    for language in LANGUAGES:
        assert [key for key, text in catalogue(language).items() if not text.strip()] == []


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", sorted(catalogue("zh_CN")))
def test_a_text_has_the_same_placeholders_in_every_language(key: str) -> None:
    assert placeholders(catalogue("zh_CN")[key]) == placeholders(catalogue("en").get(key, ""))


def test_every_key_given_to_say_is_in_the_catalogues() -> None:
    missing = {}
    for path, tree in trees().items():
        for text, line in spoken(tree):
            if "*" not in text and KEY.match(text) and text not in catalogue("zh_CN"):
                missing[text] = f"{path}:{line}"
    assert missing == {}


def test_every_string_that_looks_like_a_key_of_a_known_kind_is_one() -> None:
    """A label in a table, a key in a variable: 'button.enrol', 'group.none'."""
    known = catalogue("zh_CN")
    missing = {text: where for text, where in keys_in_code().items() if "*" not in text and text not in known}
    for text in list(missing):
        if re.search(r"\.(body|data|words|handle|profile)$", text) or text in noted():
            del missing[text]  # a sealed column, an act of the audit or an event of the log
    assert missing == {}


@cache
def noted() -> frozenset[str]:
    """What is given to record() and to the log."""
    found = set()
    for tree in trees().values():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if ast.unparse(call.func).startswith("log.") or ast.unparse(call.func) == "record":
                found |= {text for text, _ in literals(call)}
    return frozenset(found)


def test_every_pattern_of_keys_names_at_least_one() -> None:
    known = catalogue("zh_CN")
    for text, where in keys_in_code().items():
        if "*" in text:
            pattern = re.compile(re.escape(text).replace(r"\*", r"[a-z_0-9.]+"))
            assert any(pattern.fullmatch(key) for key in known), f"{where}: {text}"


def test_every_text_is_used() -> None:
    used = keys_in_code()
    patterns = [re.compile(re.escape(text).replace(r"\*", r"[a-z_0-9.]+")) for text in used if "*" in text]
    unused = [
        key for key in catalogue("zh_CN") if key not in used and not any(pattern.fullmatch(key) for pattern in patterns)
    ]
    assert unused == []


def constant(name: str) -> tuple[str, ...]:
    """The tuple of words that some handler calls by this name."""
    for path, tree in trees().items():
        for node in tree.body if path.startswith("bot/") else ():
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
                return tuple(ast.literal_eval(node.value))
    raise LookupError(name)


def expanded() -> list[str]:
    """Every key that code builds from a state, a rule, a question or a reason."""
    from bot.handlers.questions import QUESTIONS

    keys = [f"{prefix}.{state}" for state in ApplicationState for prefix in ("state", "candidates.state")]
    keys.remove("candidates.state.suggested")  # no employer sees a suggestion
    keys += [f"vacancy.{state}" for state in VacancyState]
    keys += [f"notice.employer_{state}" for state in (EmployerState.VERIFIED, EmployerState.REFUSED)]
    keys += [f"advert.{rule.code}" for rule in rules()]
    keys += [f"group.short.{group}" for group in Group]
    keys += [f"{prefix}{topic}" for topic in casework()["tickets"]["days"] for prefix in ("topic.", "rights.ask_")]
    keys += [f"stage.{stage}" for stage in STAGES]
    keys += [f"aid.{kind}" for kind in KINDS]
    keys += [f"outcome.{outcome}" for outcome in casework()["tickets"]["outcomes"]]
    for prefix, name in (("reject", "REASONS"), ("evidence", "EVIDENCE"), ("contract", "CONTRACTS")):
        keys += [f"{prefix}.{word}" for word in constant(name)]
    keys += [f"post.ask.{name}" for name in constant("REQUIRED")]
    for what, questions in QUESTIONS.items():
        keys += [f"ask.{what}.done", *(f"ask.{question.name}" for question in questions)]
        keys += [label for question in questions for label, _ in question.options]
    return sorted(set(keys))


@pytest.mark.parametrize("key", expanded())
def test_a_key_built_from_a_word_of_the_business_has_its_text(key: str) -> None:
    for language in LANGUAGES:
        assert key in catalogue(language), language


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_form_word_is_said_to_people(language: str) -> None:
    said = {key: text for key, text in catalogue(language).items() if any(word in text.lower() for word in FORM_WORDS)}
    assert said == {}


def test_no_form_word_stands_in_a_page() -> None:
    for path in (ROOT / "web" / "static").rglob("*"):
        if path.suffix in (".html", ".js"):
            text = path.read_text("utf-8")
            assert [word for word in FORM_WORDS[:3] if word in text] == [], path.name


def test_the_english_catalogue_is_english() -> None:
    """Chinese words stand in it only where they are what people type or press."""
    mixed = {
        key for key, text in catalogue("en").items() if HAN.search(re.sub(r"[\"“‘'(（【].*?[\"”’')）】]", "", text))
    }
    assert {key.split(".")[0] for key in mixed} <= {
        "help",
        "start",
        "digest",
        "post",
        "place",
        "language",
        "candidates",
    }


def test_an_unknown_key_raises_and_an_unknown_language_is_chinese() -> None:
    with pytest.raises(KeyError):
        say("zh_CN", "there.is_no_such_text")
    assert say("fr", "home") == say("zh_CN", "home")
    assert len(every_language("button.skip")) == 2
