"""The rulebook of a round: which one its rating date selects, with which overlays, and the graph that holds then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import cast

from thuocdo.engine import select_rulebook
from thuocdo.engine.errors import RulebookError
from thuocdo.engine.schema import Role
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.graph import Graph, graph_of
from thuocdo.engine.schemes.schema import Scheme
from thuocdo.kernel.errors import Refusal
from thuocdo.rounds.models import Round
from thuocdo.rounds.rules import WHOM, WhoRules, who_rules
from thuocdo.rulesets import catalogue
from thuocdo.rulesets.versions import pinned_book

LABELS = {
    "collective": "tập thể lãnh đạo, cấp ủy",
    "party_organisation": "tổ chức đảng",
    "agency": "cơ quan, đơn vị",
    "unit": "đơn vị trực thuộc",
    "leader": "cá nhân lãnh đạo, quản lý",
    "party_member": "đảng viên",
    "cadre": "cán bộ",
    "civil_servant": "công chức",
    "public_employee": "viên chức",
    "contract_worker": "người lao động hợp đồng",
}


@dataclass(frozen=True)
class Rules:
    """A rulebook with the graph that holds on a rating date."""

    book: SchemeBook
    graph: Graph

    @property
    def kinds(self) -> frozenset[str]:
        """Kinds of subject that have a step."""
        return frozenset(kind for node in self.graph.nodes for kind in node.subjects)

    def label(self, node: str) -> str:
        """The step in words; its own name where the graph has none."""
        return next((one.label for one in self.graph.nodes if one.id == node), node)


def selected(rating: date, overlays: Sequence[str] = ()) -> Rules:
    """What the rating date selects for a Party organisation, with these overlays. Raises Refusal."""
    found = select_rulebook("party_organisation", rating, catalogue.roots(), procedure="party", rating_date=rating)
    if found.rulebook is None:
        raise Refusal("round.no_rulebook", f"{found.sentence_vi} Hãy chọn ngày xếp loại khác.", field="rating_date")
    try:
        book = catalogue.load_any(found.rulebook, tuple(overlays))
    except RulebookError as error:
        raise Refusal(
            "round.overlay",
            f"Quy chế bổ sung không đặt được lên bộ quy tắc của ngày xếp loại: {error}",
            field="overlays",
        ) from error
    assert isinstance(book, SchemeBook), "a Party procedure is a rulebook of schemes"
    return _rules(book, rating)


def offered(rating: date) -> tuple[tuple[str, str], ...]:
    """Overlays (key, title) that fit the rulebook of the day. Raises Refusal."""
    return tuple(catalogue.shelf().fitting.get(selected(rating).book.key, ()))


def rules_of(round_: Round) -> Rules:
    """The pinned rules of a round. Raises Refusal where they were not kept."""
    book = pinned_book(round_.rulebook, tuple(round_.overlays), round_.rulebook_hash)
    assert isinstance(book, SchemeBook), "a round pins a rulebook of schemes"
    return _rules(book, round_.rating_date)


@lru_cache(maxsize=64)
def _rules(book: SchemeBook, rating: date) -> Rules:
    return Rules(book, graph_of(book, rating))


def who_of(round_: Round) -> WhoRules:
    """What the pinned rules and the plan say of who is in, and in which role. Raises Refusal as `rules_of`."""
    rules = rules_of(round_)
    posts = bool(round_.seats) or not rates_by_post(rules)
    return who_rules(rules.book, rules.kinds, posts=posts, seats=round_.seats)


def pin_of(round_: Round) -> dict[str, object]:
    """The pin, as versions are kept by."""
    return {"rulebook": round_.rulebook, "overlays": list(round_.overlays), "hash": round_.rulebook_hash, "members": 0}


def scheme_of(book: SchemeBook, kind: str, role: str) -> Scheme | None:
    """The scheme by which the yearly level of such a subject follows, as the engine picks it for a case file; None
    where the text read has none. Whoever rates, counts or shows a subject of a round asks here."""
    return book.scheme_for(kind, cast(Role, role), "year")


def rates_by_post(rules: Rules) -> bool:
    """Whether a Party member with a leading post is rated by another scheme than one without."""
    return scheme_of(rules.book, "party_member", "head") is not scheme_of(rules.book, "party_member", "none")


def seats_chosen(rules: Rules, chosen: str) -> str:
    """Whether a seat in a committee is a leading post. Raises Refusal where nothing was chosen."""
    if chosen not in Round.Seats.values:
        raise Refusal(
            "round.seats",
            "Bí thư, phó bí thư không giữ chức vụ ở cơ quan, đơn vị: chưa chọn. "
            f"{rules.book.short_title} xếp đảng viên giữ chức vụ lãnh đạo, quản lý theo khung riêng; phần đã đọc không "
            "nêu chức vụ trong cấp ủy có tính hay không. Hãy chọn theo kế hoạch của cấp có thẩm quyền.",
            field="seats",
        )
    return chosen


def says_whom(rules: Rules) -> bool:
    """Whether the text read states who is reviewed; where not, somebody with authority must have decided it."""
    return WHOM in rules.book.articles
