"""Makes the generated tables anew: python -m matching.refresh [SOURCE_FOLDER].

Nothing here runs in the service: pypinyin costs 50 MB and is used only to write the pinyin columns.
SOURCE_FOLDER holds regions/regions_2026.csv and occupations/csco22.csv (see data/README.md).
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from pypinyin import Style, lazy_pinyin, pinyin_dict

from matching.tables import DATA, rows

SUFFIX = re.compile(r"(特别行政区|自治区|自治州|自治县|自治旗|地区|新区|林区|矿区|省|市|盟|区|县|旗)$")
MARK = re.compile(r"[SL/]+$|s$")
ODD_READINGS = {
    "重庆": "chongqing",
    "陕西": "shaanxi",
    "香港": "xianggang",
    "澳门": "aomen",
    "长沙": "changsha",
}


# Counties the source leaves out.
ADDED = (
    ("500105", "重庆市", "江北区", "江北", "106.574271", "29.606703"),
    ("500112", "重庆市", "渝北区", "渝北", "106.631187", "29.718142"),
)


def spell(text: str) -> str:
    """Toneless pinyin of a text, joined; Latin letters stay."""
    return "".join(lazy_pinyin(text.lower(), style=Style.NORMAL, v_to_u=False)).replace(" ", "")


def write(name: str, header: str, lines: Iterable[Iterable[object]]) -> None:
    body = ["\t".join(str(cell) for cell in line) for line in lines]
    (DATA / name).write_text("\n".join([header, *body]) + "\n", encoding="utf-8")


def regions(source: Path) -> None:
    with (source / "regions/regions_2026.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    for adcode, province, county, short, lon, lat in ADDED:
        known = {"adcode": adcode, "level": "3", "province": province, "city": "", "county": county}
        table.append({**known, "short_name": short, "lon": lon, "lat": lat})
    table.sort(key=lambda row: row["adcode"])
    lines = []
    for row in table:
        name = row["county"] or row["city"] or row["province"]
        short = row["short_name"] or SUFFIX.sub("", name)
        sound = ODD_READINGS.get(short) or spell(short)
        lon, lat = row["lon"], row["lat"]
        lines.append((row["adcode"], row["level"], name, short, sound, lon, lat))
    write("regions.tsv", "adcode\tlevel\tname\tshort\tpinyin\tlon\tlat", lines)


def occupations(source: Path) -> None:
    with (source / "occupations/csco22.csv").open(encoding="utf-8") as file:
        names = {row["code"]: (row["level"], MARK.sub("", row["name"])) for row in csv.DictReader(file)}
    lines = [(code, level, name) for code, (level, name) in sorted(names.items())]
    write("occupations.tsv", "code\tlevel\tname", lines)


def syllables() -> None:
    """One line a syllable: the characters read so; characters beyond GB 2312 are left out."""
    found: dict[str, list[str]] = {}
    for number in sorted(pinyin_dict.pinyin_dict):
        character = chr(number)
        try:
            character.encode("gb2312")
        except UnicodeEncodeError:
            continue
        sound = spell(character)
        if sound.isascii() and sound.isalpha():
            found.setdefault(sound, []).append(character)
    lines = [(sound, "".join(characters)) for sound, characters in sorted(found.items())]
    write("syllables.tsv", "syllable\tcharacters", lines)


def aliases() -> None:
    """Sort the lexicon, drop doubles, spell every alias."""
    best: dict[tuple[str, str], str] = {}
    for alias, code, weight, *_ in rows("aliases.tsv"):
        key = (alias.strip(), code)
        if float(weight) > float(best.get(key, "-1")):
            best[key] = weight
    lines = [(alias, code, weight, spell(alias)) for (alias, code), weight in sorted(best.items())]
    write("aliases.tsv", "alias\tcode\tweight\tpinyin", lines)


def main() -> None:
    """Without a source folder only the lexicon is sorted and spelled anew."""
    if len(sys.argv) > 1:
        regions(Path(sys.argv[1]))
        occupations(Path(sys.argv[1]))
        syllables()
    aliases()


if __name__ == "__main__":
    main()
