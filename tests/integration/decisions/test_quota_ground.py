"""A level that takes the ground from places that others hold is decided, corrected or replaced with a reason."""

from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from tests.cast import Cast, build_cast
from tests.clients import page_of, signed_in
from tests.factories.months import OPENED
from tests.integration.decisions.conftest import CLOSED
from tests.integration.decisions.test_quota_publishing import (
    close,
    decide,
    excellent,
    made_month,
    propose,
    publish,
)
from tests.races import together
from thuocdo.appraisals import actions as appraisals
from thuocdo.appraisals import authority, level_counts
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.level_checks import Wanted
from thuocdo.appraisals.models import Confirmation, LevelDecision, Sheet
from thuocdo.cycles.models import Cycle
from thuocdo.decisions import actions
from thuocdo.kernel.errors import Refusal
from thuocdo.organisation.models import Person
from thuocdo.organisation.queries import head_of

CHANGED = {"comment": "Sửa", "fields": {"marks.planned": "15"}, "reasons": {"marks.planned": "Theo kiểm tra"}}
WHY = "Đã xem lại cả phòng"


def of_the_good(patch: pytest.MonkeyPatch, percent: int) -> None:
    """The quota as instruments of the Party count it: a share of those at “good”."""
    changed = {"base": "levels", "base_levels": ("good",), "percent": percent, "rounding": "floor"}
    read = level_counts.quotas_of

    def ruled(*asked: Any) -> Any:
        return {cell: (rule.model_copy(update=changed), rest) for cell, (rule, rest) in read(*asked).items()}

    for room in ("appraisals.quota_check", "appraisals.actions.levels"):
        patch.setattr(f"thuocdo.{room}.quotas_of", ruled)


def good_ones(cast: Cast, cycle: Cycle) -> list[Sheet]:
    """Sheets at “good” by the rule, evaluated by the head of the division."""
    rows = Confirmation.objects.filter(sheet__cycle=cycle, replaced_by=None, band="good", sheet__evaluator=cast.head)
    return list(Sheet.objects.filter(confirmations__in=rows).exclude(person__in=excellent(cast)).order_by("pk"))


