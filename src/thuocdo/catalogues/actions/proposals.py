"""Proposals for products outside the catalogue (NĐ 335 Điều 13 khoản 5)."""

from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.catalogues import access, steps
from thuocdo.catalogues.models import Proposal
from thuocdo.kernel.errors import Forbidden, NotYours, Refusal
from thuocdo.kernel.text import clean_lines
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Unit
from thuocdo.work.models import Task

MOST_WORDS = 2000


@action
def propose_product(
    *, agency_id: int, name: str, words: str, task_id: int | None = None, by: User, at: datetime
) -> Proposal:
    """Anybody of the agency proposes a product; `task_id` one of the own tasks, or None.

    Raises NotYours, Refusal with the field.
    """
    on = day_of(at)
    access.require(agency_id, access.reach(by, on).reads, steps.NOT_FOUND)
    agency = Unit.objects.get(pk=agency_id)
    task = None
    if task_id is not None:
        task = Task.objects.filter(pk=task_id, agency_id=agency_id, person__user_id=by.pk).first()
        if task is None:
            raise NotYours("Không tìm thấy công việc này trong các công việc của ông/bà tại cơ quan đã chọn.")
    title = text_from(name, "Tên sản phẩm, công việc", most=200, field="name")
    text = clean_lines(words)
    if not text:
        raise Refusal("proposal.words", "Vì sao cần bổ sung: chưa nhập. Hãy nhập nội dung.", field="words")
    if len(text) > MOST_WORDS:
        raise Refusal("proposal.words", f"Vì sao cần bổ sung: tối đa {MOST_WORDS} ký tự.", field="words")
    row = Proposal.objects.create(agency=agency, author=by, task=task, name=title, words=text, proposed_at=at)
    steps.tell(
        access.officers_of(agency_id, on),
        by,
        at,
        f"/danh-muc/de-xuat/{row.pk}/",
        f"Có đề xuất bổ sung danh mục của {agency.name}",
        kind="proposal.sent",
    )
    record(chain=agency.code, code="product.proposed", by=by, at=at, objects=[row])
    return row


def _locked(proposal_id: int, version: int) -> Proposal:
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("agency", "author")
    row = rows.filter(pk=proposal_id).first()
    if row is None:
        raise NotYours()
    return row


@action
def withdraw_proposal(*, proposal_id: int, version: int, by: User, at: datetime) -> Proposal:
    """The author takes it back while nobody has acted. Raises NotYours, Conflict."""
    row = _locked(proposal_id, version)
    if row.author_id != by.pk:
        raise NotYours()
    steps.check_version(row.version, version)
    steps.move_proposals([row], "withdraw")
    record(chain=row.agency.code, code="product.proposal_withdrawn", by=by, at=at, objects=[row])
    return row


@action
def refuse_proposal(*, proposal_id: int, version: int, answer: str, by: User, at: datetime) -> Proposal:
    """The officer of the agency refuses with a reason; the author is told. Raises NotYours, Refusal, Conflict."""
    row = _locked(proposal_id, version)
    access.require(row.agency_id, access.reach(by, day_of(at)).officer, steps.NOT_FOUND)
    steps.check_version(row.version, version)
    if row.author_id == by.pk:
        raise Forbidden("Không ai tự trả lời đề xuất của chính mình. Ông/bà rút đề xuất, hoặc nhờ cán bộ tổ chức khác.")
    row.answer = text_from(answer, "Lý do không bổ sung", most=500, field="answer")
    row.answered_by, row.answered_at = by, at
    steps.move_proposals([row], "refuse")
    steps.tell([row.author], by, at, f"/danh-muc/de-xuat/{row.pk}/", "Đề xuất bổ sung danh mục đã có trả lời")
    record(chain=row.agency.code, code="product.proposal_refused", by=by, at=at, objects=[row])
    return row
