"""A file of proposals or a whole draft is taken back: what it took out comes again with what it came of, or stays."""

from datetime import date, datetime
from typing import Any

import pytest

from tests.cast import Cast
from tests.guards import outside_actions
from tests.integration.catalogues.conftest import own_problems, prepare
from tests.integration.catalogues.test_files_and_pages import HEADER, LINES, upload
from tests.integration.organisation.ward import xlsx
from thuocdo.catalogues import actions, steps
from thuocdo.catalogues.drafts import STEM, Wording
from thuocdo.catalogues.imports_proposals import COLUMNS
from thuocdo.catalogues.models import Catalogue, Inventory, InventoryLine, Proposal
from thuocdo.intake.actions import apply_import, preview_import, preview_undo
from thuocdo.intake.documents import stored_counts, stored_effects
from thuocdo.intake.models import ImportBatch
from thuocdo.kernel.errors import Conflict, NotYours, Refusal
from thuocdo.notices.models import Notice

pytestmark = pytest.mark.django_db
ROWS = [
    ["007", "Văn bản đơn giản", "1", "không", "5", "", ""],
    ["SP-02", "Kế hoạch năm", "3", "có", "10", "", ""],
    ["SP-03", "Đề án", "3", "không", "50", "", ""],
]


@pytest.fixture
def draft(cast: Cast, at: datetime) -> Catalogue:
    """SP-09 came of a proposal, SP-01 of a line of a unit."""
    row = prepare(cast, at, *LINES)
    proposal = actions.propose_product(
        agency_id=cast.economy.pk, name="Số hóa", words="Hằng tuần", by=cast.officer_appraised.user, at=at
    )
    actions.take_proposal(
        catalogue_id=row.pk, version=row.version, proposal_id=proposal.pk, by=cast.organisation_officer.user, at=at,
        wording=Wording("SP-09", "Số hóa", 2, points=700),
    )  # fmt: skip
    with outside_actions():
        inventory = Inventory.objects.create(
            unit=cast.economy, agency=cast.economy, state="sent", begun_by=cast.head.user, begun_at=at,
            start=date(2025, 3, 1), end=date(2026, 3, 1), sent_by=cast.head.user, sent_at=at,
        )  # fmt: skip
        InventoryLine.objects.create(inventory=inventory, name="Báo cáo", taken_into=row.lines.get(code="SP-01"))
    row.refresh_from_db()
    return row


def standing(row: Catalogue) -> list[Any]:
    lines = row.lines.order_by("code")
    taken = list(InventoryLine.objects.values_list("name", "taken_into__code"))
    return [*lines.values_list(*STEM, "proposal_id"), taken, list(Proposal.objects.values_list("state", flat=True))]


def applied(cast: Cast, at: datetime, rows: list[list[str]]) -> ImportBatch:
    batch = upload(cast, at, xlsx(HEADER[:7], rows))
    return apply_import(by=cast.organisation_officer.user, at=at, batch_id=batch.pk)


def test_a_whole_draft_goes_back_with_what_its_lines_came_of(cast: Cast, at: datetime, draft: Catalogue) -> None:
    act: dict[str, Any] = {"by": cast.organisation_officer.user, "at": at}
    before, known = standing(draft), own_problems()  # the inventory of the fixture was made without a record
    batch = applied(cast, at, ROWS)
    assert standing(draft)[-2:] == [[("Báo cáo", None)], ["waiting"]]
    back = preview_undo(batch_id=batch.pk, **act)
    assert [(e.outcome, e.text) for e in stored_effects(back)] == [
        ("changed", "Văn bản đơn giản (007): Sản phẩm chuẩn: không → có"),
        ("changed", "Kế hoạch (SP-02): Sản phẩm chuẩn: có → không; Tên: Kế hoạch năm → Kế hoạch; Điểm chấm: 10 → 20"),
        ("ended", "Đề án (SP-03): bỏ dòng đã thêm"),
        ("created", '=HYPERLINK("http://x","Báo cáo") (SP-01): đưa lại dòng đã bỏ'),
        ("created", "Số hóa (SP-09): đưa lại dòng đã bỏ"),
    ]
    apply_import(batch_id=back.pk, **act)
    assert standing(draft) == before
    assert set(own_problems()) <= set(known)
    with pytest.raises(Conflict, match="đã được hoàn tác"):
        preview_undo(batch_id=batch.pk, **act)


def test_what_was_done_since_stays_and_is_named(cast: Cast, at: datetime, draft: Catalogue) -> None:
    act: dict[str, Any] = {"by": cast.organisation_officer.user, "at": at}
    batch = applied(cast, at, ROWS)
    version = Catalogue.objects.get(pk=draft.pk).version
    actions.save_line(
        catalogue_id=draft.pk, version=version, line_id=draft.lines.get(code="SP-03").pk,
        wording=Wording("SP-03", "Đề án lớn", 3, points=5000), **act,
    )  # fmt: skip
    proposal = Proposal.objects.get()
    actions.refuse_proposal(proposal_id=proposal.pk, version=proposal.version, answer="Trùng", **act)
    back = preview_undo(batch_id=batch.pk, **act)
    said = {e.text.split(" (")[0]: e.text for e in stored_effects(back) if e.outcome == "conflict"}
    assert said.keys() == {"Đề án", "Số hóa"}
    assert "Tên: khi nhập “Đề án”, nay “Đề án lớn”" in said["Đề án"]
    assert "đề xuất của dòng này đã được xử lý khác" in said["Số hóa"]
    apply_import(batch_id=back.pk, **act)
    assert list(draft.lines.order_by("code").values_list("code", "name", "standard")) == [
        ("007", "Văn bản đơn giản", True), ("SP-01", '=HYPERLINK("http://x","Báo cáo")', False),
        ("SP-02", "Kế hoạch", False), ("SP-03", "Đề án lớn", False),
    ]  # fmt: skip


