"""Settings: `config.toml`, then the environment (`ZHAOHUO_<SECTION>__<KEY>`), which wins. Unknown keys are refused.

One typed load; lower rooms are handed values. `config.example.toml` names every setting with its unit and reason.
"""

from __future__ import annotations

import os
import re
import tomllib
from datetime import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from models.errors import ZhaohuoError
from models.quiet import Hours, QuietHours

PREFIX = "ZHAOHUO_"
SPAN = r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"
CHANNEL_NAME = re.compile(r"^[a-z0-9_-]{1,24}$")
TAKEN_NAMES = ("webchat", "terminal")
CONFIG = "ZHAOHUO_CONFIG"
PLAIN = {
    "extra_forbidden": "there is no such key here; config.example.toml has them all",
    "missing": "is missing",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number, without quotes",
    "float_parsing": "must be a number",
    "float_type": "must be a number, without quotes",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false, without quotes",
    "string_type": "must be words in quotes",
    "list_type": "must be a list in [ ]",
    "model_type": "must be a table of keys",
    "dict_type": "must be a table of keys",
    "union_tag_not_found": 'needs a kind, such as kind = "telegram"',
    "string_too_short": "is too short",
}
ROOT = Path(__file__).resolve().parent.parent


class SettingsRefusedError(ZhaohuoError):
    """The configuration has a mistake; each is named with its key."""


class Section(BaseModel):
    """A table of the file; a misspelt key in it is an error."""

    model_config = ConfigDict(extra="forbid")


class DatabaseSettings(Section):
    """Where the data is."""

    url: str = ""


class WebSettings(Section):
    """The HTTP server."""

    host: str = "127.0.0.1"
    port: int = Field(default=8010, ge=0, le=65535)
    public_url: str = ""


class DigestSettings(Section):
    """The morning digest."""

    time: str = Field(default="08:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    timezone: str = "Asia/Shanghai"

    @field_validator("timezone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError) as error:
            raise ValueError(f"there is no time zone {value!r}; the name is like Asia/Shanghai") from error
        return value


class WeightSettings(Section):
    """Points each part of a score can give; together they make 100."""

    occupation: float = Field(default=38, ge=0)
    place: float = Field(default=18, ge=0)
    wage: float = Field(default=14, ge=0)
    certificate: float = Field(default=8, ge=0)
    conditions: float = Field(default=6, ge=0)
    experience: float = Field(default=5, ge=0)
    education: float = Field(default=3, ge=0)
    freshness: float = Field(default=5, ge=0)
    fair_share: float = Field(default=3, ge=0)

    @model_validator(mode="after")
    def _make_100(self) -> WeightSettings:
        total = sum(self.model_dump().values())
        if abs(total - 100) > 1e-6:
            raise ValueError(f"the points must make 100 together; they make {total:g}")
        return self


class MatchingSettings(Section):
    """How vacancies are weighed."""

    weights: WeightSettings = WeightSettings()


class HoursSettings(Section):
    """When no phone rings unasked; HH:MM-HH:MM."""

    night: str = Field(default="21:00-08:00", pattern=SPAN)
    lunch: str = Field(default="12:00-14:00", pattern=SPAN)

    def hours(self) -> Hours:
        """As the program keeps them."""
        times = [time.fromisoformat(clock) for span in (self.night, self.lunch) for clock in span.split("-")]
        return Hours(*times)


class QuietSettings(HoursSettings):
    """The hours of the country, and of regions that live by other ones."""

    a_day: int = Field(default=3, ge=1)
    regions: dict[str, HoursSettings] = {}

    @field_validator("regions")
    @classmethod
    def _adcodes(cls, value: dict[str, HoursSettings]) -> dict[str, HoursSettings]:
        if wrong := [code for code in value if not (code.isdigit() and len(code) in (2, 4, 6))]:
            raise ValueError(f"{wrong[0]}: a region is an adcode or its first 2 or 4 digits")
        return value

    def quiet_hours(self) -> QuietHours:
        """As the program keeps them."""
        return QuietHours(self.hours(), self.a_day, {code: one.hours() for code, one in self.regions.items()})


class LimitSettings(Section):
    """When applications are enough or end, and how often jobs are suggested unasked."""

    per_opening: int = Field(default=30, ge=1)
    answer_days: int = Field(default=14, ge=1)
    seeker_days: int = Field(default=7, ge=1)
    suggest_from: float = Field(default=75, ge=0, le=100)
    suggestions_a_week: int = Field(default=4, ge=0, le=4)
    told_per_opening: int = Field(default=5, ge=1)


class LogSettings(Section):
    """What is logged."""

    level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid")

    var_dir: Path = ROOT / "var"
    database: DatabaseSettings = DatabaseSettings()
    web: WebSettings = WebSettings()
    digest: DigestSettings = DigestSettings()
    channels: dict[str, dict[str, Any]] = {}  # typed by `app/channels.py`, which knows the kinds
    quiet: QuietSettings = QuietSettings()
    matching: MatchingSettings = MatchingSettings()
    limits: LimitSettings = LimitSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, which arrives as initial values."""
        return env_settings, init_settings

    @field_validator("channels")
    @classmethod
    def _names(cls, value: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        for name in value:
            if name in TAKEN_NAMES or not CHANNEL_NAME.match(name):
                raise ValueError(f"{name}: a channel's name is 1-24 of a-z 0-9 _ -, and not {' or '.join(TAKEN_NAMES)}")
        return value

    @field_validator("var_dir")
    @classmethod
    def _from_root(cls, value: Path) -> Path:
        return ROOT / value

    @property
    def database_url(self) -> str:
        """The configured database, or the SQLite file in `var_dir`."""
        return self.database.url or f"sqlite+aiosqlite:///{self.var_dir / 'zhaohuo.db'}"

    @property
    def keys_file(self) -> Path:
        """The key ring."""
        return self.var_dir / "keys.json"

    @property
    def heads_file(self) -> Path:
        """The newest sealed block of every office's chain, kept outside of the database."""
        return self.var_dir / "ledger-heads.json"


def _check_names() -> None:
    """A misspelt section in the environment is refused: it would be ignored without a word."""
    for name in os.environ:
        section = name.removeprefix(PREFIX).split("__")[0].lower()
        if name.startswith(PREFIX) and name != CONFIG and section not in Settings.model_fields:
            raise SettingsRefusedError(f"{name}: there is no such setting; known: {', '.join(Settings.model_fields)}")


def load_settings(path: str | None = None) -> Settings:
    """Read the settings. Raises SettingsRefusedError, which names every mistake."""
    file = Path(path or os.environ.get(CONFIG, "") or ROOT / "config.toml")
    if path and not file.exists():
        raise SettingsRefusedError(f"there is no file {file}; copy config.example.toml to it")
    _check_names()
    try:
        values = tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
        return Settings(**values)
    except tomllib.TOMLDecodeError as error:
        raise SettingsRefusedError(f"{file}: {error}") from error
    except ValidationError as error:
        raise refused(str(file), error) from error


def refused(where: str, error: ValidationError, before: tuple[str, ...] = ()) -> SettingsRefusedError:
    """Every mistake with its key, and where it stands: in the file, or in a variable of the environment."""
    lines = []
    for mistake in error.errors():
        key = ".".join((*before, *(str(part) for part in mistake["loc"])))
        variable = PREFIX + key.upper().replace(".", "__")
        told = PLAIN.get(mistake["type"], mistake["msg"].removeprefix("Value error, "))
        lines.append(f"{variable if variable in os.environ else where}: {key}: {told}")
    return SettingsRefusedError("\n".join(lines))
