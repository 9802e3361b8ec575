"""Case 24, for every file that goes out: cells are text in the places that write them, and who took it is said."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

import thuocdo
from tests.house.sources import calls, imports, modules
from tests.pages import ONE_SHEET, PAGES
from thuocdo.audit.presenters import SENTENCES
from thuocdo.intake.only_out import ONLY_OUT
from thuocdo.intake.specs import register_listing, registered
from thuocdo.web.inspection.periods import safe_cell

WRITES_XLSX = {"thuocdo.intake.files", "thuocdo.demo.xlsx"}
WRITES_CSV = {"thuocdo.web.inspection.periods"}
# Every module that hands a file to a browser -> the event that says who took it, or why there is none.
FILES = {
    "thuocdo.web.ballots.papers": "slips, totals and minutes of a meeting, for those who conduct it; no vote",
    "thuocdo.web.catalogues.drafting": "no people in it: products and coefficients of the draft",
    "thuocdo.web.catalogues.reading": "no people in it: products and coefficients, which everybody of the agency reads",
    "thuocdo.web.conclusions.papers": "assessment.viewed",
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
    "thuocdo.web.phones.answers": "what the meeting sees on its board, sealed casts without a name, the two programs",
    "thuocdo.web.results.bundles": "sheet.bundle_taken",
    "thuocdo.web.opinions.year": "the signed form of a body, for those who enter it and compare it on the page",
    "thuocdo.web.results.outside": "the paper of one result, for those who read that result on its page",
    "thuocdo.web.results.papers": "sheet.year_viewed",
    "thuocdo.web.reviews.papers": "minutes of a meeting, for those summoned to it and those who write it down",
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


# Every page that is not of one sheet -> the lists (kinds) by which what it shows goes out, or why it is no list.
ONE_THING = "one thing, not a list"
FORM = "a form; what it makes stands in the list beside it"
LEADS = "leads to lists, each of which goes out on its own page"
RULES = "rules, no records"
LISTS: dict[str, tuple[str, ...] | str] = {
    "accounts": ("accounts",),
    "assessment_event_new": FORM,
    "assessment_events": ("events",),
    "observations": "words about one person, read where they stand",
    "assessments": LEADS,
    "assessments_round": ("assessments",),
    "branch": ("branch",),
    "ballot": "prints its minutes (ballot_minutes); votes go out as facts (ballot_facts)",
    "ballot_count": FORM,
    "ballot_new": FORM,
    "ballot_people": FORM,
    "ballot_question": FORM,
    "ballots": LEADS,
    "calendar_year": ("calendar",),
    "calendars": ("calendar",),
    "catalogue": ("catalogue",),
    "catalogue_compare": ("catalogue-compare",),
    "catalogue_draft": ("catalogue",),
    "catalogue_line": FORM,
    "catalogue_line_new": FORM,
    "catalogue_merge": FORM,
    "catalogue_product": ONE_THING,
    "change_password": FORM,
    "collectives": LEADS,
    "competences": ("competences",),
    "confidence_texts": RULES,
    "decide_many": ("assessments",),
    "verify_many": ("assessments",),
    "cycle_close": FORM,
    "cycle_log": "the log is read through `thuocdo verify` and its heads; a copy in a spreadsheet proves nothing",
    "cycle_new": FORM,
    "cycle_places": ("places",),
    "cycle_progress": ("units-of-period",),
    "cycle_review": FORM,
    "cycle_versions": RULES,
    "cycles": LEADS,
    "decide_levels": ("levels-to-decide",),
    "decisions": LEADS,
    "decisions_choices": "choices of an agency with their ground, made one by one",
    "decisions_cycle": ("publication",),
    "decisions_unit": ("publication",),
    "difficulties": LEADS,
    "difficulties_to_handle": ("difficulties",),
    "difficulty": ONE_THING,
    "difficulty_raise": FORM,
    "difficulty_review": "goes out as its own CSV (difficulty_review_file)",
    "evaluate_cycles": LEADS,
    "evaluate_levels": ("levels",),
    "evaluate_table": ("sheets", "judgements", "marks"),
    "follow_up": ONE_THING,
    "follow_ups": ("follow-ups",),
    "handovers": ("handovers",),
    "help": "the handbook",
    "help_topic": "the handbook",
    "home": "what waits for the user; each line is a list's or a sheet's own",
    "import_batch": "goes out as the marked file (import_marked)",
    "imports": LEADS,
    "inbox": ("inbox",),
    "inboxes": LEADS,
    "inspection": "goes out as the period's CSV (inspection_file)",
    "inventories": LEADS,
    "inventory": ("inventory",),
    "mail": FORM,
    "member_admit": FORM,
    "my_work": ("progress",),
    "opinions": LEADS,
    "opinions_answer": FORM,
    "opinions_beside": ("opinions-month",),
    "opinions_body": FORM,
    "opinions_new": FORM,
    "opinions_new_year": FORM,
    "opinions_printed": FORM,
    "opinions_round": ("opinions", "opinions-heard"),
    "outside_results": ("outside",),
    "own_history": ("own-history",),
    "phone_board": "the board goes out as the file that the verifier reads",
    "phone_bridge": ONE_THING,
    "phone_committee": FORM,
    "phone_slip": FORM,
    "own_sheet": ONE_THING,
    "own_sheets": ("own-history",),
    "paper_entries": ("paper-entries",),
    "party_organisations": ("party-organisations", "party-members", "party-seats", "party-standings"),
    "people": ("people", "absences"),
    "person": ONE_THING,
    "person_edit": FORM,
    "person_leave": FORM,
    "person_merges": ("person-merges",),
    "person_new": FORM,
    "petitions_to_answer": ("petitions",),
    "plan_beside": ONE_THING,
    "plan_copy": FORM,
    "plan_grading": ("grades",),
    "plan_item": FORM,
    "plan_month": ("week",),
    "plan_paste": FORM,
    "plan_person": ("unit-week",),
    "plan_recurring": ("recurring",),
    "plan_recurring_month": FORM,
    "plan_recurring_one": FORM,
    "plan_recurring_week": FORM,
    "plan_settings": "choices of a unit with their ground, made one by one",
    "plan_unit": ("unit-week",),
    "plan_units": ("units-week",),
    "plan_week": ("week",),
    "practice": "invented",
    "practice_review": "invented",
    "practice_sheet": "invented",
    "practice_table": "invented",
    "product_proposal": ONE_THING,
    "product_proposals": ("product-proposals",),
    "propose_task": FORM,
    "published_list": ("published",),
    "receipt": ONE_THING,
    "refused_attempts": ("refused",),
    "regulation": ONE_THING,
    "regulation_edit": FORM,
    "regulations": ("regulations",),
    "reopenings": ("reopenings",),
    "reorganisation": "one plan; units and people go out before and after it",
    "reorganisations": ("reorganisations",),
    "results": LEADS,
    "review_meetings": LEADS,
    "review_prompt": ONE_THING,
    "review_sheet": ONE_THING,
    "reviews": ("review-reports",),
    "rollups": ("rollups",),
    "rule_bindings": ("rule-bindings",),
    "round": ("round-subjects",),
    "round_compare": RULES,
    "round_new": FORM,
    "round_plan": FORM,
    "round_subjects": ("round-subjects",),
    "round_work": ("round-subjects",),
    "round_work_everywhere": "several rounds at once; the list of each goes out from its own page",
    "round_year_levels": ("round-subjects",),
    "rounds": LEADS,
    "rulebook": RULES,
    "rulebook_cases": RULES,
    "rulebook_comparison": RULES,
    "rulebook_selection": RULES,
    "rulebook_tryout": RULES,
    "rulebook_version": RULES,
    "rulebook_what_if": "a question over frozen facts; each sheet it lists is on record as looked at",
    "rulebook_what_if_periods": LEADS,
    "rulebooks": RULES,
    "run": "a run's counts; what it could not do stands in the period's list",
    "search": LEADS,
    "sheet_exception": FORM,
    "source": FORM,
    "source_file": ("inbox",),
    "source_new": FORM,
    "sources": LEADS,
    "structure": ("units", "roles", "acting-heads", "deputy-fields", "delegations"),
    "structure_unit": ONE_THING,
    "sync_marks": ("sync",),
    "table": ("progress",),
    "table_batch": "the differences of one file, which its owner has",
    "task_change": FORM,
    "tasks_again": FORM,
    "tasks_many": FORM,
    "tasks_month": ("given", "tasks"),
    "tasks_person": ("given", "tasks"),
    "uncountable_choices": "choices of an agency with their ground, made one by one",
    "unit_contact": FORM,
    "unit_round": ("unit-round", "unit-tasks"),
    "unit_round_new": FORM,
    "year": ("own-history",),
}
OF_A_SHEET = {"unit-report": "unit_sheet"}
TEMPLATES = Path(thuocdo.__file__).parent / "web/templates"
HANDBOOK = Path("docs/handbook/excel.md")


def test_every_page_with_a_list_says_how_the_list_goes_out() -> None:
    assert set(LISTS) == set(PAGES) - ONE_SHEET
    assert all(page in ONE_SHEET for page in OF_A_SHEET.values())
    named = {kind for kinds in LISTS.values() if isinstance(kinds, tuple) for kind in kinds}
    back, out = registered()
    assert named | set(OF_A_SHEET) == {one.kind for one in (*back, *out)}


def test_every_list_is_linked_from_a_page_and_stands_in_the_handbook() -> None:
    back, out = registered()
    pages = "\n".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    linked = {*re.findall(r"url 'table' '([a-z-]+)'", pages), *re.findall(r'_out.html" with kind="([a-z-]+)"', pages)}
    own = {spec.kind for spec in back if spec.personal} | {one.kind for one in out if not one.office}
    assert linked == own
    rows = [line for line in HANDBOOK.read_text().splitlines() if line.startswith("| ")]
    told = {cells[1].strip(): cells[-2].strip() for cells in (row.split("|") for row in rows)}
    assert {spec.title: told.get(spec.title, "")[:2] for spec in back} == {spec.title: "có" for spec in back}
    assert {one.kind for one in out} == ONLY_OUT.keys()
    reasons = {one.title: f"chỉ xuất: {ONLY_OUT[one.kind]}" for one in out}
    assert {title: told.get(title) for title in reasons} == reasons


def test_a_list_that_only_goes_out_without_a_reason_is_not_registered() -> None:
    one = registered()[1][0]
    with pytest.raises(ValueError, match="why it does not come back"):
        register_listing(replace(one, kind="new-list"))
