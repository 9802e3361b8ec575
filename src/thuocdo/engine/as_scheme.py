"""The NĐ 335 shape seen as one scheme, so that it can be compared with rulebooks of schemes. It rates nothing."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from thuocdo.engine.rulebook import Rulebook
from thuocdo.engine.schema import Cited, PeriodKind
from thuocdo.engine.schemes import schema

KINDS: tuple[schema.SubjectKind, ...] = ("civil_servant", "cadre", "public_employee", "contract_worker")
PERIODS: tuple[PeriodKind, ...] = ("month", "quarter", "half_year", "year")


def as_scheme(book: Rulebook) -> schema.Scheme:
    """Score groups, levels, triggers, not-rated rules, ceiling and quotas of a rulebook of converted products."""
    data = book.book
    return schema.Scheme(
        id="people",
        label=book.title,
        subject_kinds=tuple(kind for kind in KINDS if kind in data.subject_kinds),
        periods=PERIODS,
        score=_score(book),
        rollup=_rollup(book),
        levels=tuple(
            schema.Level(
                code=band.code,
                label=band.label,
                abbr=band.abbr,
                when=(_score_test(band.at_least),) if band.at_least else (),
                otherwise=not band.at_least,
                **_cited(band),
            )
            for band in data.bands
        ),
        relations=_relations(book),
        triggers=_triggers(book),
        not_rated=_not_rated(book),
        limits=_limits(book),
        quotas=tuple(
            schema.SchemeQuota(
                id=quota.id,
                label=quota.label,
                level=quota.level,
                base="levels",
                base_levels=(quota.base,),
                percent=quota.percent,
                scopes=quota.scopes,
                rounding=quota.rounding,
                raised=schema.RaisedLine(**quota.raised.model_dump()) if quota.raised is not None else None,
                **_cited(quota),
            )
            for quota in data.quotas
        ),
        **_cited(data.general),
    )


def _cited(rule: Cited) -> dict[str, Any]:
    return {"cite": rule.cite, "since": rule.since, "until": rule.until}


def _score_test(at_least: Decimal) -> schema.ScoreTest:
    return schema.ScoreTest(test="score", label="Điểm", at_least=Fraction(at_least))


def _score(book: Rulebook) -> schema.Score:
    general, total = book.book.general, book.book.total
    groups = [schema.Group(slug=g.slug, code=g.code, label=g.label, max=g.max, **_cited(g)) for g in general.groups]
    results = schema.Group(slug="results", label=total.results_label, max=total.ceiling, **_cited(total))
    return schema.Score(label=total.label, max=general.max + total.ceiling, groups=(*groups, results), **_cited(total))


def _rollup(book: Rulebook) -> schema.RollUp:
    means = book.book.means
    return schema.RollUp(
        label=means[-1].label,
        periods=tuple(mean.period for mean in means),
        parts="months",
        method="mean",
        **_cited(means[-1]),
    )


def _relations(book: Rulebook) -> tuple[schema.Relation, ...]:
    ceiling = book.book.ceiling
    if ceiling is None:
        return ()
    return (schema.Relation(id="collective", label="Tập thể, đơn vị phụ trách", **_cited(ceiling)),)


def _triggers(book: Rulebook) -> tuple[schema.SchemeTrigger, ...]:
    found = []
    for trigger in book.book.disqualifiers:
        test: schema.Condition
        if trigger.discipline is not None:
            about, sides = trigger.discipline.about, trigger.discipline.sides
            test = schema.DisciplineTest(test="discipline", id="records", label="Kỷ luật", about=about, sides=sides)
        else:
            test = schema.FlagTest(test="flag", id="fact", label=trigger.label, fact=cast(str, trigger.fact))
        found.append(
            schema.SchemeTrigger(
                id=trigger.id,
                label=trigger.label,
                level=trigger.level,
                roles=trigger.roles,
                when=(test,),
                **_cited(trigger),
            )
        )
    return tuple(found)


def _not_rated(book: Rulebook) -> tuple[schema.NotRated, ...]:
    absence = book.book.absence
    if absence is None:
        return ()
    months = schema.NumberTest(
        test="number",
        id="months",
        label="Số tháng công tác",
        of="time.months_worked",
        below=Fraction(absence.min_months),
    )
    return (schema.NotRated(id="absence", label=absence.label, when=(months,), **_cited(absence)),)


def _limits(book: Rulebook) -> tuple[schema.Limit, ...]:
    ceiling = book.book.ceiling
    if ceiling is None:
        return ()
    return (
        schema.Limit(
            id="ceiling", label=ceiling.label, roles=ceiling.roles, at_most_of="collective", **_cited(ceiling)
        ),
    )
