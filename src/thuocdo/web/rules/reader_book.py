"""What a rulebook of schemes says beside its schemes: the procedure, the order of stages, money."""

from collections.abc import Iterator

from thuocdo.engine.schemes import schema
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.rulesets.fact_words import COMMON_LEVELS, first_upper
from thuocdo.web.rules import rows as names
from thuocdo.web.rules import words
from thuocdo.web.rules.reader_rows import Section, row_of, written
from thuocdo.web.rules.rows import Row, listed

SECRECY = {True: "Giữ kín", False: "Ghi tên người cho ý kiến", None: "Nguồn đã đọc không nói; cơ quan chọn"}


def procedure(book: SchemeBook) -> Iterator[Section]:
    """Who proposes and decides, the steps, who is asked, the times, what comes first."""
    data = book.book
    deciders = (
        row_of(book, d, d.subject, f"Quyết định: {d.decides}", more=(f"Đề nghị: {d.proposes}",) * bool(d.proposes))
        for d in data.deciders
    )
    yield Section("Ai đề nghị, ai quyết định", tuple(deciders))
    steps = tuple(row_of(book, s, s.of, s.text, mark=s.number) for s in data.steps)
    yield Section("Trình tự", steps, "Nội dung", "Bước")
    asked = tuple(row_of(book, o, o.label, SECRECY[o.secret]) for o in data.opinions)
    yield Section("Ai cho ý kiến trước khi xếp loại", asked, "Giữ kín hay ghi tên")
    times = [row_of(book, t, t.label, "") for t in data.timings]
    times += [row_of(book, data.sync, data.sync.label, "")] if data.sync else []
    yield Section("Thời gian", tuple(times))
    petition = [row_of(book, data.petition, data.petition.label, data.petition.note)] if data.petition else []
    yield Section("Kiến nghị", tuple(petition))
    labels = {stage.id: stage.label for stage in data.stages}
    edges = (
        row_of(book, e, e.label, f"Chưa “{labels[e.first]}” thì chưa “{labels[e.then]}” ({_link(e.link)})")
        for e in data.precedence
    )
    yield Section("Việc nào phải làm trước", tuple(edges))


def _link(link: str) -> str:
    return {"same": "của cùng một người", "any": "của mọi đối tượng"}.get(link, "của đối tượng liên quan")


def ranks(book: SchemeBook) -> tuple[tuple[str, ...], ...]:
    """Stages in the order that precedence demands: a stage stands after all that must come before it.

    Stages on a ring, which the loader refuses, would come last together.
    """
    labels = {stage.id: stage.label for stage in book.book.stages}
    before = {stage: {e.first for e in book.book.precedence if e.then == stage} for stage in labels}
    found: list[tuple[str, ...]] = []
    while before:
        free = [stage for stage, needs in before.items() if not needs & before.keys()] or list(before)
        found.append(tuple(labels[stage] for stage in free))
        for stage in free:
            del before[stage]
    return tuple(found) if book.book.precedence else ()


def money(book: SchemeBook) -> Iterator[Section]:
    """What each level is worth, and the funds."""
    for table in book.book.tables:
        title = f"{table.label}: trên {table.base_label}; {table.paid}"
        heading = Row(table.label, table.note, book.cite(table.cite))
        lines = (
            Row(
                first_upper(COMMON_LEVELS.get(row.level, row.level)),
                _worth(row),
                book.cite(table.cite),
                more=(f"Áp dụng cho {listed(row.kinds, names.SUBJECTS)}",) * bool(row.kinds),
                written_by=written(book, f"money.{table.id}.{row.level}"),
            )
            for row in table.rows
        )
        yield Section(title, (heading, *lines) if table.note else tuple(lines), "Số tiền")
    funds = (row_of(book, f, f.label, f"{words.figure(f.percent, '%')} của {f.of_label}") for f in book.book.funds)
    yield Section("Quỹ", tuple(funds), "Tỷ lệ")


def _worth(row: schema.MoneyRow) -> str:
    most = "tối đa " if row.at_most else ""
    if row.coefficient is not None:
        said = f"{most}hệ số {words.figure(row.coefficient)}"
    else:
        said = f"{most}{words.figure(row.percent_of_best, '% của mức cao nhất')}"
    return said + (f", không thấp hơn {row.floor:,} đồng".replace(",", ".") if row.floor else "")
