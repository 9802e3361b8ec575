"""“Vì sao?”: the findings of a sheet's result, grouped as a bill, each line exact and with its article."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thuocdo.appraisals import facts, stored
from thuocdo.appraisals.locking import label_of
from thuocdo.appraisals.models import Confirmation, Sheet, Submission
from thuocdo.appraisals.table import Points, points
from thuocdo.engine import (
    Citation,
    Finding,
    OpenQuestion,
    Outcome,
    Period,
    Rulebook,
    parse_subject,
    rate_subject,
)
from thuocdo.kernel.errors import NotYours, Refusal
from thuocdo.kernel.exact import decimal_vi, fraction_text
from thuocdo.rulesets import catalogue

CAUTION = "Đây là điểm của kỳ theo dõi, đánh giá và mức tương ứng, chưa phải xếp loại chất lượng."
TITLES = {
    "general": "Tiêu chí chung",
    "products": "Từng sản phẩm, công việc",
    "ratios": "Các tỷ lệ kết quả",
    "leadership": "Kết quả lãnh đạo, quản lý",
    "mean": "Trung bình và điểm kết quả",
    "total": "Tổng điểm",
    "band": "Mức tương ứng",
    "disqualifiers": "Trường hợp xếp thẳng mức",
    "open": "Điểm luật để ngỏ và lựa chọn đã dùng",
}


@dataclass(frozen=True)
class Line:
    """One rule that was tested. `exact` is numerator/denominator, `decimal` the number people read; empty:
    no number."""

    id: str
    title: str
    sentence: str
    inputs: tuple[tuple[str, str], ...]
    exact: str
    decimal: str
    unit: str
    effect: str
    cite: tuple[Citation, ...]
    note: str


@dataclass(frozen=True)
class Group:
    """Lines that belong together, in the order of the calculation."""

    id: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Explanation:
    """The whole bill. `basis` says whose account it is; `total` and `band_label` are empty where nothing
    stands. `versions` are all results of the sheet, oldest first."""

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
    rulebook: Rulebook
    versions: tuple[Confirmation, ...] = ()
    caution: str = CAUTION

    @property
    def replaced_by(self) -> Confirmation | None:
        """The result that took the place of the one explained here; None for the result in force."""
        shown = self.confirmation
        return next((v for v in self.versions if shown is not None and v.replaces_id == shown.pk), None)


def rate_document(confirmation: Confirmation) -> Outcome:
    """The outcome again, from the frozen subject and the frozen rule. Raises Refusal when that rule is not
    installed."""
    document = stored.read(confirmation.submission)
    book = frozen_rule(confirmation.rulebook, confirmation.overlays, confirmation.rulebook_hash)
    return rate_subject(book, parse_subject(document["subject"]), Period(**document["period"]))


def frozen_rule(key: str, overlays: list[str], digest: str) -> Rulebook:
    """The rulebook with exactly this content. Raises Refusal."""
    book = catalogue.load(key, overlays)
    if book.hash != digest:
        raise Refusal(
            "rulebook.changed",
            f"Bộ quy tắc “{book.title}” đang cài khác với bản đã dùng để tính kết quả này. "
            "Hãy báo người vận hành cài lại đúng phiên bản.",
        )
    return book


def explain(sheet: Sheet, number: int | None = None) -> Explanation:
    """The bill of result `number`, of the result in force, or before any of the last filed self-assessment.

    Raises NotYours where there is no such result, Refusal where nothing was filed."""
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
        document, book = stored.read(own), facts.pinned(sheet.member)
        outcome, basis = (
            facts.rate(book, sheet.cycle, document["subject"]).outcome,
            "Phần tự đánh giá, chưa xác nhận",
        )
    return Explanation(
        sheet,
        label_of(sheet.cycle),
        basis,
        last,
        outcome,
        points(outcome.score),
        book.level(outcome.band).label if outcome.band else "",
        grouped(book, outcome, document),
        outcome.open_points,
        last.comment if last else "",
        book,
        versions,
    )


def grouped(book: Rulebook, outcome: Outcome, document: Mapping[str, Any]) -> tuple[Group, ...]:
    """All findings, each in one group; groups without lines are left out."""
    ratios = {f"results.{spec.slug}" for spec in book.book.products.ratios} | {"results.denominator"}
    lines: dict[str, list[Line]] = {key: [] for key in TITLES}
    for finding in outcome.findings:
        lines[_group(finding.id, ratios)].append(_line(finding, document))
    return tuple(Group(key, TITLES[key], tuple(found)) for key, found in lines.items() if found)


def _group(finding: str, ratios: set[str]) -> str:
    if finding in ratios:
        return "ratios"
    heads = {
        "general": "general",
        "product": "products",
        "total": "total",
        "band": "band",
        "disqualifier": "disqualifiers",
    }
    first = finding.split(".")[0]
    if finding.startswith("results.leadership."):
        return "leadership"
    return "mean" if first == "results" else heads.get(first, "open")


def _line(finding: Finding, document: Mapping[str, Any]) -> Line:
    value = finding.value
    return Line(
        finding.id,
        finding.title_vi,
        finding.sentence_vi,
        finding.inputs,
        "" if value is None else fraction_text(value),
        "" if value is None else decimal_vi(value),
        finding.unit,
        finding.effect,
        finding.cite,
        _note(finding.id, document),
    )


def _note(finding: str, document: Mapping[str, Any]) -> str:
    """The evaluator's words on a product or a factor."""
    if finding.startswith("product."):
        return str(document.get("notes", {}).get(finding.removeprefix("product."), ""))
    return str(document.get("factor_reasons", {}).get(finding.removeprefix("results.leadership."), ""))
