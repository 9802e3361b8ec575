"""Assigned products of one person in one month, what was done, and what the evaluator saw differently."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from random import Random

from thuocdo.demo import situations as s
from thuocdo.demo.catalogue import ProductSpec, products_of
from thuocdo.demo.marks import draw_marks, total_marks
from thuocdo.demo.months import DemoMonth
from thuocdo.demo.posts import SEED, Post, holders

BOUNDS = {"excellent": (90, 101), "good": (70, 90), "fair": (50, 70), "poor": (0, 50)}
# Within its band a score is aimed at one of these ranges of five points, all equally likely.
AIMS = {"excellent": (90, 95), "good": (70, 75, 80, 85), "fair": (50, 55, 60, 65),
        "poor": (25, 30, 35, 40, 45)}
# Chance in percent that one product meets with a difficulty.
TROUBLE = {"excellent": 12, "good": 45, "fair": 85, "poor": 100}
CAUSES = (
    "Hệ thống dịch vụ công trực tuyến ngừng để nâng cấp, có thông báo của đơn vị vận hành",
    "Cơ quan phối hợp gửi số liệu chậm so với kế hoạch",
)


@dataclass(frozen=True)
class Line:
    """One assigned product: what was given, and what its owner reports. Quantities are whole numbers."""

    code: str
    slot: str
    product: ProductSpec | None
    title: str
    coefficient: str
    assigned: int
    due: date
    outside_plan: bool = False
    handed_back: bool = False
    completed: int = 0
    quality_met: int = 0
    on_time: int = 0
    quality_errors: int = 0
    late: int = 0
    cause: str = ""
    evidence: str = ""
    late_excused: int = 0
    judged_errors: int | None = None
    judge_note: str = ""

    @property
    def hundredths(self) -> int:
        """The coefficient in hundredths."""
        whole, _, part = self.coefficient.partition(".")
        return int(whole) * 100 + int(part.ljust(2, "0") or 0)


@dataclass(frozen=True)
class PersonMonth:
    """What one person brings into one month: products and self-marks (slug -> text as typed)."""

    slot: str
    month: DemoMonth
    band: str
    lines: tuple[Line, ...]
    marks: dict[str, str] = field(default_factory=dict)


def score(lines: Sequence[Line], marks: dict[str, str], *, leader: bool) -> Fraction:
    """The score the generator aims with, leaders with factors of 100. The product itself rates anew."""
    base = done = met = timely = 0
    for x in lines:
        weight = x.hundredths
        base += 0 if x.outside_plan else 4 * weight * x.assigned
        if x.handed_back:
            continue
        errors = x.quality_errors if x.judged_errors is None else x.judged_errors
        done += 4 * weight * x.completed
        met += weight * (4 * x.quality_met - errors)  # a quarter of one product each time, never more than four
        timely += weight * (4 * x.on_time - x.late + x.late_excused)
    mean = Fraction(done + met + timely + (3 * base if leader else 0), base * (6 if leader else 3))
    return total_marks(marks) + 70 * min(mean, Fraction(1))


def person_month(post: Post, month: DemoMonth, band: str, agency: str) -> PersonMonth:
    """Draw until the exact score lies in the range aimed at, or at least in its band."""
    rng = Random(f"{SEED}:{post.slot}:{month.index}")
    leader = post.leadership != "none"
    low, high = BOUNDS[band]
    if post.slot == s.EMPTY_DENOMINATOR and month.index == 2:
        return PersonMonth(post.slot, month, band, (), draw_marks(rng, band))
    aim = rng.choice(AIMS[band])
    for draw in range(4000):
        if draw == 1000:
            aim = 0
        if draw % 20 == 0:
            full = [_done(line) for line in _assign(rng, post.slot, month, agency)]
        marks = draw_marks(rng, band)
        lines = _story([_happen(rng, line, band) for line in full], post.slot, month)
        reached = score(lines, marks, leader=leader)
        if low <= reached < high and (aim == 0 or aim <= reached < aim + 6):
            return PersonMonth(post.slot, month, band, tuple(lines), marks)
    raise RuntimeError(f"no draw reaches band {band} for {post.slot} in month {month.index}")


def _assign(rng: Random, slot: str, month: DemoMonth, agency: str) -> list[Line]:
    chosen = rng.sample(products_of(agency), rng.randrange(3, 5))
    label = f"tháng {month.first.month}/{month.first.year}"
    code = holders()[slot].code
    return [
        Line(f"{month.first:%Y%m}-{code}-{n:02d}", slot, product, f"{product.name} {label}",
             product.coefficient, rng.randint(*product.usual), month.day(rng.randrange(12, 29)))
        for n, product in enumerate(chosen, 1)
    ]


def _happen(rng: Random, full: Line, band: str) -> Line:
    """What became of one product, given done in full: that, or one difficulty."""
    n = full.assigned
    if rng.randrange(100) >= TROUBLE[band]:
        return full
    heavy = band == "poor" or (band == "fair" and rng.randrange(2) == 0)
    kind = rng.choice(("short", "late", "quality", "error") if not heavy else ("short", "short", "late"))
    if kind == "short":
        done = rng.randrange(0, n // 2 + 1) if heavy else n - rng.randrange(0, n // 3 + 1)
        return replace(full, completed=done, quality_met=done, on_time=done)
    if kind == "late":
        return replace(full, on_time=rng.randrange(0, n // 2 + 1)) if heavy else replace(full, late=1)
    if kind == "quality":
        return replace(full, quality_met=n - rng.randrange(1, n // 4 + 2))
    return replace(full, quality_errors=1)


def _story(lines: list[Line], slot: str, month: DemoMonth) -> list[Line]:
    """Put the situations of docs/demo.md into the products of the person they belong to."""
    first = lines[0]
    if slot == s.EXCUSED_CAUSE:
        lines[0] = replace(_done(first), late=2, late_excused=1, cause=CAUSES[month.index % 2],
                           judge_note="Xác nhận một lần chậm do nguyên nhân khách quan, có văn bản kèm theo.")
    if slot == s.QUALITY_ERROR:
        lines[0] = replace(_done(first), judged_errors=1,
                           judge_note="Một hồ sơ sai số liệu diện tích, phải lập lại.")
    if slot == s.PETITION_CORRECTED and month.index == 0:
        lines[0] = replace(_done(first), judged_errors=1,
                           judge_note="Có hồ sơ trả lại do sai mã thủ tục.")
    if slot == s.HANDED_BACK and month.index > 0:
        lines[0] = replace(first, handed_back=True, completed=0, quality_met=0, on_time=0, quality_errors=0,
                           late=0, cause="Không đủ căn cứ để thực hiện, đã báo cáo người giao", evidence="")
    if slot == s.NOTHING_TO_SEE:
        return [_done(line) for line in lines]
    if slot == s.ABOVE_HUNDRED:
        return [_done(line) for line in lines] + [_extra(first, slot, month)]
    return lines


def _done(line: Line) -> Line:
    n = line.assigned
    return replace(line, completed=n, quality_met=n, on_time=n, quality_errors=0, late=0,
                   evidence="Hồ sơ lưu tại đơn vị")


def _extra(first: Line, slot: str, month: DemoMonth) -> Line:
    """A task taken over from a colleague: outside the total assigned at first (Điều 18)."""
    code = f"{month.first:%Y%m}-{holders()[slot].code}-99"
    return _done(replace(first, code=code, product=None, coefficient="5", assigned=1, outside_plan=True,
                         title="Phục vụ đoàn kiểm tra đột xuất (làm thay)", due=month.day(26),
                         judge_note="Chấp nhận hệ số: việc đột xuất, đang đề xuất bổ sung vào danh mục."))
