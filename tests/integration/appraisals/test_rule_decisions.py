"""Rules that somebody chose: contract workers by the head's decision (Điều 28 khoản 2), overlays of one's own."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories.months import (
    confirmed,
    judgement,
    leader_judgement,
    make_task,
    open_month,
    opened,
    submitted,
)
from thuocdo.appraisals import actions, queries
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.models import Confirmation
from thuocdo.cycles.models import Cycle, Member
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.actions import bind
from thuocdo.rulesets.models import Binding

BY, WHY = "Chánh Văn phòng Ngô Đình Long", "Quyết định số 12/QĐ-VP ngày 10/01/2026."
RULES = "/to-chuc/quy-dinh-ap-dung/"


def recorded(cast: Cast, client: Client, **changed: str) -> Any:
    """The officer records a decision on the page."""
    client.force_login(cast.organisation_officer.user)
    typed = {"unit": str(cast.office.pk), "subject_kind": "contract_worker", "rulebook": "state/nd-335-2025",
             "start": "01/01/2026", "decided_by": BY, "reason": WHY}
    return client.post(RULES, typed | changed)


@pytest.fixture
def decided(cast: Cast, client: Client) -> Cycle:
    """The office applies the decree to its contract workers; then February is opened."""
    assert recorded(cast, client).status_code == 302
    make_task(cast.contract_worker, cast.office, giver=cast.office_head.user)
    return open_month(cast.ward, cast.organisation_officer)


def test_without_a_decision_contract_workers_stay_out_with_the_sentence(cast: Cast) -> None:
    cycle = open_month(cast.ward, cast.organisation_officer)
    member = cycle.members.get(person=cast.contract_worker)
    assert member.standing == Member.Standing.NO_RULE
    assert "người đứng đầu cơ quan quyết định" in member.reason
    assert "Điều 28 khoản 2" in member.reason
    assert "Quy định áp dụng" in member.reason


@pytest.mark.parametrize("kind", ["cadre", "civil_servant", "public_employee", "contract_worker"])
def test_the_page_records_for_every_kind_that_there_is_no_rule(cast: Cast, client: Client, kind: str) -> None:
    sentence = "Chờ quy chế của cơ quan."
    assert recorded(cast, client, subject_kind=kind, rulebook="", reason=sentence).status_code == 302
    binding = Binding.objects.get(unit=cast.office, subject_kind=kind)
    assert (binding.rulebook, binding.decided_by, binding.reason) == ("", BY, sentence)
    assert sentence in client.get(RULES).content.decode()
    for missing in ("decided_by", "reason"):
        page = recorded(cast, client, subject_kind=kind, rulebook="", start="01/02/2026", **{missing: ""})
        assert page.status_code == 400
        assert f'id="{missing}-error"' in page.content.decode()


@pytest.mark.parametrize("kind", ["cadre", "public_employee"])
def test_the_page_refuses_the_decree_for_whom_it_does_not_cover(cast: Cast, client: Client, kind: str) -> None:
    page = recorded(cast, client, subject_kind=kind)
    assert page.status_code == 400
    assert "không áp dụng cho" in page.content.decode()
    assert not Binding.objects.filter(subject_kind=kind).exists()


def test_the_decision_is_frozen_and_settles_the_point(cast: Cast, decided: Cycle, at: datetime) -> None:
    member = decided.members.get(person=cast.contract_worker)
    assert (member.standing, member.rule_decided_by, member.rule_decision) == ("in", BY, WHY)
    ordinary = decided.members.get(person=cast.office_head)
    assert (ordinary.rule_decided_by, ordinary.rule_decision) == ("", "")
    sheet = opened(decided, cast.contract_worker, at)
    table = queries.preview_judgement(cast.office_head.user, sheet.pk, judgement())
    assert (table.kind, table.open_points) == ("scored", ())

    made = {"contract_workers": {"reading": "not_apply", "reason": "Không"}}
    with pytest.raises(Refused, match="quyết định chung"):
        actions.confirm(sheet_id=sheet.pk, version=sheet.version, judgement=judgement(decisions=made),
                        by=cast.office_head.user, at=at)
    result = actions.confirm(sheet_id=sheet.pk, version=sheet.version, judgement=judgement(),
                             by=cast.office_head.user, at=at)
    assert (result.outcome_kind, result.score) == ("scored", "99/1")
    assert queries.rate_document(result).to_json() == result.outcome


def test_evaluator_is_not_asked_and_why_names_the_author(
    cast: Cast, decided: Cycle, at: datetime, client: Client
) -> None:
    sheet = opened(decided, cast.contract_worker, at)
    client.force_login(cast.office_head.user)
    assert "decisions.contract_workers" not in client.get(f"/danh-gia/phieu/{sheet.pk}/").content.decode()
    client.force_login(cast.contract_worker.user)
    actions.confirm(sheet_id=sheet.pk, version=sheet.version, judgement=judgement(),
                    by=cast.office_head.user, at=at)
    page = client.get(f"/phieu/{sheet.pk}/vi-sao/").content.decode()
    assert f"{BY} quyết định: Áp dụng. Lý do: {WHY}" in page
    assert "Điều 28 khoản 2" in page


def test_many_at_once_and_a_correction_keep_the_decision(cast: Cast, decided: Cycle, at: datetime) -> None:
    sheet = submitted(decided, cast.contract_worker, at)
    actions.confirm_many(items=[(sheet.pk, sheet.version)], comment="Nhất trí.", by=cast.office_head.user,
                         at=at)
    old = Confirmation.objects.get(sheet=sheet)
    assert old.outcome_kind == "scored"
    row = actions.petition(confirmation_id=old.pk, text="Xin xem lại.", by=cast.contract_worker.user, at=at)
    actions.correct(petition_id=row.pk, answer="Đúng.", judgement=judgement(), by=cast.chairman.user, at=at)
    new = Confirmation.objects.filter(sheet=sheet).latest("number")
    assert new.number == 2
    for confirmation in (old, new):
        assert f'"by":"{BY}"' in confirmation.submission.document


OWN = '''key = "don-vi/van-phong"
title = "Quy chế đánh giá của Văn phòng"
extends = "state/nd-335-2025"
by = "Chánh Văn phòng"
on = 2026-01-05
reason = "Thống nhất cách tính trong Văn phòng"

[[instruments]]
id = "quy-che"
title = "Quy chế đánh giá của Văn phòng"
name = "Quy chế đánh giá của Văn phòng"
number = "01/QC-VP"
issuer = "Văn phòng"
issued = 2026-01-05
since = 2026-01-05

[[instruments.articles]]
ref = "3"
text = "Điều 3"
about = "không làm tròn điểm khi so ngưỡng"
source = "Toàn văn quy chế"
confidence = "H"

[[settle]]
point = "rounding"
reading = "none"
reason = "Giữ nguyên điểm chính xác."
cite = "quy-che/3"
since = 2026-01-05
'''


def test_an_overlay_of_the_installations_own_is_bound_pinned_and_rates(
    cast: Cast, at: datetime, settings: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "don-vi" / "van-phong"
    folder.mkdir(parents=True)
    (folder / "overlay.toml").write_text(OWN, encoding="utf-8")
    settings.EXTRA_RULEBOOKS = str(tmp_path)
    bind(by=cast.organisation_officer.user, at=at, unit_id=cast.office.pk, subject_kind="civil_servant",
         start=date(2026, 1, 5), rulebook="state/nd-335-2025", overlays=["don-vi/van-phong"], decided_by=BY,
         reason=WHY)
    make_task(cast.office_head, cast.office, giver=cast.chairman.user)
    cycle = open_month(cast.ward, cast.organisation_officer)
    member = cycle.members.get(person=cast.office_head)
    assert (member.standing, member.overlays) == ("in", ["don-vi/van-phong"])
    assert any(pin["overlays"] == ["don-vi/van-phong"] for pin in cycle.pins)
    result = confirmed(cycle, cast.office_head, at, leader_judgement())
    assert result.outcome_kind == "scored"
    assert catalogue.load("state/nd-335-2025", ["don-vi/van-phong"]).hash == member.rulebook_hash
    assert catalogue.load("state/nd-335-2025").hash != member.rulebook_hash
    assert queries.rate_document(result).to_json() == result.outcome
