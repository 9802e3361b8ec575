"""The forms of a unit's sheet: what was posted as documents, and everything the page shows."""

from collections.abc import Mapping, Sequence
from typing import Any

from thuocdo.collectives import queries, rules
from thuocdo.collectives.models import UnitHold
from thuocdo.collectives.queries import View
from thuocdo.web.forms import Problem, by_field
from thuocdo.web.my_month.scheme_rows import judged_rows, own_rows, running

Posted = Mapping[str, str]
FORMS = ("submit", "propose", "try")
TYPED = (
    "title", "given_by", "document", "due", "asked", "reason", "evidence", "hold_note", "returned", "back_reason",
)  # fmt: skip
BLANK: dict[str, Any] = {"fields": {}, "evidence": {}, "strengths": "", "shortcomings": "", "level": "", "comment": ""}


def _under(posted: Posted, head: str) -> dict[str, str]:
    return {name.partition(".")[2]: text for name, text in posted.items() if name.startswith(f"{head}.")}


def self_document(posted: Posted) -> dict[str, Any]:
    """The unit's document, text as typed."""
    texts = {name: posted.get(name, "") for name in ("strengths", "shortcomings", "level")}
    return {"fields": _under(posted, "fields"), "evidence": _under(posted, "evidence"), **texts}


def authority_document(posted: Posted) -> dict[str, Any]:
    """The authority's document, text as typed."""
    texts = {name: posted.get(name, "") for name in ("comment", "level")}
    return {"fields": _under(posted, "fields"), "reasons": _under(posted, "reasons"), **texts}


def page_context(view: View, posted: Posted, problems: Sequence[Problem]) -> dict[str, Any]:
    """What the page shows to this reader; what was typed stays where a step was refused."""
    state = view.sheet.state
    fills = view.writes and state in rules.WITH_UNIT
    judges = view.rates and state == rules.UNDER_REVIEW
    decides = view.decides and state == rules.PROPOSED
    errors = by_field(problems)
    typed = posted.get("do", "") in FORMS
    context: dict[str, Any] = {
        "view": view,
        "sheet": view.sheet,
        "form": view.form,
        "state": queries.state_words(view.sheet),
        "fills": fills,
        "judges": judges,
        "decides": decides,
        "may_reconsider": view.decides and state == rules.DECIDED,
        "may_open": view.rates and state == rules.SUBMITTED,
        "may_withdraw": view.writes and state == rules.SUBMITTED,
        "may_give": view.rates and state not in (rules.PROPOSED, rules.DECIDED),
        "may_hold": view.rates and state != rules.DECIDED,
        "shown": view.proposed if view.rates and view.proposed else view.own,
        "levels": [(one.code, one.label) for one in view.form.scheme.levels],
        "hold_kinds": UnitHold.Kind.choices,
        "posted": {name: posted.get(name, "") for name in TYPED},
        "problems": problems,
        "errors": errors,
    }
    if fills:
        document = BLANK | (self_document(posted) if typed else dict(view.own))
        context |= _running(view, document, as_authority=False) | {
            "document": document,
            "groups": own_rows(view.form.asked.own, document["fields"], errors),
            "evidence": document["evidence"],
        }
    elif judges:
        document = BLANK | (authority_document(posted) if typed else {})
        given = document.get("fields", {}) if typed else view.start
        before = view.own.get("fields", {})
        reasons = document.get("reasons", {})
        context |= _running(view, {"fields": {**before, **given}}, as_authority=True) | {
            "document": document,
            "groups": (
                *judged_rows(view.form.asked.own, before, given, reasons, errors),
                *own_rows(view.form.asked.head, given, errors),
            ),
        }
    elif decides:
        outcome = view.proposed["outcome"]
        context |= {
            "proposed_level": view.form.label(view.proposed["level"] or outcome["level"]),
            "rule_level": view.form.label(outcome["level"]),
            "chosen": posted.get("level", "") or view.proposed["level"] or outcome["level"],
            "questions": [_question(one, posted) for one in view.questions],
        }
    return context


def _running(view: View, document: Mapping[str, Any], *, as_authority: bool) -> dict[str, Any]:
    part = queries.preview(view, {"fields": document["fields"]}, as_authority=as_authority)
    if part is None:
        return {"running": None}
    outcome = part.outcome
    return {"running": running(outcome, view.form.label(outcome.level or outcome.band or ""))}


def _question(one: Any, posted: Posted) -> dict[str, Any]:
    field = f"decisions.{one.id}"
    chosen = posted.get(f"{field}.reading", "")
    return {
        "field": field,
        "question": one.question_vi,
        "cite": one.cite,
        "chosen": chosen,
        "answered": "",
        "reason_field": f"{field}.reason",
        "reason": posted.get(f"{field}.reason", ""),
        "readings": [
            {"id": r.id, "label": r.label_vi, "source": r.source, "gives": r.band_label_vi, "chosen": r.id == chosen}
            for r in one.readings
        ],
    }
