"""Every way in which something that came in may wait has a remedy, in the words of the page where it waits."""

import ast
import inspect
import re
from pathlib import Path

import thuocdo
from thuocdo.inflow import holding, planning
from thuocdo.inflow.remedies import CONFLICT, REMEDIES, WAITING, remedy_of

PAGE = Path(thuocdo.__file__).parent / "web/templates/web/inflow/inbox.html"


def codes(of: str, place: int) -> set[str]:
    """The codes that the planner gives to one kind of call."""
    calls = [n for n in ast.walk(ast.parse(inspect.getsource(planning))) if isinstance(n, ast.Call)]
    named = [c for c in calls if ast.unparse(c.func) == of and len(c.args) > place]
    return {a.value for c in named if isinstance(a := c.args[place], ast.Constant) and isinstance(a.value, str)}


def test_every_code_has_its_remedy_and_every_remedy_its_code() -> None:
    assert codes("NotUnderstood", 0) == set(WAITING)
    kept = codes("self._kept", 4) | {c for c in codes("Decision", 2) if c == "withdrawn_there"}
    returned = [n.value for n in ast.walk(ast.parse(inspect.getsource(holding))) if isinstance(n, ast.Return)]
    first = [r.elts[0] for r in returned if isinstance(r, ast.Tuple)]
    held = {c.value for c in first if isinstance(c, ast.Constant) and c.value}
    assert held == {"handed_back", "excused", "doers_own", "changed_here"}
    assert kept | held == set(CONFLICT)
    assert remedy_of("nothing of the kind") == ""


def test_a_remedy_names_what_stands_on_the_page() -> None:
    page = PAGE.read_text()
    labels = {label for words in REMEDIES.values() for label in re.findall("“([^”]+)”", words)}
    assert len(labels) >= 9
    assert {label for label in labels if label not in page} == set()
