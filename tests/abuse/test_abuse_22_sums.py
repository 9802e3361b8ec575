"""Case 22: bonuses and deductions at both ends of a scale, as the regulation says, and said to whoever is marked."""

from fractions import Fraction

import pytest

from tests.cast import Cast, build_cast
from tests.factories.months import OPENED, sheet_of
from tests.factories.schemes import FIELDS, HA_NOI, bound, filed, opened_period
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.models import Submission
from thuocdo.appraisals.queries import explanation, preview
from thuocdo.engine import Outcome
from thuocdo.engine.case_io import parse_case
from thuocdo.engine.cases import rate_file
from thuocdo.engine.errors import CaseError

FULL = {"marks.discipline": "20", "marks.quantity": "25", "marks.quality": "25", "marks.progress": "20"} | FIELDS
HCM = """
title = "Trừ vượt"
rulebook = "local/tp-hcm-20-2024"
overlays = ["overlays/vi-du-tp-hcm-so"]
period = {{ kind = "quarter", year = 2024, number = 3 }}
[[subjects]]
id = "V1"
kind = "civil_servant"
marks = {{ discipline = 20, competence = {competence}, results = {results} }}
deductions = {{ discipline = {taken} }}
"""


@pytest.fixture
def cast(db: None) -> Cast:
    return build_cast()


def hcm(taken: str, competence: int = 30, results: int = 50) -> Outcome:
    text = HCM.format(taken=taken, competence=competence, results=results)
    return rate_file(parse_case(text.encode())).outcomes["V1"]


def test_abuse_22_a_bonus_lies_within_the_hundred(cast: Cast) -> None:
    """Hà Nội's month: 90 points without the bonus, at most 10 of it; one hundredth more is refused, not cut."""
    bound(cast, *HA_NOI)
    month = opened_period(cast)
    sheet, user = sheet_of(month, cast.colleague), cast.colleague.user
    assert preview(user, sheet.pk, {"fields": FULL}).score == 90
    assert preview(user, sheet.pk, {"fields": FULL | {"marks.bonus": "10"}}).score == 100
    with pytest.raises(Refused) as refused:
        filed(month, cast.colleague, FULL | {"marks.bonus": "10,01"})
    assert set(refused.value.problems) == {"fields.marks.bonus"}
    assert "không quá 10" in refused.value.problems["fields.marks.bonus"]
    with pytest.raises(Refused):
        filed(month, cast.colleague, FULL | {"marks.bonus": "-1"})
    assert not Submission.objects.exists()
    filed(month, cast.colleague, FULL | {"marks.bonus": "10"}, OPENED)
    bill = explanation(user, sheet.pk)
    assert bill.total is not None
    assert bill.total.value == 100
    assert any("Điểm thưởng" in line.title for group in bill.groups for line in group.lines)


@pytest.mark.parametrize(
    ("taken", "score"), [("0", "100"), ("20", "80"), ("20.01", "79.99"), ("25.01", "74.99"), ("100", "0")]
)
def test_abuse_22_deductions_over_their_group_go_on_into_the_total(taken: str, score: str) -> None:
    """TP.HCM says so of discipline (QĐ 20/2024 tiêu chí 1); the bill says where they went."""
    outcome = hcm(taken)
    assert outcome.score == Fraction(score)
    said = next(f.sentence_vi for f in outcome.findings if f.id == "score.discipline")
    assert ("phần trừ vượt điểm của nhóm lấy vào tổng điểm" in said) is (Fraction(taken) > 20)


@pytest.mark.parametrize(("taken", "competence", "results"), [("100.01", 30, 50), ("20.01", 0, 0), ("71", 20, 30)])
def test_abuse_22_deductions_below_nothing_are_refused(taken: str, competence: int, results: int) -> None:
    """No instrument that was read says what less than 0 points are: refused in words, never set to 0."""
    with pytest.raises(CaseError) as refused:
        hcm(taken, competence, results)
    assert refused.value.problem == "điểm trừ nhiều hơn tổng điểm"
    assert refused.value.remedy
