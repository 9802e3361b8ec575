"""What the column of levels in a unit's paper is called."""

import pytest

from thuocdo.decisions.contents import ResultLine, level_word


@pytest.mark.parametrize(
    ("levels", "word"),
    [
        ([], "Mức tương ứng"),
        ([("good", False)], "Mức tương ứng"),
        ([("good", True), ("", False)], "Mức đã quyết định"),
        ([("good", True), ("good", False)], "Mức tương ứng hoặc đã quyết định"),
    ],
)
def test_levels_that_the_authority_decided_are_not_called_corresponding(
    levels: list[tuple[str, bool]], word: str
) -> None:
    assert level_word([ResultLine(1, 1, "An", "", "", "90", level, "", made) for level, made in levels]) == word
