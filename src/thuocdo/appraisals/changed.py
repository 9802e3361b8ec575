"""What the owner changed between the last filing and the one before it, for whoever decides about the new one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from thuocdo.appraisals import rules, stored
from thuocdo.appraisals.scheme_shape import SchemeShape
from thuocdo.appraisals.sheets import Judging

_TEXTS = {"strengths": "Ưu điểm", "shortcomings": "Hạn chế, khuyết điểm"}
_PRODUCT = {
    "coefficient": "hệ số quy đổi",
    "assigned": "số lượng được giao",
    "completed": "số lượng hoàn thành",
    "quality_met": "số lượng đạt chất lượng",
    "on_time": "số lượng đúng tiến độ",
    "quality_errors": "số lần không đạt chất lượng",
    "late": "số lần chậm",
    "late_excused": "số lần chậm đã xác nhận khách quan",
    "quality_errors_each": "số lần không đạt của từng sản phẩm",
    "late_each": "số lần chậm của từng sản phẩm",
    "outside_plan": "việc ngoài kế hoạch",
    "handed_back": "báo không thực hiện được",
}
_REPORT = {"cause": "nguyên nhân khách quan", "evidence": "minh chứng", "due": "hạn"}
_NOTHING = "(trống)"


@dataclass(frozen=True)
class Change:
    """One place of the document and its texts before and now."""

    what: str
    before: str
    now: str


@dataclass(frozen=True)
class Changes:
    """When the earlier document was filed, and every place in which the new one differs (none: filed as it was)."""

    earlier_at: datetime
    lines: tuple[Change, ...]


def changes(judging: Judging) -> Changes | None:
    """None where the sheet was filed once, or is not with its evaluator."""
    view = judging.view
    if view.sheet.state not in rules.WITH_EVALUATOR or len(view.filed) < 2:
        return None
    before, now = (_places(judging, stored.read(one)) for one in view.filed[-2:])
    names = dict.fromkeys([*before, *now])
    lines = [Change(n, before.get(n, _NOTHING), now.get(n, _NOTHING)) for n in names if before.get(n) != now.get(n)]
    return Changes(view.filed[-2].at, tuple(lines))


def _places(judging: Judging, document: Mapping[str, Any]) -> dict[str, str]:
    """What stands where in a filed document, by a name that people understand."""
    return {name: text for name, text in _all(judging, document) if text}


def _all(judging: Judging, document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    shape, subject = judging.view.shape, document["subject"]
    if isinstance(shape, SchemeShape):
        asked = shape.asked(judging.view.sheet)
        for name, text in document.get("fields", {}).items():
            spec = asked.spec(name)
            yield spec.label if spec else name, _words(text)
    else:
        labels = {one.slug: one.label for one in judging.view.book.criteria}
        for slug, mark in subject.get("marks", {}).items():
            yield f"Điểm tự chấm: {labels.get(slug, slug)}", _words(mark)
        for product in subject.get("products", []):
            yield f"Công việc {product['id']}", "có trong phiếu"
            yield from _part(f"Công việc {product['id']}", product, _PRODUCT)
        for code, report in document.get("reports", {}).items():
            yield from _part(f"Công việc {code}", report, _REPORT)
    for name, label in _TEXTS.items():
        yield label, _words(document.get(name, ""))


def _part(name: str, values: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, label in labels.items():
        yield f"{name}: {label}", _words(values.get(key, ""))


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "có" if value else ""
    text = str(value)
    return text.replace(".", ",") if text.replace(".", "", 1).isdigit() else text
