"""An independent oracle for schemes: one subject at a time, plain fractions, no code of the engine.

It reads the TOML of a rulebook as it stands and the facts of a case file as plain dictionaries. A condition is True,
False or None (unknown). A result is the set of levels that remain possible; one that is alone is the level.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

GRADES = ("excellent", "good", "average", "poor")
MARK = "open"
ROLES = ("none", "head", "deputy")
Truth = bool | None


@dataclass(frozen=True)
class Verdict:
    """`kind`: rated, not_rated or needs_decision."""

    kind: str
    level: str | None = None
    score: Fraction | None = None


def exact(value: Any) -> Fraction:
    return Fraction(str(value))


def every(truths: Iterable[Truth]) -> Truth:
    found = list(truths)
    return False if False in found else None if None in found else True


def some(truths: Iterable[Truth]) -> Truth:
    found = list(truths)
    return True if True in found else None if None in found else False


class Subject:
    """One subject under one scheme. `levels` gives the level of a related subject of the file: None if unknown, empty
    if it is not rated."""

    def __init__(
        self,
        scheme: Mapping[str, Any],
        facts: Mapping[str, Any],
        levels: Mapping[str, str | None],
        year: int,
        period: Mapping[str, Any],
    ) -> None:
        self.scheme, self.facts, self.levels, self.year, self.period = scheme, facts, levels, year, period
        self.order = [item["code"] for item in scheme.get("levels", [])]
        self.given_by = {item["id"]: item.get("given_by") for item in scheme.get("facts", [])}
        self.of_kind = {item["id"]: item.get("of_kind") for item in scheme.get("facts", [])}
        self.role = facts.get("leadership", "none")
        self.score = self._score()

    # --- measures ---

    def measure(self, name: str) -> Fraction | None:
        section, key = name.split(".")
        value = (self.facts.get(section) or {}).get(key)
        return None if value is None else exact(value)

    def total(self, names: Iterable[str]) -> Fraction | None:
        values = [self.measure(name) for name in names]
        return None if None in values else sum((v for v in values if v is not None), Fraction(0))

    # --- score ---

    def _score(self) -> Fraction | None:
        rolled = self._rolled()
        if rolled is not False:
            return rolled  # type: ignore[return-value]
        spec = self.scheme.get("score")
        if spec is None:
            return None
        result = Fraction(0)
        for group in spec["groups"]:
            if self.role not in group.get("roles", ROLES):
                continue
            points = self._group(spec, group)
            if points is None:
                return None
            result += points
        return result

    def _rolled(self) -> Fraction | bool | None:
        spec = self.scheme.get("rollup")
        parts = self.facts.get(spec["parts"]) if spec else None
        if parts is None:
            return False
        if spec["method"] == MARK:  # type: ignore[index]
            return None
        left_out = spec.get("left_out", [])  # type: ignore[union-attr]
        if any("score" not in part and part["not_scored"] not in left_out for part in parts):
            return None
        scores = [exact(part["score"]) for part in parts if "score" in part]
        return sum(scores, Fraction(0)) / len(scores) if scores else None

    def _group(self, spec: Mapping[str, Any], group: Mapping[str, Any]) -> Fraction | None:
        if group["max"] == MARK or group.get("input") == MARK:
            return None
        if "scale" in group:
            return self._scale(group["scale"])
        parts = group.get("parts", [])
        slugs = [group["slug"]]
        if parts and all(part["max"] != MARK for part in parts):
            slugs = [part["slug"] for part in parts]
        given = [self._mark(spec, slug, bool(group.get("bonus"))) for slug in slugs]
        if None in given:
            return None
        points = sum((mark for mark in given if mark is not None), Fraction(0))
        if group.get("input") == "percent":
            cap = group.get("percent_cap")
            if cap == MARK:
                return None
            points = (points if cap is None else min(points, exact(cap))) * exact(group["max"]) / 100
        return points - exact((self.facts.get("deductions") or {}).get(group["slug"], 0))

    def _mark(self, spec: Mapping[str, Any], slug: str, bonus: bool) -> Fraction | None:
        if spec.get("combine") == "mean_of_members" and self.role in (spec.get("combine_roles") or ROLES):
            sheets = [sheet["marks"].get(slug) for sheet in self.facts.get("member_marks") or []]
            if not sheets or (None in sheets and not bonus):
                return None
            return sum((exact(mark or 0) for mark in sheets), Fraction(0)) / len(sheets)
        mark = (self.facts.get("marks") or {}).get(slug)
        return (Fraction(0) if bonus else None) if mark is None else exact(mark)

    def _scale(self, scale: Mapping[str, Any]) -> Fraction | None:
        part, whole = self.total(scale["part"]), self.total(scale["of"])
        if part is None or whole is None or whole == 0:
            return None
        percent = 100 * part / whole
        for step in scale["steps"]:
            low, high = step.get("at_least"), step.get("below")
            if (low is None or percent >= exact(low)) and (high is None or percent < exact(high)):
                return None if step["points"] == MARK else exact(step["points"])
        return None

    # --- conditions ---

    def compare(self, bounds: Mapping[str, Any], value: Fraction, whole: Fraction | None = None) -> Truth:
        truths: list[Truth] = []
        for word in ("at_least", "more_than", "at_most", "below"):
            bound = bounds.get(word)
            if bound is None:
                continue
            if bound == MARK:
                truths.append(None)
                continue
            limit = exact(bound)
            if whole is not None:
                limit *= whole if "/" in str(bound) else whole / 100
            truths.append(
                {
                    "at_least": value >= limit,
                    "more_than": value > limit,
                    "at_most": value <= limit,
                    "below": value < limit,
                }[word]
            )
        return every(truths)

    def holds(self, test: Mapping[str, Any]) -> Truth:
        return getattr(self, f"_{test['test']}_holds")(test)  # type: ignore[no-any-return]

    def all_hold(self, tests: Iterable[Mapping[str, Any]]) -> Truth:
        return every(self.holds(test) for test in tests)

    def _score_holds(self, test: Mapping[str, Any]) -> Truth:
        return None if self.score is None else self.compare(test, self.score)

    def _share_holds(self, test: Mapping[str, Any]) -> Truth:
        if test["of"] == MARK:
            return None
        part, whole = self.total(test["part"]), self.total(test["of"])
        if whole == 0:
            return {"holds": True, "fails": False, "open": None}[test.get("when_none", "open")]
        return None if part is None or whole is None else self.compare(test, part, whole)

    def _number_holds(self, test: Mapping[str, Any]) -> Truth:
        value = self.measure(test["of"])
        return None if value is None else self.compare(test, value)

    def _flag_holds(self, test: Mapping[str, Any]) -> Truth:
        stated = (self.facts.get("facts") or {}).get(test["fact"]) is True
        section = self.given_by.get(test["fact"])
        stated = stated or self.of_kind.get(test["fact"]) == self.facts.get("kind")
        return (stated or (section is not None and section in self.facts)) == bool(test.get("is", True))

    def _grades_holds(self, test: Mapping[str, Any]) -> Truth:
        given = self.facts.get("grades") or {}
        truths: list[Truth] = []
        for item in self.scheme["grades"]["criteria"]:
            if (test.get("groups") and item["group"] not in test["groups"]) or item["group"] in test.get(
                "except_groups", []
            ):
                continue
            grade = given.get(item["slug"])
            if grade is None or MARK in (test.get("exactly"), test.get("at_least")):
                truths.append(None)
            elif "exactly" in test:
                truths.append(grade == test["exactly"])
            else:
                truths.append(GRADES.index(grade) <= GRADES.index(test["at_least"]))
        return (some if test.get("quantifier") == "any" else every)(truths)

    def related(self, relation: str) -> list[str | None] | None:
        """Levels of the related subjects, empty of one that is not rated; None when nothing was said about them."""
        given = (self.facts.get("related") or {}).get(relation)
        if given is None:
            return None
        found = given if isinstance(given, list) else [given]
        return [item["level"] if "level" in item else self.levels.get(item["id"]) for item in found]

    def _levels_holds(self, test: Mapping[str, Any]) -> Truth:
        levels = self.related(test["relation"])
        if levels is None:
            return None
        if "" in levels:  # the text does not say whether it means them too
            with_them, without = self._held(test, levels), self._held(test, [one for one in levels if one != ""])
            return with_them if with_them == without else None
        return self._held(test, levels)

    def _held(self, test: Mapping[str, Any], levels: list[str | None]) -> Truth:
        if not levels:
            return {"holds": True, "fails": False, "open": None}[test.get("when_none", "open")]
        truths: list[Truth] = []
        for level in levels:
            if level is None:
                truths.append(None)
            elif not level:
                truths.append(False)
            elif "exactly_level" in test:
                truths.append(level == test["exactly_level"])
            else:
                truths.append(self.order.index(level) <= self.order.index(test["at_least_level"]))
        if test.get("quantifier", "all") == "all":
            return every(truths)
        if test["quantifier"] == "any":
            return some(truths)
        sure, unsure = truths.count(True), truths.count(None)
        outcomes = {
            self.compare(test["share"], Fraction(n), Fraction(len(truths))) for n in range(sure, sure + unsure + 1)
        }
        return outcomes.pop() if len(outcomes) == 1 else None

    def _discipline_holds(self, test: Mapping[str, Any]) -> Truth:
        found = some(
            truth
            for item, truth in self._counted()
            if item["about"] in test.get("about", ("duty", "degradation", "other"))
            and item["side"] in test.get("sides", ("administrative", "party"))
            and (not test.get("forms") or item["form"] in test["forms"])
            and ("act" not in test or self._earlier(item) == (test["act"] == "earlier"))
        )
        return found if test.get("is", True) else _no(found)

    def _earlier(self, record: Mapping[str, Any]) -> bool:
        """Whether the act, or a decision on it, is of an earlier year."""
        years = [r["effective_date"][:4] for r in self.facts["disciplines"] if r["act"] == record["act"]]
        return int(record.get("act_year") or self.year) < self.year or int(min(years)) < self.year

    def _counted(self) -> list[tuple[Mapping[str, Any], Truth]]:
        """Records that count in this year after the dating rules that the scheme lists, or may count."""
        rules = {rule["id"]: rule for rule in self.scheme.get("dating", [])}
        records = self.facts.get("disciplines") or []
        found: list[tuple[Mapping[str, Any], Truth]] = []
        for record in records:
            year = int(str(record["effective_date"])[:4])
            if "former_agency" in rules and record.get("act_agency") == "former":
                continue
            if "already_used" in rules and record.get("used_in_year") not in (None, self.year):
                continue
            if year != self.year or not self._inside(str(record["effective_date"])):
                continue
            same = {int(str(r["effective_date"])[:4]) for r in records if r["act"] == record["act"]}
            if "one_year_only" not in rules or len(same) == 1 or record.get("used_in_year") == self.year:
                found.append((record, True))
            elif rules["one_year_only"]["counts_in"] == MARK:
                found.append((record, None))
            else:
                counts = min(same) if rules["one_year_only"]["counts_in"] == "first" else max(same)
                found.append((record, counts == self.year))
        return found

    def _inside(self, day: str) -> bool:
        """Whether a day lies in the period that is rated."""
        months = {"month": 1, "quarter": 3, "half_year": 6}.get(self.period.get("kind", "year"))
        if months is None:
            return day[:4] == str(self.year)
        return day[:4] == str(self.year) and (int(day[5:7]) - 1) // months + 1 == self.period["number"]

    def _absence_holds(self, test: Mapping[str, Any]) -> Truth:
        days = sum(
            (exact(item["days"]) for item in self.facts.get("absences") or [] if item["reason"] in test["reasons"]),
            Fraction(0),
        )
        if "of" not in test:
            return self.compare(test, days)
        whole = self.measure(test["of"])
        if days == 0:
            return self.compare(test, days, Fraction(1))  # no day is no share, of whatever it is taken
        return None if not whole else self.compare(test, days, whole)

    def _any_holds(self, test: Mapping[str, Any]) -> Truth:
        return some(self.holds(item) for item in test["conditions"])

    def _all_holds(self, test: Mapping[str, Any]) -> Truth:
        return every(self.holds(item) for item in test["conditions"])

    def _some_holds(self, test: Mapping[str, Any]) -> Truth:
        truths = [self.holds(item) for item in test["conditions"]]
        if test["need"] == MARK:
            either = {some(truths), every(truths)}
            return either.pop() if len(either) == 1 else None
        return (some if test["need"] == "any" else every)(truths)

    # --- the level ---

    def verdict(self) -> Verdict:
        """Not rated, else triggers, else the best level that holds, then limits; needs a decision if not certain."""
        out = [
            every([self.all_hold(r["when"]), _no(some(map(self.holds, r.get("unless", []))))])
            for r in self.scheme.get("not_rated", [])
        ]
        if True in out:
            return Verdict("not_rated")
        if None in out:
            return Verdict("needs_decision")
        possible: set[str] = set()
        for floor in self._floors():
            start = {floor} if floor else self._by_conditions()
            possible |= self._limited(start, floor)
        if len(possible) == 1:
            return Verdict("rated", possible.pop(), self.score)
        return Verdict("needs_decision")

    def decided(self, question: str) -> str | None:
        found = (self.facts.get("decisions") or {}).get(question)
        return str(found["reading"]) if found else None

    def _floors(self) -> set[str | None]:
        """What the triggers may fix: a level, or None where none fires; the worst that fires fixes it."""
        certain: list[str] = []
        perhaps: list[str] = []
        for item in self.scheme.get("triggers", []):
            if self.role not in item.get("roles", ROLES):
                continue
            fires = self._fires(item)
            (certain if fires else perhaps if fires is None else []).append(item["level"])
        rank = self.order.index
        floors: set[str | None] = {max(certain, key=rank) if certain else None}
        for level in perhaps:
            floors |= {level if old is None else max(old, level, key=rank) for old in floors}
        return floors

    def _fires(self, item: Mapping[str, Any]) -> Truth:
        fires = self.all_hold(item["when"])
        weighs: Truth = item.get("discretion", False)
        if not weighs and "mitigation" in item:
            weighs = self.all_hold(item["mitigation"]["when"])
        if fires is False or weighs is False:
            return fires
        choice = self.decided(item["id"])
        if choice == "waive" and weighs:
            return False
        if choice == "apply" and weighs:
            return fires
        return None

    def _by_conditions(self) -> set[str]:
        possible: set[str] = set()
        for item in self.scheme.get("levels", []):
            truth = True if item.get("otherwise") else self.all_hold(item.get("when", []))
            if truth is not False:
                possible.add(item["code"])
            if truth:
                return possible
        choice = self.decided("gap")
        if choice and self._reached(choice) is not False:
            return possible | {choice}
        # A text that defines one level only says nothing of the others: what it leaves is no level of it.
        others = set(self.scheme.get("gap", {}).get("levels") or self.order) if len(self.order) > 1 else {"?"}
        return possible | others

    def _reached(self, code: str) -> Truth:
        """Whether the score is not below what the level begins at."""
        level = next(item for item in self.scheme["levels"] if item["code"] == code)
        tests = [test for test in level.get("when", []) if test["test"] == "score"]
        least = [{word: test[word]} for test in tests for word in ("at_least", "more_than") if word in test]
        if self.score is None and least:
            return None
        return every(self.compare(bound, self.score) for bound in least)

    def _limited(self, possible: set[str], floor: str | None) -> set[str]:
        for item in self.scheme.get("limits", []):
            if self.role not in item.get("roles", ROLES):
                continue
            applies = self.all_hold(item.get("when", []))
            if applies is False:
                continue
            lowered = self._under(item, possible, floor)
            possible = lowered if applies else possible | lowered
        return possible

    def _under(self, item: Mapping[str, Any], possible: set[str], floor: str | None) -> set[str]:
        """What remains under one limit that applies. A choice is not above what a trigger fixed."""
        rank = self.order.index
        tops: set[str] = {item["at_most"]} if "at_most" in item else set()
        if "at_most_of" in item:
            known = self.related(item["at_most_of"]) or [None]
            tops = set(self.order) if None in known or "" in known else {max((t for t in known if t), key=rank)}
        if item.get("chooses"):
            choice = self.decided(item["id"])
            chosen = {choice} if choice else {level for top in tops for level in self.order[rank(top) :]}
            return chosen if floor is None else {max(level, floor, key=rank) for level in chosen}
        return {max(level, top, key=rank) for level in possible for top in tops}


def _no(truth: Truth) -> Truth:
    return None if truth is None else not truth


# --- open points -----------------------------------------------------------------------------------


def readings_of(book: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The book under every combination of the listed readings of its points; one reading alone is no agreement."""
    points = [point for point in book.get("points", []) if len(point.get("readings", ())) > 1]
    found = []
    for chosen in itertools.product(*[point["readings"] for point in points]):
        variant = copy.deepcopy(dict(book))
        for reading in chosen:
            for path, value in reading["set"].items():
                write(variant, path, value)
        found.append(variant)
    return found


