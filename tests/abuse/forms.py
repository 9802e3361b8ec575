"""Every form whose body names a key of something: how it is sent validly, and which of its fields name what.

One row is one press of a button by somebody of the second place. The test sends it as it stands, which must be
accepted, then with one field at a time naming something of the first place, which must be refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass

UNIT, PERSON, TASK = "organisation.unit", "organisation.person", "work.task"
CYCLE, POST, ROLE = "cycles.cycle", "organisation.employment", "organisation.role"
CATALOGUE, DIFFICULTY, MEMBER = "catalogues.catalogue", "difficulties.difficulty", "cycles.member"


@dataclass(frozen=True)
class Form:
    """A press of a button: the page's name, what the button does, who presses it, the address' parts and the body by
    key of `Places.own` (`{unit}` is put in as text), and the model that each field of keys names."""

    page: str
    act: str
    by: str
    body: Mapping[str, str]
    keys: Mapping[str, str]
    at: Mapping[str, str]
    answers: int


def _form(
    page: str, act: str, by: str, body: dict[str, str], keys: dict[str, str], *, answers: int = 302, **at: str
) -> Form:
    return Form(page, act, by, body, keys, at, answers)


SIGNED = {"decision": "12/QĐ-UBND", "start": "27/02/2026"}
POSTED = {"kind": "civil_servant", "position": "Chuyên viên", "start": "01/04/2026", "leadership": "none"}
DUE = {"submit_by": "03/04/2026", "submit_by_time": "17:00", "confirm_by": "07/04/2026", "confirm_by_time": "17:00"}
FORMS = (
    _form("structure_unit", "phu-trach", "officer",
          SIGNED | {"viec": "phu-trach", "person": "{person}", "kind": "interim"}, {"person": PERSON},
          unit_id="branch"),
    _form("structure_unit", "them-don-vi", "officer",
          {"viec": "them-don-vi", "name": "Phòng mới", "code": "X-M", "kind": "agency", "start": "27/02/2026",
           "manager": "{unit}"}, {"manager": UNIT}, unit_id="place"),
    _form("structure_unit", "linh-vuc, đơn vị", "officer",
          SIGNED | {"viec": "linh-vuc", "name": "Văn hóa", "person": "{deputy}", "units": "{branch}"},
          {"person": PERSON, "units": UNIT}, unit_id="unit"),
    _form("structure_unit", "linh-vuc, người", "officer",
          SIGNED | {"viec": "linh-vuc", "name": "Văn hóa", "person": "{deputy}", "people": "{person}"},
          {"people": PERSON}, unit_id="unit"),
    _form("structure_unit", "uy-quyen", "officer",
          SIGNED | {"viec": "uy-quyen", "person": "{deputy}", "act": "evaluate", "decided_on": "26/02/2026",
                    "last": "31/03/2026", "people": "{person}"},
          {"person": PERSON, "people": PERSON, "units": UNIT}, unit_id="unit"),
    _form("person", "vai-tro", "officer",
          {"viec": "vai-tro", "unit": "{unit}", "kind": "inspector", "start": "27/02/2026"}, {"unit": UNIT},
          person_id="person"),
    _form("person", "het-vai-tro", "officer",
          {"viec": "het-vai-tro", "role": "{role}", "last_role_{role}": "31/03/2026"}, {"role": ROLE},
          person_id="head"),
    _form("person", "het-vi-tri", "officer",
          {"viec": "het-vi-tri", "post": "{post}", "last_post_{post}": "31/03/2026"}, {"post": POST},
          person_id="person"),
    _form("person_edit", "vi-tri", "officer", POSTED | {"viec": "vi-tri", "post": "{post}", "unit": "{branch}"},
          {"post": POST, "unit": UNIT}, person_id="person"),
    _form("person_edit", "them-vi-tri", "officer", POSTED | {"viec": "them-vi-tri", "unit": "{branch}"},
          {"unit": UNIT}, person_id="person"),
    _form("person_new", "", "officer", POSTED | {"code": "X-099", "full_name": "Võ Thị Sáu", "unit": "{unit}"},
          {"unit": UNIT}),
    _form("account_links", "", "officer", {"person": "{person}"}, {"person": PERSON}, answers=200),
    _form("cycle_review", "", "officer", DUE | {"root": "{place}", "kind": "month", "year": "2026", "number": "3"},
          {"root": UNIT}),
    _form("source_new", "", "officer",
          {"unit": "{unit}", "kind": "rest", "name": "Văn bản", "month_rule": "due", "completion": "note",
           "token_days": "30"}, {"unit": UNIT}, answers=200),
    _form("regulations", "", "officer", {"unit": "{unit}", "rulebook": "state/nd-335-2025"}, {"unit": UNIT}),
    _form("rule_bindings", "", "officer",
          {"unit": "{place}", "start": "01/04/2026", "decided_by": "Phường", "reason": "Quy chế", "rulebook": "",
           "subject_kind": "cadre"}, {"unit": UNIT}),
    _form("ballot_new", "save", "officer",
          {"do": "save", "cua": "d{unit}", "kind": "member_levels", "held_on": "02/03/2026", "title": "Bỏ phiếu",
           "meeting": "Họp", "year": "2026", "basis": "Quy chế", "secrecy": "secret", "options": "Có", "least": "1",
           "most": "1", "invalid": "line", "quorum": "1/2", "quorum_source": "Quy chế"}, {"cua": UNIT}),
    _form("catalogue_begin", "", "officer", {"agency": "{unit}"}, {"agency": UNIT}),
    _form("inventories", "", "every role", {"unit": "{unit}"}, {"unit": UNIT}),
    _form("product_proposals", "", "no role",
          {"agency": "{unit}", "name": "Sản phẩm mới", "words": "Chưa có trong danh mục"}, {"agency": UNIT}),
    _form("follow_ups", "set", "officer",
          {"step": "set", "unit": "{unit}", "kind": "commend", "bound": "at_least", "run": "2", "score": "97",
           "start": "01/03/2026", "decided_by": "Chủ tịch", "source": "Quy chế"}, {"unit": UNIT}),
    _form("decisions_choices", "route", "officer",
          {"do": "route", "unit": "{place}", "authority": "{city}", "named_in": "Quy chế số 1",
           "route_start": "01/04/2026"}, {"unit": UNIT}),
    _form("plan_take", "", "no role", {"week": "23/02/2026", "task": "{task}"}, {"task": TASK}),
    _form("tasks_many", "", "every role",
          {"person": "{person}", "title": "Rà soát", "coefficient": "1", "assigned": "2", "due_date": "31/12/2026"},
          {"person": PERSON}),
    _form("difficulty_handle", "gop", "officer", {"viec": "gop", "version": "1", "into": "{difficulty2}"},
          {"into": DIFFICULTY}, difficulty_id="difficulty"),
)  # fmt: skip

# Pages that take a POST and have no row above, with the reason. A new page stands in one of both or the test fails.
BESIDE = {
    "what is sent names nothing: no key but those in the address, which test_abuse_01 tries": (
        "ballot ballot_count ballot_question "
        "account_open account_restart account_stop activate calendar_year catalogue_line catalogue_line_new "
        "change_password confirm_mail cycle_close cycle_places cycle_remind cycle_versions difficulty_raise "
        "difficulty_withdraw evaluate_confirm evaluate_open evaluate_return evaluate_save evaluate_situation "
        "evaluate_stand_in evaluate_try follow_up handover import_apply import_convert import_drop import_undo "
        "judgement_objection keep_typed mail member_admit opinions_answer opinions_body own_sheet "
        "paper_entry paper_judgement "
        "paper_objection person_leave phone_ask phone_committee phone_signatures petition "
        "petition_correct petition_pass_on petition_try petition_uphold "
        "plan_demand plan_end plan_paste plan_copy plan_recurring_end plan_set_campaign plan_set_grading "
        "read_notices regulation_check regulation_decide regulation_edit reopening reopening_try report_task "
        "review_sheet rulebook_what_if run_move run_start save_sheet save_unit_sheet sheet_exception sign_in sign_out "
        "source source_file source_password source_pull source_restart source_stop source_token source_upload "
        "table_apply table_convert table_drop table_undo task_withdraw withdraw"
    ),
    "nothing of anybody is behind it: invented data, kept nowhere": (
        "practice practice_report practice_review practice_save practice_scheme practice_scheme_review "
        "practice_scheme_save practice_sheet practice_table rulebook_tryout rulebook_tryout_file"
    ),
    "names places and people by code, in words or in a file: tests/integration/intake and organisation try theirs": (
        "imports person_merges reorganisation reorganisations table"
    ),
    "chooses among rows of the object in the address; no row of the second place exists there yet to send validly": (
        "assessment_event_new plan_take_remedies review_scoring "
        "assessment assessment_event assessment_paper assessment_sent competences decide_many verify_many "
        "observations observations_about party_organisations "
        "ballot_people catalogue_draft catalogue_merge decide_levels decision decisions decisions_cycle decisions_unit "
        "evaluate_confirm_many evaluate_levels handovers inbox inventory opinions_new opinions_new_year "
        "opinions_round outside_result "
        "outside_results plan_add "
        "review_meeting review_meetings review_prompt review_remedies review_write "
        "round_new round_plan round_recheck round_subject round_subjects round_work round_work_everywhere "
        "round_year_levels "
        "plan_answer plan_drop plan_grading plan_item plan_recurring plan_recurring_month plan_recurring_one "
        "plan_recurring_week plan_report product_proposal propose_task rollup rollups sync_marks task_change task_step "
        "tasks_again tasks_person uncountable_choices unit_contact unit_round unit_round_new unit_sheet year_papers"
    ),
}
