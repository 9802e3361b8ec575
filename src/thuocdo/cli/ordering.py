"""`thuocdo order`: the precedence graph of the rulebook that a round's rating date chooses."""

from __future__ import annotations

import argparse
import sys

from thuocdo.cli import rating_run
from thuocdo.engine import SchemeBook, load_book, select_rulebook
from thuocdo.engine.schemes.graph import Graph, graph_of


def run_order(args: argparse.Namespace) -> int:
    """Steps in an order in which they may be taken, each with what it waits for. Exit code 1 where there is none."""
    key = args.rulebook
    if key is None:
        found = select_rulebook("party_organisation", args.rating_date, procedure="party", rating_date=args.rating_date)
        if found.rulebook is None:
            print(found.sentence_vi, file=sys.stderr)
            return rating_run.FAILED
        key = found.rulebook
    book = load_book(key, args.overlay)
    graph = graph_of(book, args.rating_date) if isinstance(book, SchemeBook) else Graph((), ())
    if args.json:
        rating_run.print_json({"rulebook": key, "overlays": list(args.overlay), **_as_dict(graph)})
    else:
        print(f"{book.title} ({key})")
        print("\n".join(_lines(graph)) or "Văn bản đã đọc không nêu việc nào phải làm trước.")
    return rating_run.FINE if graph.edges else rating_run.FAILED


def _as_dict(graph: Graph) -> dict[str, object]:
    steps = [
        {"id": n.id, "label": n.label, "step": n.step, "subjects": n.subjects, "roles": n.roles, "stated": n.stated}
        for rank in graph.ranks()
        for n in rank
    ]
    edges = [
        {
            "id": e.id, "label": e.label, "first": e.first, "then": e.then, "link": e.link,
            "confidence": e.confidence, "cite": [item.text() for item in e.cite],
        }
        for e in graph.edges
    ]  # fmt: skip
    return {"steps": steps, "precedence": edges}


def _lines(graph: Graph) -> list[str]:
    labels = {node.id: node.label for node in graph.nodes}
    lines = []
    for number, node in enumerate((n for rank in graph.ranks() for n in rank), start=1):
        lines.append(f"\n{number}. {node.label} [{node.id}: {', '.join(node.subjects)}]")
        lines += [
            f"   chờ “{labels[edge.first]}” ({edge.link}): {'; '.join((edge.label, *edge.also))}. "
            f"{'; '.join(item.text() for item in edge.cite)} (độ tin cậy {edge.confidence})"
            for edge in graph.before(node.id)
        ]
        lines += ["   văn bản đã đọc không nêu thứ tự của bước này"] * (not node.stated)
    return lines
