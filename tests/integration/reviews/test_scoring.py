"""Hòa Bình: Party organisations score themselves at 16 meetings, the superior recognises; what is certain is a fact."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import rounds as world
from tests.factories.hoa_binh import AT, open_district
from tests.factories.rounds import Ward
from tests.guards import outside_actions
from tests.standing import standing
from thuocdo.audit.verify import verify
from thuocdo.conclusions.delivering import delivered
from thuocdo.conclusions.facts import book_of, of_round, scheme_of
from thuocdo.engine.schemes.reviewing import scoring_of
from thuocdo.engine.schemes.schema import SelfScoringCriterion
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal, Several
from thuocdo.organisation.waiting import todo
from thuocdo.reviews import actions
from thuocdo.reviews.models import Recognition, SelfScore
from thuocdo.reviews.remedied import facts_of
from thuocdo.reviews.scoring.access import rule_of
from thuocdo.rounds import books
from thuocdo.rounds.models import RoundSubject

pytestmark = pytest.mark.django_db


@standing
def district(db: None) -> Ward:
    return open_district()


def score(ward: Ward, place: tuple[str, int], by: str = "chief", **more: Any) -> SelfScore:
    kind, number = place
    given: dict[str, Any] = {
        "year": 2018, "held_on": date(2018, 3, 5), "could": True, "marks": {}, "total": "92", "reason": "", "at": AT,
    } | more  # fmt: skip
    return actions.score_itself(
        organisation_id=ward.party["office"].pk, kind=kind, number=number, by=ward.user(by), **given
    )


def say(ward: Ward, row: SelfScore, recognised: bool, words: str = "", by: str = "chair") -> Recognition:
    seen = row.recognitions.count()
    given: dict[str, Any] = {"recognised": recognised, "words": words, "by": ward.user(by), "at": AT}
    return actions.recognise_score(score_id=row.pk, seen=seen, **given)


def places(ward: Ward) -> list[tuple[str, int]]:
    rule = rule_of(ward.round)
    assert rule is not None
    assert rule.rows == (), "the six criteria are not named by what was read"
    return [(kind, number) for kind, number, _ in rule.places]


def cell(ward: Ward) -> RoundSubject:
    return ward.subject("party_organisation", "Chi bộ Văn phòng")


def given(ward: Ward) -> tuple[dict[str, Any], str]:
    found = facts_of(ward.round, [cell(ward)])[cell(ward).pk]
    return found.case.get("facts", {}), found.questions[-1] if found.questions else ""


def test_twelve_regular_and_four_thematic_meetings_are_scored_and_recognised(district: Ward) -> None:
    every = places(district)
    assert len(every) == 16
    rows = [score(district, place) for place in every]
    facts, question = given(district)
    assert facts == {"could_not_self_score": False}
    assert "Tự chấm điểm 16/16 kỳ, cấp trên công nhận 0/16" in question
    for row in rows[:-1]:
        say(district, row, recognised=True)
    assert given(district)[0] == {"could_not_self_score": False}, "one of sixteen is missing: the text says no number"
    say(district, rows[-1], recognised=True)
    assert given(district)[0] == {"could_not_self_score": False, "not_recognised": False}


def test_none_recognised_reaches_the_conclusion_as_not_rated(district: Ward) -> None:
    for place in places(district):
        say(district, score(district, place), recognised=False, words="Chưa đúng thực tế")
    assert given(district)[0] == {"could_not_self_score": False, "not_recognised": True}
    one = of_round(cell(district))
    scheme = scheme_of(one, book_of(one))
    assert scheme is not None
    fields = {f"facts.{fact.id}" for fact in scheme.facts}
    found = delivered(district.round, [(one, scheme, fields)], report=False, opinions=False)[cell(district).pk]
    assert found.sections["facts"]["not_recognised"] is True
    assert ("có", "Tổ chức đảng tự chấm điểm và cấp trên công nhận trong năm") in [
        (line.value, line.source) for line in found.lines
    ]


def test_an_organisation_that_could_not_score_itself_says_why(district: Ward) -> None:
    with pytest.raises(Several):
        score(district, ("regular", 1), could=False)
    for place in places(district):
        score(district, place, could=False, reason="Không có phiếu theo dõi")
    assert given(district)[0] == {"could_not_self_score": True, "not_recognised": True}
    with pytest.raises(Conflict, match="không tự chấm được"):
        say(district, SelfScore.objects.earliest("pk"), recognised=True)


def test_meetings_that_are_over_wait_for_the_secretary_until_they_are_written_down(
    district: Ward, django_assert_num_queries: Any
) -> None:
    def waits(by: str = "chief", at: Any = AT) -> list[str]:
        found = [one for one in todo(district.user(by), at) if one.kind == "reviews.to_score"]
        assert {one.path for one in found} <= {
            f"/kiem-diem/tu-cham/{party.pk}/2018/" for party in district.party.values()
        }
        return [one.text for one in found if "Chi bộ Văn phòng" in one.text]

    begun = "Ghi tự chấm điểm năm 2018 của Chi bộ Văn phòng: kỳ thường kỳ tháng"
    assert waits() == [f"{begun} 1, cùng 10 kỳ khác"], "December is not over"
    for month in range(1, 11):
        score(district, ("regular", month))
    assert waits() == [f"{begun} 11"]
    score(district, ("regular", 11), could=False, reason="Không có phiếu theo dõi")
    assert waits() == []
    assert waits(at=AT.replace(year=2019, month=1)) == [f"{begun} 12, cùng 4 kỳ khác"], "thematic ones, with the year"
    assert waits("new") == []
    with CaptureQueriesContext(connection) as asked:
        todo(district.user("chief"), AT)
    with outside_actions():
        type(district.round).objects.filter(pk=district.round.pk).update(overlays=[])
    with django_assert_num_queries(len(asked) - 3):
        todo(district.user("chief"), AT)


def test_nobody_recognises_the_own_score_and_strangers_write_none(district: Ward) -> None:
    row = score(district, ("regular", 3), by="officer")
    with pytest.raises(Forbidden, match="không tự công nhận"):
        say(district, row, recognised=True, by="officer")
    with pytest.raises(NotYours):
        score(district, ("regular", 3), by="new")
    with pytest.raises(NotYours):
        say(district, row, recognised=True, by="chief")
    with pytest.raises(Refusal, match="chọn một kỳ"):
        score(district, ("thematic", 5))
    with pytest.raises(Refusal, match="Lý do không công nhận"):
        say(district, row, recognised=False)
    assert "Công nhận 1 kỳ tự chấm điểm năm 2018 của Chi bộ Văn phòng" in [
        one.text for one in todo(district.user("chair"), AT)
    ]
    say(district, row, recognised=False, words="Thiếu")
    again = score(district, ("regular", 3), total="85")
    with pytest.raises(Conflict, match="vừa chấm lại"):
        say(district, row, recognised=True)
    say(district, again, recognised=True)
    with pytest.raises(Conflict, match="đã được cấp trên công nhận"):
        score(district, ("regular", 3), total="99")
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        SelfScore.objects.filter(pk=row.pk).update(marks="{}")
    assert [p.message for p in verify().problems if p.kind.startswith("reviews.")] == []


def test_the_pages_keep_what_was_typed_and_show_the_source(
    district: Ward, django_assert_max_num_queries: Any
) -> None:
    client, cell_of = Client(), district.party["office"].pk
    client.force_login(district.user("chief"))
    address = f"/kiem-diem/tu-cham/{cell_of}/2018/"
    sent = {"do": "score", "place": "regular-4", "held_on": "05/04/2018", "could": "1", "total": " "}
    refused = client.post(address, sent)
    assert refused.status_code == 400
    page = refused.content.decode()
    assert 'value="05/04/2018"' in page
    assert "phần mềm không tự đặt ra" in page
    assert "Tổng điểm tự chấm" in client.post(address, sent | {"total": "tốt"}).content.decode()
    late = client.post(address, sent | {"total": "9", "held_on": "31/12/2017"}).content.decode()
    assert "phải từ 01/01/2018 đến 31/12/2019" in late
    assert client.post(address, sent | {"total": "91,5"}).status_code == 302
    shown = client.get(address).content.decode()
    assert "Tổng điểm: 91,5" in shown
    assert "Cùng ngày" not in shown
    assert client.post(address, sent | {"total": "90", "place": "regular-5"}).status_code == 302
    assert "Cùng ngày 05/04/2018: " in client.get(address).content.decode()
    officer = Client()
    officer.force_login(district.user("officer"))
    for asked in (address, f"/kiem-diem/{district.round.pk}/tu-cham/"):
        with django_assert_max_num_queries(15):
            officer.get(asked)
    listed = client.get(f"/kiem-diem/{district.round.pk}/tu-cham/").content.decode()
    assert "2/16" in listed
    assert "Hướng dẫn 12, Quy định 31" in listed
    stranger = Client()
    stranger.force_login(district.user("new"))
    assert stranger.get(address).status_code == 404
    assert stranger.get(f"/kiem-diem/{district.round.pk}/tu-cham/").status_code == 404


def test_a_round_whose_rulebook_asks_for_none_has_none(db: None) -> None:
    ward = world.open_ward()
    with pytest.raises(NotYours, match="không yêu cầu"):
        actions.score_itself(
            organisation_id=ward.party["office"].pk, year=2025, kind="regular", number=1, held_on=date(2025, 1, 5),
            could=True, marks={}, total="90", reason="", by=ward.user("chief"), at=world.AT,
        )  # fmt: skip


def test_criteria_that_an_agency_names_itself_are_scored_one_by_one(district: Ward) -> None:
    book = books.rules_of(district.round).book
    since = date(2018, 11, 30)
    named = tuple(
        SelfScoringCriterion.model_validate(
            {"id": f"c{n}", "label": f"Tiêu chí {n}", "max": 10, "cite": "hoa-binh/khong-xep-loai", "since": since}
        )
        for n in range(6)
    )
    whole = replace(book, book=book.book.model_copy(update={"self_scoring_criteria": named}))
    part = replace(book, book=book.book.model_copy(update={"self_scoring_criteria": named[:5]}))
    on = district.round.rating_date
    found, unfinished = scoring_of(whole, on), scoring_of(part, on)
    assert found is not None
    assert unfinished is not None
    assert [row.most for row in found.rows] == [1000] * 6
    assert unfinished.rows == (), "five of six are not a text one can score by"
