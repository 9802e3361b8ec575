"""The product is upgraded in mid-month: a period goes on under the version it kept, until an officer moves it."""

import json
from datetime import datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.cast import Cast, build_cast
from tests.factories.months import confirmed, exempted, judgement, make_task, open_month, opened, sheet_of, submitted
from tests.guards import outside_actions
from thuocdo.appraisals import actions, queries
from thuocdo.appraisals.errors import Refused
from thuocdo.appraisals.models import Confirmation, ProposedResult
from thuocdo.appraisals.proposing import propose
from thuocdo.audit import append_only
from thuocdo.audit.report import Report
from thuocdo.audit.verify import verify
from thuocdo.cli.verifying import checks, confirmations
from thuocdo.collectives.pinned import check_pins
from thuocdo.cycles.actions import keep_rulebooks
from thuocdo.cycles.models import Cycle, Member, RulebookMove
from thuocdo.decisions import actions as decisions
from thuocdo.documents.forms import mau_01, mau_02
from thuocdo.engine import loader
from thuocdo.engine.loader import default_roots
from thuocdo.kernel.errors import Conflict, Forbidden, NotYours, Refusal
from thuocdo.rulesets import catalogue, versions
from thuocdo.rulesets.models import RulebookVersion

pytestmark = pytest.mark.django_db
KEY = "state/nd-335-2025"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The installed rulebook, which a test may replace."""
    root = tmp_path / "rulebooks"
    copytree(default_roots()[0] / KEY, root / KEY)
    (root / "coverage.toml").write_bytes((default_roots()[0] / "coverage.toml").read_bytes())
    monkeypatch.setattr(catalogue, "default_roots", lambda: (root,))
    return root


@pytest.fixture
def cast() -> Cast:
    return build_cast()


@pytest.fixture
def month(cast: Cast, library: Path, at: datetime, settings: Any, tmp_path: Path) -> Cycle:
    """February: one result confirmed, one filed, the others not yet."""
    settings.HEADS_DIR = tmp_path / "heads"
    for person in (cast.officer_appraised, cast.colleague):
        make_task(person, cast.economy, giver=cast.task_giver.user)
    cycle = open_month(cast.ward, cast.organisation_officer)
    confirmed(cycle, cast.officer_appraised, at)
    submitted(cycle, cast.colleague, at)
    return cycle


def upgrade(library: Path, before: str = "at_least = 90", after: str = "at_least = 99") -> None:
    """Another version of the files, read by a product that was started again."""
    levels = library / KEY / "levels.toml"
    text = levels.read_text(encoding="utf-8")
    assert before in text
    levels.write_text(text.replace(before, after), encoding="utf-8")
    loader._load.cache_clear()
    versions._verified.cache_clear()


def pinned(cycle: Cycle) -> str:
    (pin,) = Cycle.objects.get(pk=cycle.pk).pins
    return str(pin["hash"])


def moved(cast: Cast, cycle: Cycle, at: datetime, **other: Any) -> RulebookMove | None:
    given = {
        "cycle_id": cycle.pk, "before": pinned(cycle), "after": catalogue.load(KEY).hash, "reason": "Đính chính",
        "by": cast.organisation_officer.user, "at": at,
    }  # fmt: skip
    return actions.move_to_version(**given | other)


def test_an_open_month_goes_on_under_the_kept_version(
    cast: Cast, month: Cycle, library: Path, at: datetime, settings: Any
) -> None:
    own, digest = cast.officer_appraised, pinned(month)
    first = Confirmation.objects.get()
    as_it_was = (first.submission.digest, queries.explanation(own.user, first.sheet_id).outcome.to_json())
    upgrade(library)
    assert catalogue.load(KEY).hash != digest
    bill = queries.explanation(own.user, first.sheet_id)
    assert (first.submission.digest, bill.outcome.to_json()) == as_it_was
    assert bill.rulebook.hash == digest
    second = sheet_of(month, cast.colleague)
    with outside_actions():
        assert propose(month, [second.pk], at) == (1, {})
    assert ProposedResult.objects.get().rulebook_hash == digest
    actions.open_for_review(sheet_id=second.pk, by=second.evaluator.user, at=at)
    second.refresh_from_db()
    result = actions.confirm(
        sheet_id=second.pk, version=second.version, judgement=judgement(), by=second.evaluator.user, at=at
    )
    assert (result.rulebook_hash, result.outcome_kind, result.band) == (digest, first.outcome_kind, first.band)
    petition = actions.petition(confirmation_id=first.pk, text="Xin xem lại", by=own.user, at=at)
    actions.correct(
        petition_id=petition.pk, answer="Đúng", judgement=judgement(comment="Sửa"), by=cast.chairman.user, at=at
    )
    for sheet in month.sheets.filter(state="drafting"):
        exempted(sheet, cast.organisation_officer, at)
    actions.close_cycle(cycle_id=month.pk, by=cast.organisation_officer.user, at=at)
    (row,) = decisions.propose_reopening(
        cycle_id=month.pk, sheet_ids=[second.pk], reason="Sai số liệu", by=cast.organisation_officer.user, at=at
    )
    decisions.agree_reopening(reopening_id=row.pk, by=cast.chairman.user, at=at)
    new = decisions.replace_result(
        reopening_id=row.pk, judgement=judgement(comment="Sửa."), reason="Kết luận", by=cast.chairman.user, at=at
    )
    assert (new.rulebook_hash, new.score, new.band) == (digest, result.score, result.band)
    assert mau_01(own.user, first.sheet_id).number
    assert mau_02(own.user, own.pk, 2026, at).number
    report = verify(rerate=[confirmations()], checks=checks())
    assert report.rerated == 4
    assert {p.code for p in report.problems} <= {"inserted", "words_differ"}  # the cast is written without events


def test_somebody_admitted_later_comes_under_the_kept_version(
    cast: Cast, month: Cycle, library: Path, at: datetime
) -> None:
    left_out = Member.objects.get(cycle=month, person=cast.mover)
    digest = pinned(month)
    upgrade(library)
    actions.admit_member(
        member_id=left_out.pk, employment_id=left_out.employment_id, reason="Chọn nơi mới",
        by=cast.organisation_officer.user, at=at,
    )  # fmt: skip
    left_out.refresh_from_db()
    assert left_out.rulebook_hash == pinned(month) == digest


def test_an_officer_moves_the_open_month_and_results_are_rated_again(
    cast: Cast, month: Cycle, library: Path, at: datetime
) -> None:
    first, before = Confirmation.objects.get(), pinned(month)
    second = sheet_of(month, cast.colleague)
    shown = second.version
    with outside_actions():
        propose(month, [second.pk], at)
    with pytest.raises(Conflict, match="đã khác khi ông/bà xem"):
        moved(cast, month, at)  # nothing newer is installed
    upgrade(library)
    after = catalogue.load(KEY).hash
    with pytest.raises(NotYours):
        moved(cast, month, at, by=cast.head.user)
    with pytest.raises(Refusal, match="Lý do chuyển sang bản mới"):
        moved(cast, month, at, reason=" ")
    move = moved(cast, month, at)
    assert move is not None
    assert (move.results, move.reason) == (1, "Đính chính")
    assert moved(cast, month, at, before=before) is None  # a double click
    assert pinned(month) == after
    assert set(Member.objects.filter(cycle=month, standing="in").values_list("rulebook_hash", flat=True)) == {after}
    new = Confirmation.objects.get(replaces=first)
    assert (new.confirmed_by, new.comment, new.score) == (first.confirmed_by, first.comment, first.score)
    assert (first.rulebook_hash, new.rulebook_hash) == (before, after)
    assert new.replace_reason.endswith("Đính chính")
    assert new.submission.author == cast.organisation_officer.user
    assert json.loads(new.submission.document)["rulebook"]["hash"] == after
    second.refresh_from_db()
    assert second.version == shown + 1  # what a page showed before is not confirmed
    assert ProposedResult.objects.get(sheet=second).rulebook_hash == after
    assert RulebookVersion.objects.count() == 2
    report = verify(rerate=[confirmations()], checks=checks())
    assert report.rerated == 2
    assert {p.code for p in report.problems} <= {"inserted", "words_differ"}


def test_what_does_not_move(cast: Cast, month: Cycle, library: Path, at: datetime) -> None:
    first = Confirmation.objects.get()
    confirmed_own = confirmed(month, cast.organisation_officer, at, no_tasks())
    upgrade(library)
    with pytest.raises(Forbidden, match="của chính ông/bà"):
        moved(cast, month, at)
    petition = actions.petition(confirmation_id=first.pk, text="Xin xem lại", by=cast.officer_appraised.user, at=at)
    with pytest.raises(Conflict, match="kiến nghị chưa trả lời"):
        moved(cast, month, at)
    actions.uphold(petition_id=petition.pk, answer="Đúng", by=cast.chairman.user, at=at)
    with outside_actions():
        Cycle.objects.filter(pk=month.pk).update(state="closed", closed_at=at, closed_by=cast.organisation_officer.user)
    with pytest.raises(Conflict, match="đã khóa"):
        moved(cast, month, at)
    assert confirmed_own.rulebook_hash == pinned(month)


def no_tasks() -> dict[str, Any]:
    reading = {"reading": "not_scored_this_period", "reason": "Không giao việc"}
    return judgement() | {"decisions": {"empty_denominator": reading}}


def test_a_result_that_must_be_judged_anew_stops_the_move(
    cast: Cast, month: Cycle, library: Path, at: datetime
) -> None:
    criteria = library / KEY / "criteria.toml"
    text = criteria.read_text(encoding="utf-8")
    assert text.count('slug = "breakthrough"') == 1
    criteria.write_text(text.replace('slug = "breakthrough"', 'slug = "new_criterion"'), encoding="utf-8")
    upgrade(library)
    with pytest.raises(Refused) as refused:
        moved(cast, month, at)
    assert list(refused.value.problems) == [f"sheet-{Confirmation.objects.get().sheet_id}"]
    assert not RulebookMove.objects.exists()


def test_the_page_says_so_and_moves(cast: Cast, month: Cycle, library: Path, at: datetime, client: Client) -> None:
    client.force_login(cast.organisation_officer.user)
    progress, page = f"/to-chuc/ky/{month.pk}/", f"/to-chuc/ky/{month.pk}/ban-quy-tac/"
    assert "phần mềm nay có bản mới" not in client.get(progress).content.decode()
    assert "đúng bản đang cài" in client.get(page).content.decode()
    before = pinned(month)
    upgrade(library)
    assert "phần mềm nay có bản mới" in client.get(progress).content.decode()
    shown = client.get(page).content.decode()
    assert f"/quy-tac/so-sanh/?a=ban%3A{before}" in shown
    assert client.get(f"/quy-tac/so-sanh/?a=ban:{before}&b={KEY}").status_code == 200
    assert client.get(f"{page}?ban={'0' * 64}").status_code == 404
    posted = {"truoc": before, "sau": catalogue.load(KEY).hash}
    assert client.post(page, posted | {"reason": ""}).status_code == 400
    assert client.post(page, posted | {"reason": "Đính chính"}).status_code == 302
    said = client.get(page).content.decode()
    assert "Các lần chuyển bản" in said
    assert "Chuyển kỳ sang bản mới</button>" not in said
    client.force_login(cast.officer_appraised.user)
    why = client.get(f"/phieu/{sheet_of(month, cast.officer_appraised).pk}/vi-sao/?ban=1").content.decode()
    assert f"/quy-tac/ban/{before}/" in why


@pytest.mark.parametrize(
    "forged",
    [
        '{"../../ngoai.toml": "x = 1"}',
        '{"/tmp/ngoai.toml": "x = 1"}',
        '{"state/nd-335-2025/../../../x.toml": "x = 1"}',
        '["state"]',
        '{"state/nd-335-2025/levels.toml": 1}',
        "không phải JSON",
        "changed",
    ],
)
def test_kept_files_that_were_forged_are_neither_used_nor_unnoticed(
    cast: Cast, month: Cycle, library: Path, tmp_path: Path, forged: str
) -> None:
    upgrade(library)
    with outside_actions():
        append_only.release(connection, "rulesets_rulebookversion")
        kept = RulebookVersion.objects.get()
        files = kept.files.replace("at_least = 90", "at_least = 50") if forged == "changed" else forged
        RulebookVersion.objects.update(files=files)
        append_only.protect(connection, "rulesets_rulebookversion")
    with pytest.raises(Refusal, match="Bản đã lưu"):
        queries.explanation(cast.officer_appraised.user, Confirmation.objects.get().sheet_id)
    codes = {problem.code for problem in verify(rerate=[confirmations()], checks=checks()).problems}
    assert {"changed", "kept_rulebook", "pinned_rulebook", "rerate_failed"} <= codes
    assert not list(tmp_path.parent.rglob("ngoai.toml"))


def test_a_period_from_before_versions_were_kept(cast: Cast, month: Cycle, library: Path, at: datetime) -> None:
    def forget() -> None:
        with outside_actions():
            append_only.release(connection, "rulesets_rulebookversion")
            RulebookVersion.objects.all().delete()
            append_only.protect(connection, "rulesets_rulebookversion")

    forget()
    assert keep_rulebooks(by=None, at=at) == 1
    assert RulebookVersion.objects.get().hash == pinned(month)
    assert keep_rulebooks(by=None, at=at) == 0
    forget()
    upgrade(library)
    assert keep_rulebooks(by=None, at=at) == 0  # the files of that hash are gone: nothing is kept in their place
    with pytest.raises(Refusal, match="không được lưu"):
        queries.explanation(cast.officer_appraised.user, Confirmation.objects.get().sheet_id)
    report = Report()
    check_pins(report)
    assert [problem.code for problem in report.problems] == ["pinned_rulebook"]


def test_opened_sheet_of_a_kept_version_still_shows(cast: Cast, month: Cycle, library: Path, at: datetime) -> None:
    upgrade(library)
    assert opened(month, cast.task_giver, at).state == "under_review"
