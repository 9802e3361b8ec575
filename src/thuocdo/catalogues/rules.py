"""Coefficients with their derivation, and the lives of an inventory, a catalogue and a proposal. Pure.

NĐ 335 Điều 13: at most five groups, one standard product (K = 1), a conversion of each product to the standard.
The decree gives no formula for the coefficient: the ratio of points is a practice (confidence M) that an agency
chooses and accepts; nothing is rounded unless the agency decided how.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from thuocdo.kernel.exact import exact_vi
from thuocdo.kernel.states import Machine, Transition
from thuocdo.kernel.text import clean, fold
from thuocdo.kernel.typed import LARGEST, format_points

DRAFTING, SENT, MERGED = "drafting", "sent", "merged"
SUBMITTED, APPROVED, DROPPED = "submitted", "approved", "dropped"
WAITING, DRAFTED, ACCEPTED, REFUSED, WITHDRAWN = "waiting", "drafted", "accepted", "refused", "withdrawn"
RATIO, TYPED, GROUP = "ratio", "typed", "group"
NO_ROUNDING = "none"
MOST_GROUPS = 5
ONE = 100
RATIO_SOURCE = (
    "Nghị định 335/2025/NĐ-CP Điều 13 không nêu công thức tính hệ số. Cách lấy điểm của sản phẩm chia cho điểm của "
    "sản phẩm chuẩn theo Sổ tay của Bộ Nội vụ (qua tài liệu tập huấn của Nghệ An; mức tin cậy M: một nguồn tốt)."
)
DEADLINE = (
    "Các bộ, tỉnh, thành phố hoàn thành danh mục trước ngày 30/6/2026 và cập nhật khi chức năng, khối lượng công việc "
    "hoặc vị trí việc làm thay đổi (Nghị định 335/2025/NĐ-CP Điều 26 khoản 1)."
)

INVENTORY = Machine(
    {DRAFTING: "đang rà soát", SENT: "đã gửi bộ phận tổ chức", MERGED: "đã đưa vào danh mục"},
    [
        Transition("change", (DRAFTING,), DRAFTING, "unit", "Sửa bản rà soát"),
        Transition("send", (DRAFTING,), SENT, "unit", "Gửi bộ phận tổ chức"),
        Transition("return", (SENT,), DRAFTING, "officer", "Trả lại đơn vị"),
        Transition("merge", (SENT,), MERGED, "authority", "Đưa vào danh mục"),
    ],
)
CATALOGUE = Machine(
    {DRAFTING: "đang soạn", SUBMITTED: "chờ phê duyệt", APPROVED: "đã phê duyệt", DROPPED: "đã bỏ"},
    [
        Transition("change", (DRAFTING,), DRAFTING, "officer", "Sửa dự thảo"),
        Transition("submit", (DRAFTING,), SUBMITTED, "officer", "Trình phê duyệt"),
        Transition("return", (SUBMITTED,), DRAFTING, "authority", "Trả lại để soạn tiếp"),
        Transition("approve", (SUBMITTED,), APPROVED, "authority", "Phê duyệt"),
        Transition("drop", (DRAFTING,), DROPPED, "officer", "Bỏ dự thảo"),
    ],
)
PROPOSAL = Machine(
    {
        WAITING: "chờ xem xét",
        DRAFTED: "đã đưa vào dự thảo",
        ACCEPTED: "đã bổ sung vào danh mục",
        REFUSED: "không bổ sung",
        WITHDRAWN: "người đề xuất đã rút",
    },
    [
        Transition("withdraw", (WAITING,), WITHDRAWN, "author", "Rút đề xuất"),
        Transition("refuse", (WAITING,), REFUSED, "officer", "Không bổ sung"),
        Transition("take", (WAITING,), DRAFTED, "officer", "Đưa vào dự thảo"),
        Transition("put_back", (DRAFTED,), WAITING, "officer", "Đưa ra khỏi dự thảo"),
        Transition("accept", (DRAFTED,), ACCEPTED, "authority", "Bổ sung vào danh mục"),
    ],
)


@dataclass(frozen=True)
class Way:
    """How an agency's catalogue arrives at coefficients; `groups` holds {"name", "coefficient"} by number from 1."""

    method: str
    accepted: bool = False
    rounding: str = "none"
    rounding_reason: str = ""
    groups: Sequence[Mapping[str, object]] = ()


