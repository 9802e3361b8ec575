"""What rulebooks say around a rating: occasions, papers of a file, self-scoring, triggers of a ballot."""

from datetime import date

import pytest
from pydantic import ValidationError

from tests.unit.engine.schemes.test_reviewing import book
from thuocdo.engine.schemes.occasions import events_of
from thuocdo.engine.schemes.papers import papers_of
from thuocdo.engine.schemes.reviewing import scoring_of
from thuocdo.engine.schemes.schema import BallotTrigger

DAY = date(2025, 12, 20)


def test_an_occasion_is_as_sure_as_its_least_sure_source_and_begins_with_its_text() -> None:
    found = {one.id: one.confidence for one in events_of(book("party/qd-366-2025"), DAY)}
    assert found["appointment"] == "H"
    assert all(one.words.strip() for one in events_of(book("party/qd-366-2025"), DAY))
    first = events_of(book("party/qd-366-2025"), DAY)[0]
    assert first.words == "Điều 34 Quy định 377-QĐ/TW; Mục III Hướng dẫn 45-HD/BTCTW"
    assert "M" in found.values()
    assert events_of(book("party/qd-366-2025"), date(2025, 1, 1)) == ()


def test_each_paper_of_a_file_names_its_article() -> None:
    found = papers_of(book("party/qd-366-2025"), "party_member", "none", DAY)
    assert all("Điều" in one.words for one in found)
    assert papers_of(book("party/qd-132-2018"), "party_member", "none", date(2018, 12, 20)) == ()


def test_hoa_binh_scores_twelve_regular_and_four_thematic_meetings_by_criteria_nobody_read() -> None:
    found = scoring_of(book("party/qd-132-2018", "overlays/hoa-binh-2018"), date(2018, 12, 20))
    assert found is not None
    assert [sum(kind == one for kind, _, _ in found.places) for one in ("regular", "thematic")] == [12, 4]
    assert (found.rows, found.criteria) == ((), 6)
    assert scoring_of(book("party/qd-366-2025"), DAY) is None


def test_a_trigger_says_of_what_a_share_is() -> None:
    said = {"id": "asked", "label": "Có đề nghị", "of": "tổng số đại biểu", "cite": ["nq-96/1"], "since": "2023-07-01"}
    with pytest.raises(ValidationError, match="share đi cùng of"):
        BallotTrigger.model_validate(said)
    assert BallotTrigger.model_validate({**said, "share": "1/3"}).share is not None
