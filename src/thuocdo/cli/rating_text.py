"""Aligned Vietnamese text of results and explanations for the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from thuocdo.engine import CaseResult, Finding, Outcome, Rulebook, SchemeBook, load_book, votes
from thuocdo.engine.facts import Case, SubjectFacts
from thuocdo.kernel.exact import decimal_vi, fraction_text

WIDTH = 100
NAMED = 10
KINDS = {
    "scored": "đã có điểm",
    "rated": "đã xếp loại",
    "not_rated": "không xếp loại",
    "needs_decision": "cần quyết định",
}
SUBJECTS = {
    "civil_servant": "công chức",
    "cadre": "cán bộ",
    "public_employee": "viên chức",
    "contract_worker": "lao động hợp đồng",
    "party_member": "đảng viên",
    "leader": "cán bộ lãnh đạo, quản lý",
    "collective": "tập thể lãnh đạo, quản lý",
    "party_organisation": "tổ chức đảng",
    "agency": "cơ quan",
    "unit": "đơn vị",
}
ROLES = {"none": "không giữ chức vụ", "head": "người đứng đầu", "deputy": "cấp phó"}
EFFECTS = {
    "scored": "điểm",
    "counted": "tính",
    "capped": "bị chặn",
    "deducted": "bị trừ",
    "triggered": "xếp thẳng mức",
    "not_triggered": "không tính",
    "met": "đạt",
    "not_met": "không đạt",
    "lowered": "hạ mức",
    "left_open": "còn để ngỏ",
    "missing": "còn thiếu",
    "readings_agree": "đồng kết quả",
    "settled_by_overlay": "theo quy chế",
    "settled_by_decision": "theo quyết định",
    "not_rated": "không xếp loại",
    "rated": "mức",
    "within": "trong giới hạn",
    "exceeded": "vượt giới hạn",
    "refused": "bị từ chối",
    "assumed": "coi là không",
}
READINGS = {
    "not_rated": "không có điểm",
    "needs_decision": "vẫn chưa có kết quả",
    "refused": "điểm không được chấp nhận",
}


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Rows as columns of equal width."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


CONFIDENCE = {"M": "nguồn khá", "L": "nguồn yếu", "I": "suy luận"}
SECTIONS = {
    "conflict": "Các văn bản nói khác nhau",
    "quota": "Tỷ lệ",
    "reuse": "Dùng lại mức",
    "precedence": "Trình tự",
    "money": "Quỹ",
}


def level_labels(rulebooks: Sequence[str]) -> dict[str, str]:
    """Names of bands and levels by code, for what an outcome does not name itself."""
    books = [load_book(key) for key in rulebooks]
    return {
        level.code: level.label
        for book in books
        for levels in ([book.bands] if isinstance(book, Rulebook) else [s.levels for s in book.schemes])
        for level in levels
    }


def level_text(outcome: Outcome, labels: dict[str, str]) -> str:
    """The level or band in the words of the subject's own scheme; empty where there is none."""
    code = outcome.level or outcome.band or ""
    return outcome.label_vi or labels.get(code, code)


def kind_text(outcome: Outcome, *, voted: bool = False) -> str:
    """The outcome kind in words; without a score a month is not scored, a year not rated; what follows from votes
    (`voted`) is no rating."""
    if voted:
        return {"rated": "có kết quả", "not_rated": "không kết luận"}.get(outcome.kind) or KINDS[outcome.kind]
    if outcome.kind == "not_rated" and not outcome.year:
        return "không chấm điểm"
    return KINDS[outcome.kind]


def about_votes(subject: SubjectFacts, rulebooks: Sequence[str]) -> bool:
    """Whether the outcome says what follows from confidence votes, by texts on nothing else."""
    if subject.procedure is not None:
        return subject.procedure == votes.PROCEDURE
    books = [load_book(key) for key in rulebooks]
    return bool(books) and all(isinstance(book, SchemeBook) and votes.counts_levels(book) for book in books)


def table(case: Case, result: CaseResult) -> str:
    """All subjects of a case, one line each, then the reasons and the findings about all of them."""
    labels = level_labels(result.rulebooks)
    bands = [outcome for outcome in result.outcomes.values() if not outcome.year]
    voted = {one.id: about_votes(one, result.rulebooks) for one in case.subjects}
    level = "Mức tương ứng" if bands else "Hệ quả theo phiếu" if all(voted.values()) else "Mức xếp loại"
    head = ("Mã", "Họ tên", "Kết quả", "Điểm", level)
    rows = [head]
    for subject in case.subjects:
        outcome = result.outcomes[subject.id]
        score = "" if outcome.score is None else decimal_vi(outcome.score)
        kind = kind_text(outcome, voted=voted[subject.id])
        rows.append((subject.id, subject.name or "", kind, score, level_text(outcome, labels)))
    parts = [f"{case.title}\nKỳ: {case.period.label}\n", aligned(rows)]
    if bands:
        parts.append("\nMức tương ứng của tháng, quý, 6 tháng chưa phải là xếp loại.")
    waiting = [item for item in result.outcomes.values() if item.reason]
    if waiting:
        parts.append("\nLý do:")
        parts += [_wrapped(f"{item.id}: {item.reason}", "  ") for item in waiting]
    parts += _absent(result)
    parts += _amounts(result)
    parts += _chosen(result)
    for rule, title in SECTIONS.items():
        found = [item for item in result.findings if item.rule == rule]
        if found:
            parts.append(f"\n{title}:")
            parts += [_wrapped(f"{item.sentence_vi} [{cited(item)}]", "  ") for item in found]
    return "\n".join(parts)


