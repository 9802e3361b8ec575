"""Raising, answering, merging, sending up, publishing: who may, what is told to whom, one event each."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast
from tests.factories.months import confirmed, make_task, open_month
from tests.factories.people import give_role, make_person
from tests.guards import outside_actions
from tests.integration.difficulties.conftest import ARTICLE, BOOK, Raise
from thuocdo.appraisals.errors import Refused
from thuocdo.audit.models import Event
from thuocdo.audit.verify import verify
from thuocdo.difficulties import actions, queries
from thuocdo.difficulties.books import articles, open_book, points
from thuocdo.difficulties.models import AcceptedReading, Difficulty
from thuocdo.difficulties.queries import Filters, published_readings_of
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.notices.models import Notice
from thuocdo.organisation.models import Person, Role
from thuocdo.organisation.waiting import Todo, todo
from thuocdo.rulesets.actions import bind


def act(row: Difficulty, who: Person, at: datetime, **more: Any) -> dict[str, Any]:
    """What every action on a difficulty takes, with the version as it is now."""
    now = Difficulty.objects.get(pk=row.pk)
    return {"difficulty_id": row.pk, "version": now.version, "by": who.user, "at": at} | more


def told(who: Person) -> list[str]:
    return list(Notice.objects.filter(user=who.user).order_by("pk").values_list("text", flat=True))


def published(row: Difficulty, who: Person, at: datetime, **changed: Any) -> AcceptedReading:
    words = {"article": ARTICLE, "question": "So ngưỡng thế nào?", "reading": "So trên điểm chưa làm tròn."}
    return actions.publish(**act(row, who, at), **({**words, "start": date(2026, 1, 1)} | changed))


def waiting(person: Person, at: datetime) -> list[Todo]:
    return [t for t in todo(person.user, at) if t.kind == "difficulties.waiting"]


def test_raised_to_the_nearest_officer_once(cast: Cast, at: datetime, raised: Raise) -> None:
    row = raised()
    assert raised() == row
    assert (row.unit, row.holder, row.state) == (cast.economy, cast.ward, "waiting")
    assert "Điều 17 khoản 1" in row.article_words
    assert len(told(cast.organisation_officer)) == 1
    assert cast.officer_appraised.full_name not in told(cast.organisation_officer)[0]
    assert Event.objects.filter(code="difficulty.raised").count() == 1
    with pytest.raises(Refused, match="Vướng mắc: chưa ghi"):
        raised(text=" ")
    with pytest.raises(Refusal, match="Hãy chọn điều") as refused:
        raised(article="nd-335/khong-co")
    assert refused.value.field == "article"
    with pytest.raises(NotYours):
        raised(rulebook="state/khong-co")
    with pytest.raises(Refusal, match="Chưa chọn bộ quy tắc"):
        raised(rulebook="")


def test_only_about_a_rulebook_in_force_for_the_author(cast: Cast, at: datetime, raised: Raise) -> None:
    with pytest.raises(Forbidden, match="không áp dụng cho ông/bà"):
        raised(cast.cadre)
    assert raised(cast.organisation_officer).author == cast.organisation_officer.user
    bind(
        by=None, at=at, unit_id=cast.economy.pk, subject_kind="civil_servant", start=date(2026, 1, 1),
        decided_by="Chủ tịch", reason="Chưa chọn quy định",
    )  # fmt: skip
    with pytest.raises(Forbidden, match="Đang áp dụng cho ông/bà: chưa ghi nhận"):
        raised(text="Một vướng mắc khác")


def test_about_an_open_point(cast: Cast, raised: Raise) -> None:
    row = raised(point="rounding", article="")
    assert (row.about, row.item) == ("point", "rounding")
    assert "làm tròn" in row.item_words
    assert row.article == ARTICLE
    with pytest.raises(NotYours):
        raised(point="khong-co")


def test_about_a_line_of_the_own_result_only(cast: Cast, at: datetime, raised: Raise) -> None:
    make_task(cast.officer_appraised, cast.economy, giver=cast.task_giver.user)
    cycle = open_month(cast.ward, cast.organisation_officer)
    result = confirmed(cycle, cast.officer_appraised, at)
    row = raised(sheet_id=result.sheet_id, line="band")
    assert (row.about, row.sheet_id, row.item) == ("result", result.sheet_id, "band")
    assert "Điều" in row.article_words
    assert row.article.startswith("nd-335/")
    with pytest.raises(Refusal, match="Hãy chọn dòng"):
        raised(sheet_id=result.sheet_id, line="khong-co")
    for other in (cast.colleague, cast.head, cast.organisation_officer):
        with pytest.raises(NotYours):
            raised(other, sheet_id=result.sheet_id, line="band")


def test_without_a_post_or_an_officer_the_author_is_told_what_to_do(cast: Cast, at: datetime, raised: Raise) -> None:
    with pytest.raises(Refusal, match="Chưa ghi nhận cán bộ tổ chức nào"):
        raised(cast.stranger)
    officer = make_person("X1", "Vũ Không Vị Trí", cast.city, end=date(2026, 1, 1))
    give_role(officer, cast.ward, Role.Kind.OFFICER)
    with pytest.raises(Refusal, match="chưa gắn với vị trí"):
        raised(officer)


def test_answered_by_who_has_it_and_nobody_else(cast: Cast, at: datetime, raised: Raise) -> None:
    row, officer = raised(), cast.organisation_officer
    for other in (cast.head, cast.officer_appraised, cast.stranger, cast.inspector):
        with pytest.raises(NotYours):
            actions.answer(**act(row, other, at), answer="x")
    with pytest.raises(Refused, match="Trả lời: chưa ghi"):
        actions.answer(**act(row, officer, at), answer="  ")
    first = act(row, officer, at)
    for _ in range(2):
        done = actions.answer(**first, answer="So trên điểm chính xác.")
    assert (done.state, done.answered_by) == ("answered", officer.user)
    assert Event.objects.filter(code="difficulty.answered").count() == 1
    assert told(cast.officer_appraised) == [f"Vướng mắc số {row.pk} ông/bà đã nêu: {cast.ward.name} đã trả lời."]
    with pytest.raises(Conflict, match="Bùi Thị Mai đã xử lý"):
        actions.answer(**first, answer="Khác")
    with pytest.raises(Conflict, match="đã trả lời"):
        actions.withdraw(**act(row, cast.officer_appraised, at))


def test_nobody_answers_the_own_difficulty(cast: Cast, at: datetime, raised: Raise, city_officer: Person) -> None:
    row = raised(cast.organisation_officer)
    assert row.holder == cast.ward
    with pytest.raises(Forbidden, match="không tự xử lý vướng mắc do chính mình nêu"):
        actions.answer(**act(row, cast.organisation_officer, at), answer="Tự trả lời")
    sent = actions.send_up(**act(row, cast.organisation_officer, at), reason="Không tự trả lời")
    assert sent.holder == cast.city
    with outside_actions(), transaction.atomic(), pytest.raises(IntegrityError):
        Difficulty.objects.filter(pk=row.pk).update(
            state="answered", answer="x", answered_at=at, answered_by=row.author
        )


def test_withdrawn_by_the_author_alone_while_waiting(cast: Cast, at: datetime, raised: Raise) -> None:
    row = raised()
    with pytest.raises(NotYours):
        actions.withdraw(**act(row, cast.organisation_officer, at))
    with pytest.raises(Conflict):
        actions.withdraw(**act(row, cast.officer_appraised, at, version=9))
    done = act(row, cast.officer_appraised, at)
    for _ in range(2):
        assert actions.withdraw(**done).state == "withdrawn"
    with pytest.raises(Conflict, match="trạng thái"):
        actions.answer(**act(row, cast.organisation_officer, at), answer="x")
    assert any("đã rút lại" in text for text in told(cast.organisation_officer))


def test_merged_authors_stay_informed_and_rings_are_refused(cast: Cast, at: datetime, raised: Raise) -> None:
    officer = cast.organisation_officer
    a, b, c = raised(), raised(cast.colleague), raised(cast.head)
    with pytest.raises(Conflict, match="chính nó"):
        actions.merge(**act(a, officer, at), into_id=a.pk)
    with pytest.raises(Refusal, match="Không có vướng mắc mang số này"):
        actions.merge(**act(a, officer, at), into_id=999_999)
    merged = act(a, officer, at)
    for _ in range(2):
        actions.merge(**merged, into_id=b.pk)
    assert Event.objects.filter(code="difficulty.merged").count() == 1
    with pytest.raises(Conflict, match="không gộp ngược lại"):
        actions.merge(**act(b, officer, at), into_id=a.pk)
    with pytest.raises(Conflict, match=f"Hãy gộp vào số {b.pk}"):
        actions.merge(**act(c, officer, at), into_id=a.pk)
    with pytest.raises(Conflict, match="Vướng mắc của người khác đã được gộp"):
        actions.withdraw(**act(b, cast.colleague, at))
    actions.merge(**act(b, officer, at), into_id=c.pk)
    assert set(Difficulty.objects.filter(state="merged").values_list("merged_into", flat=True)) == {c.pk}
    actions.answer(**act(c, officer, at), answer="Trả lời chung")
    for who, row in ((cast.officer_appraised, a), (cast.colleague, b), (cast.head, c)):
        assert told(who)[-1] == f"Vướng mắc số {row.pk} ông/bà đã nêu: {cast.ward.name} đã trả lời."
        seen = queries.view(who.user, row.pk, at)
        assert seen.own
        assert seen.answered.answer == "Trả lời chung"
    actions.reopen(**act(a, officer, at), reason="Không cùng nội dung")
    assert Difficulty.objects.get(pk=a.pk).state == "waiting"
    assert "mở lại" in told(cast.officer_appraised)[-1]


def test_another_rulebook_is_not_merged(cast: Cast, at: datetime, raised: Raise) -> None:
    a, b = raised(), raised(cast.colleague)
    with outside_actions():
        Difficulty.objects.filter(pk=b.pk).update(rulebook="state/khac")
    with pytest.raises(Refusal, match="hai bộ quy tắc khác nhau"):
        actions.merge(**act(a, cast.organisation_officer, at), into_id=b.pk)


def test_sent_up_taken_back_and_answered_above(cast: Cast, at: datetime, raised: Raise, city_officer: Person) -> None:
    row, officer = raised(), cast.organisation_officer
    with pytest.raises(NotYours):
        actions.answer(**act(row, city_officer, at), answer="Chưa gửi lên")
    with pytest.raises(Conflict, match="không phải do đơn vị ông/bà gửi lên"):
        actions.take_back(**act(row, officer, at), reason="x")
    with pytest.raises(Refused, match="Lý do gửi cấp trên"):
        actions.send_up(**act(row, officer, at), reason="")
    actions.send_up(**act(row, officer, at), reason="Cần hướng dẫn của thành phố")
    assert told(cast.officer_appraised)[-1].endswith(f"nay do {cast.city.name} xử lý.")
    assert told(city_officer)
    with pytest.raises(Forbidden, match="hãy lấy lại trước"):
        actions.answer(**act(row, officer, at), answer="x")
    with pytest.raises(NotYours):
        actions.take_back(**act(row, cast.head, at), reason="x")
    back = actions.take_back(**act(row, officer, at), reason="Đã có văn bản hướng dẫn")
    assert back.holder == cast.ward
    actions.send_up(**act(row, officer, at), reason="Vẫn cần hỏi")
    with pytest.raises(Refusal, match="Chưa ghi nhận đơn vị nào ở trên"):
        actions.send_up(**act(row, city_officer, at), reason="Hỏi tiếp")
    with pytest.raises(Conflict, match="không phải do đơn vị ông/bà gửi lên"):
        actions.take_back(**act(row, city_officer, at), reason="x")
    actions.answer(**act(row, city_officer, at), answer="Theo hướng dẫn.")
    assert "đã được cấp trên trả lời" in told(officer)[-1]
    assert [s.kind for s in queries.handling(officer.user, row.pk, at).steps] == [
        "raised", "sent_up", "taken_back", "sent_up", "answered",
    ]  # fmt: skip


def test_published_for_all_without_the_author_and_ended_when_reopened(cast: Cast, at: datetime, raised: Raise) -> None:
    row, officer = raised(text="Tôi là Ngọc, điểm 69,99 của tôi hiểu sao?"), cast.organisation_officer
    with pytest.raises(Conflict, match="Công bố"):
        published(row, officer, at)
    actions.answer(**act(row, officer, at), answer="So trên điểm chính xác.")
    with pytest.raises(NotYours):
        queries.view(cast.stranger.user, row.pk, at)
    with pytest.raises(Refusal, match="có hiệu lực từ 01/01/2026") as refused:
        published(row, officer, at, start=date(2025, 12, 31))
    assert refused.value.field == "start"
    with pytest.raises(Refused, match="Cách hiểu: chưa ghi"):
        published(row, officer, at, reading="")
    with pytest.raises(Refusal, match="Hãy chọn điều"):
        published(row, officer, at, article="x/1")
    done = published(row, officer, at)
    assert published_readings_of(BOOK) == {ARTICLE: [done]}
    seen = queries.view(cast.stranger.user, row.pk, at)
    assert not seen.own
    assert not seen.officer
    assert seen.steps == []
    assert [r.text for r in seen.readings] == ["So trên điểm chưa làm tròn."]
    assert queries.published_page("chua lam TRON", 1).total == 1
    assert queries.published_page("không có chữ này", 1).total == 0
    actions.reopen(**act(row, officer, at), reason="Có nghị định mới")
    assert published_readings_of(BOOK) == {}
    with pytest.raises(NotYours):
        queries.view(cast.stranger.user, row.pk, at)
    actions.answer(**act(row, officer, at), answer="Theo nghị định mới.")
    again = published(row, officer, at, reading="Theo quy định mới.")
    assert published_readings_of(BOOK) == {ARTICLE: [again]}
    assert AcceptedReading.objects.count() == 2


def test_every_step_leaves_a_record_that_verifies(
    cast: Cast, at: datetime, raised: Raise, city_officer: Person
) -> None:
    officer = cast.organisation_officer
    a, b, c = raised(), raised(cast.colleague), raised(cast.head)
    actions.merge(**act(a, officer, at), into_id=b.pk)
    actions.send_up(**act(b, officer, at), reason="Hỏi")
    actions.take_back(**act(b, officer, at), reason="Đã rõ")
    actions.answer(**act(b, officer, at), answer="Trả lời")
    published(b, officer, at)
    actions.reopen(**act(b, officer, at), reason="Sửa")
    actions.withdraw(**act(c, cast.head, at))
    problems = [p for p in verify(None).problems if p.kind.startswith("difficulties.")]
    assert problems == []
    assert Event.objects.filter(code__startswith="difficulty.").count() == 10


def test_the_list_is_filtered_counted_and_searched(
    cast: Cast, at: datetime, raised: Raise, city_officer: Person
) -> None:
    officer = cast.organisation_officer
    first = raised(text="Làm tròn điểm thế nào?")
    other = raised(cast.colleague, text="Nghỉ ốm tính sao?", article="nd-335/11.2")
    actions.answer(**act(first, officer, at), answer="Không làm tròn.")

    def numbers(who: Person = officer, **asked: Any) -> list[int]:
        return [row.pk for row in queries.officer_list(who.user, at, Filters(**asked), 1).page.lines]

    assert numbers() == [other.pk, first.pk]
    assert numbers(typed="lam tron") == [first.pk]
    assert numbers(article="nd-335/11.2") == [other.pk]
    assert numbers(state="answered") == [first.pk]
    assert numbers(rulebook="state/khac") == []
    assert numbers(holder=cast.city.pk) == []
    assert numbers(city_officer) == []
    found = queries.officer_list(officer.user, at, Filters(state="answered"), 1)
    assert {state: n for state, _, n in found.counts if n} == {"waiting": 1, "answered": 1}
    assert [t.text for t in waiting(officer, at)] == ["1 vướng mắc về quy tắc chờ trả lời"]
    assert waiting(cast.head, at) == []
    actions.send_up(**act(other, officer, at), reason="Hỏi")
    assert numbers(city_officer) == [other.pk]
    assert waiting(officer, at) == []
    assert numbers() == [other.pk, first.pk]


def test_rulebooks_of_schemes_where_no_unit_chooses_them_or_a_unit_did(cast: Cast, at: datetime, raised: Raise) -> None:
    row = raised(rulebook="party/qd-366-2025", article="qd-366/10")
    assert row.article_words.startswith("Điều 10")
    book = open_book("party/qd-366-2025")
    for point in points(book):
        assert raised(rulebook=book.key, article="", point=point).item == point
    with pytest.raises(Forbidden, match="không áp dụng cho ông/bà"):
        raised(rulebook="local/da-nang-2013", article=articles(open_book("local/da-nang-2013"))[0].ref)
    with pytest.raises(Forbidden):
        raised(rulebook="party/qd-124-2023", article=articles(open_book("party/qd-124-2023"))[0].ref)
    actions.answer(**act(row, cast.organisation_officer, at), answer="Theo hướng dẫn.")
    done = published(row, cast.organisation_officer, at, article="qd-366/10")
    assert published_readings_of("party/qd-366-2025") == {"qd-366/10": [done]}
