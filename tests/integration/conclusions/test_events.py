"""Assessments before an event: only those that the day's text names, through the same three parts, to words."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.factories import conclusions as world
from tests.factories import events
from tests.factories.party import stand
from tests.factories.rounds import AT, Ward
from tests.guards import outside_actions
from tests.standing import standing
from thuocdo.audit.verify import verify as verify_all
from thuocdo.conclusions import actions, candidates, facts, opened
from thuocdo.conclusions.models import Assessment
from thuocdo.engine import load_book
from thuocdo.engine.schemes.occasions import events_of
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal, Several
from thuocdo.notices.models import Notice
from thuocdo.organisation.waiting import todo
from thuocdo.records.models import PartyStanding
from thuocdo.rounds import actions as rounds

pytestmark = pytest.mark.django_db
GIA_LAI = {"overlays": ["overlays/gia-lai-2017"], "day": date(2017, 6, 1), "start": date(2014, 1, 1)}


@standing
def ward(db: None) -> Ward:
    return world.decided_ward()


def waits(ward: Ward, name: str) -> list[str]:
    return [one.text for one in todo(ward.user(name), AT) if one.kind.startswith("events.")]


def test_three_parts_lead_to_a_conclusion_in_words_and_each_is_on_somebodys_list(ward: Ward) -> None:
    one = events.opened(ward)
    assert (one.rulebook, one.start, one.end) == ("party/qd-366-2025", date(2022, 12, 1), events.DAY)
    assert waits(ward, "vice") == ["Ghi phần tự đánh giá của ông/bà: bổ nhiệm Chủ tịch"]
    assert Notice.objects.get(kind="assessment.opened").user == ward.user("vice")
    events.own(ward, one)
    assert waits(ward, "officer") == ["Thẩm định hồ sơ đánh giá: Lê Phó Một"]
    with pytest.raises(Forbidden):
        events.verify(ward, one, by="vice")
    events.verify(ward, one)
    assert waits(ward, "chair") == ["Kết luận hồ sơ đánh giá: Lê Phó Một"]
    with pytest.raises(Several) as told:
        events.decide(ward, one, document=events.WORDS | {"prospects": " "})
    assert list(told.value.problems) == ["prospects"]
    made = events.decide(ward, one)
    assert (made.level, made.outcome, made.verified_by) == ("", "", ward.people["officer"])
    assert facts.read(made)["prospects"] == events.WORDS["prospects"]
    assert [waits(ward, name) for name in ("vice", "officer", "chair")] == [[], [], []]
    assert [p.message for p in verify_all().problems if "conclusions" in p.kind] == []


def test_every_occasion_is_played_to_its_conclusion_discipline_too(ward: Ward, client: Client) -> None:
    played: dict[str, int] = {}
    for key, more in (("party/qd-366-2025", {}), ("party/hd-27-2014", GIA_LAI)):
        for event in events_of(load_book(key, more.get("overlays", ())), more.get("day", events.DAY)):
            if event.id in played:
                continue
            start = more.get("start") or (None if event.years else date(2020, 12, 1))
            one = events.opened(ward, occasion=event.id, event=f"{event.label}, {key}", **(more | {"start": start}))
            events.own(ward, one)
            events.verify(ward, one)
            made = events.decide(ward, one)
            assert (one.rulebook, made.level, facts.read(made)["prospects"]) == (key, "", events.WORDS["prospects"])
            played[event.id] = one.pk
    assert list(played) == ["appointment", "nomination", "reappointment", "election", "planning", "reward", "term",
                            "needed", "discipline"]  # fmt: skip
    client.force_login(ward.user("vice"))
    shown = client.get(f"/ket-luan/ho-so/{played['needed']}/").content.decode()
    assert "20-KL/ĐU" in shown
    assert "Trước khi bổ nhiệm lại" in shown, "the conclusions before stand beside"


def test_only_what_the_text_of_the_day_names_is_opened(ward: Ward) -> None:
    with pytest.raises(Several) as told:
        events.opened(ward, occasion="discipline")
    assert list(told.value.problems) == ["occasion"]
    with pytest.raises(Several, match="không nêu loại đối tượng"):
        events.opened(ward, "Đảng bộ", kind="collective")
    with pytest.raises(Several, match="không nêu bao nhiêu năm"):
        events.opened(ward, occasion="needed")
    with pytest.raises(Several, match="xét 3 năm gần nhất"):
        events.opened(ward, start=date(2024, 1, 1))
    assert events.opened(ward, occasion="discipline", **GIA_LAI).rulebook == "party/hd-27-2014"
    assert Assessment.objects.count() == 1


def test_confidence_is_that_of_the_articles() -> None:
    now = {one.id: one.confidence for one in events_of(load_book("party/qd-366-2025"), events.DAY)}
    assert (now["term"], now["planning"], now["reappointment"], "discipline" in now) == ("H", "M", "M", False)
    then = events_of(load_book("party/hd-27-2014", ["overlays/gia-lai-2017"]), date(2017, 6, 1))
    assert {one.confidence for one in then} == {"L"}
    assert len(then) == 8


def test_nobody_opens_the_own_nor_somebody_elsewhere_nor_twice(ward: Ward) -> None:
    with pytest.raises(Forbidden, match="của chính mình"):
        events.opened(ward, "Đỗ Tổ Chức", kind="party_member")
    with pytest.raises(NotYours):
        events.opened(ward, who="post-0")
    with pytest.raises(NotYours):
        events.opened(ward, by=ward.user("chair"))
    one = events.opened(ward)
    with pytest.raises(Conflict, match="đã có một hồ sơ"):
        events.opened(ward)
    one.pk = None
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        one.save(force_insert=True)


def test_what_was_opened_by_mistake_is_dropped_with_a_reason_and_takes_nothing_more(ward: Ward) -> None:
    one = events.opened(ward)
    with pytest.raises(Forbidden):
        actions.drop_event(**events.seen(one), reason="Nhầm", by=ward.user("vice"))
    with pytest.raises(Refusal, match="Lý do bỏ"):
        actions.drop_event(**events.seen(one), reason=" ", by=ward.user("officer"))
    actions.drop_event(**events.seen(one), reason="Chọn nhầm người", by=ward.user("officer"))
    with pytest.raises(Conflict, match="đã bỏ"):
        events.own(ward, one)
    assert (waits(ward, "vice"), events.opened(ward).state) == ([], "own")


def test_extra_criteria_are_those_of_who_is_recorded_as_a_key_cadre_on_the_day(ward: Ward, client: Client) -> None:
    stand(ward.people["vice2"], "key_cadre", start=date(2017, 6, 2))
    stand(ward.people["vice2"], "key_cadre", start=date(2017, 5, 1))
    PartyStanding.objects.filter(start=date(2017, 5, 1)).update(withdrawn_at=AT, withdrawn_reason="Ghi nhầm người")
    one = events.opened(ward, "Phạm Phó Hai", **GIA_LAI)
    events.own(ward, one, by="vice2")
    client.force_login(ward.user("officer"))
    page = client.get(f"/ket-luan/ho-so/{one.pk}/").content.decode()
    assert "không được ghi là cán bộ chủ chốt nên không xét" in page
    assert "criteria" not in facts.read(events.verify(ward, one))


def test_extra_criteria_of_a_key_cadre_are_answered_in_words_in_the_verification(ward: Ward) -> None:
    stand(ward.people["vice"], "key_cadre", start=date(2017, 6, 1))
    one = events.opened(ward, **GIA_LAI)
    events.own(ward, one, document=events.WORDS | {"criteria": {"unity": "Giữ đoàn kết"}})
    with pytest.raises(Several) as told:
        events.verify(ward, one)
    assert len(told.value.problems) == 9
    answers = {name.partition(".")[2]: "Đạt" for name in told.value.problems}
    part = events.verify(ward, one, document={"comment": "Đúng", "criteria": answers})
    assert facts.read(part)["criteria"]["corruption"] == "Đạt"
    assert opened.view(ward.user("chair"), AT, assessment_id=one.pk).beside is not None


def test_levels_of_earlier_years_stand_beside_and_missing_years_are_named(ward: Ward) -> None:
    work = ward.subject("civil_servant", "Lê Phó Một")
    rounds.take_steps(round_id=ward.round.pk, steps=[("rate_work", work.pk)], on=world.DAY, place="",
                      number="7-QĐ", body="Ủy ban", levels={work.pk: "good"}, by=ward.user("officer"),
                      at=AT)  # fmt: skip
    first = events.opened(ward)
    events.own(ward, first)
    events.verify(ward, first)
    events.decide(ward, first)
    found = opened.view(ward.user("vice"), AT, assessment_id=events.opened(ward, occasion="nomination").pk).beside
    assert found is not None
    assert [(row.year, row.of, row.source[:30]) for row in found.earlier] == [
        (2025, "công chức", "theo quyết định giấy số 7-QĐ n"),
        (2025, "trước khi bổ nhiệm", "số 20-KL/ĐU ngày 01/12/2025"),
    ]
    assert found.missing == (2024, 2023, 2022), "the text names three years"


def test_the_pages_open_an_event_and_keep_what_was_typed(ward: Ward) -> None:
    officer, vice, outside = Client(), Client(), Client()
    for client, name in ((officer, "officer"), (vice, "vice"), (outside, "outside")):
        client.force_login(ward.user(name))
    sent = {"day": "01/12/2025", "kind": "leader", "find": "Phó Một", "do": "find"}
    page = officer.post("/ket-luan/viec/moi/", sent).content.decode()
    who = events.key(ward, "leader", "Lê Phó Một")
    assert f'value="{who}"' in page
    assert "xem mức của 3 năm gần nhất" in page
    assert "Điều 34" in page
    bad = officer.post("/ket-luan/viec/moi/", sent | {"do": "open", "event": "bổ nhiệm X", "who": who})
    assert (bad.status_code, "bổ nhiệm X" in bad.content.decode()) == (400, True)
    made = officer.post("/ket-luan/viec/moi/", sent | {
        "do": "open", "event": "bổ nhiệm X", "who": who, "occasion": "appointment"})  # fmt: skip
    assert made.status_code == 302
    shown = vice.get(made["Location"]).content.decode()
    assert "Kết quả các năm trước, để đối chiếu" in shown
    listed = vice.get("/ket-luan/viec/").content.decode()
    assert "bổ nhiệm X" in listed
    assert "chờ tự đánh giá" in listed
    assert "chờ tự đánh giá" in shown
    assert "tự xếp loại" not in listed + shown, "nobody gives themselves a level before an event"
    assert "Mở hồ sơ" not in vice.get("/ket-luan/viec/").content.decode()
    assert outside.get(made["Location"]).status_code == 404
    assert "bổ nhiệm X" not in outside.get("/ket-luan/viec/").content.decode()
    assert vice.get("/ket-luan/viec/moi/").status_code == 404
    own = {"do": "own", "version": "1", "strengths": "Tốt", "defects": "Ít"}
    filed = vice.post(made["Location"], own, follow=True).content.decode()
    assert "Đã ghi phần tự đánh giá; chờ thẩm định." in filed
    assert "<b>Tự đánh giá</b>" in filed
    drop = {"do": "drop", "version": "2", "drop_reason": "Nhầm"}
    assert vice.post(made["Location"], drop).status_code == 403
    assert officer.post(made["Location"], drop).status_code == 302


def test_a_body_is_assessed_at_the_end_of_the_term_by_whoever_leads_it(ward: Ward) -> None:
    one = events.opened(ward, "Đảng bộ", kind="collective", occasion="term", start=date(2021, 1, 1))
    assert (one.person, one.party) == (None, ward.party["ward"])
    events.own(ward, one, by="vice")
    events.verify(ward, one)
    with pytest.raises(Refusal, match="Chưa ghi phân cấp"):
        events.decide(ward, one)
    with pytest.raises(NotYours):
        events.verify(ward, one, by="outside")
    world.competent(ward, "collective", party_kind="above_base", body="Ban Thường vụ Thành ủy", party_id=0)
    with pytest.raises(Forbidden):
        events.decide(ward, one)
    made = events.decide(ward, one, by="second", number="4-KL/TU")
    assert (made.body, one.party) == ("Ban Thường vụ Thành ủy", ward.party["ward"])


def test_of_a_city_the_first_leaders_are_those_of_all_in_the_order_of_names(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, _ = candidates.offered(ward.user("officer"), "leader", "", AT.date())
    assert len(whole) > 2
    for most in range(1, len(whole) + 1):
        monkeypatch.setattr(candidates, "MOST", most)
        for few in (0, 1000):
            monkeypatch.setattr(candidates, "FEW_UNITS", few)
            found = candidates.offered(ward.user("officer"), "leader", "", AT.date())
            assert found == (whole[:most], len(whole) > most), (most, few)
