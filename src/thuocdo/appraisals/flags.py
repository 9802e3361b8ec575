"""What an evaluator should look at before confirming: short Vietnamese flags from the facts. Pure; they
score nothing."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from thuocdo.engine import Outcome, Rulebook
from thuocdo.kernel.exact import decimal_vi
from thuocdo.work.how_given import given_late, is_outside
from thuocdo.work.plausibility import Plausibility

FAR_POINTS = 10
"""A self-score this many points away from the mean of the person's last months is worth a look. Only a
pointer."""


def frozen_flags(book: Rulebook, document: Mapping[str, Any], outcome: Outcome) -> list[str]:
    """Flags that one submitted document alone gives, with its self-result: as frozen as these."""
    return [*_work(document), *_result(book, document, outcome)]


def later_flags(outcome: Outcome, history: Sequence[Fraction], *, tasks_changed: Sequence[str]) -> list[str]:
    """Flags of what stands beside it; `history` holds the scores of the last months, `tasks_changed` how the assigned
    tasks differ from the document."""
    return [
        *_history(outcome, history),
        *([f"Công việc được giao đã thay đổi sau khi nộp: {'; '.join(tasks_changed)}"] if tasks_changed else []),
    ]


def _work(document: Mapping[str, Any]) -> list[str]:
    reports = document.get("reports", {})
    outside = back = more = late = errors = bare = 0
    for p in document["subject"].get("products", []):  # once: a head of a city has 1,560 of them on one page
        outside += bool(p.get("outside_plan"))
        back += bool(p.get("handed_back"))
        more += _above(p)
        late += p.get("late", 0)
        errors += p.get("quality_errors", 0)
        bare += p.get("completed", "0") != "0" and not reports.get(p["id"], {}).get("evidence")
    unreported = len(document.get("unreported") or ())
    told = (
        (outside, "Có việc ngoài kế hoạch"),
        (back, "Có việc báo không thực hiện được"),
        (more, f"{more} việc báo hoàn thành nhiều hơn số được giao"),
        (unreported, f"{unreported} việc không báo cáo, tính là chưa hoàn thành"),
        (late, f"Chậm {late} lần, chưa được xác nhận nguyên nhân"),
        (any(report.get("cause") for report in reports.values()), "Nêu nguyên nhân khách quan, cần xác nhận"),
        (errors, f"{errors} lần không đạt chất lượng"),
        (bare, f"{bare} việc chưa có minh chứng"),
    )
    return [words for found, words in told if found]


def given_flags(tasks: Sequence[Any], volume: Plausibility | None) -> list[str]:
    """Flags of how a person's present tasks (or `facts.Compared`) were given (`work.how_given`); `volume` is the
    month's beside others. The words hold no figure of other people, so that a row does not change with each report.
    """
    found = []
    if more := sum(map(is_outside, tasks)):
        found.append(f"{more} việc hệ số ngoài danh mục, cần ghi lý do chấp nhận")
    if late := sum(map(given_late, tasks)):
        found.append(f"{late} việc giao sau hạn hoặc sau khi tháng kết thúc")
    if volume is not None and volume.flagged:
        found.append("Khối lượng khác xa trung vị, cần mở phiếu để xem")
    return found


def _above(product: Mapping[str, Any]) -> bool:
    """Whether more of a planned product is done than was assigned: it makes up for others in the ratio of the whole,
    which the law neither allows nor forbids."""
    done, assigned = product.get("completed", "0"), product["assigned"]
    return not product.get("outside_plan") and done != assigned and Fraction(done) > Fraction(assigned)


def _result(book: Rulebook, document: Mapping[str, Any], outcome: Outcome) -> list[str]:
    found = []
    ratios = {f"results.{spec.slug}": spec.label for spec in book.book.products.ratios}
    over = [ratios[f.id] for f in outcome.findings if f.id in ratios and f.value is not None and f.value > 1]
    if over:
        found.append(f"Tỷ lệ trên 100%: {', '.join(word.lower() for word in over)}")
    marks = document["subject"].get("marks", {})
    if marks and all(Fraction(marks.get(c.slug, "0")) == Fraction(c.max) for c in book.criteria):
        found.append("Tự chấm tối đa mọi tiêu chí chung")
    if outcome.kind == "needs_decision":
        found.append("Cần người đánh giá quyết định")
    if outcome.kind == "not_rated":
        found.append("Không chấm điểm kỳ này")
    return found


def _history(outcome: Outcome, history: Sequence[Fraction]) -> list[str]:
    if outcome.score is None or not history:
        return []
    mean = sum(history, Fraction(0)) / len(history)
    if abs(outcome.score - mean) < FAR_POINTS:
        return []
    return [f"Khác xa các tháng trước (trung bình {decimal_vi(mean, places=2)})"]
