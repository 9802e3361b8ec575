"""What a rulebook of schemes says beside its schemes: the procedure, the order of stages, money."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from thuocdo.engine.schemes import schema
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.checks_order import parts_of
from thuocdo.engine.schemes.graph import Graph, Node, graph_of, link_words
from thuocdo.engine.schemes.schema import OpinionGiver
from thuocdo.rulesets.fact_words import COMMON_LEVELS, LEFT_OPEN, first_upper
from thuocdo.web.drawing import Picture, picture
from thuocdo.web.rules import rows as names
from thuocdo.web.rules import words
from thuocdo.web.rules.reader import situation_rows
from thuocdo.web.rules.reader_rows import Section, row_of, written
from thuocdo.web.rules.rows import Row, listed

STEPS = {
    "review": "kiểm điểm", "report": "báo cáo", "rating": "xếp loại", "opinion": "lấy ý kiến", "ballot": "bỏ phiếu",
    "decision": "quyết định",
}  # fmt: skip
SECRECY = {True: "Giữ kín", False: "Ghi tên người cho ý kiến", None: "Nguồn đã đọc không nói; cơ quan chọn"}


def procedure(book: SchemeBook) -> Iterator[Section]:
    """Who proposes and decides, the steps, the forms, who is asked, the times, what comes first."""
    data = book.book
    deciders = (
        row_of(book, d, d.subject, f"Quyết định: {d.decides}", more=(f"Đề nghị: {d.proposes}",) * bool(d.proposes))
        for d in data.deciders
    )
    yield Section("Ai đề nghị, ai quyết định", tuple(deciders))
    steps = tuple(row_of(book, s, s.of, s.text, mark=s.number) for s in data.steps)
    yield Section("Trình tự", steps, "Nội dung", "Bước")
    uses = tuple(row_of(book, u, u.label, _whose(u), mark=u.number) for u in data.form_uses)
    yield Section("Biểu mẫu", uses, "Của ai", "Mẫu số")
    yield from _reviews(book)
    asked = tuple(row_of(book, o, o.label, _asked(o)) for o in data.opinions)
    yield Section("Ai cho ý kiến trước khi xếp loại", asked, "Giữ kín hay ghi tên")
    events = tuple(row_of(book, e, e.label, _event(e), more=(e.note,) * bool(e.note)) for e in data.occasions)
    yield Section("Đánh giá theo việc, ngoài đợt hằng năm", events, "Của ai")
    criteria = (
        row_of(book, c, c.label, "chỉ với cán bộ chủ chốt" if c.key_cadres else "", more=(c.note,) * bool(c.note))
        for c in data.words_criteria
    )
    yield Section("Tiêu chí nêu bằng lời, không chấm điểm", tuple(criteria))
    yield Section("Dùng lại mức của thủ tục khác", tuple(row_of(book, r, r.label, "") for r in data.reuses))
    papers = (row_of(book, p, p.label, "chỉ khi có" if p.when_there else "") for p in data.file_papers)
    yield Section("Thành phần hồ sơ", tuple(papers))
    times = [row_of(book, t, t.label, "") for t in data.timings]
    times += [row_of(book, data.sync, data.sync.label, "")] if data.sync else []
    yield Section("Thời gian", tuple(times))
    yield Section("Vắng, mới đến, chuyển đi, nhiều vị trí trong kỳ", situation_rows(book))
    petition = [row_of(book, data.petition, data.petition.label, data.petition.note)] if data.petition else []
    yield Section("Kiến nghị", tuple(petition))


def _reviews(book: SchemeBook) -> Iterator[Section]:
    """What a review report consists of, and what a review meeting keeps to."""
    data = book.book
    forms = (
        row_of(
            book,
            one,
            one.label,
            "; ".join(block.label for block in one.blocks),
            mark=one.form,
            more=(one.note,) * bool(one.note),
        )
        for one in data.review_forms
    )
    yield Section("Bố cục bản kiểm điểm", tuple(forms), "Các mục", "Mẫu số")
    heads = tuple(row_of(book, one, one.label, "chỉ khi có" if one.when_needed else "") for one in data.review_heads)
    yield Section("Nội dung kiểm điểm", heads)
    yield Section("Hội nghị kiểm điểm", tuple(row_of(book, one, one.label, "") for one in data.meetings))
    yield Section("Tổ chức đảng tự chấm điểm", tuple(row_of(book, one, one.label, "") for one in data.self_scoring))
    criteria = (row_of(book, one, one.label, f"tối đa {one.max} điểm") for one in data.self_scoring_criteria)
    yield Section("Tiêu chí tự chấm điểm", tuple(criteria))


def _asked(giver: OpinionGiver) -> str:
    asked = {"body": "tập thể, cơ quan", "person": "cá nhân"}.get(giver.asked or "")
    words = [SECRECY[giver.secret], asked and f"hỏi {asked}", "" if giver.required else "khi cần"]
    return "; ".join(word for word in words if word)


@dataclass(frozen=True)
class Order:
    """The precedence graph for reading: the picture, whose steps there are, and each edge by its number."""

    drawn: Picture
    steps: tuple[Row, ...]
    edges: tuple[Row, ...]
    together: tuple[Row, ...]


def order(book: SchemeBook) -> Order | None:
    """What comes first; None where the text read states no order."""
    graph = graph_of(book)
    if not graph.edges:
        return None
    ranks = graph.ranks()
    labels = {node.id: node.label for node in graph.nodes}
    return Order(
        picture([[(node.id, node.label) for node in rank] for rank in ranks], [(e.first, e.then) for e in graph.edges]),
        tuple(_step(node) for rank in ranks for node in rank),
        tuple(
            Row(
                e.label,
                f"Chưa “{labels[e.first]}” thì chưa “{labels[e.then]}” ({link_words(e.link)})",
                e.cite,
                mark=str(n),
                more=e.also,
            )
            for n, e in enumerate(graph.edges, start=1)
        ),
        tuple(_together(book, stage, labels, graph) for stage in book.book.stages if stage.parts),
    )


def _whose(use: schema.FormUse) -> str:
    roles = f" ({listed(use.roles, names.ROLES)})" if use.roles else ""
    return first_upper(f"{listed(use.subjects, names.SUBJECTS)}{roles}") if use.subjects else ""


def _event(one: schema.Occasion) -> str:
    years = f"; xem mức của {one.years} năm gần nhất" if one.years else ""
    return first_upper(listed(one.subjects, names.SUBJECTS)) + years


def _step(node: Node) -> Row:
    whom = listed(node.subjects, names.SUBJECTS)
    more = (f"Chỉ đối với: {listed(node.roles, names.ROLES)}",) * bool(node.roles)
    more += ("Văn bản đã đọc không nêu thứ tự của bước này.",) * (not node.stated)
    return Row(
        node.label,
        first_upper(whom),
        node.cite,
        more=more + (node.note,) * bool(node.note),
        mark=STEPS.get(node.step or "", ""),
    )


def _together(book: SchemeBook, stage: schema.Stage, labels: Mapping[str, str], graph: Graph) -> Row:
    parts = ", ".join(f"“{labels[part]}”" for part in parts_of(stage))
    what = f"Gồm các bước: {parts}" if parts else f"Gồm những bước nào: {LEFT_OPEN}"
    waiting = tuple(f"Chưa áp dụng: {e.label}" for e in graph.unsettled if stage.id in (e.first, e.then))
    return Row(stage.label, what, book.cite(stage.cite), more=waiting + (stage.note,) * bool(stage.note))


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
