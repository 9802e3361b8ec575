"""The forms of a unit's sheet: what was posted as documents, and everything the page shows."""

from collections.abc import Mapping, Sequence
from typing import Any

from thuocdo.collectives import queries, rules
from thuocdo.collectives.models import UnitBonus, UnitHold, UnitReopening, UnitRound, UnitTask
from thuocdo.collectives.queries import View
from thuocdo.kernel.typed import format_points
from thuocdo.web.forms import Problem, by_field
from thuocdo.web.my_month.scheme_rows import judged_rows, own_rows, running

Posted = Mapping[str, str]
FORMS = ("save", "submit", "propose")
REPEATED = {"report": "task", "judge": "task", "rule": "bonus"}
"""Forms that stand on the page once for each row, and the field that holds the row's key."""
TEXTS = {"strengths": "Ưu điểm", "shortcomings": "Hạn chế", "comment": "Nhận xét", "level": "Mức đề xuất"}
TYPED = (
    "title", "given_by", "document", "due", "group", "asked", "reason", "evidence", "hold_note", "returned",
    "back_reason", "reopen_reason", "reopen_end", "keep_reason", "quota_reason",
)  # fmt: skip
ROW_FIELDS = ("done", "done_on", "evidence", "note", "judged_note", "given", "ruled_note")
TASK_FIELDS = ("done_on", "above", "evidence", "note", "done", "late", "failing", "judged_note")
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


def typed_document(posted: Posted) -> dict[str, Any]:
    """The document of the form that was posted; only the authority's has a comment."""
    return authority_document(posted) if "comment" in posted else self_document(posted)


def _kept(view: View, posted: Posted) -> list[tuple[str, str]]:
    """What was typed into a form that is no longer the reader's, by the labels of its fields."""
    found = []
    for name, text in posted.items():
        head, _, key = name.partition(".")
        spec = view.form.asked.spec(key) if head in ("fields", "evidence", "reasons") else None
        label = spec.label if spec else TEXTS.get(name, "")
        if label and text.strip():
            more = {"evidence": "Minh chứng: ", "reasons": "Lý do: "}.get(head, "")
            found.append((more + label, view.form.label(text) if name == "level" else text))
    return found


def _proofs(view: View) -> list[tuple[str, str]]:
    """The evidence that the unit filed, each with what it is for."""
    filed: Mapping[str, str] = view.own.get("evidence", {})
    found = ((view.form.asked.spec(name), text) for name, text in filed.items())
    return [(spec.label if spec else "", text) for spec, text in found]


def placed(posted: Posted, problems: Sequence[Problem]) -> list[Problem]:
    """Each problem at its field: a form that stands once for each task or bonus has ids with the key of the row."""
    row = posted.get(REPEATED.get(posted.get("do", ""), ""), "")
    return [Problem(p.message, f"{p.field}-{row}" if row and p.field in ROW_FIELDS else p.field) for p in problems]


def _task_row(task: UnitTask, posted: Posted, judges: bool) -> tuple[UnitTask, dict[str, Any]]:
    """A task with what its form holds: what was typed where this very form was refused, else what is stored."""
    if posted.get("do") in ("report", "judge") and posted.get("task") == str(task.pk):
        return task, dict.fromkeys(TASK_FIELDS, "") | {name: posted[name] for name in posted}
    if not judges:
        day = f"{task.done_on:%d/%m/%Y}" if task.done_on else ""
        return task, {"done_on": day, "above": task.above_claimed, "evidence": task.evidence, "note": task.note}
    done, late, above = task.reported
    if task.judged:
        done, late, above = task.done, task.late, task.above
    return task, {"done": done, "late": late, "failing": task.failing, "above": above, "judged_note": task.judged_note}


def _bonus_row(bonus: UnitBonus, posted: Posted) -> tuple[UnitBonus, dict[str, Any]]:
    """A bonus proposal with what the form of the ruling holds."""
    if posted.get("do") == "rule" and posted.get("bonus") == str(bonus.pk):
        return bonus, dict.fromkeys(("given", "ruled_note"), "") | {name: posted[name] for name in posted}
    given = "" if bonus.given is None else format_points(bonus.given)
    return bonus, {"given": given, "ruled_note": bonus.ruled_note}


def page_context(view: View, posted: Posted, problems: Sequence[Problem]) -> dict[str, Any]:
    """What the page shows to this reader; what was typed stays where a step was refused."""
    state = view.sheet.state
    fills = view.writes and state in rules.WITH_UNIT
    judges = view.rates and state == rules.UNDER_REVIEW
    decides = view.decides and state == rules.PROPOSED
    errors = by_field(problems)
    typed = posted.get("do", "") in FORMS
    closed = view.sheet.round.state == UnitRound.State.CLOSED
    asked = next((one for one in view.reopenings if one.state == UnitReopening.State.ASKED), None)
    context: dict[str, Any] = {
        "view": view,
        "sheet": view.sheet,
        "form": view.form,
        "state": queries.state_words(view.sheet),
        "fills": fills,
        "judges": judges,
        "decides": decides,
        "tasks": [_task_row(task, posted, judges) for task in view.form.tasks],
        "bonuses": [_bonus_row(bonus, posted) for bonus in view.form.bonuses],
        "may_reconsider": view.decides and state == rules.DECIDED and not closed,
        "reopening": asked,
        "reopened": [one for one in view.reopenings if one is not asked],
        "may_ask": view.rates and not view.decides and state == rules.DECIDED and closed and asked is None,
        "may_drop": asked is not None and (view.decides or asked.asked_by.user_id == view.user_id),
        "may_keep": view.decides and state != rules.DECIDED and closed,
        "may_open": view.rates and state == rules.SUBMITTED,
        "may_withdraw": view.writes and state == rules.SUBMITTED,
        "may_give": view.rates and state not in (rules.PROPOSED, rules.DECIDED),
        "may_hold": view.rates and state != rules.DECIDED,
        "proofs": _proofs(view),
        "levels": [(one.code, one.label) for one in view.form.scheme.levels],
        "hold_kinds": UnitHold.Kind.choices,
        "posted": {name: "" if posted.get("do") in REPEATED else posted.get(name, "") for name in TYPED},
        "problems": problems,
        "errors": errors,
        "taken": None if typed else view.working.taken,
        "kept": _kept(view, posted) if typed and not fills and not judges else (),
    }
    if fills:
        document = BLANK | (self_document(posted) if typed else dict(view.working.document or view.own))
        context |= _running(view, document, as_authority=False) | {
            "document": document,
            "groups": own_rows(view.form.asked.own, document["fields"], errors),
            "evidence": document["evidence"],
        }
    elif judges:
        before, draft = view.own.get("fields", {}), view.working.document
        start = draft or {**view.again, "fields": {**view.again.get("fields", before), **view.start}}
        document = BLANK | (authority_document(posted) if typed else dict(start))
        given, reasons = document["fields"], document.get("reasons", {})
        context |= _running(view, {"fields": given}, as_authority=True) | {
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
            "own_level": view.form.label(str(view.own.get("level", ""))),
            "scores": (queries.score_of(view.proposed), queries.score_of(view.own)),
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
