"""Who is in a round and why not, from facts and the pinned rulebook alone. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from thuocdo.engine.rulebook import Citation
from thuocdo.engine.schemes.book import SchemeBook
from thuocdo.engine.schemes.schema import FlagTest, NotRated, NumberTest

WHOM, PLACES, FEW, TEMPORARY, OFF_COMMITTEE, AWAY = (
    "qd-366/5",
    "hd-43/2",
    "hd-43/7.4",
    "hd-43/7.6",
    "hd-43/7.7",
    "hd-43/7.5",
)
FEW_MEMBERS = 3
LEADING = ("head", "deputy")
SEAT_ALONE = "Chỉ giữ chức vụ trong cấp ủy; văn bản đã đọc không nêu đó có là chức vụ lãnh đạo, quản lý hay không. "
SEAT_NOTES = {
    "leading": SEAT_ALONE + "Theo kế hoạch của đợt: có, nên xếp loại theo khung của người giữ chức vụ.",
    "plain": SEAT_ALONE + "Theo kế hoạch của đợt: không, nên xếp loại theo khung của người không giữ chức vụ.",
}
STANDING_WORDS = {"excused": "được miễn công tác và sinh hoạt đảng", "suspended": "bị đình chỉ sinh hoạt đảng"}


@dataclass(frozen=True)
class Inclusion:
    """Whether a subject is in: `in`, `exempt`, or `open` where somebody must decide; why, and by which article."""

    standing: str = "in"
    reason: str = ""
    cite: str = ""


IN = Inclusion()


@dataclass(frozen=True)
class WhoRules:
    """What the pinned rulebook says of who is in: its rules on members, and the articles it holds. `posts`: members are
    frozen with the role of their post; `seats`: what the plan says of posts in committees."""

    not_rated: tuple[NotRated, ...]
    articles: Mapping[str, Citation]
    kinds: frozenset[str]
    posts: bool = True
    seats: str = ""

    def cite(self, ref: str) -> str:
        """The article in words; empty where the rulebook does not hold it, and then the rule is not its own."""
        found = self.articles.get(ref)
        return found.text() if found else ""


def who_rules(book: SchemeBook, kinds: Collection[str], *, posts: bool, seats: str) -> WhoRules:
    """`kinds`: of which the rulebook's graph has steps; `posts`, `seats`: as `WhoRules` has them."""
    scheme = book.scheme_for("party_member", "none", "year")
    return WhoRules(scheme.not_rated if scheme else (), book.articles, frozenset(kinds), posts, seats)


def member_role(who: WhoRules, posts: Collection[str], seats: Collection[str]) -> tuple[str, str]:
    """The role in which a member is rated, from the roles of the posts and of the seats in committees, and what is to
    be said of it. A post counts; whether a seat alone does, no text read says, so the plan of the round does.

    >>> who = WhoRules((), {}, frozenset(), seats="plain")
    >>> member_role(who, ["deputy", "none"], ["head"]), member_role(who, [], ["head"])[0]
    (('deputy', ''), 'none')
    """
    post, seat = (next((one for one in LEADING if one in held), "none") for held in (posts, seats))
    if not who.posts or post != "none" or seat == "none" or not who.seats:
        return post if who.posts else "none", ""
    return seat if who.seats == "leading" else "none", SEAT_NOTES[who.seats]


def member(rules: WhoRules, standings: Collection[str], admitted: date, rating: date, year: int) -> Inclusion:
    """A Party member. The text that leaves out new members names no day of reckoning: where the rating date and the
    last
    day of the year differ, somebody decides."""
    for rule in rules.not_rated:
        for test in rule.when:
            if isinstance(test, FlagTest) and test.fact in standings and test.value:
                return Inclusion("exempt", rule.label, _cites(rules, rule))
            if isinstance(test, NumberTest) and test.of == "time.months_member" and test.below is not None:
                inclusion = _newcomer(rules, rule, int(test.below), admitted, (rating, date(year, 12, 31)))
                if inclusion is not IN:
                    return inclusion
    known = {test.fact for rule in rules.not_rated for test in rule.when if isinstance(test, FlagTest)}
    for standing, words in STANDING_WORDS.items():
        if standing in standings and standing not in known:
            return Inclusion(
                "open",
                f"Đảng viên {words}: văn bản đã đọc của bộ quy tắc này không nêu có xếp loại hay không. "
                "Cấp có thẩm quyền quyết định.",
            )
    return IN


def _newcomer(rules: WhoRules, rule: NotRated, months: int, admitted: date, days: tuple[date, date]) -> Inclusion:
    full = after_months(admitted, months)
    enough = {full <= day for day in days}
    if enough == {True}:
        return IN
    if enough == {False}:
        return Inclusion("exempt", f"{rule.label} (kết nạp {admitted:%d/%m/%Y})", _cites(rules, rule))
    words = " và ".join(f"{day:%d/%m/%Y}" for day in days)
    return Inclusion(
        "open",
        f"Kết nạp {admitted:%d/%m/%Y}, đủ {months:02d} tháng ngày {full:%d/%m/%Y}, giữa {words}; văn bản "
        "không nêu tính đến ngày nào. Cấp có thẩm quyền quyết định.",
        _cites(rules, rule),
    )


def _cites(rules: WhoRules, rule: NotRated) -> str:
    return "; ".join(filter(None, (rules.cite(ref) for ref in rule.cite)))


def collective(rules: WhoRules, size: int) -> Inclusion:
    """A leadership collective of so many people. Of one alone no text read says how it is reviewed."""
    if size == 1 and not rules.cite(FEW):
        return Inclusion(
            "open",
            "Chỉ có 1 người giữ chức vụ lãnh đạo nên không thành tập thể; văn bản đã đọc của bộ quy tắc này không nêu "
            "cách kiểm điểm. Cấp có thẩm quyền quyết định.",
        )
    if size >= FEW_MEMBERS or not rules.cite(FEW):
        return IN
    return Inclusion(
        "open",
        f"Tập thể lãnh đạo có {size} người, dưới 03: kiểm điểm cùng cấp ủy của cơ quan hoặc cùng các đơn vị tương tự. "
        "Cấp có thẩm quyền quyết định cùng với ai.",
        rules.cite(FEW),
    )


def highest(posts: Collection[tuple[str, int]]) -> Inclusion:
    """Of the posts of a civil servant (role, key), whether it is plain which is the highest."""
    leading = [role for role, _ in posts if role == "head"] or [role for role, _ in posts if role == "deputy"]
    if len(leading) <= 1 and (leading or len(posts) == 1):
        return IN
    return Inclusion(
        "open", "Đang giữ nhiều vị trí cùng vai trò: cần quyết định chức vụ nào cao nhất để xếp loại theo."
    )


def after_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month.

    >>> after_months(date(2025, 8, 31), 6)
    datetime.date(2026, 2, 28)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def together(inner: Collection[int], outer: Collection[int]) -> bool:
    """Whether a whole collective sits in the same committee."""
    return bool(inner) and set(inner) <= set(outer)


def committee_seats(kind: str) -> frozenset[str]:
    """The seats that make the collective of a committee: its standing committee above the grass roots."""
    most = frozenset({"secretary", "deputy", "standing"})
    return most if kind in ("province", "above_base") else most | {"member"}


SEAT_ROLES = {"secretary": "head", "deputy": "deputy", "standing": "none", "member": "none"}
