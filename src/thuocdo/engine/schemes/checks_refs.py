"""Every name that a scheme refers to is defined (levels, facts, relations, measures, groups); none is used twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

from thuocdo.engine.schemes import schema
from thuocdo.engine.schemes.measures import ABSENCE_REASONS, is_measure
from thuocdo.engine.schemes.paths import name_of
from thuocdo.engine.source import SourceFile

Path = tuple[str | int, ...]
SHARED_LEVELS = frozenset({"excellent", "good", "complete", "limited", "incomplete"})


def check_scheme(scheme: schema.Scheme, source: SourceFile) -> None:
    """All references inside one scheme; raises `RulebookError`."""
    _check_names(source.data, source, ())
    codes = frozenset(level.code for level in scheme.levels)
    for path, level, cite in _level_references(scheme):
        if level not in codes:
            raise _unknown(source, path, "mức", level, codes, cite)
    for i, fact in enumerate(scheme.facts):
        if fact.of_kind is not None and (fact.kind != "flag" or fact.of_kind not in scheme.subject_kinds):
            raise source.error(
                ("facts", i, "of_kind"),
                f"“{fact.of_kind}” không phải một loại đối tượng của khung, hoặc dữ kiện không phải đúng/sai",
                f"Ghi một trong: {', '.join(scheme.subject_kinds)}, với kind = flag.",
                article=", ".join(fact.cite),
            )
    for i, relation in enumerate(scheme.relations):
        if relation.of_kind is not None and relation.of_kind not in scheme.subject_kinds:
            raise source.error(
                ("relations", i, "of_kind"),
                f"“{relation.of_kind}” không phải một loại đối tượng của khung",
                f"Ghi một trong: {', '.join(scheme.subject_kinds)}.",
                article=", ".join(relation.cite),
            )
    relations = frozenset(item.id for item in scheme.relations)
    single = frozenset(item.id for item in scheme.relations if not item.many)
    for i, fact in enumerate(scheme.facts):
        if fact.unrated is not None and (fact.kind != "flag" or fact.unrated not in single):
            raise source.error(
                ("facts", i, "unrated"),
                f"“{fact.unrated}” không phải quan hệ với đúng một đối tượng, hoặc dữ kiện không phải đúng/sai",
                f"Ghi một trong: {', '.join(sorted(single)) or 'chưa có'}, với kind = flag.",
                article=", ".join(fact.cite),
            )
    _check_circumstances(scheme, source)
    for i, limit in enumerate(scheme.limits):
        if limit.at_most_of is not None and limit.at_most_of not in relations:
            raise _unknown(source, ("limits", i, "at_most_of"), "quan hệ", limit.at_most_of, relations, limit.cite)
    for path, condition, cite in conditions_of(scheme):
        _check_condition(scheme, source, path, condition, cite)
    _check_levels(scheme, source)
    _check_groups(scheme, source)


def _check_circumstances(scheme: schema.Scheme, source: SourceFile) -> None:
    """A circumstance of a trigger is a flag that this trigger alone reads."""
    places = {trigger.id: ("triggers", i) for i, trigger in enumerate(scheme.triggers)}
    for i, fact in enumerate(scheme.facts):
        if fact.trigger is None:
            continue
        if fact.kind != "flag" or fact.trigger not in places:
            raise source.error(
                ("facts", i, "trigger"),
                f"“{fact.trigger}” không phải một trường hợp xếp thẳng mức của khung, hoặc dữ kiện không phải đúng/sai",
                f"Ghi một trong: {', '.join(sorted(places)) or 'chưa có'}, với kind = flag.",
                article=", ".join(fact.cite),
            )
        for path, test, cite in conditions_of(scheme):
            if isinstance(test, schema.FlagTest) and test.fact == fact.id and path[:2] != places[fact.trigger]:
                raise source.error(
                    (*path, "fact"),
                    f"“{fact.id}” là tình tiết riêng của trường hợp “{fact.trigger}”, không dùng ở chỗ khác",
                    "Khai báo một dữ kiện riêng cho chỗ này, hoặc bỏ trigger của dữ kiện.",
                    article=", ".join(cite),
                )


def _unknown(
    source: SourceFile, path: Path, what: str, name: str, known: Iterable[str], cite: tuple[str, ...]
) -> Exception:
    listed = ", ".join(sorted(known)) or "chưa có"
    return source.error(
        path, f"không có {what} “{name}”", f"Sửa tên hoặc khai báo. Đã khai báo: {listed}.", article=", ".join(cite)
    )


def _check_names(here: Any, source: SourceFile, path: Path) -> None:
    """No two elements of a list share a name, and no name holds a dot: paths lead through names."""
    for key, value in here.items():
        if isinstance(value, Mapping):
            _check_names(value, source, (*path, key))
        if not isinstance(value, list):
            continue
        seen: set[str] = set()
        for index, item in enumerate(value):
            name = name_of(item)
            if name is not None and ("." in name or name in seen):
                problem = "có dấu chấm" if "." in name else "dùng hai lần trong một danh sách"
                raise source.error((*path, key, index), f"mã “{name}” {problem}", "Đặt mã khác.")
            seen |= {name} if name is not None else set()
            if isinstance(item, Mapping):
                _check_names(item, source, (*path, key, index))


def _level_references(scheme: schema.Scheme) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    for i, trigger in enumerate(scheme.triggers):
        yield ("triggers", i, "level"), trigger.level, trigger.cite
    for i, limit in enumerate(scheme.limits):
        if limit.at_most is not None:
            yield ("limits", i, "at_most"), limit.at_most, limit.cite
    for i, quota in enumerate(scheme.quotas):
        yield ("quotas", i, "level"), quota.level, quota.cite
        yield from ((("quotas", i, "base_levels"), code, quota.cite) for code in quota.base_levels)
        if quota.raised is not None and quota.raised.needs_level is not None:
            yield ("quotas", i, "raised", "needs_level"), quota.raised.needs_level, quota.raised.cite
    if scheme.gap is not None:
        yield from ((("gap", "levels"), code, scheme.gap.cite) for code in scheme.gap.levels)


def conditions_of(
    scheme: schema.Scheme,
) -> Iterator[tuple[Path, schema.Condition, tuple[str, ...]]]:
    """Every condition of a scheme, nested ones too, with its path and the articles of its rule."""
    for i, level in enumerate(scheme.levels):
        yield from _nested(level.when, ("levels", i, "when"), level.cite)
    for i, trigger in enumerate(scheme.triggers):
        yield from _nested(trigger.when, ("triggers", i, "when"), trigger.cite)
        if trigger.mitigation is not None:
            path = ("triggers", i, "mitigation", "when")
            yield from _nested(trigger.mitigation.when, path, trigger.mitigation.cite)
    for i, absent in enumerate(scheme.not_rated):
        yield from _nested(absent.when, ("not_rated", i, "when"), absent.cite)
        yield from _nested(absent.unless, ("not_rated", i, "unless"), absent.cite)
    for i, limit in enumerate(scheme.limits):
        yield from _nested(limit.when, ("limits", i, "when"), limit.cite)


def _nested(
    conditions: tuple[schema.Condition, ...], path: Path, cite: tuple[str, ...]
) -> Iterator[tuple[Path, schema.Condition, tuple[str, ...]]]:
    for index, item in enumerate(conditions):
        yield (*path, index), item, cite
        if isinstance(item, schema.AnyTest | schema.AllTest | schema.ChosenTest):
            yield from _nested(item.conditions, (*path, index, "conditions"), cite)


def _check_condition(
    scheme: schema.Scheme, source: SourceFile, path: Path, item: schema.Condition, cite: tuple[str, ...]
) -> None:
    def need(names: Iterable[str], known: frozenset[str], key: str, what: str) -> None:
        for name in names:
            if name not in known:
                raise _unknown(source, (*path, key), what, name, known, cite)

    facts = frozenset(fact.id for fact in scheme.facts)
    if isinstance(item, schema.ScoreTest) and scheme.score is None and scheme.rollup is None:
        raise source.error(
            path, "hỏi điểm nhưng khung không có thang điểm", "Thêm score hoặc rollup.", article=", ".join(cite)
        )
    if isinstance(item, schema.ShareTest):
        _check_measures(source, path, (*item.part, *(() if item.of == "open" else item.of)), facts, cite)
    if isinstance(item, schema.NumberTest):
        _check_measures(source, path, (item.of,), facts, cite)
    if isinstance(item, schema.FlagTest):
        flags = frozenset(fact.id for fact in scheme.facts if fact.kind == "flag")
        need((item.fact,), flags, "fact", "dữ kiện đúng/sai")
    if isinstance(item, schema.GradesTest):
        graded = frozenset(c.group for c in scheme.grades.criteria) if scheme.grades else frozenset()
        if not graded:
            raise source.error(path, "hỏi mức của tiêu chí nhưng khung không có grades", "Thêm grades.")
        need((*item.groups, *item.except_groups), graded, "groups", "nhóm tiêu chí")
    if isinstance(item, schema.LevelsTest):
        need((item.relation,), frozenset(r.id for r in scheme.relations), "relation", "quan hệ")
        codes = frozenset(level.code for level in scheme.levels) | SHARED_LEVELS
        need(filter(None, (item.at_least_level, item.exactly_level)), codes, "level", "mức")
    if isinstance(item, schema.AbsenceTest):
        need(item.reasons, ABSENCE_REASONS, "reasons", "lý do vắng")
        _check_measures(source, path, (item.of,) if item.of else (), facts, cite)


def _check_measures(
    source: SourceFile, path: Path, names: Iterable[str], facts: frozenset[str], cite: tuple[str, ...]
) -> None:
    for name in names:
        if not is_measure(name, facts):
            raise source.error(
                path,
                f"không có số liệu “{name}”",
                "Dùng một số liệu của docs/schemes.md, hoặc khai báo dữ kiện trong facts.",
                article=", ".join(cite),
            )


def _check_levels(scheme: schema.Scheme, source: SourceFile) -> None:
    if not scheme.levels and (scheme.result == "level" or scheme.score is None):
        raise source.error((), "khung không có mức nào", "Thêm levels, hoặc score và result = “band”.")
    for i, level in enumerate(scheme.levels):
        article = ", ".join(level.cite)
        if level.otherwise and (i != len(scheme.levels) - 1 or level.when):
            raise source.error(
                ("levels", i, "otherwise"),
                "chỉ mức cuối cùng, không điều kiện, mới được ghi otherwise",
                "Bỏ otherwise hoặc chuyển mức này xuống cuối.",
                article=article,
            )
        if not level.otherwise and not level.when:
            raise source.error(
                ("levels", i),
                f"mức “{level.code}” không có điều kiện nên ai cũng đạt",
                "Ghi điều kiện (when), con số chưa biết thì ghi “open”; hoặc otherwise = true ở mức cuối.",
                article=article,
            )


def _check_groups(scheme: schema.Scheme, source: SourceFile) -> None:
    if scheme.score is None:
        return
    facts = frozenset(fact.id for fact in scheme.facts)
    for i, group in enumerate(scheme.score.groups):
        if group.scale is not None:
            path = ("score", "groups", i, "scale")
            _check_measures(source, path, (*group.scale.part, *group.scale.of), facts, group.scale.cite)


def check_whom(book: schema.SchemeBookFile, sources: list[SourceFile]) -> None:
    """No two schemes rate the same kind, role and period."""
    for (_, one), (source, other) in combinations(zip(sources, book.schemes, strict=True), 2):
        kinds = set(one.subject_kinds) & set(other.subject_kinds)
        roles = set(one.roles) & set(other.roles)
        periods = set(one.periods) & set(other.periods)
        if kinds and roles and periods:
            whom = f"{min(kinds)}, {min(roles)}, {min(periods)}"
            raise source.error(
                ("subject_kinds",),
                f"khung “{one.id}” và “{other.id}” cùng áp dụng cho một đối tượng ({whom})",
                "Tách theo subject_kinds, roles hoặc periods để mỗi người chỉ thuộc một khung.",
                article=", ".join(other.cite),
            )


def check_money(book: schema.SchemeBookFile, source: SourceFile) -> None:
    """Levels of money rows are levels of the rulebook, or shared ones where it has no schemes."""
    codes = frozenset(level.code for scheme in book.schemes for level in scheme.levels) or SHARED_LEVELS
    for i, table in enumerate(book.tables):
        for j, row in enumerate(table.rows):
            if row.level not in codes:
                raise _unknown(source, ("tables", i, "rows", j, "level"), "mức", row.level, codes, table.cite)
