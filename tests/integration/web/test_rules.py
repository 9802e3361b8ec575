"""The rulebook reader says everything the engine uses, with its articles, and what the law leaves open."""

from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from tests.cast import build_cast
from thuocdo.rulesets import catalogue
from thuocdo.web.rules.rows import SURE

pytestmark = pytest.mark.django_db
KEY, OVERLAY = "state/nd-335-2025", "overlays/vi-du-phuong"


@pytest.fixture
def reader(client: Client) -> Client:
    client.force_login(build_cast().officer_appraised.user)
    return client


def page_of(reader: Any, path: str) -> str:
    answer = reader.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_every_rule_is_there_with_its_article(reader: Client) -> None:
    book, page = catalogue.load(KEY), page_of(reader, f"/quy-tac/{KEY}/")
    for words in (
        *(c.label for c in book.criteria),
        *(b.label for b in book.bands),
        *(p.question_vi for p in book.open_points),
        *(t.label for t in book.book.disqualifiers),
        *(q.label for q in book.book.quotas),
        *(e.evaluates_label for e in book.book.evaluators),
    ):
        assert escape(words) in page, words
    cited = {c for item in (*book.criteria, *book.bands) for c in book.cite(item.cite)}
    assert cited
    assert all(escape(c.article) in page and SURE[c.confidence] in page for c in cited)
    assert "Cơ quan đã chọn" not in page


def test_an_overlay_shows_what_it_settled_and_by_whom(reader: Client) -> None:
    book, page = catalogue.load(KEY, (OVERLAY,)), page_of(reader, f"/quy-tac/{KEY}/?quy-che={OVERLAY}")
    settled = [p.settled for p in book.open_points if p.settled]
    assert settled
    assert page.count("Cơ quan đã chọn") == len(settled)
    assert all(escape(s.reason) in page and escape(s.by) in page for s in settled)
    assert f"?quy-che={OVERLAY}" in page_of(reader, "/quy-tac/")


@pytest.mark.parametrize("path", ["/quy-tac/khong/co/", f"/quy-tac/{KEY}/?quy-che=khong/co", "/quy-tac/../x/"])
def test_an_unknown_rulebook_is_not_found(reader: Client, path: str) -> None:
    assert reader.get(path).status_code == 404
