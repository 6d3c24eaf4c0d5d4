"""Form files: the official wording is complete, and a wrong word is refused with file, item and key."""

from __future__ import annotations

from pathlib import Path

import pytest
from plain import DATA

from reports.errors import FormFileError, UnknownFormError
from reports.form_files import known_forms, load_form, read_form

GOOD = """
title = "{year}年表"
source = "test"
[[report]]
word = "annual"
name = "年度"
cutoff = "11-30"
due = "12-10"
[entries]
trained = [{ kind = "training_completed", facts = { course_type = ["skill", "safety"] } }]
[[item]]
code = "1"
name = "培训"
text = "培训{}人"
unit = "人"
measure = "persons"
entries = "trained"
[[item]]
code = "2"
name = "其中"
text = "其中{}人"
unit = "人"
measure = "persons"
of = "1"
entries = [{ kind = "contract_signed", facts = { contract = "fixed" }, at_least = { months = 12 } }]
[[check]]
rule = "at_most"
whole = "1"
parts = ["2"]
"""

MISTAKES = {
    "unknown kind": ('kind = "contract_signed"', 'kind = "contract_sinned"', "2", "kind"),
    "unknown fact": ('{ contract = "fixed" }', '{ contarct = "fixed" }', "2", "contarct"),
    "unknown value": ('{ contract = "fixed" }', '{ contract = "fixd" }', "2", "facts"),
    "unknown value in named entries": ('"skill", "safety"', '"skil"', "trained", "facts"),
    "unknown entries": ('entries = "trained"', 'entries = "trained2"', "1", "entries"),
    "unknown group": ('of = "1"', 'of = "1"\ngroups = ["migrants"]', "2", "groups"),
    "misspelt item key": ('of = "1"', 'off = "1"', "2", "off"),
    "misspelt clause key": ("at_least", "atleast", "2", "atleast"),
    "misspelt form key": ("source =", "sauce =", "-", "sauce"),
    "misspelt check key": ("whole =", "hole =", "check", "hole"),
    "check of an unknown item": ('parts = ["2"]', 'parts = ["3"]', "check", "parts"),
    "limit that is no number": ("{ months = 12 }", '{ months = "12" }', "2", "at_least"),
    "unknown measure": ('measure = "persons"\nof', 'measure = "people"\nof', "2", "measure"),
    "money where there is none": ('measure = "persons"\nof', 'measure = "money"\nof', "2", "measure"),
    "of an unknown item": ('of = "1"', 'of = "7"', "2", "of"),
    "a circle": ('entries = "trained"', 'entries = "trained"\nof = "2"', "1", "of"),
    "narrowed to nothing": ('of = "1"', 'of = "1"\nfacts = { contract = "task" }', "2", "facts"),
    "no blank": ("其中{}人", "其中人", "2", "text"),
    "first day of nobody": ('of = "1"', "since_first = true", "2", "since_first"),
    "the same code twice": ('code = "2"', 'code = "1"', "-", "code"),
    "no unit": ('unit = "人"\nmeasure = "persons"\nof', 'measure = "persons"\nof', "2", "unit"),
    "a day that is none": ('cutoff = "11-30"', 'cutoff = "13-30"', "report", "cutoff"),
    "neither entries nor a sum": ('entries = "trained"', "entries = []", "1", "entries"),
    "broken file": ("[[check]]", "[[check", "-", "file"),
}

STOCK = """
title = "表"
source = "test"
[stock]
registered = "graduate_registered"
graduated_on = "graduated_on"
status = "graduate_status"
unsaid = "needs_help"
gone = ["left"]
in_work = ["placed"]
groups = ["hardship_graduate"]
[[item]]
code = "1"
name = "在册"
text = "在册{}人"
unit = "人"
measure = "stock"
by = "home_region"
graduated = "fresh"
status = ["needs_help"]
[[item]]
code = "2"
name = "见习"
text = "见习{}人"
unit = "人"
measure = "persons"
entries = [{ kind = "internship_given" }]
"""

STOCK_MISTAKES = {
    "misspelt key": ("unsaid =", "unsayed =", "stock", "unsayed"),
    "unknown kind": ('"graduate_registered"', '"graduate_registred"', "stock", "registered"),
    "a kind without a status": ('"graduate_status"', '"startup_opened"', "stock", "status"),
    "a fact that is no day": ('"graduated_on"', '"home_region"', "stock", "graduated_on"),
    "unknown status": ('["left"]', '["gone"]', "stock", "gone"),
    "unknown group": ('["hardship_graduate"]', '["graduate"]', "stock", "groups"),
    "nobody's group": ('["hardship_graduate"]', "[]", "stock", "groups"),
    "a fact that is no region": ('by = "home_region"', 'by = "graduated_on"', "1", "by"),
    "no region": ('by = "home_region"', "", "1", "by"),
    "unknown graduation": ('"fresh"', '"frsh"', "1", "graduated"),
    "unknown status of an item": ('["needs_help"]', '["needs_hlep"]', "1", "status"),
    "a stock with entries": ('by = "home_region"', 'by = "home_region"\nentries = []', "1", "entries"),
    "no stock with a status": ('measure = "persons"', 'measure = "persons"\nstatus = ["left"]', "2", "status"),
}


@pytest.mark.parametrize(
    ("code", "annex"), [("form1-2014", "annex1.txt"), ("form2-2014", "annex2.txt"), ("form3-2014", "annex3.txt")]
)
def test_the_items_read_one_after_another_are_the_official_form(code: str, annex: str) -> None:
    said = "".join(item.text for item in load_form(code).listed).replace("{}", "").replace("{year}", "2014")
    assert _no_blanks(said) == _no_blanks((DATA / annex).read_text("utf-8"))


def test_a_good_form_is_read(tmp_path: Path) -> None:
    form = read_form(_write(tmp_path, GOOD))
    assert [item.code for item in form.listed] == ["1", "2"]
    assert form.kinds == {"training_completed", "contract_signed"}


@pytest.mark.parametrize(
    ("good", "mistake"),
    [
        *((GOOD, mistake) for mistake in MISTAKES.values()),
        *((STOCK, mistake) for mistake in STOCK_MISTAKES.values()),
        (STOCK, (STOCK[STOCK.index("[stock]") : STOCK.index("[[item]]")], "", "1", "measure")),
    ],
    ids=[*MISTAKES, *STOCK_MISTAKES, "no table of the stock"],
)
def test_a_mistake_is_refused_by_name(good: str, mistake: tuple[str, str, str, str], tmp_path: Path) -> None:
    right, wrong, item, key = mistake
    assert good.count(right) == 1, "the test must change one thing"
    read_form(_write(tmp_path, good))
    with pytest.raises(FormFileError) as refusal:
        read_form(_write(tmp_path, good.replace(right, wrong)))
    assert (refusal.value.file, refusal.value.item, refusal.value.key) == ("form9-2014.toml", item, key)
    assert str(refusal.value).startswith(f"form9-2014.toml: item {item}: {key}: ")


def test_an_unknown_form_is_told_the_known_ones() -> None:
    with pytest.raises(UnknownFormError, match="form1-2014"):
        load_form("../form1-2014")
    assert known_forms() == ["form1-2014", "form2-2014", "form3-2014"]


def _write(folder: Path, text: str) -> Path:
    path = folder / "form9-2014.toml"
    path.write_text(text, "utf-8")
    return path


def _no_blanks(text: str) -> str:
    return "".join(text.split())
