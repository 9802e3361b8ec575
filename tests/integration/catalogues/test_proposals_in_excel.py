"""Proposals of products by Excel: what the page refuses the file refuses, and who is told by the page is told."""

from datetime import datetime
from typing import Any

import pytest

from tests.cast import Cast, build_cast
from tests.integration.intake.files import cells_of, written
from tests.standing import standing
from thuocdo.catalogues import actions
from thuocdo.catalogues.models import Proposal
from thuocdo.intake.actions import apply_import, export_list, preview_import
from thuocdo.intake.documents import stored_problems
from thuocdo.kernel.errors import Conflict
from thuocdo.notices.models import Notice

pytestmark = pytest.mark.django_db
KIND: dict[str, Any] = {"kind": "product-proposals", "scope": "tat-ca"}


@standing
def cast(db: None) -> Cast:
    return build_cast()


def sent(user: Any, at: datetime, **cells: str) -> Any:
    """The first row as this user takes it out, with other cells."""
    header, row, *_ = cells_of(export_list(by=user, at=at, **KIND))
    line = dict(zip(header, row, strict=True)) | cells
    lines = [header, [line[title] for title in header]]
    return preview_import(by=user, at=at, file_name="t.xlsx", content=written(lines), **KIND)


def test_an_officer_refuses_by_file_with_a_reason_and_the_author_is_told(cast: Cast, at: datetime) -> None:
    officer: Any = cast.organisation_officer.user
    author: Any = cast.officer_appraised.user
    header = cells_of(export_list(by=author, at=at, **KIND))[0]
    new = dict.fromkeys(header, "") | {
        "Mã cơ quan": cast.economy.code, "Tên sản phẩm, công việc": "Số hóa", "Vì sao cần bổ sung": "Hằng tuần",
    }  # fmt: skip
    lines = [header, [new[title] for title in header]]
    batch = preview_import(by=author, at=at, file_name="t.xlsx", content=written(lines), **KIND)
    assert stored_problems(batch) == []
    apply_import(by=author, at=at, batch_id=batch.pk)
    row = Proposal.objects.get()
    assert (row.author, row.name, row.words) == (author, "Số hóa", "Hằng tuần")
    assert Notice.objects.filter(kind="proposal.sent", user=officer).count() == 1
    again = preview_import(by=author, at=at, file_name="t.xlsx", content=written(lines), **KIND)
    assert "đã có" in again.problems, "the same words twice are one proposal"
    for cells, words in (
        ({"Xử lý": "không bổ sung"}, "ghi lý do"),
        ({"Lý do không bổ sung": "Đã có"}, "phải ghi cột Xử lý"),
        ({"Xử lý": "rút"}, "Chỉ người đề xuất"),
        ({"Tên sản phẩm, công việc": "Khác"}, "không sửa ở đây"),
        ({"Số": "999999"}, "không có trong bảng này"),
    ):
        assert words in stored_problems(sent(officer, at, **cells))[0].message
    refusing = sent(officer, at, **{"Xử lý": "không bổ sung", "Lý do không bổ sung": "Đã có ở mã VP-02"})
    apply_import(by=officer, at=at, batch_id=refusing.pk)
    row.refresh_from_db()
    assert (row.state, row.answer, row.answered_by) == ("refused", "Đã có ở mã VP-02", officer)
    assert Notice.objects.filter(kind="catalogue.moved", user=author).count() == 1
    assert "Đã trả lời" in stored_problems(sent(author, at, **{"Xử lý": "rút", "Lý do không bổ sung": ""}))[0].message


def test_a_proposal_answered_since_the_preview_stops_the_file(cast: Cast, at: datetime) -> None:
    author: Any = cast.officer_appraised.user
    row = actions.propose_product(agency_id=cast.economy.pk, name="Việc", words="Mới", by=author, at=at)
    batch = sent(author, at, **{"Xử lý": "rút"})
    actions.withdraw_proposal(proposal_id=row.pk, version=row.version, by=author, at=at)
    with pytest.raises(Conflict):
        apply_import(by=author, at=at, batch_id=batch.pk)
