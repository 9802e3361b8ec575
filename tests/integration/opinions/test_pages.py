"""The pages of opinions as organiser, giver, evaluator and the person use them."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.clients import page_of, signed_in
from tests.factories.schemes import filed
from tests.integration.intake.files import cells_of
from tests.integration.opinions.conftest import AT, World, answered, asked, closed, fresh, prepared, sent
from thuocdo.audit.models import Event
from thuocdo.opinions.models import OpinionEnvelope, OpinionReturn, OpinionRound


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


def test_from_the_list_to_sending_on_pages(world: World, client: Client) -> None:
    cast = world.cast
    head = signed_in(cast.head, client)
    assert "Lập đợt lấy ý kiến" in page_of(head.get("/y-kien/"))
    place = f"ky={world.cycle.pk}&don-vi={cast.economy.pk}"
    page = page_of(head.get(f"/y-kien/lap/?{place}"))
    assert "Đồng nghiệp chấm điểm" in page
    assert "nguồn khá chắc" in page
    assert 'value="Kết quả làm việc"' in page
    assert cast.head.full_name not in page.split("Lấy ý kiến về ai")[1].split("Hỏi những gì")[0]
    subject = world.member(cast.officer_appraised).pk
    form = {
        "ky": str(world.cycle.pk), "don-vi": str(cast.economy.pk), "subjects": [str(subject)], "secret": "1",
        "question-1": "Kết quả", "kind-1": "points", "maximum-1": "100", "threshold": "2", "told": "figures",
        "closes_on": "04/03/2026", "question-2": "Phối hợp", "kind-2": "agree",
    }  # fmt: skip
    refused = head.post("/y-kien/lap/", form)
    assert refused.status_code == 400
    assert 'href="#threshold"' in page_of(refused)
    assert 'value="Phối hợp"' in page_of(refused)
    worse = head.post("/y-kien/lap/", form | {"threshold": "3", "maximum-1": "1.000"})
    assert 'href="#maximum-1"' in page_of(worse)
    assert head.post("/y-kien/lap/", form | {"threshold": "3"}).status_code == 302
    one = OpinionRound.objects.get()
    path = f"/y-kien/{one.pk}/"
    assert "Chưa có bên nào" in page_of(head.get(path))
    raters = [str(rater.pk) for rater in world.six]
    party = {"do": "party", "version": "1", "group": "colleague", "questions": ["1", "2"], "raters": raters}
    assert "Người được hỏi" in page_of(head.get(f"{path}?tu={cast.finance_team.pk}"))
    assert head.post(path, party | {"raters": []}).status_code == 400
    assert head.post(path, party | {"version": "7"}).status_code == 409
    assert head.post(path, party).status_code == 302
    shown = page_of(head.get(path))
    assert "Gửi 5 phiếu" in shown
    assert cast.deputy.full_name in shown
    assert head.post(path, {"do": "unparty", "version": "2", "party": str(one.parties.get().pk)}).status_code == 302
    assert head.post(path, party | {"version": "3", "label": "Tổ và phòng"}).status_code == 302
    assert head.post(path, {"do": "send", "version": "4"}).status_code == 302
    running = page_of(head.get(path))
    assert "Đã trả lời 0/5 người" in running
    assert "Kết thúc đợt</button>" not in running
    assert head.post(path, {"do": "close", "version": "5"}).status_code == 409
    assert head.post(path, {"do": "nothing", "version": "5"}).status_code == 404
    assert head.post(path, {"do": "drop", "version": "5"}).status_code == 302
    assert fresh(one).state == "dropped"
    for other in (cast.head_elsewhere, cast.office_head):
        assert signed_in(other, client).get(path).status_code == 404
        assert client.post(path, {"do": "send", "version": "4"}).status_code == 404
        assert client.get(f"/y-kien/lap/?{place}").status_code == 404


def test_several_people_are_answered_at_once_and_looked_over(world: World, client: Client) -> None:
    cast = world.cast
    about = (cast.officer_appraised, cast.colleague, cast.task_giver)
    one = sent(asked(prepared(world, about), world.six))
    deputy = signed_in(cast.deputy, client)
    assert "Cho ý kiến về 3 người" in page_of(deputy.get("/"))
    path = f"/y-kien/{one.pk}/tra-loi/"
    page = page_of(deputy.get(path))
    assert all(person.full_name in page for person in about)
    names = sorted(set(re.findall(r'name="(f\d+)\.outside"', page)))
    assert len(names) == 3
    first, second, third = names
    typed = {f"{first}.1": "85,5", f"{first}.2": "yes", f"{second}.outside": "1", f"{third}.text": "Tận tụy"}
    wrong = deputy.post(path, typed | {f"{first}.1": "850", f"{third}.text": "", "do": "review"})
    assert wrong.status_code == 400
    assert f'href="#{first}.1"' in page_of(wrong)
    assert f'href="#{third}.outside"' in page_of(wrong)
    assert 'value="850"' in page_of(wrong)
    review = page_of(deputy.post(path, typed | {"do": "review"}))
    assert "85,5" in review
    assert "Ngoài lĩnh vực của tôi" in review
    assert OpinionReturn.objects.count() == 0, "looking over sends nothing"
    hidden = dict(re.findall(r'type="hidden" name="(f[^"]+)" value="([^"]*)"', review))
    assert 'value="85,5"' in page_of(deputy.post(path, hidden | {"do": "edit"}))
    assert deputy.post(path, hidden | {"do": "send"}).status_code == 302
    assert (OpinionReturn.objects.count(), OpinionEnvelope.objects.count()) == (1, 3)
    again = deputy.post(path, hidden | {"do": "send"})
    assert again.status_code == 409
    assert "Tận tụy" not in page_of(again)
    assert deputy.get(path).status_code == 409
    assert "Cho ý kiến về" not in page_of(deputy.get("/"))
    for stranger in (cast.head, cast.stranger, cast.inspector, cast.organisation_officer):
        assert signed_in(stranger, client).get(path).status_code == 404
        assert client.post(path, hidden | {"do": "send"}).status_code == 404
    assert deputy.post(path, hidden | {"do": "send"}).status_code == 404


def test_the_evaluator_sees_the_result_beside_the_sheet_and_the_person_what_the_round_allows(
    world: World, client: Client
) -> None:
    cast = world.cast
    me = cast.officer_appraised
    one = sent(asked(prepared(world, (me,)), world.six))
    raters = [person for person in world.six if person != me]
    sheet = filed(world.cycle, me, {"marks.total": "82"})
    page, part = f"/danh-gia/phieu/{sheet.pk}/", f"/y-kien/canh-phieu/{sheet.pk}/"
    fragment: Any = {"headers": {"HX-Request": "true"}}
    for rater in raters:
        answered(one, rater, text="Sẵn sàng giúp đồng nghiệp")
    assert f'hx-get="{part}"' in page_of(signed_in(cast.head, client).get(page))
    running = page_of(client.get(part, **fragment))
    assert "cả đợt đã trả lời 5/5 người" in running
    assert "trung bình" not in running
    assert "Sẵn sàng" not in running
    closed(one, cast.head, at=AT)
    judging = page_of(client.get(part, **fragment))
    assert "trung bình 80,0 điểm (từ 3 ý kiến trở lên)" in judging
    assert "Sẵn sàng giúp đồng nghiệp" in judging
    assert "từ 60% trở lên đồng ý" in judging
    assert not [person for person in raters if person.full_name in judging]
    assert "trung bình 80,0 điểm" in page_of(client.get(part)), "without JavaScript it is a page"
    file = f"/bang/opinions-month/{one.pk}/tep.xlsx"
    assert file in judging
    lines = cells_of(b"".join(client.get(file)))[1:]
    assert {tuple(line[:2]) for line in lines} == {(me.code, me.full_name)}
    assert {line[-1] for line in lines} == {
        "Kết quả làm việc: trung bình 80,0 điểm (từ 3 ý kiến trở lên); Phối hợp với đồng nghiệp: từ 60% trở lên đồng ý",
        "Sẵn sàng giúp đồng nghiệp",
    }
    assert not {person.full_name for person in raters} & {cell for line in lines for cell in line}
    counts = page_of(client.get(f"/y-kien/{one.pk}/"))
    assert "Số phiếu" in counts
    assert "trung bình" not in counts, "the organiser as such sees counts"
    seen = Event.objects.filter(code="sheet.viewed").count()
    other = page_of(signed_in(cast.inspector, client).get(part))
    assert "trung bình 80,0 điểm" in other
    assert "Sẵn sàng" not in other, "words are the evaluator's"
    assert Event.objects.filter(code="sheet.viewed").count() == seen + 1
    for stranger in (me, cast.colleague, cast.head_elsewhere, cast.stranger):
        assert signed_in(stranger, client).get(part).status_code in (403, 404)
        assert client.get(file).status_code == 404
    assert signed_in(cast.inspector, client).get(file).status_code == 404, "words are the evaluator's"
    mine = page_of(signed_in(me, client).get("/y-kien/"))
    assert "trung bình 80,0 điểm" in mine
    assert "Sẵn sàng" not in mine
    assert "trung bình" not in page_of(signed_in(cast.colleague, client).get("/y-kien/"))