@dataclass(frozen=True)
class Line:
    """What a coefficient is derived from. Points and the typed coefficient are hundredths, None where not given."""

    code: str
    name: str
    complexity: int
    standard: bool = False
    points: int | None = None
    typed: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Derived:
    """A coefficient in hundredths with the words of its derivation, or the problem that keeps it open."""

    coefficient: int | None
    words: str
    problem: str = ""


def _group_coefficient(way: Way, number: int) -> int | None:
    if not 1 <= number <= len(way.groups):
        return None
    value = way.groups[number - 1].get("coefficient")
    return value if isinstance(value, int) and value > 0 else None


def derive(line: Line, way: Way, standard: Line | None) -> Derived:
    """The coefficient of one line. Never rounds unless the agency decided how.

    >>> base = Line("00", "Văn bản đơn giản", 1, standard=True, points=500)
    >>> derive(Line("01", "Báo cáo", 2, points=1200), Way("ratio", accepted=True), base).words
    'Hệ số 2,4 = 12 điểm / 5 điểm của sản phẩm chuẩn'
    """
    if line.standard and way.method != RATIO:
        return Derived(ONE, "Hệ số 1: sản phẩm, công việc chuẩn của danh mục")
    if way.method == RATIO:
        return _ratio(line, way, standard)
    if way.method == GROUP:
        return _of_group(line, way)
    if not line.typed:
        return Derived(None, "", f"{line.code}: chưa ghi hệ số lớn hơn 0.")
    if not line.reason:
        return Derived(None, "", f"{line.code}: hệ số {format_points(line.typed)} chưa có lý do.")
    return Derived(line.typed, f"Hệ số {format_points(line.typed)} do cơ quan ghi; lý do: {line.reason}")


def _of_group(line: Line, way: Way) -> Derived:
    value = _group_coefficient(way, line.complexity)
    if value is None:
        return Derived(None, "", f"{line.code}: nhóm {line.complexity} chưa có tên hoặc hệ số chung.")
    name = way.groups[line.complexity - 1].get("name")
    return Derived(value, f"Hệ số {format_points(value)}: hệ số chung của nhóm {line.complexity} “{name}”")


def _ratio(line: Line, way: Way, standard: Line | None) -> Derived:
    if not way.accepted:
        return Derived(None, "", "Cơ quan chưa chấp nhận cách tính hệ số theo tỷ lệ điểm.")
    if standard is None or not standard.points:
        return Derived(None, "", "Sản phẩm chuẩn chưa có, hoặc chưa có điểm lớn hơn 0.")
    if not line.points:
        return Derived(None, "", f"{line.code}: chưa có điểm lớn hơn 0.")
    if line.standard:
        return Derived(ONE, f"Hệ số 1: sản phẩm, công việc chuẩn ({format_points(line.points)} điểm)")
    sum_words = f"{format_points(line.points)} điểm / {format_points(standard.points)} điểm của sản phẩm chuẩn"
    exact = Fraction(line.points, standard.points)
    hundredths, rest = divmod(exact * 100, 1)
    if not rest:
        return _bounded(line, hundredths, f"Hệ số {format_points(hundredths)} = {sum_words}")
    if way.rounding not in ROUNDINGS or not way.rounding_reason:
        return Derived(
            None,
            "",
            f"{line.code}: {sum_words} = {exact_vi(exact)}, không viết đúng được bằng hai chữ số thập phân. Cơ quan "
            "cần quyết định cách làm tròn và ghi căn cứ, hoặc chấm lại điểm.",
        )
    rounded = ROUNDINGS[way.rounding](exact * 100)
    return _bounded(
        line,
        rounded,
        f"Hệ số {format_points(rounded)} = {sum_words} = {exact_vi(exact)}, làm tròn theo quyết định của cơ quan: "
        f"{way.rounding_reason}",
    )


def _bounded(line: Line, value: int, words: str) -> Derived:
    if not 0 < value <= LARGEST:
        return Derived(None, "", f"{line.code}: hệ số {format_points(value)} không dùng được. Hãy chấm lại điểm.")
    return Derived(value, words)


