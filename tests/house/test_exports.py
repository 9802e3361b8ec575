"""Case 24, for every file that goes out: cells are text in the places that write them, and who took it is said."""

import ast

import pytest

from tests.house.sources import calls, imports, modules
from thuocdo.audit.presenters import SENTENCES
from thuocdo.web.inspection.periods import safe_cell

WRITES_XLSX = {"thuocdo.intake.files", "thuocdo.demo.xlsx"}
WRITES_CSV = {"thuocdo.web.inspection.periods"}
# Every module that hands a file to a browser -> the event that says who took it, or why there is none.
FILES = {
    "thuocdo.web.catalogues.drafting": "no people in it: products and coefficients of the draft",
    "thuocdo.web.catalogues.reading": "no people in it: products and coefficients, which everybody of the agency reads",
    "thuocdo.web.decisions.papers": "a paper that the reader may see on the page; its delivery is an event",
    "thuocdo.web.difficulties.review": "questions about rules without who asked",
    "thuocdo.web.inspection.periods": "cycle.file_taken",
    "thuocdo.web.my_month.forms_out": "sheet.viewed",
    "thuocdo.web.my_work.views": "one piece of evidence, which the reader of the task sees",
    "thuocdo.web.organisation_office.closing": "heads of chains: digests alone",
    "thuocdo.web.organisation_office.people_accounts": "account.link_issued",
    "thuocdo.web.organisation_office.people_import": "list.exported",
    "thuocdo.web.overlays.printing": "a draft regulation: rules, no people",
    "thuocdo.web.paper.views": "the scan of one paper, for those who may see that sheet",
    "thuocdo.web.results.bundles": "sheet.bundle_taken",
    "thuocdo.web.rules.views_try": "what the user typed themselves",
    "thuocdo.web.tables.views": "list.exported",
}


def sends_a_file(name: str, tree: ast.Module) -> bool:
    """Whether a module of the pages answers with an attachment."""
    words = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    called = {c.func.id for c in calls(tree) if isinstance(c.func, ast.Name)}
    if name == "thuocdo.web.organisation_office.people_typed":
        return False  # `download` itself, which the others call
    return "Content-Disposition" in words or bool(called & {"FileResponse", "download"})


def test_abuse_24_cells_are_written_as_text_and_in_one_place() -> None:
    xlsx = {name for name, tree in modules().items() if "xlsxwriter" in imports(tree)}
    assert xlsx == WRITES_XLSX
    for name in xlsx:
        written = {c.func.attr for c in calls(modules()[name]) if isinstance(c.func, ast.Attribute)}
        assert {one for one in written if one.startswith("write")} <= {"write_string"}, name


def test_abuse_24_every_row_of_a_csv_goes_through_safe_cell() -> None:
    found = {}
    for name, tree in modules().items():
        named = [c for c in calls(tree) if isinstance(c.func, ast.Attribute)]
        rows = [c for c in named if c.func.attr in ("writerow", "writerows")]
        if rows:
            found[name] = [ast.unparse(row.args[0]) for row in rows]
    assert set(found) == WRITES_CSV
    assert all("safe_cell" in row or row == "HEADER" for rows in found.values() for row in rows)


@pytest.mark.parametrize("start", [*"=+-@\t\r\n＝＋－＠", " =", "\u00a0=", "\u200b="])
def test_abuse_24_nothing_that_a_spreadsheet_takes_for_a_formula_begins_a_cell(start: str) -> None:
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


def test_abuse_24_plain_text_and_numbers_stay() -> None:
    for text in ("Nguyễn Văn A", "99,5", "0", "", "a=b", "12/BC-KT", "(ghi chú)"):
        assert safe_cell(text) == text


def test_abuse_24_each_file_that_goes_out_is_listed_with_its_event_or_why_not() -> None:
    found = {name for name, tree in modules().items() if name.startswith("thuocdo.web.") and sends_a_file(name, tree)}
    assert found == set(FILES)
    codes = {said for said in FILES.values() if " " not in said}
    assert len(codes) >= 5
    assert codes <= SENTENCES.keys()
