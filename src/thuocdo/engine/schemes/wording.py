"""Vietnamese words for measures, bounds and conditions, with the figures of one subject in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from thuocdo.engine.schemes import nodes, schema
from thuocdo.engine.schemes.conditions import Evaluator
from thuocdo.engine.schemes.plan import SchemePlan
from thuocdo.engine.schemes.schema import GRADES
from thuocdo.engine.schemes.truth import Flags, Truth
from thuocdo.kernel.exact import decimal_vi, exact_vi, full_vi, is_terminating

MEASURE_WORDS = {
    "assigned": "số nhiệm vụ được giao",
    "done": "số nhiệm vụ hoàn thành",
    "late": "số nhiệm vụ hoàn thành chậm",
    "above": "số nhiệm vụ vượt yêu cầu",
    "failing": "số nhiệm vụ chưa bảo đảm chất lượng, tiến độ hoặc hiệu quả",
    "total": "số hạn chế, khuyết điểm kỳ trước (không có thì ghi 0)",
    "fixed": "số hạn chế, khuyết điểm đã khắc phục",
    "issued": "số phiếu phát ra",
    "collected": "số phiếu thu về",
    "valid": "số phiếu hợp lệ",
    "high": "số phiếu tín nhiệm cao",
    "medium": "số phiếu tín nhiệm",
    "low": "số phiếu tín nhiệm thấp",
    "convened": "số người được triệu tập",
    "present": "số người có mặt",
    "working_days": "số ngày làm việc của kỳ",
    "worked_days": "số ngày làm việc thực tế",
    "months_worked": "số tháng làm việc thực tế",
    "months_member": "số tháng sinh hoạt đảng",
}
LEVEL_WORDS = {
    "excellent": "Hoàn thành xuất sắc nhiệm vụ",
    "good": "Hoàn thành tốt nhiệm vụ",
    "complete": "Hoàn thành nhiệm vụ",
    "limited": "Hoàn thành nhiệm vụ nhưng còn hạn chế về năng lực",
    "incomplete": "Không hoàn thành nhiệm vụ",
}
GRADE_WORDS = {"excellent": "xuất sắc", "good": "tốt", "average": "trung bình", "poor": "kém"}
PLAIN_KEYS = {
    "months": "điểm các tháng",
    "quarters": "điểm các quý",
    "member_marks": "phiếu chấm đầy đủ của từng thành viên tập thể lãnh đạo",
}
UNKNOWN = "chưa rõ"


def percent(value: Fraction) -> str:
    """A percentage; one that does not end is said as the part of the whole that it is."""
    return f"{exact_vi(value)}%" if is_terminating(value) else exact_vi(value / 100)


def points(value: Fraction) -> str:
    return f"{full_vi(value)} điểm"


def days_of(value: Fraction) -> str:
    return f"{full_vi(value)} ngày"


def first_lower(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() or not text[1:2] else text


def measure(plan: SchemePlan, name: str) -> str:
    """What a key of the case format counts."""
    section, _, key = name.partition(".")
    if section == "facts":
        return first_lower(next((fact.label for fact in plan.scheme.facts if fact.id == key), name))
    if name == "votes.total":
        return "tổng số người có quyền bỏ phiếu"
    words = MEASURE_WORDS[key]
    return f"{words} của lĩnh vực, đơn vị phụ trách" if section == "led" else words


def key_words(plan: SchemePlan, key: str) -> str:
    """A missing key of the case format in words."""
    section, _, name = key.partition(".")
    if section == "marks":
        slots = {slot.name: slot.label for group in plan.groups for slot in group.slots}
        return f"điểm “{slots[key]}”"
    if section == "grades":
        criteria = plan.scheme.grades.criteria if plan.scheme.grades else ()
        return f"mức đánh giá tiêu chí “{next(item.label for item in criteria if item.slug == name)}”"
    if section == "related":
        label = next(item.label for item in plan.scheme.relations if item.id == name)
        return f"mức xếp loại của {first_lower(label)}"
    return PLAIN_KEYS.get(key) or measure(plan, key)


def bound_words(bounds: Sequence[nodes.Bound], show: Any) -> str:
    """`từ 30% trở lên`, `trên 50% và dưới 70%`."""
    words = {"at_least": "từ {} trở lên", "more_than": "trên {}", "at_most": "không quá {}", "below": "dưới {}"}
    shown = [
        words[bound.word].format("… (văn bản để ngỏ)" if bound.value is None else show(bound.value)) for bound in bounds
    ]
    return " và ".join(shown)


def truth_word(truth: Truth, words: tuple[str, str]) -> str:
    if _set(truth.yes):
        return words[0]
    return words[1] if _set(truth.no) else UNKNOWN


def _set(flags: Flags) -> bool:
    return flags if isinstance(flags, bool) else bool(flags[0])


class Condition:
    """One condition of one subject in words. A level asks for it (`asked`); other rules look whether it is so."""

    def __init__(self, evaluator: Evaluator, spec: schema.Condition, number: int, *, asked: bool = False) -> None:
        self.evaluator, self.spec, self.number = evaluator, spec, number
        self.need, self.words = ("cần", ("đạt", "chưa đạt")) if asked else ("mốc", ("đúng", "không"))
        self.plan = evaluator.plan
        self.node = self.plan.nodes[number]
        self.truth = evaluator.truth(number)

    @property
    def holds(self) -> bool:
        return _set(self.truth.yes)

    @property
    def fails(self) -> bool:
        return _set(self.truth.no)

    def sentence(self, under: str = "") -> str:
        """The label (unless it only repeats the one `under` which it stands), the figures, and what came out."""
        said = self.figures()
        label = "" if self.spec.label == under else f"{self.spec.label}: "
        return f"{label}{said}{'; ' if said else ''}{truth_word(self.truth, self.words)}"

    def figures(self) -> str:
        match self.node:
            case nodes.ScoreNode():
                score = self._score()
                return f"{score}, {self.need} {bound_words(self.node.bounds, points)}"
            case nodes.ShareNode():
                return self._share(self.node)
            case nodes.NumberNode():
                value = self._number(self.node.of)
                return f"{value}, {self.need} {bound_words(self.node.bounds, full_vi)}"
            case nodes.FlagNode():
                return ""
            case nodes.GradesNode():
                return self._grades(self.node)
            case nodes.LevelsNode():
                return self._levels(self.node)
            case nodes.AbsenceNode():
                return self._absence(self.node)
            case _:
                return ""

    def inputs(self) -> tuple[tuple[str, str], ...]:
        """The figures one by one."""
        names: list[str] = []
        match self.node:
            case nodes.ShareNode():
                names = [name for name, _ in (*self.node.part, *(self.node.of or ()))]
            case nodes.NumberNode():
                names = [self.node.of]
            case nodes.ScoreNode():
                return (("Điểm", self._score()),)
            case nodes.FlagNode():
                fact = self.node.fact.partition(".")[2]
                label = next(item.label for item in self.plan.scheme.facts if item.id == fact)
                return ((label, "có" if self._flag() else "không"),)
        return tuple((measure(self.plan, name).capitalize(), self._number(name)) for name in names)

    def _score(self) -> str:
        score = self.evaluator.score
        known = score.known if isinstance(score.known, bool) else bool(score.known[0])
        if not known:
            return "chưa có điểm"
        den = score.den if isinstance(score.den, int) else int(score.den[0])
        return f"{full_vi(Fraction(int(score.num[0]), 100 * den))} điểm"

    def _flag(self) -> bool:
        assert isinstance(self.node, nodes.FlagNode)
        holds = self.evaluator.flag(self.node)
        return holds is not None and bool(holds[0])

    def _value(self, name: str) -> Fraction | None:
        column = self.evaluator.columns.values.get(name)
        if column is None or int(column[0]) < 0:
            return None
        return Fraction(int(column[0]), self.plan.unit_of(name))

    def _number(self, name: str) -> str:
        value = self._value(name)
        return "chưa có số liệu" if value is None else full_vi(value)

    def _share(self, node: nodes.ShareNode) -> str:
        part = self._sum([name for name, _ in node.part])
        asked = bound_words(node.bounds, percent)
        if node.of is None:
            return f"{_shown(part)} trên … (văn bản để ngỏ), {self.need} {asked}"
        whole = self._sum([name for name, _ in node.of])
        if part is None or whole is None:
            return f"{_shown(part)} trên {_shown(whole)}, {self.need} {asked}"
        if whole == 0:
            return "không có gì để tính tỷ lệ"
        return f"{full_vi(part)}/{full_vi(whole)} = {_of_hundred(part, whole)}, {self.need} {asked}"

    def _sum(self, names: Sequence[str]) -> Fraction | None:
        values = [self._value(name) for name in names]
        return None if None in values else sum((v for v in values if v is not None), Fraction(0))

    def _grades(self, node: nodes.GradesNode) -> str:
        below = []
        for slug in node.slugs:
            column = self.evaluator.columns.values.get(slug)
            grade = -1 if column is None else int(column[0])
            if node.grade is not None and grade >= 0:
                fits = grade == node.grade if node.exactly else grade <= node.grade
                if fits:
                    continue
            word = "chưa đánh giá" if grade < 0 else GRADE_WORDS[GRADES[grade]]
            below.append(f"{key_words(self.plan, slug).partition('“')[2].rstrip('”')}: {word}")
        wanted = "… (văn bản để ngỏ)" if node.grade is None else GRADE_WORDS[GRADES[node.grade]]
        asked = f"{self.need} {'mức' if node.exactly else 'ít nhất mức'} {wanted}"
        rest = f"; chưa tới mức đó: {'; '.join(below)}" if below else ""
        return f"{len(node.slugs) - len(below)}/{len(node.slugs)} tiêu chí đạt, {asked}{rest}"

    def _levels(self, node: nodes.LevelsNode) -> str:
        related = self.evaluator.columns.related.get(node.relation)
        if related is None or related.rank.size == 0:
            return "chưa ghi" if related is None else "không có"
        shown = ", ".join(level_word(self.plan, int(rank)) for rank in related.rank)
        wanted = level_word(self.plan, node.rank)
        text = f"{shown}; {self.need} {'đúng' if node.exactly else 'từ'} mức {wanted}"
        text += "" if node.exactly else " trở lên"
        return text + (f", {bound_words(node.bounds, percent)}" if node.bounds else "")

    def _absence(self, node: nodes.AbsenceNode) -> str:
        days = Fraction(int(self.evaluator.absent(node.reasons)[0]), 100)
        if node.of is None:
            return f"{full_vi(days)} ngày, mốc {bound_words(node.bounds, days_of)}"
        whole = self._value(node.of[0])
        asked = bound_words(node.bounds, percent)
        if not whole:
            return f"{full_vi(days)} ngày trên {_shown(whole)} ngày, mốc {asked}"
        return f"{full_vi(days)}/{full_vi(whole)} ngày = {_of_hundred(days, whole)}, mốc {asked}"


def _shown(value: Fraction | None) -> str:
    return "chưa có số liệu" if value is None else full_vi(value)


def _of_hundred(part: Fraction, whole: Fraction) -> str:
    return f"{decimal_vi(part * 100 / whole)}%"


def level_word(plan: SchemePlan, rank: int) -> str:
    """A level of the plan's order in words."""
    if rank == -2:
        return "không xếp loại"
    if rank < 0:
        return UNKNOWN
    code = plan.order[rank]
    own = {level.code: level.label for level in plan.scheme.levels}
    return f"“{own.get(code) or LEVEL_WORDS.get(code, code)}”"


def conditions(
    evaluator: Evaluator, specs: Sequence[schema.Condition], numbers: Sequence[int], *, asked: bool = False
) -> Iterator[Condition]:
    """Conditions of a list with those inside them."""
    for spec, number in zip(specs, numbers, strict=True):
        yield Condition(evaluator, spec, number, asked=asked)
        if isinstance(spec, schema.AnyTest | schema.AllTest | schema.ChosenTest):
            node = evaluator.plan.nodes[number]
            assert isinstance(node, nodes.JoinNode)
            yield from conditions(evaluator, spec.conditions, node.children, asked=asked)


def row(flags: Any) -> bool:
    """The one flag of a single subject."""
    return bool(flags) if isinstance(flags, bool | np.bool_) else bool(flags[0])