def test_the_mark_of_the_standard_goes_back_with_the_line_that_lost_it_or_not_at_all(
    cast: Cast, at: datetime, draft: Catalogue
) -> None:
    act: dict[str, Any] = {"by": cast.organisation_officer.user, "at": at}
    batch = applied(cast, at, ROWS)
    back = preview_undo(batch_id=batch.pk, **act)
    with pytest.raises(Refusal, match=r"nay sản phẩm chuẩn là “Kế hoạch năm” \(SP-02\)"):
        apply_import(batch_id=back.pk, skip=frozenset({3}), **act)  # SP-02 would keep the mark, 007 wants it
    version = Catalogue.objects.get(pk=draft.pk).version
    actions.submit_catalogue(catalogue_id=draft.pk, version=version, **act)
    gone = preview_undo(batch_id=batch.pk, **act)
    assert stored_counts(gone)["conflict"] == 5
    assert "không còn" in stored_effects(gone)[0].text


def test_a_draft_changed_between_reading_and_writing_is_not_written_over(
    cast: Cast, at: datetime, draft: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lines were read before the draft is locked: another version since is said, not overwritten."""
    batch, locked = upload(cast, at, xlsx(HEADER[:7], ROWS)), steps.locked_catalogue

    def moved(pk: int) -> Catalogue:
        Catalogue.objects.filter(pk=pk).update(version=99)
        return locked(pk)

    monkeypatch.setattr(steps, "locked_catalogue", moved)
    with outside_actions(), pytest.raises(Conflict, match="vừa được người khác thay đổi"):
        apply_import(by=cast.organisation_officer.user, at=at, batch_id=batch.pk)


def file_of(user: Any, at: datetime, *lines: dict[str, str]) -> ImportBatch:
    header = [column.title for column in COLUMNS]
    rows = [[line.get(title, "") for title in header] for line in lines]
    batch = preview_import(
        by=user, at=at, kind="product-proposals", scope="x", file_name="t.xlsx", content=xlsx(header, rows)
    )
    assert batch.state == "ready", batch.problems
    return apply_import(by=user, at=at, batch_id=batch.pk)


def line_of(row: Proposal, at: datetime, **cells: str) -> dict[str, str]:
    return {
        "Số": str(row.pk), "Mã cơ quan": row.agency.code, "Tên sản phẩm, công việc": row.name,
        "Vì sao cần bổ sung": row.words, "Người đề xuất": row.author.display_name, "Ngày": f"{at:%d/%m/%Y}",
        "Trạng thái": "chờ xem xét",
    } | cells  # fmt: skip


def test_proposals_wait_again_and_who_was_told_is_told(cast: Cast, at: datetime) -> None:
    officer, author = cast.organisation_officer.user, cast.officer_appraised.user
    first = actions.propose_product(agency_id=cast.economy.pk, name="Số hóa", words="Mới", by=author, at=at)
    refusing = file_of(officer, at, line_of(first, at, **{"Xử lý": "không bổ sung", "Lý do không bổ sung": "Đã có"}))
    back = preview_undo(by=officer, at=at, batch_id=refusing.pk)
    assert [e.outcome for e in stored_effects(back)] == ["changed"]
    apply_import(by=officer, at=at, batch_id=back.pk)
    first.refresh_from_db()
    assert (first.state, first.answer, first.answered_by, first.answered_at) == ("waiting", "", None, None)
    assert Notice.objects.filter(user=author, text__contains="đã được rút").count() == 1
    new = {"Mã cơ quan": cast.economy.code, "Tên sản phẩm, công việc": "Họp", "Vì sao cần bổ sung": "Hằng tuần"}
    mine = file_of(author, at, line_of(first, at, **{"Xử lý": "rút"}), new)
    with pytest.raises(NotYours):
        preview_undo(by=officer, at=at, batch_id=mine.pk)  # a list of one's own work
    back = preview_undo(by=author, at=at, batch_id=mine.pk)
    assert [e.outcome for e in stored_effects(back)] == ["changed", "ended"]
    assert "rút đề xuất đã gửi" in stored_effects(back)[1].text
    second = Proposal.objects.get(name="Họp")
    actions.refuse_proposal(proposal_id=second.pk, version=second.version, answer="Không", by=officer, at=at)
    with pytest.raises(Conflict, match="Khác với lúc xem"):
        apply_import(by=author, at=at, batch_id=back.pk)
    back = preview_undo(by=author, at=at, batch_id=mine.pk)
    assert [e.outcome for e in stored_effects(back)] == ["changed", "conflict"]
    apply_import(by=author, at=at, batch_id=back.pk)
    assert list(Proposal.objects.order_by("pk").values_list("state", flat=True)) == ["waiting", "refused"]
    assert own_problems() == []
