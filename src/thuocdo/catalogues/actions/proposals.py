"""Proposals for products outside the catalogue (NĐ 335 Điều 13 khoản 5)."""

from datetime import datetime

from thuocdo.accounts.models import User
from thuocdo.audit.recording import action, record
from thuocdo.catalogues import access, steps
from thuocdo.catalogues.models import Proposal
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.text import clean_lines
from thuocdo.kernel.typed import text_from
from thuocdo.organisation.access import day_of
from thuocdo.organisation.models import Unit
from thuocdo.work.models import Task


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
    if len(text) > steps.MOST_WORDS:
        raise Refusal("proposal.words", f"Vì sao cần bổ sung: tối đa {steps.MOST_WORDS} ký tự.", field="words")
    row = steps.propose(agency, title, text, task, by, at)
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
    steps.may("withdraw", row, by, frozenset())
    steps.check_version(row.version, version)
    steps.withdraw(row)
    record(chain=row.agency.code, code="product.proposal_withdrawn", by=by, at=at, objects=[row])
    return row


@action
def refuse_proposal(*, proposal_id: int, version: int, answer: str, by: User, at: datetime) -> Proposal:
    """The officer of the agency refuses with a reason; the author is told. Raises NotYours, Refusal, Conflict."""
    row = _locked(proposal_id, version)
    officer = access.reach(by, day_of(at)).officer
    access.require(row.agency_id, officer, steps.NOT_FOUND)
    steps.check_version(row.version, version)
    steps.may("refuse", row, by, officer)
    steps.refuse(row, text_from(answer, "Lý do không bổ sung", most=500, field="answer"), by, at)
    record(chain=row.agency.code, code="product.proposal_refused", by=by, at=at, objects=[row])
    return row