@pytest.mark.django_db
def test_a_lower_level_that_takes_the_ground_from_others_is_decided_with_a_reason_of_its_own(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """40 % of five good ones is two places, of four one."""
    month = made_month(cast)
    of_the_good(monkeypatch, 40)
    propose(cast, month, ["excellent", "excellent", "good"])
    decide(cast, month)
    assert not LevelDecision.objects.exclude(reason="").exists()
    sheet = good_ones(cast, month)[0]
    appraisals.propose_levels(
        wanted=[Wanted(sheet.pk, 0, 0, "complete", "Chậm hai việc")], by=cast.head.user, at=OPENED
    )
    act: dict[str, Any] = {"wanted": [Wanted(sheet.pk, 0, 1, "complete")], "by": cast.head.user, "at": OPENED}
    with pytest.raises(Refused) as ground:
        appraisals.decide_levels(**act)
    said = f"“Hoàn thành xuất sắc nhiệm vụ”, {cast.economy.name}: 2 người, chỉ còn 1 suất"
    assert said in ground.value.problems["quota_reason"]
    client, path = signed_in(cast.head), reverse("decide_levels", args=[month.pk])
    key = str(sheet.pk)
    assert 'name="quota_reason"' not in page_of(client.get(path))
    row = {"number": "0", "version": "1", "level": "complete", "reason": "Rõ"}
    typed = {"sheet": key} | {f"{name}-{key}": value for name, value in row.items()}
    refused = client.post(path, typed)
    page = page_of(refused)
    assert (refused.status_code, said in page, 'name="quota_reason"' in page) == (400, True, True)
    refused = client.post(path, typed | {"quota_reason": "x" * 301})
    assert (refused.status_code, "x" * 301 in page_of(refused)) == (400, True), "what was typed stays"
    assert client.post(path, typed | {"quota_reason": WHY}).status_code == 302
    made = LevelDecision.objects.get(sheet=sheet)
    assert made.reason.startswith(f"Rõ Khi quyết định đã biết tỷ lệ bị vượt: {said}")
    assert made.reason.endswith(f"Lý do vẫn quyết định: {WHY}")
    close(cast, month)
    assert "quá 1 suất" in publish(cast, month, "Vội").failed[cast.economy.pk], "no reason passes a hard quota"


@pytest.mark.django_db
def test_a_petition_corrects_with_the_reason_that_its_page_asks_for(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authority, "_NAMED", [lambda unit, on: (cast.committee, "Quy chế 5")])
    month = made_month(cast)
    of_the_good(monkeypatch, 40)
    propose(cast, month, ["excellent", "excellent", "good"])
    decide(cast, month)
    close(cast, month)
    sheet = good_ones(cast, month)[0]
    result = Confirmation.objects.get(sheet=sheet)
    row = appraisals.petition(confirmation_id=result.pk, text="Xin xem lại", by=sheet.person.user, at=CLOSED)
    decider = head_of(row.authority, CLOSED.date())
    assert decider is not None
    act: dict[str, Any] = {"petition_id": row.pk, "answer": "Đúng là sai", "judgement": CHANGED, "by": decider.user,
                           "at": CLOSED}  # fmt: skip
    with pytest.raises(Refusal) as ground:
        appraisals.correct(**act)
    assert (ground.value.code, ground.value.field) == ("level.ground", "quota_reason")
    client, path = signed_in(decider), reverse("petition_correct", args=[row.pk])
    assert 'name="quota_reason"' not in page_of(client.get(reverse("answer_petition", args=[row.pk])))
    typed = {"answer": "Đúng là sai", "comment": "Sửa"}
    typed |= {"fields.marks.planned": "15", "reasons.marks.planned": "Theo kiểm tra"}
    said = "2 người, chỉ còn 1 suất (40% của 4 người"
    refused = client.post(path, typed | {"quota_reason": " "})
    page = page_of(refused)
    assert (refused.status_code, said in page, 'name="quota_reason"' in page) == (400, True, True)
    new = appraisals.correct(**act, quota_reason=WHY)
    assert said in new.replace_reason
    assert new.replace_reason.endswith(f"Lý do vẫn thay: {WHY}")
    row.refresh_from_db()
    assert (row.state, row.answer) == ("corrected", "Đúng là sai")


@pytest.mark.django_db
def test_the_page_of_a_reopening_asks_for_the_reason_and_keeps_what_was_typed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = made_month(cast)
    of_the_good(monkeypatch, 40)
    propose(cast, month, ["excellent", "excellent", "good"])
    decide(cast, month)
    close(cast, month)
    sheet = good_ones(cast, month)[0]
    (row,) = actions.propose_reopening(
        cycle_id=month.pk, sheet_ids=[sheet.pk], reason="Số liệu sai", by=cast.organisation_officer.user, at=CLOSED
    )
    decider = head_of(row.authority, CLOSED.date())
    assert decider is not None
    actions.agree_reopening(reopening_id=row.pk, by=decider.user, at=CLOSED)
    client, path = signed_in(decider), reverse("reopening", args=[row.pk])
    assert 'name="quota_reason"' not in page_of(client.get(path))
    typed = {"do": "replace", "answer": "Theo kết luận", "comment": "Sửa"}
    typed |= {"fields.marks.planned": "15", "reasons.marks.planned": "Theo kiểm tra"}
    refused = client.post(path, typed)
    page = page_of(refused)
    said = "2 người, chỉ còn 1 suất (40% của 4 người"
    assert (refused.status_code, said in page, 'name="quota_reason"' in page) == (400, True, True)
    assert all(words in page for words in ("Theo kết luận", "Theo kiểm tra"))
    long = client.post(path, typed | {"quota_reason": "x" * 301})
    assert (long.status_code, "x" * 301 in page_of(long)) == (400, True)
    assert client.post(path, typed | {"quota_reason": WHY}).status_code == 302
    new = Confirmation.objects.get(sheet=sheet, number=2)
    assert new.replace_reason.endswith(f"Lý do vẫn thay: {WHY}")


@pytest.mark.django_db(transaction=True)
def test_of_two_replacements_at_once_the_second_counts_with_the_first(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of five good ones is two places, of four still two, of three one: who comes second must say why."""
    cast = build_cast()
    of_the_good(monkeypatch, 50)
    month = made_month(cast)
    propose(cast, month, ["excellent", "excellent", "good"])
    decide(cast, month)
    close(cast, month)
    officer = cast.organisation_officer.user
    sheets = good_ones(cast, month)[:2]
    rows = actions.propose_reopening(
        cycle_id=month.pk, sheet_ids=[one.pk for one in sheets], reason="Số liệu sai", by=officer, at=CLOSED
    )
    deciders: list[Person] = []
    for row in rows:
        decider = head_of(row.authority, CLOSED.date())
        assert decider is not None
        actions.agree_reopening(reopening_id=row.pk, by=decider.user, at=CLOSED)
        deciders.append(decider)
    done = together(*(
        partial(actions.replace_result, reopening_id=row.pk, judgement=CHANGED, reason="Theo kết luận", by=one.user,
                at=CLOSED)
        for row, one in zip(rows, deciders, strict=True)
    ))  # fmt: skip
    told = [one for one in done if isinstance(one, Refusal)]
    assert [one.field for one in told] == ["quota_reason"], done
    assert "2 người, chỉ còn 1 suất (50% của 3 người" in told[0].message
    assert Confirmation.objects.filter(sheet__in=sheets, number=2).count() == 1
