"""`thuocdo order`: the precedence graph of the rulebook that a round's rating date chooses.

With a file of facts: where every step of its subjects stands.
"""

from __future__ import annotations

import argparse
import sys

from thuocdo.cli import rating_run
from thuocdo.cli.every_fault import read_case
from thuocdo.cli.rating_text import ROLES, SUBJECTS
from thuocdo.engine import CaseError, Rulebook, SchemeBook, load_book, select_rulebook
from thuocdo.engine.errors import together
from thuocdo.engine.facts import Case
from thuocdo.engine.schemes.graph import Edge, Graph, forms_of, graph_of, link_words
from thuocdo.engine.schemes.precedence import subject_of
from thuocdo.engine.schemes.standing import Standing, after, standings

STATES = {"done": "xong", "free": "làm được", "waits": "phải chờ"}


def run_order(args: argparse.Namespace) -> int:
    """Steps in an order in which they may be taken, each with what it waits for. Exit code 1 where there is none."""
    if args.rulebook is not None and args.rulebook.endswith(".toml"):
        raise CaseError(
            file=args.rulebook, key="KHÓA", problem="đây là tệp dữ kiện, không phải khóa bộ quy tắc",
            remedy="Ghi tệp sau --facts.",
        )  # fmt: skip
    case = read_case(args.facts, args.rulebook, args.overlay) if args.facts else None
    args = argparse.Namespace(**{**vars(args), **_as_in(case, args)})
    key, book = chosen_book(args)
    if book is None:
        return rating_run.FAILED
    graph = graph_of(book, args.rating_date) if isinstance(book, SchemeBook) else Graph((), ())
    refused, rows = _of_file(graph, case, args.facts) if case else ((), ())
    forms = [
        {"number": f.number, "label": f.label, "subjects": f.subjects, "roles": f.roles}
        for f in (forms_of(book, args.rating_date) if isinstance(book, SchemeBook) else ())
    ]
    if args.json:
        standing = (
            {"refused": list(map(_standing, refused)), "standing": list(map(_standing, rows))} if args.facts else {}
        )
        rating_run.print_json(
            {"rulebook": key, "overlays": list(args.overlay), **_as_dict(graph), "forms": forms, **standing}
        )
    else:
        print(f"{book.title} ({key})")
        lines = [f"Bị từ chối. {_said(graph, row)}" for row in refused] + [_said(graph, row) for row in rows]
        lines = lines if args.facts else [*_lines(graph), *(f"\nMẫu {f['number']}: {f['label']}" for f in forms)]
        print("\n".join(lines) or "Văn bản đã đọc không nêu việc nào phải làm trước.")
    return rating_run.FINE if graph.edges else rating_run.FAILED


def _as_in(case: Case | None, args: argparse.Namespace) -> dict[str, object]:
    """Rulebook, overlays and rating date: as called with, else as the file of facts says. Raises `CaseError`."""
    day = args.rating_date or (case.rating_date if case else None)
    if day is None:
        raise CaseError(
            file=args.facts or "", key="rating_date", problem="chưa có ngày xếp loại",
            remedy="Ghi --rating-date, hoặc rating_date trong tệp dữ kiện.",
        )  # fmt: skip
    if case is None or args.rulebook is not None:
        return {"rating_date": day}
    return {"rating_date": day, "rulebook": case.rulebook, "overlay": args.overlay or list(case.overlays)}


def chosen_book(args: argparse.Namespace) -> tuple[str, Rulebook | SchemeBook | None]:
    """The rulebook that is named, else the one that the rating date chooses for Party organisations; None where there
    is none, and then it says why."""
    key = args.rulebook
    if key is None:
        found = select_rulebook("party_organisation", args.rating_date, procedure="party", rating_date=args.rating_date)
        if found.rulebook is None:
            print(found.sentence_vi, file=sys.stderr)
            return "", None
        key = found.rulebook
    return key, load_book(key, args.overlay)


