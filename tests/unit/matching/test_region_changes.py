"""The table of abolished regions names none that there is, and only successors that there are."""

from __future__ import annotations

import pytest

from matching.places import get_region
from matching.region_changes import abolished
from matching.tables import rows
from reports.errors import RegionRefusedError
from reports.region import check_region


@pytest.mark.parametrize("cells", list(rows("region_changes.tsv")), ids=lambda cells: cells[0])
def test_a_row_is_true_of_the_regions_there_are(cells: list[str]) -> None:
    code, name, year, heirs = cells
    gone = abolished(code)
    assert gone is not None
    assert get_region(code) is None
    assert (gone.name, gone.year, len(gone.successors)) == (name, int(year), len(heirs.split("|")))
    assert 2000 <= gone.year <= 2026


def test_a_report_names_the_successor() -> None:
    with pytest.raises(RegionRefusedError, match="410322 孟津县 was abolished in 2021; now 410308 孟津区"):
        check_region("410322")
    check_region("410308")
