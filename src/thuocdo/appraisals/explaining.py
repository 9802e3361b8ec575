"""“Vì sao?”: the findings of a sheet's result, grouped as a bill, each line exact and with its article."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from thuocdo.appraisals import facts, stored
from thuocdo.appraisals.bill import Group
from thuocdo.appraisals.models import Confirmation, LevelDecision, Sheet, Submission
from thuocdo.appraisals.paper.notes import PaperNote, judged_note_of, note_of
from thuocdo.appraisals.shapes import shape_with
from thuocdo.appraisals.situations import Answered, answered
from thuocdo.appraisals.table import Points, points
from thuocdo.appraisals.year_sources import frozen_words
from thuocdo.engine import OpenQuestion, Outcome, Period, parse_frozen
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.rulesets import catalogue, versions


@dataclass(frozen=True)
class Explanation:
    """The whole bill. `basis` says whose account it is; `total` and `band_label` are empty where nothing
    stands. `versions` are all results of the sheet, oldest first; `decision` is the authority's on the level of this
    result, where levels are decided, `decided` its name; `conversions` says by task how work that is hard to count was
    converted when the sheet was filed; `sources` what a year's sheet was prefilled from."""

    sheet: Sheet
    label: str
    basis: str
    confirmation: Confirmation | None
    outcome: Outcome
    total: Points | None
    band_label: str
    groups: tuple[Group, ...]
    open_points: tuple[OpenQuestion, ...]
    comment: str
    rulebook: catalogue.Book
    versions: tuple[Confirmation, ...] = ()
    caution: str = ""
    decision: LevelDecision | None = None
    decided: str = ""
    paper: PaperNote | None = None
    conversions: Mapping[str, str] = field(default_factory=dict)
    situations: tuple[Answered, ...] = ()
    sources: tuple[str, ...] = ()
    judged_paper: PaperNote | None = None

    @property
    def replaced_by(self) -> Confirmation | None:
        """The result that took the place of the one explained here; None for the result in force."""
        shown = self.confirmation
        return next((v for v in self.versions if shown is not None and v.replaces_id == shown.pk), None)


def rate_document(confirmation: Confirmation) -> Outcome:
    """The outcome again, from the frozen subject and the frozen rule. Raises Refusal when that rule is neither
    installed nor kept, or the stored document holds no subject: what no action writes, a program beside it may."""
    document = stored.read(confirmation.submission)
    if "subject" not in document or "period" not in document:
        raise Refusal(
            "explain.no_subject",
            "Bản lưu của kết quả này không có dữ kiện đã dùng để tính, nên không tính lại từng bước được. Hãy báo "
            "người quản trị: lệnh `thuocdo verify` nêu các kết quả như vậy.",
        )
    book = frozen_rule(confirmation.rulebook, confirmation.overlays, confirmation.rulebook_hash)
    return facts.outcome_of(book, parse_frozen(document["subject"]), Period(**document["period"]))


def frozen_rule(key: str, overlays: list[str], digest: str) -> catalogue.Book:
    """The rulebook with exactly this content, installed or kept. Raises Refusal."""
    return versions.pinned_book(key, overlays, digest)


def explain(sheet: Sheet, number: int | None = None, read: tuple[Confirmation, ...] | None = None) -> Explanation:
    """The bill of result `number`, of the result in force, or before any of the last filed self-assessment. `read`: the
    results of the sheet, oldest first, where the caller has them.

    Raises NotYours where there is no such result, Refusal where nothing was filed."""
    versions = read
    if versions is None:
        versions = tuple(sheet.confirmations.select_related("submission", "confirmed_by").order_by("number"))
    last = versions[-1] if versions else None
    if number is not None:
        last = next((v for v in versions if v.number == number), None)
        if last is None:
            raise NotYours()
    if last is not None:
        document, outcome = stored.read(last.submission), rate_document(last)
        book = frozen_rule(last.rulebook, last.overlays, last.rulebook_hash)
        basis = f"Kết quả do {last.confirmed_by.full_name} xác nhận"
    else:
        own = stored.latest(sheet, Submission.Part.SELF)
        if own is None:
            raise Refusal(
                "explain.nothing",
                "Phiếu chưa nộp nên chưa có gì để giải thích; xem điểm tạm tính trên trang lập phiếu.",
            )
        document, book = stored.read(own), facts.pinned_book(sheet.member)
        outcome, basis = (
            facts.rate(book, sheet.cycle, document["subject"]).outcome,
            "Phần tự đánh giá, chưa xác nhận",
        )
    shape = shape_with(book)
    decision = _decision(last, book)
    return Explanation(
        sheet,
        sheet.cycle.label,
        basis,
        last,
        outcome,
        points(outcome.score),
        shape.label(outcome.band or outcome.level),
        shape.groups(outcome, document),
        outcome.open_points,
        last.comment if last else "",
        book,
        versions,
        shape.caution,
        decision,
        shape.label(decision.level) if decision else "",
        note_of(document),
        {code: told["conversion"] for code, told in document.get("reports", {}).items() if "conversion" in told},
        answered(sheet),
        frozen_words(document.get("sources", {})),
        judged_note_of(document),
    )


def _decision(result: Confirmation | None, book: catalogue.Book) -> LevelDecision | None:
    if result is None or not isinstance(book, SchemeBook):
        return None
    return result.level_decisions.select_related("decided_by").order_by("-number").first()
