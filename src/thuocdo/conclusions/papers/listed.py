"""What a file sent up consists of by the pinned text, what the product holds of it, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.timezone import localdate

from thuocdo.conclusions.models import Assessment, AssessmentHold, AssessmentPart
from thuocdo.conclusions.sheets import Form
from thuocdo.engine.schemes.papers import Paper, papers_of
from thuocdo.rounds.models import StepDone

NONE, HAS = "none", "has"


@dataclass(frozen=True)
class Item:
    """One paper of the list. `known`: what the product holds itself, in words; empty where it is typed. `must`: no file
    is without it, so "there is none" is no answer."""

    paper: Paper
    known: str

    @property
    def must(self) -> bool:
        return not self.paper.when_there


def items_of(form: Form, parts: Sequence[AssessmentPart], holds: Sequence[AssessmentHold]) -> list[Item]:
    """The papers that the text lists for such a subject on the rating date, in its order. Up to one query."""
    one = form.one
    assert one.round is not None, "a file is sent up for a subject of a round"
    asked = papers_of(form.book, one.kind, one.role, one.round.rating_date)
    known = _known(one, form, parts, holds, {paper.held for paper in asked})
    return [Item(paper, known.get(paper.held or "", "")) for paper in asked]


def _known(
    one: Assessment,
    form: Form,
    parts: Sequence[AssessmentPart],
    holds: Sequence[AssessmentHold],
    wanted: set[str | None],
) -> dict[str, str]:
    last = {part.part: part for part in parts}
    found = {}
    verified = last.get(AssessmentPart.Part.VERIFICATION)
    decided = last.get(AssessmentPart.Part.DECISION)
    if verified is not None:
        found["verification"] = f"Thẩm định ngày {localdate(verified.at):%d/%m/%Y}, {verified.by_person.full_name}"
        found["conclusion"] = f"Đề xuất: {form.label(one.proposed) or 'để cấp có thẩm quyền quyết định'}"
    if decided is not None:
        found["conclusion"] = f"{decided.body}, số {decided.document_number} ngày {decided.on:%d/%m/%Y}"
    if "review" in wanted:
        done = StepDone.objects.filter(subject=one.subject_id, step="review", undoes=None, undone=None)
        step = done.order_by("-pk").first()
        if step is not None:
            number = f"số {step.number}, " if step.number else ""
            found["review"] = f"Đã kiểm điểm: {number}ngày {step.on:%d/%m/%Y}"
    ended = [hold for hold in holds if hold.ended_at is not None]
    if ended:
        words = "; ".join(f"{hold.get_kind_display()}: {hold.outcome}" for hold in ended)
        found["complaint"] = words[:1000]
    return found


def read(items: Sequence[Item], typed: Mapping[str, tuple[str, str]]) -> tuple[list[dict[str, object]], dict[str, str]]:
    """The frozen list, and what is missing by field. `typed` by paper: `has` or `none`, and the words that say which
    paper it is or why there is none."""
    frozen: list[dict[str, object]] = []
    missing: dict[str, str] = {}
    for item in items:
        paper = item.paper
        how, words = typed.get(paper.id, ("", ""))
        if item.known and how != NONE:
            how, words = HAS, "; ".join(filter(None, (item.known, words)))
        if how == NONE and item.must:
            missing[f"paper.{paper.id}"] = f"{paper.label}: văn bản kể thành phần này, nên không gửi thiếu được."
        elif how not in (HAS, NONE):
            missing[f"paper.{paper.id}"] = f"{paper.label}: còn thiếu. Hãy ghi số, ngày giấy tờ{_or_none(item)}."
        elif not words:
            what = "số, ngày giấy tờ" if how == HAS else "vì sao không có"
            missing[f"paper.{paper.id}"] = f"{paper.label}: hãy ghi {what}."
        elif len(words) > 1000:
            missing[f"paper.{paper.id}"] = f"{paper.label}: dài quá 1000 ký tự. Hãy ghi gọn lại."
        frozen.append(
            {"id": paper.id, "label": paper.label, "cite": paper.words, "has": how == HAS, "words": words}
        )
    return frozen, missing


def _or_none(item: Item) -> str:
    return "" if item.must else ", hoặc chọn không có và nêu vì sao"