def _of_file(graph: Graph, case: Case, file: str) -> tuple[tuple[Standing, ...], tuple[Standing, ...]]:
    """The steps of a file that were refused, and where every step stands after the others. Raises `CaseError`."""
    subjects = {one.id: subject_of(one) for one in case.subjects}
    steps: list[tuple[str, str]] = []
    refused: list[CaseError] = []
    for step in case.steps:
        one = subjects[step.subject]
        names = graph.named(step.step, one.kind, one.role)
        problem = ""
        if step.step in graph.together and not graph.together[step.step]:
            problem = f"văn bản không nói bước “{step.step}” gồm những việc nào"
            remedy = "Cấp có thẩm quyền chọn cách hiểu trong quy chế bổ sung (--overlay), hoặc ghi từng việc."
        elif not names:
            own = ", ".join(node.id for node in graph.nodes if node.concerns(one.kind, one.role)) or "không có bước nào"
            problem = f"đối tượng “{step.subject}” không có bước “{step.step}” vào ngày xếp loại này"
            remedy = f"Các bước của đối tượng này: {own}."
        if problem:
            refused.append(CaseError(file=file, key="steps", problem=problem, remedy=remedy))
        steps += [(name, step.subject) for name in names]
    if refused:
        raise together(refused)
    done, early = after(graph, subjects.values(), steps)
    return early, standings(graph, subjects.values(), done)


def _standing(row: Standing) -> dict[str, object]:
    waits = [{"edge": w.edge.id, "first": w.edge.first, "subjects": list(w.subjects)} for w in row.waits]
    return {"subject": row.subject, "step": row.node.id, "state": row.state, "waits": waits}


def _said(graph: Graph, row: Standing) -> str:
    labels = {node.id: node.label for node in graph.nodes}
    text = f"{row.subject}: {row.node.label}: {STATES[row.state]}"
    for one in row.waits:
        cite = f"{'; '.join(item.text() for item in one.edge.cite)} (độ tin cậy {one.edge.confidence})"
        text += f"\n   chờ “{labels[one.edge.first]}” của {', '.join(one.subjects)}. {one.edge.label}. {cite}"
    return text


def _as_dict(graph: Graph) -> dict[str, object]:
    steps = [
        {
            "id": n.id, "label": n.label, "step": n.step, "subjects": n.subjects, "roles": n.roles, "stated": n.stated,
            "note": n.note,
        }
        for rank in graph.ranks()
        for n in rank
    ]  # fmt: skip
    edges = [
        {
            "id": e.id, "label": e.label, "first": e.first, "then": e.then, "link": e.link,
            "confidence": e.confidence, "cite": [item.text() for item in e.cite],
        }
        for e in graph.edges
    ]  # fmt: skip
    unsettled = [{"id": e.id, "label": e.label, "cite": [item.text() for item in e.cite]} for e in graph.unsettled]
    return {"steps": steps, "precedence": edges, "unsettled": unsettled}


def _of_whom(edge: Edge) -> str:
    """Whose step is waited for, with the key of the facts that says whose it is."""
    words = link_words(edge.link)
    keys = {"itself": "", "any": "", "same": " (khóa person)"}
    return words + keys.get(edge.link, f" (khóa related.{edge.link})")


def _lines(graph: Graph) -> list[str]:
    labels = {node.id: node.label for node in graph.nodes}
    lines = []
    for number, node in enumerate((n for rank in graph.ranks() for n in rank), start=1):
        whose = ", ".join(SUBJECTS[kind] for kind in node.subjects)
        roles = f" ({', '.join(ROLES[role] for role in node.roles)})" if node.roles else ""
        lines.append(f"\n{number}. {node.label} [bước {node.id}]\n   của: {whose}{roles}")
        lines += [
            f"   chờ “{labels[edge.first]}” {_of_whom(edge)}: {'; '.join((edge.label, *edge.also))}. "
            f"{'; '.join(item.text() for item in edge.cite)} (độ tin cậy {edge.confidence})"
            for edge in graph.before(node.id)
        ]
        lines += ["   văn bản đã đọc không nêu thứ tự của bước này"] * (not node.stated)
        lines += [f"   lưu ý: {node.note}"] * bool(node.note)
    for edge in graph.unsettled:
        lines.append(f"\nChưa áp dụng: {edge.label}. {'; '.join(item.text() for item in edge.cite)}")
        lines.append("   văn bản để ngỏ bước này gồm những việc nào; áp dụng khi cấp có thẩm quyền chọn cách hiểu")
    return lines
