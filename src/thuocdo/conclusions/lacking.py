"""Which facts a result still waits for, in words: field of the form, name, how to mend it."""

from __future__ import annotations

from thuocdo.conclusions.sheets import Form
from thuocdo.engine import Outcome


def field_of(form: Form, name: str) -> str:
    """The field of the form in which a fact is typed; empty where other rooms give it."""
    return f"fields.{name}" if form.spec(name) else ""


def label_of(form: Form, name: str) -> str:
    """The name of a fact; of related subjects also how many of them have no level yet."""
    spec = form.spec(name)
    if spec is not None:
        return spec.label
    relation = name.removeprefix("related.")
    scheme = form.scheme
    label = next((r.label for r in scheme.relations if r.id == relation), name) if scheme else name
    waits = form.delivered.waits.get(relation)
    return f"{label} ({waits} đối tượng của đợt chưa có mức)" if waits else label


def how(form: Form, name: str) -> str:
    """How to mend it: related subjects are counts by level, and none is a count too."""
    counted = form.scheme is not None and any(r.many and f"related.{r.id}" == name for r in form.scheme.relations)
    return "Hãy ghi số ở mỗi mức; không có nơi nào thì ghi 0." if counted else "Hãy bổ sung."


def said(form: Form, outcome: Outcome) -> str:
    """What a result without a level waits for, in one line: the facts that are not there, else what the text leaves to
    the authority."""
    if outcome.missing:
        return f"Còn thiếu dữ kiện: {'; '.join(label_of(form, name) for name in outcome.missing)}."
    return f"Văn bản để người có thẩm quyền chọn: {outcome.reason}"
