"""The judgement form where a result is replaced (petition, reopened sheet), by the shape of the sheet."""

from collections.abc import Mapping
from typing import Any

from thuocdo.appraisals import facts
from thuocdo.appraisals.accepted import outside_codes
from thuocdo.appraisals.models import Sheet
from thuocdo.appraisals.scheme_shape import SchemeShape
from thuocdo.appraisals.shapes import Shape
from thuocdo.engine import Outcome
from thuocdo.web.my_unit.judgement_form import form_of
from thuocdo.web.my_unit.judgement_scheme import judged_form


def form_anew(
    sheet: Sheet,
    shape: Shape,
    base: Mapping[str, Any],
    outcome: Outcome | None,
    typed: Mapping[str, Any],
    errors: Mapping[str, str],
    *,
    with_marks: bool,
) -> dict[str, Any]:
    """`form` under NĐ 335 or `scheme_form` under schemes, and the `comment` typed. `base` is judged again."""
    if isinstance(shape, SchemeShape):
        scheme = judged_form(shape, sheet, base, outcome, typed, errors)
        return {"form": None, "scheme_form": scheme, "comment": scheme.comment}
    leader = shape.leads(sheet.member)
    form = form_of(facts.of_points(shape.book), base, outcome, typed, leader=leader, with_marks=with_marks)
    outside = outside_codes(base["subject"].get("products", ()))
    return {"form": form, "scheme_form": None, "comment": form.comment, "outside": outside}


def shown(outcome: Outcome, shape: Shape) -> dict[str, Any]:
    """What the fragment of a result needs."""
    label = shape.label(outcome.band or outcome.level)
    return {"outcome": outcome, "band_label": label, "rated": outcome.level is not None}