def _absent(result: CaseResult) -> list[str]:
    """What was read as “no” because the file does not state it, said once for all of whom it is the same."""
    found: dict[str, list[str]] = {}
    for outcome in result.outcomes.values():
        if outcome.absent is not None:
            found.setdefault(_absence(outcome.absent), []).append(outcome.id)
    lines = []
    for sentence, ids in found.items():
        more = f" và {len(ids) - NAMED} đối tượng khác" if len(ids) > NAMED else ""
        lines.append(_wrapped(f"{', '.join(ids[:NAMED])}{more}: {sentence}", "  "))
    return ["\nKhông thấy khai nên coi là không:", *lines] if lines else []


def _absence(item: Finding) -> str:
    """What was read as “no”, with the keys to state it under."""
    return f"{item.sentence_vi} Khóa: {', '.join(key for _, key in item.inputs)}. [{cited(item)}]"


def _amounts(result: CaseResult) -> list[str]:
    """What each subject is due by its level."""
    lines = [
        _wrapped(f"{outcome.id}: {item.sentence_vi} [{cited(item)}]", "  ")
        for outcome in result.outcomes.values()
        for item in outcome.findings
        if item.rule == "money"
    ]
    return ["\nTiền theo mức:", *lines] if lines else []


def _chosen(result: CaseResult) -> list[str]:
    """What the units' own regulations settled on these results."""
    found = {
        item.sentence_vi: cited(item)
        for outcome in result.outcomes.values()
        for item in outcome.findings
        if item.effect == "settled_by_overlay"
    }
    lines = [_wrapped(f"{sentence} [{articles}]", "  ") for sentence, articles in found.items()]
    return ["\nQuy chế của đơn vị đã chọn:", *lines] if lines else []


def cited(finding: Finding) -> str:
    """Articles of a finding in words; how sure the reading is stands beside those that were not read in full."""
    said = (
        item.text() + (f" ({CONFIDENCE[item.confidence]})" if item.confidence in CONFIDENCE else "")
        for item in finding.cite
    )
    return "; ".join(said)


def explanation(
    case: Case, subject: SubjectFacts, outcome: Outcome, labels: dict[str, str], *, voted: bool = False
) -> str:
    """Every finding of one subject with its articles."""
    name = f"{subject.name} ({subject.id})" if subject.name else subject.id
    lines = [f"{name}, {SUBJECTS[subject.kind]}, {case.period.label}", f"Kết quả: {kind_text(outcome, voted=voted)}"]
    if outcome.score is not None:
        lines.append(f"Điểm: {decimal_vi(outcome.score)} (chính xác {fraction_text(outcome.score)})")
    if outcome.level or outcome.band:
        rated = "Mức xếp loại" if outcome.year else "Mức tương ứng (chưa phải xếp loại)"
        word = "Hệ quả theo phiếu" if voted else rated
        lines.append(f"{word}: {level_text(outcome, labels)}")
    if outcome.reason:
        lines.append(_wrapped(f"Lý do: {outcome.reason}", ""))
    lines.append("\nTừng dòng:")
    width = max((len(EFFECTS[item.effect]) for item in outcome.lines), default=0)
    for item in outcome.lines:
        lead = f"  [{EFFECTS[item.effect]}]".ljust(width + 5)
        articles = f" ({cited(item)})" if item.cite else ""
        said = _absence(item) if item is outcome.absent else f"{item.sentence_vi}{articles}"
        lines.append(_wrapped(f"{lead}{said}", "", " " * (width + 5)))
    lines += _questions(outcome, labels)
    return "\n".join(lines)


def _questions(outcome: Outcome, labels: dict[str, str]) -> Iterator[str]:
    for item in outcome.open_points:
        yield "\n" + _wrapped(f"Cần quyết định ({item.id}): {item.question_vi}", "")
        for reading in item.readings:
            gives = READINGS.get(reading.outcome, "")
            if reading.score is not None:
                gives = f"{decimal_vi(reading.score)} điểm"
            if reading.band is not None:
                gives += f"{', ' if gives else ''}{reading.band_label_vi or labels.get(reading.band, reading.band)}"
            more = "; còn tùy điểm khác" if reading.depends else ""
            yield _wrapped(f"- {reading.id}: {reading.label_vi} → {gives}{more}", "  ", "    ")


def _wrapped(text: str, indent: str, rest: str | None = None) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  " if rest is None else rest,
        drop_whitespace=True,
        break_long_words=False,
        break_on_hyphens=False,
        replace_whitespace=False,
    )
