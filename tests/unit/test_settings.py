"""Settings: the environment wins over the file, a misspelt key is refused by its name, the example lists everything."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from app.settings import ROOT, Settings, SettingsRefusedError, load_settings
from bot.channels.kinds import KINDS
from matching.comparisons import default_weights

EXAMPLE = ROOT / "config.example.toml"


@pytest.fixture(autouse=True)
def nobodys_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in os.environ:
        if name.upper().startswith("ZHAOHUO_"):
            monkeypatch.delenv(name)


def load(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    return load_settings(str(file))


def test_without_a_word_everything_has_its_default(tmp_path: Path) -> None:
    settings = load(tmp_path, "")
    assert settings.web.port == 8010
    assert settings.database_url == f"sqlite+aiosqlite:///{ROOT / 'var' / 'zhaohuo.db'}"
    assert settings.keys_file == ROOT / "var" / "keys.json"


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = '[web]\nport = 9000\nhost = "0.0.0.0"\n[database]\nurl = "sqlite+aiosqlite:///of-the-file.db"'
    monkeypatch.setenv("ZHAOHUO_WEB__PORT", "9001")
    monkeypatch.setenv("ZHAOHUO_DATABASE__URL", "postgresql+asyncpg://app@/zhaohuo")
    settings = load(tmp_path, text)
    assert settings.web.port == 9001
    assert settings.web.host == "0.0.0.0"  # the rest of the section is the file's
    assert settings.database_url == "postgresql+asyncpg://app@/zhaohuo"
    assert settings.log.level == "INFO"


def test_the_data_folder_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHAOHUO_VAR_DIR", str(tmp_path))
    settings = load(tmp_path, 'var_dir = "elsewhere"')
    assert settings.var_dir == tmp_path
    assert settings.database_url.endswith(f"{tmp_path}/zhaohuo.db")


def test_the_file_may_be_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("[web]\nport = 9002", "utf-8")
    monkeypatch.setenv("ZHAOHUO_CONFIG", str(file))
    assert load_settings().web.port == 9002


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[web]\nprot = 1", "web.prot"),
        ("[wbe]\nport = 1", "wbe"),
        ('vardir = "x"', "vardir"),
        ("[web]\nport = 70000", "web.port"),
        ('[web]\nport = "many"', "web.port"),
        ('[digest]\ntime = "8:00"', "digest.time"),
        ('[digest]\ntime = "24:00"', "digest.time"),
        ('[log]\nlevel = "LOUD"', "log.level"),
        ("[matching.weights]\nplace = 19", "100"),
        ("[matching.weights]\nplaces = 18", "places"),
        ("[matching.weights]\nplace = -18\noccupation = 74", "place"),
        ("[web\nport = 1", "config.toml"),
    ],
)
def test_a_mistake_in_the_file_is_refused_by_its_name(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SettingsRefusedError, match=named):
        load(tmp_path, text)


def test_an_unknown_time_zone_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefusedError, match=r"digest\.timezone"):
        load(tmp_path, '[digest]\ntimezone = "Asia/Zhengzhou"')


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefusedError) as refused:
        load(tmp_path, '[web]\nprot = 1\nport = 70000\n[log]\nlevel = "LOUD"')
    for named in ("web.prot", "web.port", "log.level"):
        assert named in str(refused.value)


def test_a_misspelt_key_of_a_section_in_the_environment_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHAOHUO_WEB__PROT", "1")
    with pytest.raises(SettingsRefusedError, match=r"(?i)web\.prot"):
        load(tmp_path, "")


@pytest.mark.parametrize("name", ["ZHAOHUO_DATABSE__URL", "ZHAOHUO_VARDIR"])
def test_a_misspelt_section_in_the_environment_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "x")
    with pytest.raises(SettingsRefusedError, match=name):
        load(tmp_path, "")


def test_a_file_that_is_not_there_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefusedError, match=r"config\.example\.toml"):
        load_settings(str(tmp_path / "nowhere.toml"))


def names(model: type[BaseModel], before: str = "") -> set[str]:
    """Every setting as 'section.key'."""
    found = set()
    for name, field in model.model_fields.items():
        inner = field.annotation
        section = isinstance(inner, type) and issubclass(inner, BaseModel)
        found |= names(inner, f"{before}{name}.") if section and inner else {before + name}  # type: ignore[arg-type]
    return found


def keys(raw: dict[str, Any], before: str = "") -> set[str]:
    found = set()
    for name, value in raw.items():
        found |= keys(value, f"{before}{name}.") if isinstance(value, dict) and value else {before + name}
    return found


def test_the_example_loads_and_lists_every_setting_and_nothing_else() -> None:
    assert load_settings(str(EXAMPLE)) == load_settings("/dev/null")
    assert keys(tomllib.loads(EXAMPLE.read_text("utf-8"))) == names(Settings)


def test_the_example_tells_every_setting_of_every_kind_of_channel() -> None:
    text = EXAMPLE.read_text("utf-8")
    for settings in KINDS:
        kind = settings.model_fields["kind"].annotation.__args__[0]
        needed = {name for name, field in settings.model_fields.items() if field.is_required()}
        block = text.partition(f'kind = "{kind}"')[2].split("kind =")[0]
        assert needed - {"kind"} <= set(re.findall(r"^# (\w+) = ", block, re.M)), kind


def test_every_setting_of_the_example_is_explained_above_it() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        if " = " in line and not line.startswith("#"):
            assert lines[number - 1].startswith("# "), line


def test_the_weights_are_the_matchers_own_until_they_are_set(tmp_path: Path) -> None:
    assert load(tmp_path, "").matching.weights.model_dump() == default_weights()
