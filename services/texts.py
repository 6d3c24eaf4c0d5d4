"""What people read: one `say` over gettext catalogues, usable anywhere, in a turn or in a nightly job.

The catalogues are `services/locales/<language>/messages.po`; they are read as they are, without a build step.
"""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("zh_CN", "en")
LOCALES = Path(__file__).parent / "locales"


@cache
def _translations(language: str) -> gettext.GNUTranslations:
    with (LOCALES / language / "messages.po").open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def say(language: str, key: str, **values: Any) -> str:
    """The text of `key` in the language, with the values put in.

    A key that no catalogue has raises KeyError: a test finds it, not a person.
    """
    text = _translations(language if language in LANGUAGES else LANGUAGES[0]).gettext(key)
    if text == key:
        raise KeyError(key)
    return text.format(**values) if values else text


def every_language(key: str) -> frozenset[str]:
    """The text in all languages: what a person may type for a button."""
    return frozenset(say(language, key) for language in LANGUAGES)
