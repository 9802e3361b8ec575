"""What a leader's page withholds, and cells that no spreadsheet computes."""

import pytest

from thuocdo.appraisals.counts.units import SMALL, withheld
from thuocdo.web.inspection.periods import safe_cell


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ({1: 40, 2: 12}, set()),
        ({1: 40, 2: 12, 3: 0}, set()),
        ({1: 40, 2: 12, 3: 4}, {2, 3}),
        ({1: 40, 2: 3, 3: 4}, {2, 3}),
        ({1: 2}, {1}),
        ({1: 2, 2: 2}, {1, 2}),
    ],
)
def test_small_groups_cannot_be_worked_out_from_the_rest(sizes: dict[int, int], hidden: set[int]) -> None:
    found = withheld(sizes)
    assert found == hidden
    assert not found or found == set(sizes) or sum(sizes[pk] for pk in found) >= SMALL


@pytest.mark.parametrize("text", ["=1+1", "+84", "-5", "@x", "\t=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert safe_cell("Lê Thị A = B") == "Lê Thị A = B"
