"""The totals of a paper count: what somebody typed, what cannot be, where two counts differ. Pure, whole numbers.

A valid line marks between `least` and `most` options. Under `invalid: "line"` a slip is invalid where none of its lines
is valid; under `"slip"` one wrong line makes the whole slip invalid (`lpk1.counting` counts phones the same way).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thuocdo.kernel.errors import Several
from thuocdo.kernel.text import clean

MOST = 100_000
HEADS = {
    "returned": "Số phiếu thu về",
    "unreturned": "Số phiếu không thu về",
    "valid": "Số phiếu hợp lệ",
    "invalid": "Số phiếu không hợp lệ",
}


@dataclass(frozen=True, slots=True)
class LineFigures:
    """One line: slips on which it is valid, on which it is not, and for each option the valid ones that mark it."""

    valid: int
    invalid: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """One whole count."""

    returned: int
    unreturned: int
    valid: int
    invalid: int
    lines: tuple[LineFigures, ...]

    def to_dict(self) -> dict[str, Any]:
        heads = {name: getattr(self, name) for name in HEADS}
        return heads | {
            "lines": [{"valid": o.valid, "invalid": o.invalid, "counts": list(o.counts)} for o in self.lines]
        }

    def cells(self) -> dict[str, int]:
        """Every number by the name of its input: `valid`, `l1.valid`, `l1.o2`."""
        found = {name: getattr(self, name) for name in HEADS}
        for place, line in enumerate(self.lines, 1):
            found |= {f"l{place}.valid": line.valid, f"l{place}.invalid": line.invalid}
            found |= {f"l{place}.o{number}": votes for number, votes in enumerate(line.counts, 1)}
        return found


def figures_of(value: Mapping[str, Any]) -> Figures:
    """What `Figures.to_dict` gave."""
    lines = tuple(LineFigures(one["valid"], one["invalid"], tuple(one["counts"])) for one in value["lines"])
    return Figures(value["returned"], value["unreturned"], value["valid"], value["invalid"], lines)


def of_board(board: Mapping[str, Any]) -> Figures:
    """The figures of a board of phones (docs/ballots.md)."""
    result, returned = board["result"], board["returned"]
    lines = tuple(LineFigures(one["valid"], one["invalid"], tuple(one["counts"])) for one in result["lines"])
    return Figures(returned, board["issued"] - returned, result["valid"], result["invalid"], lines)


def label_of(question: Mapping[str, Any], name: str) -> str:
    """The words for the input with this name.

    >>> label_of({"lines": [{"text": "Nguyễn A", "options": ["Đồng ý"]}]}, "l1.o1")
    'Dòng 1 (Nguyễn A): “Đồng ý”'
    """
    if name in HEADS:
        return HEADS[name]
    place, what = name[1:].split(".")
    line = question["lines"][int(place) - 1]
    words = {"valid": "hợp lệ", "invalid": "không hợp lệ"}.get(what) or f"“{line['options'][int(what[1:]) - 1]}”"
    return f"Dòng {place} ({line['text']}): {words}"


def names_of(question: Mapping[str, Any]) -> Iterator[str]:
    """The name of every input, in the order of the page."""
    yield from HEADS
    for place, line in enumerate(question["lines"], 1):
        yield from (f"l{place}.{what}" for what in ("valid", "invalid"))
        yield from (f"l{place}.o{number}" for number in range(1, len(line["options"]) + 1))


def read(question: Mapping[str, Any], issued: int, typed: Mapping[str, str]) -> Figures:
    """The count as typed: every box holds a whole number, and the numbers agree with each other. Raises Several with
    every fault at its input."""
    found: dict[str, int] = {}
    wrong: dict[str, str] = {}
    for name in names_of(question):
        text = clean(typed.get(name, ""))
        if text.isascii() and text.isdigit() and len(text) <= 6 and int(text) <= MOST:
            found[name] = int(text)
        elif text:
            wrong[name] = f"{label_of(question, name)}: “{text}” không phải số phiếu. Hãy ghi một số nguyên, ví dụ 12."
        else:
            wrong[name] = f"{label_of(question, name)}: chưa nhập. Không có phiếu nào thì ghi 0."
    if wrong:
        raise Several(wrong)
    lines = tuple(
        LineFigures(
            found[f"l{place}.valid"],
            found[f"l{place}.invalid"],
            tuple(found[f"l{place}.o{number}"] for number in range(1, len(line["options"]) + 1)),
        )
        for place, line in enumerate(question["lines"], 1)
    )
    figures = Figures(found["returned"], found["unreturned"], found["valid"], found["invalid"], lines)
    if wrong := problems(question, issued, figures):
        raise Several(wrong)
    return figures


def problems(question: Mapping[str, Any], issued: int, figures: Figures) -> dict[str, str]:
    """What cannot be, by the name of an input."""
    found: dict[str, str] = {}
    if figures.returned > issued:
        found["returned"] = (
            f"Thu về {figures.returned} nhiều hơn phát ra {issued}. Hãy đếm lại. Nếu vẫn vậy thì trong hòm có phiếu "
            "không do ban kiểm phiếu phát: đừng sửa số cho khớp, báo chủ trì; tách phiếu không có dấu kiểm soát và "
            "ghi vào biên bản, hoặc hủy cuộc bỏ phiếu, ghi lý do, rồi bỏ lại."
        )
    elif figures.returned + figures.unreturned != issued:
        found["returned"] = (
            f"Thu về {figures.returned} và không thu về {figures.unreturned} phải cộng bằng số phiếu phát ra {issued}. "
            "Hãy đếm lại."
        )
    if figures.valid + figures.invalid != figures.returned:
        found["valid"] = (
            f"Hợp lệ {figures.valid} và không hợp lệ {figures.invalid} phải cộng bằng số thu về {figures.returned}. "
            "Hãy đếm lại."
        )
    heads = not found
    for place, (line, one) in enumerate(zip(question["lines"], figures.lines, strict=True), 1):
        if said := _line_problem(question["invalid"], line, one, figures if heads else None):
            name, words = said
            found[f"l{place}.{name}"] = f"Dòng {place} ({line['text']}): {words} Hãy đếm lại dòng này."
    if question["invalid"] == "line" and figures.valid > sum(line.valid for line in figures.lines):
        found.setdefault("valid", "Phiếu hợp lệ nhiều hơn tổng các dòng hợp lệ: phiếu nào cũng có ít nhất một dòng.")
    return found


def _line_problem(
    scope: str, line: Mapping[str, Any], one: LineFigures, heads: Figures | None
) -> tuple[str, str] | None:
    """`heads`: the numbers of the whole count, None where these are wrong already: one slip of the pen is not told
    again at every line."""
    least, most, marks = line["least"], line["most"], sum(one.counts)
    if heads is not None:
        if one.valid + one.invalid != heads.returned:
            return "valid", f"hợp lệ {one.valid} và không hợp lệ {one.invalid} phải cộng bằng {heads.returned} thu về."
        if scope == "slip" and one.valid != heads.valid:
            return "valid", f"tính theo cả phiếu thì dòng nào cũng có {heads.valid} phiếu hợp lệ."
        if one.valid > heads.valid:
            return "valid", f"dòng hợp lệ ({one.valid}) nhiều hơn phiếu hợp lệ ({heads.valid})."
    if any(votes > one.valid for votes in one.counts):
        return "o1", f"có lựa chọn được nhiều phiếu hơn số hợp lệ {one.valid}."
    if not least * one.valid <= marks <= most * one.valid:
        if least == most:
            return "o1", f"các lựa chọn cộng lại là {marks}, phải bằng {least * one.valid}."
        return "o1", f"các lựa chọn cộng lại là {marks}, phải từ {least * one.valid} đến {most * one.valid}."
    return None


def differences(one: Figures, other: Figures) -> list[tuple[str, int, int]]:
    """Where two counts differ: the name of the input and both numbers."""
    cells = other.cells()
    return [(name, number, cells[name]) for name, number in one.cells().items() if cells[name] != number]


def result_of(figures: Figures) -> dict[str, Any]:
    """The figures in the shape of `lpk1.counting.count`, so that shares are taken the same way in both modes."""
    lines: Sequence[LineFigures] = figures.lines
    return {
        "valid": figures.valid,
        "invalid": figures.invalid,
        "lines": [{"valid": one.valid, "invalid": one.invalid, "counts": list(one.counts)} for one in lines],
    }
