"""A round from its preparation to the frozen result, and what is refused on the way."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.guards import outside_actions
from tests.integration.opinions.conftest import (
    AFTER,
    AT,
    LAST,
    World,
    answered,
    asked,
    closed,
    fresh,
    prepared,
    sent,
    typed,
)
from thuocdo.audit.models import Event
from thuocdo.audit.report import Report
from thuocdo.audit.rows import check_rows
from thuocdo.cycles.models import Member
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.notices.models import Notice
from thuocdo.opinions import actions, organising, queries
from thuocdo.opinions.actions.drafting import Asking
from thuocdo.opinions.merged_codes import clash
from thuocdo.opinions.models import (
    Opinion,
    OpinionComment,
    OpinionEnvelope,
    OpinionInvitation,
    OpinionReturn,
    OpinionTally,
)
from thuocdo.opinions.rules import Refused
from thuocdo.organisation.models import Person
from thuocdo.organisation.told import told
from thuocdo.organisation.waiting import todo


def running(world: World, *subjects: Person, **more: Any) -> Any:
    about = subjects or (world.cast.officer_appraised,)
    return sent(asked(prepared(world, about, **more), world.six))


def test_a_round_from_the_rule_to_the_result(world: World) -> None:
    me, head = world.cast.officer_appraised, world.cast.head
    one = running(world)
    assert (one.basis, one.secret) == ("rule", True)
    assert "Đà Nẵng" in one.basis_text
    raters = [row.rater for row in OpinionInvitation.objects.select_related("rater").order_by("pk")]
    assert me not in raters
    assert head not in raters
    assert len(raters) == 5
    for rater, mark, agree in zip(
        raters, ("80", "85,5", "90", "70", "60"), ("yes", "yes", "no", "yes", "yes"), strict=True
    ):
        live = queries.of_member(world.member(me).pk, texts=True)
        assert live is not None
        assert (live.sent, live.blocks) == (5, ()), "before closing there is a count and nothing else"
        answered(one, rater, mark=mark, agree=agree, text=f"Nhận xét {mark}")
    assert (live.returned, queries.counts_of(one)) == (4, (5, 5))
    closed(one, head, at=AT)
    result = queries.of_member(world.member(me).pk, texts=True)
    assert result is not None
    (block,) = result.blocks
    assert (block.sent, block.returned, block.valid, block.shown) == (5, None, None, True)
    said = ["trung bình 77,1 điểm (từ 3 ý kiến trở lên)", "từ 60% trở lên đồng ý"]
    assert [figure.words for figure in block.figures] == said
    assert sorted(text for text, _ in block.comments) == [f"Nhận xét {m}" for m in ("60", "70", "80", "85,5", "90")]
    assert {name for _, name in block.comments} == {""}
    (mine,) = queries.desk(me.user, AT).about_me
    assert mine.blocks[0].figures == block.figures
    assert mine.blocks[0].comments == (), "the round shows figures to the person, not words"
    codes = Event.objects.filter(code__startswith="opinions.").order_by("seq").values_list("code", flat=True)
    assert list(codes) == ["opinions.prepared", "opinions.party_added", "opinions.sent", "opinions.closed_secret"]
    report = Report()
    check_rows(report)
    assert [problem for problem in report.problems if "opinions." in str(problem)] == []


def test_small_groups_are_counted_together_or_hidden_and_never_kept(world: World) -> None:
    cast = world.cast
    one = prepared(world, (cast.officer_appraised, cast.colleague))
    asked(one, [cast.deputy, cast.task_giver, cast.colleague, cast.officer_appraised])
    sent(asked(one, [cast.team_head, cast.team_member], group="subordinate"))
    for rater in (cast.deputy, cast.task_giver, cast.team_head, cast.colleague):
        answered(one, rater, text=f"Lời của {rater.code}")
    closed(one, cast.head)
    together = queries.of_member(world.member(cast.officer_appraised).pk, texts=True)
    assert together is not None
    (block,) = together.blocks
    assert block.parties == "Đồng nghiệp; Cấp dưới"
    assert (block.sent, block.shown) == (5, True)
    assert block.comments == (), "words need five"
    assert OpinionComment.objects.count() == 0
    hidden = queries.of_member(world.member(cast.colleague).pk, texts=True)
    assert hidden is not None
    assert [(b.sent, b.shown) for b in hidden.blocks] == [(5, True)]
    counts = OpinionTally.objects.order_by("subject__member__person__code").values_list("returned", "valid")
    assert sorted(counts) == [(3, 3), (4, 4)]
    assert Opinion.objects.count() == 7 * 2, "a row for each question"


def test_too_few_answers_leave_counts_and_no_answer(world: World) -> None:
    one = running(world)
    answered(one, world.cast.deputy, text="Chỉ mình tôi")
    answered(one, world.cast.colleague)
    closed(one, world.cast.head)
    result = queries.of_member(world.member(world.cast.officer_appraised).pk, texts=True)
    assert result is not None
    (block,) = result.blocks
    assert (block.sent, block.shown, block.figures) == (5, False, ())
    tally = OpinionTally.objects.get()
    assert (tally.returned, tally.valid, tally.figures) == (2, 2, "")
    left = (Opinion, OpinionComment, OpinionEnvelope, OpinionReturn)
    assert [model.objects.count() for model in left] == [0, 0, 0, 0]


def test_outside_the_own_field_is_returned_but_no_opinion(world: World) -> None:
    one = running(world)
    for rater in (world.cast.deputy, world.cast.colleague, world.cast.task_giver):
        answered(one, rater)
    row = OpinionInvitation.objects.get(rater=world.cast.team_head)
    outside = {f"f{row.pk}.outside": "1"}
    actions.answer_round(round_id=one.pk, typed=outside, by=world.cast.team_head.user, at=AT)
    closed(one, world.cast.head)
    tally = OpinionTally.objects.get()
    assert (tally.sent, tally.returned, tally.valid) == (5, 4, 3)


def test_each_party_is_asked_within_its_field(world: World) -> None:
    one = prepared(world, (world.cast.officer_appraised,), threshold="3")
    asked(one, [world.cast.deputy, world.cast.colleague, world.cast.task_giver], questions=[2])
    sent(asked(one, [world.cast.team_head, world.cast.team_member], group="related", questions=[1]))
    (form,) = queries.answering(world.cast.deputy.user, one.pk, AT).forms
    assert [question.number for question in form.questions] == [2]
    answered(one, world.cast.deputy, mark="1000000")
    for rater in (world.cast.colleague, world.cast.task_giver, world.cast.team_head, world.cast.team_member):
        answered(one, rater)
    closed(one, world.cast.head)
    result = queries.of_member(world.member(world.cast.officer_appraised).pk, texts=True)
    assert result is not None
    (block,) = result.blocks
    assert [figure.words for figure in block.figures] == [result.hidden, "từ 60% trở lên đồng ý"]
    assert result.hidden == "chưa đủ 3 ý kiến để công bố, hoặc đặt cạnh số liệu khác thì lộ ý kiến"
    assert sorted(Opinion.objects.values_list("answers", flat=True)) == ['{"2":"yes"}'] * 3


def test_abuse_45_a_question_is_not_asked_of_one_person_more_in_other_words(world: World) -> None:
    """The one who is asked the second wording alone would be the difference of two results of one round."""
    cast = world.cast
    four = [cast.deputy, cast.colleague, cast.task_giver, cast.team_head]
    questions = (Asking("Kết quả làm việc", "points", "100"), Asking("Kết quả công tác", "points", "100"))
    one = prepared(world, (cast.officer_appraised,), questions=questions)
    asked(one, four, questions=[1, 2])
    narrow = asked(one, [cast.team_member], group="related", questions=[2])
    with pytest.raises(Conflict, match=r"hai nội dung hỏi về .* chỉ khác nhau dưới 3 người"):
        sent(narrow)
    (party,) = one.parties.filter(group="related")
    actions.drop_party(round_id=one.pk, version=fresh(one).version, party_id=party.pk, by=cast.head.user, at=AT)
    sent(asked(one, [cast.team_member], group="related", questions=[1, 2]))



def test_abuse_44_twice_oneself_lowered_threshold_and_who_answered(world: World) -> None:
    """Survey abuse: answering twice, about oneself, lowering the threshold afterwards, seeing who answered."""
    cast = world.cast
    for low in ("2", "0", "-3", "3,5", "", "999"):
        with pytest.raises(Refusal) as refused:
            prepared(world, (cast.officer_appraised,), threshold=low)
        assert refused.value.field == "threshold"
    one = running(world)
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        type(one).objects.filter(pk=one.pk).update(threshold=2)
    answered(one, cast.deputy)
    with pytest.raises(Conflict, match="đã gửi ý kiến"):
        answered(one, cast.deputy, mark="10")
    assert OpinionEnvelope.objects.filter(round=one).count() == 1
    row = OpinionInvitation.objects.filter(rater=cast.deputy).get()
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        OpinionInvitation.objects.filter(pk=row.pk).update(rater=cast.officer_appraised)
    with pytest.raises(NotYours):
        answered(one, cast.officer_appraised)
    with pytest.raises(NotYours):
        answered(one, cast.head)
    shown = organising.prepared(cast.head.user, one.pk, 0, AT)
    assert (shown.sent, shown.answering, shown.answered) == (5, 5, 1)
    with pytest.raises(Conflict):
        asked(one, [cast.team_head])


def test_abuse_44_a_closed_round_of_all_about_all_shows_the_same_whoever_kept_silent(
    world: World, monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    """Nobody is asked about themselves: counts by person would be higher by one for who did not answer."""
    cast = world.cast
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTER)
    about = [cast.officer_appraised, cast.colleague, cast.task_giver]
    one = running(world, *about)
    client.force_login(cast.head.user)
    seen, stored = set(), set()
    for silent in about:
        with transaction.atomic():
            for rater in world.six:
                if rater != silent:
                    answered(one, rater)
            closed(one, cast.head)
            results = [queries.of_member(world.member(person).pk, texts=True) for person in about]
            page = client.get(f"/y-kien/{one.pk}/").content.decode().split("<h2>Số phiếu</h2>")[1].split("</table>")[0]
            seen.add((page, str([result and (result.sent, result.returned, result.blocks) for result in results])))
            stored.add(str(list(OpinionTally.objects.order_by("subject").values_list("returned", flat=True))))
            transaction.set_rollback(True)
    assert len(stored) == 3, "counts by person would name the one"
    assert len(seen) == 1, "what pages show does not"
    assert "phát ra 15 phiếu cho 6 người, 5 người trả lời.</b>" in page
    assert "không nêu tổng số phiếu có ý kiến vì mỗi người được giao số phiếu khác nhau" in page


def test_abuse_45_nothing_is_shown_twice_with_one_answer_between(world: World) -> None:
    """Differencing: no second result about the same person, no late answer, no early closing, no reopening."""
    cast = world.cast
    one = running(world)
    for rater in (cast.deputy, cast.colleague, cast.task_giver):
        answered(one, rater)
    with pytest.raises(Conflict, match="Còn người chưa trả lời"):
        closed(one, cast.head, at=AT)
    with pytest.raises(Conflict, match="chỉ lấy ý kiến một lần"):
        prepared(world, (cast.officer_appraised,))
    closed(one, cast.head)
    before = list(OpinionTally.objects.values())
    with pytest.raises(Conflict):
        closed(one, cast.head)
    for late in (AT, AFTER):
        with pytest.raises(Conflict, match="hết hạn"):
            answered(one, cast.team_head, at=late)
    with pytest.raises(Conflict):
        actions.drop_round(round_id=one.pk, version=fresh(one).version, by=cast.head.user, at=AFTER)
    with pytest.raises(Conflict, match="chỉ lấy ý kiến một lần"):
        prepared(world, (cast.officer_appraised,))
    assert list(OpinionTally.objects.values()) == before
    with pytest.raises(IntegrityError), transaction.atomic(), outside_actions():
        OpinionTally.objects.update(valid=0)


def test_after_the_last_day_nothing_is_taken_even_before_closing(world: World) -> None:
    one = running(world)
    last = AT.replace(year=2026, month=LAST.month, day=LAST.day, hour=23, minute=59)
    answered(one, world.cast.deputy, at=last)
    with pytest.raises(Conflict, match="hết hạn ngày 04/03/2026"):
        answered(one, world.cast.colleague, at=last + timedelta(minutes=1))


def test_the_rule_on_secrecy_holds_and_without_a_rule_the_agency_names_its_text(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        prepared(world, (world.cast.officer_appraised,), secret=False)
    assert refused.value.field == "secret"
    with outside_actions():
        Member.objects.filter(cycle=world.cycle).update(
            rulebook="state/nd-335-2025", rulebook_hash=_hash_of("state/nd-335-2025")
        )
    with pytest.raises(Refusal) as missing:
        prepared(world, (world.cast.officer_appraised,), secret=False)
    assert missing.value.field == "basis_text"
    one = prepared(world, (world.cast.officer_appraised,), secret=False, basis_text="Quy chế số 12/QC-UBND")
    assert (one.basis, one.basis_text, one.secret) == ("agency", "Quy chế số 12/QC-UBND", False)
    sent(asked(one, [world.cast.deputy]))
    answered(one, world.cast.deputy, text="Ký tên tôi")
    closed(one, world.cast.head)
    result = queries.of_member(world.member(world.cast.officer_appraised).pk, texts=True)
    assert result is not None
    assert result.blocks[0].comments == (("Ký tên tôi", world.cast.deputy.full_name),)
    assert Opinion.objects.get().author == world.cast.deputy


def _hash_of(key: str) -> str:
    from thuocdo.rulesets import catalogue

    return catalogue.load_any(key).hash


def test_who_may_prepare_and_about_whom(world: World) -> None:
    cast = world.cast
    for stranger in (cast.deputy, cast.colleague, cast.head_elsewhere, cast.stranger, cast.inspector):
        with pytest.raises(NotYours):
            prepared(world, (cast.officer_appraised,), by=stranger.user)
    with pytest.raises(NotYours):
        prepared(world, (cast.office_head,))
    with pytest.raises(Refusal) as own:
        prepared(world, (cast.head,))
    assert own.value.field == "subjects"
    by_officer = prepared(world, (cast.head,), by=cast.organisation_officer.user)
    assert by_officer.subjects.get().member.person == cast.head
    one = prepared(world, (cast.officer_appraised,))
    for stranger in (cast.deputy, cast.head_elsewhere, cast.stranger):
        with pytest.raises(NotYours):
            organising.prepared(stranger.user, one.pk, 0, AT)
        with pytest.raises(NotYours):
            actions.send_round(round_id=one.pk, version=one.version, by=stranger.user, at=AT)
    with pytest.raises(Refusal) as few:
        sent(asked(one, [cast.deputy, cast.colleague]))
    assert few.value.code == "opinions.few"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"told": "everything"}, "told"),
        ({"closes_on": date(2026, 2, 25)}, "closes_on"),
        ({"questions": (Asking("", "points", "10"),)}, "question-1"),
        ({"questions": (Asking("A", "points", "0"),)}, "maximum-1"),
        ({"questions": (Asking("", "", ""), Asking("A", "grades", ""))}, "maximum-2"),
        ({"members": []}, "subjects"),
    ],
)
def test_what_is_typed_wrong_is_named(world: World, more: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        prepared(world, (world.cast.officer_appraised,), **more)
    assert refused.value.field == field


def test_parties_are_checked_and_taken_out_again(world: World) -> None:
    cast = world.cast
    one = prepared(world, (cast.officer_appraised,))
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"group": "friends"}, "group"),
        ({"questions": []}, "questions"),
        ({"questions": [3]}, "questions"),
        ({"people": [cast.stranger]}, "raters"),
        ({"people": [cast.without_account]}, "raters"),
        ({"people": [cast.officer_appraised, cast.head]}, "raters"),
    )
    for more, field in wrong:
        with pytest.raises(Refusal) as refused:
            asked(one, more.pop("people", [cast.deputy]), **more)
        assert refused.value.field == field
    asked(one, world.six)
    with pytest.raises(Refusal):
        asked(one, world.six, group="related")
    party = fresh(one).parties.get()
    actions.drop_party(round_id=one.pk, version=fresh(one).version, party_id=party.pk, by=cast.head.user, at=AT)
    assert OpinionInvitation.objects.count() == 0
    report = Report()
    check_rows(report)
    assert [problem for problem in report.problems if "opinions." in str(problem)] == []


def test_a_dropped_round_opens_nothing_and_frees_its_people(world: World) -> None:
    one = running(world)
    answered(one, world.cast.deputy)
    actions.drop_round(round_id=one.pk, version=fresh(one).version, by=world.cast.head.user, at=AT)
    assert OpinionEnvelope.objects.count() == OpinionReturn.objects.count() == Opinion.objects.count() == 0
    with pytest.raises(NotYours):
        answered(one, world.cast.colleague)
    assert queries.of_member(world.member(world.cast.officer_appraised).pk, texts=True) is None
    prepared(world, (world.cast.officer_appraised,))


def test_another_key_of_the_server_refuses_to_close(world: World, settings: Any) -> None:
    one = running(world)
    answered(one, world.cast.deputy)
    settings.SECRET_KEY = "x" * 50
    with pytest.raises(Refusal, match="khóa bí mật"):
        closed(one, world.cast.head)


def test_answers_are_all_or_nothing(world: World) -> None:
    one = running(world, world.cast.officer_appraised, world.cast.colleague)
    given = typed(one, world.cast.deputy)
    first = next(name for name in given if name.endswith(".1"))
    with pytest.raises(Refused) as refused:
        actions.answer_round(round_id=one.pk, typed=given | {first: "101"}, by=world.cast.deputy.user, at=AT)
    assert set(refused.value.problems) == {first}
    assert OpinionEnvelope.objects.count() == OpinionReturn.objects.count() == 0


def test_the_to_do_list_and_the_notices_agree(world: World) -> None:
    one = running(world, world.cast.officer_appraised, world.cast.colleague)
    user = world.cast.deputy.user
    (line,) = [line for line in todo(user, AT) if line.kind == "opinions.to_answer"]
    assert (line.text, line.path, line.due) == ("Cho ý kiến về 2 người", f"/y-kien/{one.pk}/tra-loi/", LAST)
    assert [row.done for row in told(user, todo(user, AT)) if row.notice.kind == "opinions.asked"] == [False]
    answered(one, world.cast.deputy)
    assert [line for line in todo(user, AT) if line.kind == "opinions.to_answer"] == []
    assert [row.done for row in told(user, todo(user, AT)) if row.notice.kind == "opinions.asked"] == [True]
    other = world.cast.task_giver.user
    assert [line for line in todo(other, AFTER) if line.kind == "opinions.to_answer"] == []
    head = world.cast.head.user
    assert [line.kind for line in todo(head, AFTER) if line.kind == "opinions.to_close"] == ["opinions.to_close"]
    closed(one, world.cast.head)
    assert [line for line in todo(head, AFTER) if line.kind == "opinions.to_close"] == []
    names = {person.full_name for person in world.six}
    texts = Notice.objects.filter(kind__startswith="opinions.").values_list("text", flat=True)
    assert not [text for text in texts for name in names if name in text], "nothing personal in a message"


def test_codes_of_a_running_round_are_not_merged(world: World) -> None:
    cast = world.cast
    one = running(world)
    assert "đợt lấy ý kiến" in clash(cast.deputy.pk, cast.officer_appraised.pk)
    assert "đợt lấy ý kiến" in clash(cast.team_head.pk, cast.team_member.pk)
    assert "đợt lấy ý kiến" not in clash(cast.deputy.pk, cast.stranger.pk)
    closed(one, cast.head)
    assert "đợt lấy ý kiến" not in clash(cast.deputy.pk, cast.officer_appraised.pk)
