"""What officers type for a regulation, without a database: values, faults with articles, sums, text, differences."""

import tomllib
from datetime import date
from decimal import Decimal

import pytest

from thuocdo.engine import load_rulebook
from thuocdo.engine.overlay import article_of
from thuocdo.kernel.errors import Conflict
from thuocdo.rulesets.choices import Item, Table, people_items
from thuocdo.rulesets.regulation_overlay import approved_key, article_ref, article_words, overlay_of
from thuocdo.rulesets.regulation_words import difference
from thuocdo.rulesets.rules import REGULATION
from thuocdo.rulesets.toml_text import toml_text
from thuocdo.rulesets.typed_regulation import Choice, read_typed, sum_words, sums_of

BOOK = load_rulebook("state/nd-335-2025")
ITEMS = people_items(BOOK)
KINDS = ("civil_servant",)
HEAD = {
    "title": "Quy chế", "issuer": "UBND", "by": "Chủ tịch", "reason": "Điều 26", "month": "02/2027",
    "kind-civil_servant": "1",
}  # fmt: skip
LOWER = {"lower-excellent": "15", "lower-excellent-article": "Điều 6", "lower-excellent-reason": "Siết"}


def faults(**typed: str) -> dict[str, str]:
    return {f.field: f.message for f in read_typed({**HEAD, **LOWER, **typed}, ITEMS, KINDS).faults}


def test_everything_that_is_open_or_may_be_tightened_is_offered() -> None:
    kinds = [item.kind for item in ITEMS]
    assert kinds.count("settle") == len(BOOK.open_points)
    assert kinds.count("lower") == len(BOOK.book.quotas)
    assert kinds.count("raise") == len(BOOK.book.bands) - 1
    assert {item.target for item in ITEMS if not item.articles} == {"changed", "gap"}, "the decree has no row of them"


def test_a_complete_text_has_no_faults() -> None:
    assert faults() == {}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("20,01", "20,01% cao hơn 20% của quy định cấp trên"),
        ("20", "20% bằng mức đang có"),
        ("-1", "số âm"),
        ("mười", "không phải là số"),
    ],
)
def test_a_looser_or_unreadable_percent_is_refused_beside_its_field(typed: str, said: str) -> None:
    assert said in faults(**{"lower-excellent": typed})["lower-excellent"]


def test_the_article_of_the_parent_is_in_the_message() -> None:
    article = article_of(BOOK.instruments, BOOK.book.quotas[0].cite)
    assert article in faults(**{"lower-excellent": "30"})["lower-excellent"]


@pytest.mark.parametrize("article", ["", "5", "Điều", "Khoản 1 Điều 5", "Điều 5 và 6"])
def test_an_article_is_written_one_way(article: str) -> None:
    assert "Hãy ghi như “Điều 5 khoản 1”" in faults(**{"lower-excellent-article": article})["lower-excellent-article"]


@pytest.mark.parametrize("name", ["title", "issuer", "by", "reason", "month"])
def test_the_head_is_complete(name: str) -> None:
    assert name in faults(**{name: ""})


@pytest.mark.parametrize(("name", "text"), [("month", "13/2026"), ("month", "2026"), ("issued", "31/02/2026")])
def test_dates_are_dates(name: str, text: str) -> None:
    assert name in faults(**{name: text})


def test_an_unlisted_reading_is_refused() -> None:
    assert "không có trong danh sách" in faults(**{"settle-rounding": "up"})["settle-rounding"]


def test_nothing_decided_is_a_fault() -> None:
    assert "chưa quyết định nội dung nào" in faults(**{"lower-excellent": ""})[""]


def test_the_overlay_reads_back_as_it_was_written() -> None:
    reading = read_typed({**HEAD, **LOWER, "title": 'Quy chế "A"\\B'}, ITEMS, KINDS)
    data = overlay_of(reading, BOOK.key, date(2027, 1, 1), 7).data
    again = tomllib.loads(toml_text(data), parse_float=Decimal)
    assert again["title"] == 'Quy chế "A"\\B'
    assert again["tighten"] == [{
        "path": "quotas.excellent.percent", "value": 15, "reason": "Siết",
        "cite": ["quy-che-7/6"], "since": date(2027, 2, 1),
    }]  # fmt: skip
    assert again["instruments"][0]["articles"][0]["text"] == "Điều 6"


def test_the_key_changes_with_the_content() -> None:
    one, other = (
        overlay_of(
            read_typed({**HEAD, **LOWER, "lower-excellent": v}, ITEMS, KINDS), BOOK.key, date(2027, 1, 1), 7
        ).digest
        for v in ("15", "10")
    )
    assert approved_key("P-UB", BOOK.key, 1, one) != approved_key("P-UB", BOOK.key, 1, other)
    assert approved_key("P-UB", BOOK.key, 1, one).startswith("quy-che-don-vi/p-ub/state-nd-335-2025-1-")


def test_articles_in_words_and_short() -> None:
    assert article_words("điều 5, khoản 1 điểm a") == "Điều 5 khoản 1 điểm a"
    assert article_ref("Điều 5 khoản 1 điểm Đ") == "5.1.đ"


@pytest.mark.parametrize(
    ("total", "words"), [("30", "vừa đủ"), ("29,5", "còn 0,5"), ("31", "thừa 1")], ids=["even", "less", "more"]
)
def test_sums_in_words(total: str, words: str) -> None:
    assert words in sum_words(Decimal(total.replace(",", ".")), Decimal(30))


def test_sums_count_what_is_fixed_and_what_is_open() -> None:
    table = Table("g", "Nhóm", Decimal(30), Decimal(10))
    items = [Item(f"fill-{n}", "fill", n, n, (), table=table) for n in ("a", "b")]
    (one,) = sums_of(items, {"fill-a": "12,5", "fill-b": ""})
    assert (one.total, one.open, one.begun) == (Decimal("22.5"), 1, True)


def test_differences_from_the_version_before() -> None:
    def choices(**typed: str) -> tuple[Choice, ...]:
        return read_typed({**HEAD, **LOWER, **typed}, ITEMS, KINDS).choices

    why = {"settle-rounding": "none", "settle-rounding-article": "Điều 2", "settle-rounding-reason": "Câu chữ"}
    before, now = choices(**why), choices(**{"lower-excellent": "10"})
    found = difference(now, before)
    assert [line.change for line in found.lines] == ["bản trước: 15% (quy định cấp trên: 20%)"]
    assert [words for _, words in found.gone] == ["Không làm tròn: so ngưỡng trên điểm chính xác (69,995 chưa phải 70)"]
    assert difference(now, None).first


def test_the_table_of_steps() -> None:
    assert REGULATION.target("approve", "proposed") == "approved"
    for state in ("drafting", "approved", "dropped"):
        with pytest.raises(Conflict):
            REGULATION.target("approve", state)
    assert REGULATION.names_from("approved") == ()