TWINS = {"at_least": "more_than", "more_than": "at_least", "at_most": "below", "below": "at_most"}


def write(book: dict[str, Any], path: str, value: Any) -> None:
    """Write a figure by path; a bound replaces an open twin."""
    *keys, last = path.split(".")
    place: Any = book["schemes"]
    for key in keys:
        place = _step(place, key)
    place[last] = value
    twin = TWINS.get(last)
    if twin and place.get(twin) == MARK:
        del place[twin]


def _step(place: Any, key: str) -> Any:
    if isinstance(place, dict):
        if key in place:
            return place[key]
        return _step([item for field in ("when", "conditions") for item in place.get(field, [])], key)
    for item in place:
        if key in (item.get("id"), item.get("slug"), item.get("code"), item.get("level"), item.get("test")):
            return item
    raise KeyError(key)


def rate(
    book: Mapping[str, Any],
    scheme: str,
    facts: Mapping[str, Any],
    levels: Mapping[str, str | None],
    year: int,
    period: Mapping[str, Any] | None = None,
) -> Verdict:
    """The verdict; where it hangs on open points, only if every combination of readings gives the same."""

    def under(variant: Mapping[str, Any]) -> Verdict:
        spec = next(item for item in variant["schemes"] if item["id"] == scheme)
        return Subject(spec, facts, levels, year, period or {"kind": "year"}).verdict()

    plain = under(book)
    if plain.kind != "needs_decision":
        return plain
    # A rating is its level; of a period that is only scored the score counts as well.
    scored = next(item for item in book["schemes"] if item["id"] == scheme).get("result") == "band"
    found = {(v.kind, v.level, v.score if scored else None): v for v in map(under, readings_of(book))}
    return next(iter(found.values())) if len(found) == 1 else plain