ROUNDINGS: dict[str, Callable[[Fraction], int]] = {
    "half_up": lambda value: (2 * value.numerator + value.denominator) // (2 * value.denominator),
    "down": lambda value: value.numerator // value.denominator,
    "up": lambda value: -(-value.numerator // value.denominator),
}


def derive_all(lines: Sequence[Line], way: Way) -> list[Derived]:
    """The coefficient of every line, in order."""
    standard = next((line for line in lines if line.standard), None)
    return [derive(line, way, standard) for line in lines]


def problems(lines: Sequence[Line], way: Way) -> list[str]:
    """Everything that keeps a draft from being submitted, each once and in the order of the lines."""
    found = []
    if not lines:
        found.append("Danh mục chưa có dòng nào.")
    if sum(line.standard for line in lines) != 1:
        found.append("Danh mục phải có đúng một sản phẩm, công việc chuẩn. Hãy đánh dấu một dòng.")
    named = sum(bool(group.get("name")) for group in way.groups)
    unnamed = sorted({line.complexity for line in lines if line.complexity > named})
    found += [f"Nhóm phức tạp {number} chưa có tên nhưng đang được dùng." for number in unnamed]
    if way.method == GROUP:
        found += _standard_in_group(lines, way)
    found += [derived.problem for derived in derive_all(lines, way) if derived.problem]
    return list(dict.fromkeys(found))


def _standard_in_group(lines: Sequence[Line], way: Way) -> list[str]:
    """The standard product is K = 1, so the common coefficient of its group must be 1."""
    standard = next((line for line in lines if line.standard), None)
    value = _group_coefficient(way, standard.complexity) if standard else None
    if standard is None or value in (None, ONE):
        return []
    return [
        f"Sản phẩm chuẩn thuộc nhóm {standard.complexity}, mà hệ số chung của nhóm là {format_points(value or 0)}. "
        "Sản phẩm chuẩn có hệ số 1, nên hệ số chung của nhóm này phải là 1."
    ]


@dataclass(frozen=True)
class Entry:
    """One product of a version as compared with another version; hundredths."""

    code: str
    name: str
    complexity: int
    coefficient: int
    standard: bool = False


@dataclass(frozen=True)
class Difference:
    """What became of one product between two versions: new, ended, changed (with words) or unchanged."""

    kind: str
    code: str
    name: str
    words: tuple[str, ...] = ()


def differences(before: Sequence[Entry], after: Sequence[Entry]) -> list[Difference]:
    """Every product of both versions by code."""
    old, new = {e.code: e for e in before}, {e.code: e for e in after}
    return [_difference(old.get(code), new.get(code)) for code in sorted(old.keys() | new.keys())]


def _difference(old: Entry | None, new: Entry | None) -> Difference:
    if new is None:
        assert old is not None
        return Difference("ended", old.code, old.name)
    if old is None:
        return Difference("new", new.code, new.name, (f"hệ số {format_points(new.coefficient)}",))
    words = []
    if old.name != new.name:
        words.append(f"tên: {old.name} → {new.name}")
    if old.complexity != new.complexity:
        words.append(f"nhóm: {old.complexity} → {new.complexity}")
    if old.coefficient != new.coefficient:
        words.append(f"hệ số: {format_points(old.coefficient)} → {format_points(new.coefficient)}")
    if old.standard != new.standard:
        words.append("là sản phẩm chuẩn" if new.standard else "không còn là sản phẩm chuẩn")
    return Difference("changed" if words else "unchanged", new.code, new.name, tuple(words))


@dataclass
class Counted:
    """Tasks of one folded title: the title written most recently, how often, and the sum of quantities."""

    name: str
    occurrences: int = 0
    quantity: int = 0


def counted(tasks: Sequence[tuple[str, int]]) -> dict[str, Counted]:
    """Titles with quantities (hundredths), latest first, grouped by folded title.

    >>> {k: (c.name, c.occurrences, c.quantity) for k, c in counted([("Báo cáo", 100), ("báo  cáo", 200)]).items()}
    {'bao cao': ('Báo cáo', 2, 300)}
    """
    found: dict[str, Counted] = {}
    for title, quantity in tasks:
        one = found.setdefault(fold(title), Counted(clean(title)))
        one.occurrences += 1
        one.quantity += quantity
    return found


def alike(names: Sequence[tuple[int, str]]) -> dict[int, str]:
    """Ids whose folded name occurs more than once, with that key: suggested duplicates."""
    keys = [(number, fold(name)) for number, name in names]
    often = Counter(key for _, key in keys)
    return {number: key for number, key in keys if often[key] > 1}
