"""Several forms on one page: only the form that was posted shows what was typed and what was wrong in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from thuocdo.kernel.errors import Conflict, Forbidden, Refusal
from thuocdo.web.forms import Problem, by_field, problems_of


@dataclass(frozen=True)
class FormState:
    """One form: the prefix of its ids, what was typed in it, its errors by field, whether it is shown open."""

    prefix: str
    typed: QueryDict
    errors: dict[str, str]
    open: bool
    units: list[str]
    people: list[str]


def status_of(refusal: Refusal | None) -> int:
    """The HTTP status of a page that shows this refusal, or none."""
    if refusal is None:
        return 200
    return 409 if isinstance(refusal, Conflict) else 403 if isinstance(refusal, Forbidden) else 400


@dataclass(frozen=True)
class Forms:
    """All forms of a page by the name of their act (`-` as `_`), and the summary of what was wrong."""

    by_act: dict[str, FormState]
    problems: list[Problem]


def forms(posted: QueryDict, refusal: Refusal | None, prefixes: Mapping[str, str], *, opened: str = "") -> Forms:
    """The forms after a POST that was refused or only looked for units (or none): `prefixes` maps an act to the prefix
    of its ids."""
    act = posted.get("viec", "")
    problems = problems_of(refusal, prefixes.get(act, "")) if refusal is not None else []
    plain = by_field(problems_of(refusal)) if refusal is not None else {}
    return Forms({
        name.replace("-", "_"): FormState(
            prefix, posted if name == act else QueryDict(), plain if name == act else {}, name in (act, opened),
            posted.getlist("units") if name == act else [], posted.getlist("people") if name == act else [],
        )
        for name, prefix in prefixes.items()
    }, problems)
