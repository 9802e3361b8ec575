"""People kept without Excel: posts and names with their history, leaving and its undoing, two codes of one human."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast
from tests.factories.months import confirmed, make_task, open_month
from tests.factories.people import add_post, give_role, make_person
from tests.guards import outside_actions
from thuocdo.accounts.rules import username_from
from thuocdo.appraisals.merged_codes import clash
from thuocdo.appraisals.years import year_draft
from thuocdo.audit.models import Event
from thuocdo.audit.presenters import sentence
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.organisation import actions
from thuocdo.organisation.leaving import close_accounts
from thuocdo.organisation.models import Employment, Person, PersonMerge, Role, Unit
from thuocdo.organisation.queries import on_day, permissions

pytestmark = pytest.mark.django_db


def officer(cast: Cast, at):
    return {"by": cast.organisation_officer.user, "at": at}


def test_a_post_changes_from_a_day_and_stays_as_it_was_before(cast, at):
    post = Employment.objects.get(person=cast.colleague)
    change = {"employment_id": post.pk, "unit_id": cast.culture.pk, "kind": "civil_servant", "position": "Phó phòng",
              "leadership": "deputy", **officer(cast, at)}
    with pytest.raises(Refusal, match="phải sau ngày đó"):
        actions.change_post(start=post.start, **change)
    with pytest.raises(Conflict, match="đã có người đứng đầu"):
        actions.change_post(start=at.date(), **(change | {"leadership": "head"}))
    with pytest.raises(NotYours):
        actions.change_post(start=at.date(), **(change | {"unit_id": cast.other_ward.pk}))
    new = actions.change_post(start=at.date(), **change)
    held = Employment.objects.filter(person=cast.colleague)
    assert held.get(on_day(at.date())) == new
    before = held.get(on_day(at.date() - timedelta(days=1)))
    assert (before.unit, before.leadership) == (cast.economy, "none")
    assert actions.change_post(**(change | {"employment_id": new.pk}), start=at.date() + timedelta(days=9)) == new


def test_nothing_begins_in_a_unit_that_has_ended(cast, at):
    """As the list of people refuses it: until its last day a post may begin, from then on it may not."""
    with outside_actions():
        Unit.objects.filter(pk=cast.culture.pk).update(end=at.date())
    there = {"unit_id": cast.culture.pk, **officer(cast, at)}
    post = {"kind": "civil_servant", "position": "Chuyên viên", **there}
    mine = Employment.objects.get(person=cast.colleague)
    for act in (
        lambda start: actions.hire(code="VH900", full_name="Người Mới", start=start, **post),
        lambda start: actions.employ(person_id=cast.colleague.pk, start=start, **post),
        lambda start: actions.change_post(employment_id=mine.pk, start=start, leadership="none", **post),
        lambda start: actions.give_role(person_id=cast.colleague.pk, kind="task_giver", start=start, **there),
        lambda start: actions.appoint_acting_head(person_id=cast.colleague.pk, kind="in_charge", decision="1/QĐ",
                                                  start=start, **there),
    ):  # fmt: skip
        with pytest.raises(Refusal, match=r"đã kết thúc ngày [\d/]+\. Hãy chọn đơn vị mới"):
            act(at.date())
    before = actions.employ(person_id=cast.colleague.pk, start=at.date() - timedelta(days=1), end=at.date(), **post)
    assert before.end == at.date()


def test_a_name_is_changed_and_the_former_one_is_kept(cast, at):
    rename = {"person_id": cast.colleague.pk, "reason": "Sửa theo căn cước", **officer(cast, at)}
    with pytest.raises(Refusal, match="Lý do"):
        actions.rename_person(full_name="Đỗ Ánh Nguyệt", **(rename | {"reason": " "}))
    person = actions.rename_person(full_name="Đỗ Ánh Nguyệt", **rename)
    assert (person.search_key, person.user.display_name) == ("do anh nguyet", "Đỗ Ánh Nguyệt")
    assert person.former_names.get().full_name == "Đỗ Ánh"
    assert person.code == "KT004"


def test_a_leaver_is_closed_in_one_act_and_back_on_the_same_day_only(cast, at):
    give_role(cast.colleague, cast.economy, "task_giver")
    leave = {"person_id": cast.colleague.pk, "last_day": at.date() - timedelta(days=1), "reason": "Nghỉ hưu"}
    with pytest.raises(Forbidden, match="không tự ghi thôi công tác"):
        actions.offboard(**(leave | {"person_id": cast.organisation_officer.pk}), **officer(cast, at))
    gone = actions.offboard(**leave, **officer(cast, at))
    user = Person.objects.get(pk=cast.colleague.pk).user
    assert not user.is_active
    assert permissions(user, at.date()) == frozenset()
    assert not Role.objects.filter(on_day(at.date()), person=cast.colleague).exists()
    with pytest.raises(Conflict, match="không còn vị trí"):
        actions.offboard(**leave, **officer(cast, at))
    with pytest.raises(Conflict, match="trong ngày ghi"):
        actions.undo_offboard(departure_id=gone.pk, by=cast.organisation_officer.user, at=at + timedelta(days=1))
    actions.undo_offboard(departure_id=gone.pk, **officer(cast, at))
    user.refresh_from_db()
    assert {"assign_tasks", "own_sheet"} <= permissions(user, at.date())


def test_the_account_of_a_leaver_recorded_before_closes_when_the_last_day_is_over(cast, at):
    leave = {"reason": "Nghỉ hưu", "last_day": at.date() + timedelta(days=2), **officer(cast, at)}
    for person in (cast.colleague, cast.head):
        actions.offboard(person_id=person.pk, **leave)
    later = at + timedelta(days=3)
    add_post(cast.head, cast.culture, "Trưởng phòng", start=later.date())

    def active() -> list[bool]:
        return [Person.objects.get(pk=person.pk).user.is_active for person in (cast.colleague, cast.head)]

    assert close_accounts(later - timedelta(days=1)) == 0
    assert active() == [True, True]
    assert close_accounts(later) == 1
    assert active() == [False, True]
    event = Event.objects.get(code="departure.account_closed")
    assert (event.actor, sentence(event)) == ("", "Đóng tài khoản của người đã thôi công tác")
    assert close_accounts(later) == 0
    undone = cast.colleague.departures.get()
    assert actions.close_left_account(departure_id=undone.pk, by=None, at=later) is False


def test_a_sign_in_is_reset_and_the_old_password_is_dead(cast, at, client):
    user = cast.colleague.user
    with outside_actions():
        user.set_password("mat-khau-cu-rat-dai")
        user.save()
    client.force_login(user)
    assert client.get("/").status_code == 200
    issued = actions.reset_sign_in(person_id=cast.colleague.pk, **officer(cast, at))
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert client.get("/").status_code == 302
    assert issued.link.token


def second_officer(cast: Cast) -> Person:
    give_role(cast.office_head, cast.ward, "officer")
    return cast.office_head


def twin(cast: Cast) -> Person:
    return make_person("TAM-07", "Đỗ Ánh", cast.culture, start=date(2025, 9, 1))


def test_two_codes_become_one_person_by_two_officers(cast, at):
    other, double = second_officer(cast), twin(cast)
    make_task(double, cast.culture)
    month = open_month(cast.ward, cast.organisation_officer)
    with pytest.raises(Conflict, match="cùng một kỳ"):
        actions.propose_merge(kept_code="KT004", dropped_code="TAM-07", reason="Nhập hai lần", **officer(cast, at))
    with outside_actions():
        month.sheets.filter(person=double).update(state="exempted")
    assert clash(cast.colleague.pk, double.pk) == ""
    with outside_actions():
        month.sheets.filter(person=double).update(state="drafting")
        month.sheets.filter(person=cast.colleague).delete()
        month.members.filter(person=cast.colleague).update(standing="away", reason="Vắng cả kỳ")
    with pytest.raises(Conflict, match="phiếu chưa xác nhận"):
        actions.propose_merge(kept_code="KT004", dropped_code="TAM-07", reason="Nhập hai lần", **officer(cast, at))
    done = confirmed(month, double, at)
    row = actions.propose_merge(kept_code="KT004", dropped_code="TAM-07", reason="Nhập hai lần", **officer(cast, at))
    with pytest.raises(Conflict, match="đã có đề nghị gộp"):
        actions.propose_merge(kept_code="KT003", dropped_code="TAM-07", reason="x", **officer(cast, at))
    with pytest.raises(Forbidden, match="không tự duyệt"):
        actions.approve_merge(merge_id=row.pk, **officer(cast, at))
    with pytest.raises(IntegrityError, match=r"(?i)constraint|merge_by_two"), transaction.atomic(), outside_actions():
        PersonMerge.objects.filter(pk=row.pk).update(approved_by=row.proposed_by)
    actions.approve_merge(merge_id=row.pk, by=other.user, at=at)
    units = Employment.objects.filter(on_day(at.date()), person=cast.colleague).values_list("unit__code", flat=True)
    assert set(units) == {"KT", "VH"}
    assert not Employment.objects.filter(on_day(at.date()), person=double).exists()
    assert Person.objects.filter(code="TAM-07").exists()
    done.refresh_from_db()
    assert done.subject == double
    year = year_draft(cast.organisation_officer.user, cast.colleague.pk, 2026, at)
    assert [row.score.value for row in year.months if row.score is not None] != []


def test_a_proposal_can_be_put_aside_and_nobody_merges_the_own_code(cast, at):
    twin(cast)
    row = actions.propose_merge(kept_code="KT004", dropped_code="TAM-07", reason="Nhầm", **officer(cast, at))
    actions.withdraw_merge(merge_id=row.pk, **officer(cast, at))
    with pytest.raises(Conflict, match="đã được rút"):
        actions.approve_merge(merge_id=row.pk, by=second_officer(cast).user, at=at)
    add_post(cast.stranger, cast.office, "Chuyên viên")
    with pytest.raises(Forbidden, match="mã của chính mình"):
        actions.propose_merge(kept_code="VP002", dropped_code="KT004", reason="x", **officer(cast, at))


@pytest.mark.parametrize("typed", ["Đuc.nv", "du\u0441.nv", "ＤＵＣ.nv"])
def test_look_alike_accounts_are_one_account_or_refused(cast, at, typed):
    """Abuse case 32: letters of another alphabet never make a second account or a second staff code."""
    with pytest.raises(Refusal):
        username_from(typed)
    assert username_from(" D\u200buc.NV ") == "duc.nv"
    with pytest.raises(Refusal, match=r"không dùng được|bảng chữ khác"):
        actions.create_person(unit_id=cast.economy.pk, code="K\u0422004", full_name="Đỗ Ánh", **officer(cast, at))
