"""No list uses more than 15 queries, no page of one sheet more than 20; 60 rows cost as many as 5."""

import fcntl
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.integration.web import budget_world as world
from thuocdo.web import urls

FEW, MANY = 5, 60
LIST, DOCUMENT = 15, 20
OPENING = "?root={root}&kind=month&number=2&year=2026&submit_by=01/03/2026&submit_by_time=17:00&confirm_by=06/03/2026"
# Name of the URL -> who looks, at which address. What the address names is in `budget_world.World.ids`.
PAGES = {
    "home": ("officer", "/"),
    "help": ("own", "/tro-giup/"),
    "help_topic": ("own", "/tro-giup/cong-chuc/"),
    "search": ("officer", "/tim/?q=phuong"),
    "practice": ("own", "/tap-lam/"),
    "practice_sheet": ("own", "/tap-lam/phieu/"),
    "practice_review": ("own", "/tap-lam/phieu/xem-lai/"),
    "practice_table": ("own", "/tap-lam/danh-gia/"),
    "own_history": ("staff", "/lich-su/"),
    "mail": ("own", "/thu-bao/"),
    "change_password": ("own", "/mat-khau/"),
    "rulebooks": ("own", "/quy-tac/"),
    "rulebook": ("own", "/quy-tac/state/nd-335-2025/"),
    "rulebook_version": ("own", "/quy-tac/ban/{digest}/"),
    "rulebook_cases": ("own", "/quy-tac/tinh-huong/state/nd-335-2025/"),
    "rulebook_comparison": ("own", "/quy-tac/so-sanh/?a=state/nd-90-2020&b=state/nd-335-2025"),
    "rulebook_selection": ("own", "/quy-tac/chon/?ai=civil_servant&ngay=01/07/2026"),
    "rulebook_tryout": ("own", "/quy-tac/tinh-thu/?a=state/nd-335-2025"),
    "rulebook_what_if_periods": ("officer", "/quy-tac/neu-doi/"),
    "rulebook_what_if": ("officer", "/quy-tac/neu-doi/{closed}/?muc-excellent=95"),
    "own_sheets": ("staff", "/phieu/"),
    "own_sheet": ("drafting", "/phieu/{drafting}/"),
    "review_sheet": ("drafting", "/phieu/{drafting}/xem-lai/"),
    "receipt": ("own", "/phieu/{own}/bien-nhan/"),
    "why": ("own", "/phieu/{own}/vi-sao/"),
    "petition": ("own", "/phieu/{own}/kien-nghi/"),
    "year": ("own", "/nam/2026/"),
    "evaluate_cycles": ("chief", "/danh-gia/"),
    "evaluate_table": ("head", "/danh-gia/{cycle}/"),
    "evaluate_levels": ("levels_head", "/danh-gia/{levels}/muc/"),
    "decide_levels": ("levels_head", "/danh-gia/{levels}/quyet-dinh-muc/"),
    "evaluate_sheet": ("head", "/danh-gia/phieu/{judged}/"),
    "evaluate_stand_in": ("head", "/danh-gia/phieu/{missing}/lap-thay/"),
    "look": ("inspector", "/xem/phieu/{own}/"),
    "petitions_to_answer": ("authority", "/kien-nghi/"),
    "answer_petition": ("authority", "/kien-nghi/{petition}/"),
    "tasks_again": ("head", "/giao-viec/nhu-thang-truoc/?thang=3&nam=2026"),
    "tasks_many": ("head", "/giao-viec/nhieu-nguoi/?thang=2&nam=2026"),
    "tasks_month": ("head", "/giao-viec/?thang=2&nam=2026"),
    "tasks_person": ("head", "/giao-viec/nguoi/{person}/?thang=2&nam=2026"),
    "my_work": ("own", "/cong-viec/?thang=2&nam=2026"),
    "propose_task": ("own", "/cong-viec/de-xuat/?thang=2&nam=2026"),
    "task": ("head", "/cong-viec/{task}/"),
    "uncountable_choices": ("officer", "/to-chuc/viec-kho-luong-hoa/"),
    "task_change": ("head", "/giao-viec/cong-viec/{task}/"),
    "difficulties": ("own", "/vuong-mac/"),
    "difficulty": ("own", "/vuong-mac/{difficulty}/"),
    "difficulty_raise": ("own", "/vuong-mac/neu/?bo=state/nd-335-2025&dieu=nd-335/17.1"),
    "difficulties_to_handle": ("officer", "/to-chuc/vuong-mac/"),
    "difficulty_handle": ("officer", "/to-chuc/vuong-mac/{difficulty}/"),
    "difficulty_review": ("officer", "/to-chuc/vuong-mac/ra-soat/2026/"),
    "catalogue": ("officer", "/danh-muc/"),
    "catalogue_product": ("own", "/danh-muc/san-pham/{product}/"),
    "catalogue_compare": ("own", "/danh-muc/khac-nhau/{version_before}/{version_after}/?chi=unchanged"),
    "catalogue_draft": ("officer", "/danh-muc/du-thao/{draft}/"),
    "catalogue_line": ("officer", "/danh-muc/du-thao/{draft}/dong/{draft_line}/"),
    "catalogue_line_new": ("officer", "/danh-muc/du-thao/{draft}/dong/"),
    "catalogue_merge": ("officer", "/danh-muc/du-thao/{draft}/gop/"),
    "inventories": ("officer", "/danh-muc/ra-soat/"),
    "inventory": ("officer", "/danh-muc/ra-soat/{inventory}/"),
    "product_proposals": ("own", "/danh-muc/de-xuat/"),
    "product_proposal": ("officer", "/danh-muc/de-xuat/{proposal}/"),
    "plan_week": ("own", "/ke-hoach/?tuan={week}"),
    "plan_paste": ("own", "/ke-hoach/dan/?tuan={week}"),
    "plan_copy": ("own", "/ke-hoach/chep/?tuan={week}"),
    "plan_item": ("own", "/ke-hoach/viec/{week_item}/"),
    "plan_month": ("own", "/ke-hoach/thang/?{plan_month}"),
    "plan_person": ("head", "/ke-hoach/nguoi/{planner}/?{plan_month}"),
    "plan_beside": ("inspector", "/ke-hoach/canh-phieu/{own}/"),
    "plan_recurring": ("own", "/ke-hoach/dinh-ky/"),
    "plan_recurring_one": ("own", "/ke-hoach/dinh-ky/{recurring}/"),
    "plan_recurring_week": ("own", "/ke-hoach/dinh-ky/tuan/?tuan={week}"),
    "plan_recurring_month": ("own", "/ke-hoach/dinh-ky/thang/?{plan_month}"),
    "plan_units": ("officer", "/ke-hoach/don-vi/?tuan={week}"),
    "plan_unit": ("head", "/ke-hoach/don-vi/{agency}/?tuan={week}"),
    "plan_grading": ("head", "/ke-hoach/don-vi/{agency}/xep-loai/?tuan={week}"),
    "plan_settings": ("officer", "/ke-hoach/don-vi/{agency}/quy-dinh/"),
    "sources": ("officer", "/to-chuc/nguon-viec/"),
    "source_new": ("officer", "/to-chuc/nguon-viec/lap/"),
    "source": ("officer", "/to-chuc/nguon-viec/{source}/"),
    "inboxes": ("officer", "/viec-den/"),
    "inbox": ("officer", "/viec-den/{source}/"),
    "source_file": ("officer", "/viec-den/tep/{source_file}/"),
    "paper_entries": ("officer", "/nhap-thay/"),
    "paper_entry": ("officer", "/nhap-thay/{drafting}/"),
    "paper_judgement": ("officer", "/nhap-thay/{judged}/nhan-xet/"),
    "people": ("officer", "/to-chuc/nguoi/"),
    "person": ("officer", "/to-chuc/nguoi/{moving}/"),
    "person_new": ("officer", "/to-chuc/nguoi/them/"),
    "person_merges": ("officer", "/to-chuc/nguoi/gop-ma/"),
    "person_edit": ("officer", "/to-chuc/nguoi/{moving}/sua/"),
    "person_leave": ("officer", "/to-chuc/nguoi/{moving}/thoi-cong-tac/"),
    "party_organisations": ("officer", "/to-chuc/co-cau/to-chuc-dang/"),
    "structure": ("officer", "/to-chuc/co-cau/"),
    "structure_unit": ("officer", "/to-chuc/co-cau/don-vi/{reorganised}/"),
    "unit_contact": ("officer", "/to-chuc/co-cau/don-vi/{reorganised}/lien-he/"),
    "reorganisations": ("officer", "/to-chuc/co-cau/sap-xep/"),
    "reorganisation": ("officer", "/to-chuc/co-cau/sap-xep/{reorganisation}/"),
    "imports": ("officer", "/to-chuc/nhap-du-lieu/"),
    "table": ("own", "/bang/progress/2026-02/"),
    "table_batch": ("own", "/bang/{table_batch}/"),
    "import_batch": ("officer", "/to-chuc/nhap-du-lieu/{batch}/"),
    "accounts": ("officer", "/to-chuc/tai-khoan/"),
    "rule_bindings": ("officer", "/to-chuc/quy-dinh-ap-dung/"),
    "regulations": ("officer", "/to-chuc/quy-che/"),
    "regulation": ("officer", "/to-chuc/quy-che/{regulation}/"),
    "regulation_edit": ("officer", "/to-chuc/quy-che/{regulation}/soan/"),
    "calendars": ("officer", "/to-chuc/lich/"),
    "calendar_year": ("officer", "/to-chuc/lich/{root}/2026/"),
    "collectives": ("head", "/tap-the/"),
    "unit_round_new": ("officer", "/tap-the/ky/mo/"),
    "unit_round": ("officer", "/tap-the/ky/{unit_round}/"),
    "unit_sheet": ("officer", "/tap-the/phieu/{unit_sheet}/"),
    "unit_why": ("officer", "/tap-the/phieu/{unit_sheet}/vi-sao/"),
    "ballots": ("officer", "/bo-phieu/"),
    "confidence_texts": ("officer", "/bo-phieu/tin-nhiem/?ngay=26/02/2026"),
    "ballot_new": ("officer", "/bo-phieu/lap/?cua=d{root}&kind=member_levels"),
    "ballot_question": ("officer", "/bo-phieu/{ballot_draft}/noi-dung/"),
    "ballot_people": ("officer", "/bo-phieu/{ballot_draft}/danh-sach/"),
    "ballot": ("officer", "/bo-phieu/{ballot}/"),
    "ballot_count": ("teller", "/bo-phieu/{ballot_issued}/kiem-phieu/"),
    "rounds": ("officer", "/dot-xep-loai/"),
    "round_new": ("officer", "/dot-xep-loai/lap/"),
    "round_compare": ("officer", "/dot-xep-loai/so-sanh/?dot={party_round}"),
    "round": ("officer", "/dot-xep-loai/{party_round}/"),
    "round_plan": ("officer", "/dot-xep-loai/{party_plan}/ke-hoach/"),
    "round_work": ("officer", "/dot-xep-loai/{party_round}/viec/"),
    "round_year_levels": ("officer", "/dot-xep-loai/{party_round}/muc-nam/"),
    "round_subjects": ("officer", "/dot-xep-loai/{party_round}/doi-tuong/"),
    "assessment_events": ("officer", "/ket-luan/viec/"),
    "assessment_event_new": ("officer", "/ket-luan/viec/moi/"),
    "assessment_event": ("officer", "/ket-luan/ho-so/{event}/"),
    "observations": ("officer", "/ghi-nhan/"),
    "observations_about": ("officer", "/ghi-nhan/{observed}/"),
    "assessment_sent": ("officer", "/ket-luan/doi-tuong/{assessed}/gui/"),
    "assessments": ("officer", "/ket-luan/"),
    "assessments_round": ("officer", "/ket-luan/dot/{party_round}/?nhom=Nhóm một"),
    "verify_many": ("officer", "/ket-luan/dot/{party_round}/tham-dinh/"),
    "decide_many": ("officer", "/ket-luan/dot/{party_round}/quyet-dinh/"),
    "assessment": ("officer", "/ket-luan/doi-tuong/{assessed}/"),
    "competences": ("officer", "/phan-cap/"),
    "round_subject": ("officer", "/dot-xep-loai/{party_round}/doi-tuong/{party_subject}/"),
    "reviews": ("officer", "/kiem-diem/{party_round}/"),
    "review_report": ("officer", "/kiem-diem/ban/{party_report}/"),
    "review_prompt": ("officer", "/kiem-diem/ban/{party_report}/goi-y/"),
    "review_remedies": ("officer", "/kiem-diem/ban/{party_report}/khac-phuc/"),
    "review_meetings": ("officer", "/kiem-diem/{party_round}/hoi-nghi/"),
    "review_meeting": ("officer", "/kiem-diem/hoi-nghi/{party_meeting}/"),
    "review_write": ("officer", "/kiem-diem/ban/{party_report}/viet/"),
    "opinions": ("head", "/y-kien/"),
    "opinions_new": ("officer", "/y-kien/lap/?ky={cycle}&don-vi={root}"),
    "opinions_new_year": ("officer", "/y-kien/lap-nam/?dot={party_round}&don-vi={root}&loai=party_member"),
    "opinions_body": ("officer", "/y-kien/tap-the/{opinions_body}/"),
    "opinions_printed": ("officer", "/y-kien/tap-the/{opinions_body}/phieu/"),
    "opinions_about": ("officer", "/y-kien/ve/{opinions_about}/"),
    "opinions_beside": ("head", "/y-kien/canh-phieu/{judged}/"),
    "opinions_round": ("officer", "/y-kien/{opinions}/"),
    "phone_committee": ("counting", "/bo-phieu/dien-thoai/{phones}/"),
    "phone_bridge": ("counting", "/bo-phieu/dien-thoai/{phones}/cau-noi/"),
    "phone_slip": ("voting", "/bo-phieu/dien-thoai/{phones}/phieu/"),
    "phone_board": ("counting", "/bo-phieu/dien-thoai/{phones_opened}/ket-qua/"),
    "opinions_answer": ("opining", "/y-kien/{opinions_open}/tra-loi/"),
    "decisions": ("officer", "/quyet-dinh/"),
    "decisions_choices": ("officer", "/quyet-dinh/lua-chon/"),
    "decisions_cycle": ("officer", "/quyet-dinh/ky/{closed}/"),
    "decisions_unit": ("officer", "/quyet-dinh/ky/{closed}/{unit}/"),
    "decision": ("officer", "/quyet-dinh/van-ban/{decision}/"),
    "published_list": ("drafting", "/quyet-dinh/cong-bo/{publication}/"),
    "branch": ("inspector", "/lanh-dao/?nam=2026&thang=2"),
    "inspection": ("inspector", "/kiem-tra/?tim=le"),
    "refused_attempts": ("inspector", "/kiem-tra/tu-choi/"),
    "results": ("own", "/ket-qua/"),
    "follow_ups": ("officer", "/ket-qua/theo-doi/"),
    "follow_up": ("officer", "/ket-qua/theo-doi/{follow_up}/"),
    "sync_marks": ("officer", "/ket-qua/dong-bo/"),
    "handovers": ("officer", "/ket-qua/ban-giao/"),
    "handover": ("officer", "/ket-qua/ban-giao/{handover}/"),
    "year_papers": ("officer", "/ket-qua/ho-so/{person}/2026/giay-to/"),
    "outside_results": ("officer", "/ket-qua/ngoai/"),
    "outside_result": ("officer", "/ket-qua/ngoai/{outside}/"),
    "rollups": ("officer", "/ket-qua/don-vi/?nam=2026&ky=quarter-1&don-vi={unit}"),
    "rollup": ("inspector", "/ket-qua/nguoi/{person}/quarter/2026/1/"),
    "reopenings": ("authority", "/quyet-dinh/mo-lai/"),
    "reopening": ("authority", "/quyet-dinh/mo-lai/{reopening}/"),
    "cycles": ("officer", "/to-chuc/ky/"),
    "cycle_new": ("officer", "/to-chuc/ky/mo/"),
    "cycle_review": ("officer", f"/to-chuc/ky/mo/ra-soat/{OPENING}&confirm_by_time=17:00"),
    "cycle_progress": ("officer", "/to-chuc/ky/{cycle}/?trang-thai=drafting"),
    "cycle_places": ("officer", "/to-chuc/ky/{levels}/suat/"),
    "cycle_versions": ("officer", "/to-chuc/ky/{cycle}/ban-quy-tac/"),
    "cycle_close": ("officer", "/to-chuc/ky/{cycle}/khoa/"),
    "run": ("officer", "/to-chuc/ky/luot/{run}/"),
    "cycle_log": ("officer", "/to-chuc/ky/{cycle}/nhat-ky/"),
    "sheet_exception": ("officer", "/to-chuc/ky/phieu/{drafting}/gia-han/"),
    "member_admit": ("officer", "/to-chuc/ky/nguoi/{member}/dua-vao/"),
}
# Pages of one sheet with its products, results and petitions: not lists, but long.
ONE_SHEET = {
    "answer_petition", "decision", "difficulty_handle", "evaluate_sheet", "evaluate_stand_in", "handover", "look",
    "opinions_about", "outside_result", "paper_entry", "paper_judgement", "petition", "reopening",
    "review_meeting", "review_remedies", "review_report", "review_write", "rollup", "round_subject", "task",
    "unit_sheet", "unit_why", "why", "year_papers",
    "assessment", "assessment_event", "assessment_sent", "observations_about",
}  # fmt: skip
# Pages of which the number of rows cannot grow, whoever looks.
FIXED = {
    "assessment_paper": "one part of one assessment",
    "activate": "one account", "confirm_mail": "one address", "judgement_objection": "one sheet",
    "paper_objection": "one sheet",
    "practice_result": "one exercise", "practice_scheme": "one exercise", "practice_scheme_result": "one exercise",
    "round_recheck": "the whole list is read anew, in as many queries for any: counted in rounds/test_pages",
    "review_scoring": "sixteen meetings, only where a rulebook asks for it: counted in reviews/test_scoring",
    "review_scorings": "a page of 25, only where a rulebook asks for it: counted in reviews/test_scoring",
    "practice_scheme_review": "one exercise", "sign_in": "no list",
}  # fmt: skip
# Only POST, a fragment, or a file.
NO_PAGE = {
    "assessment_paper_file", "assessment_sent_file",
    "ballot_facts", "ballot_minutes", "ballot_scan", "ballot_slips", "ballot_tally",
    "bundle", "inspection_file", "opinions_scan", "paper_scan", "practice_report", "practice_save",
    "practice_scheme_save", "review_minutes", "review_scan",
    "decision_file", "petition_pass_on",
    "outside_scan", "reopening_try", "year_paper_file",
    "source_password", "source_pull", "source_restart", "source_stop", "source_token", "source_upload",
    "catalogue_begin", "catalogue_draft_file", "catalogue_file",
    "account_links", "account_open", "account_restart", "account_stop", "cycle_heads", "cycle_remind",
    "difficulty_review_file",
    "difficulty_reviews", "difficulty_withdraw", "evaluate_confirm",
    "evaluate_confirm_many", "evaluate_open", "evaluate_return", "evaluate_save", "evaluate_situation", "evaluate_try",
    "form_01", "form_02", "form_02_of", "import_apply", "import_convert", "import_demo", "import_drop", "import_undo",
    "import_export", "import_marked", "import_template", "keep_typed",
    "table_apply", "table_convert", "table_drop", "table_export",
    "plan_add", "plan_answer", "plan_demand", "plan_drop", "plan_end", "plan_recurring_end", "plan_report",
    "plan_set_campaign", "plan_set_grading", "plan_take", "plan_take_remedies",
    "petition_correct", "petition_try", "petition_uphold", "read_notices", "regulation_check", "regulation_decide",
    "regulation_docx", "report_task", "rulebook_tryout_file", "run_move", "run_start",
    "save_sheet", "save_unit_sheet", "sign_out", "evidence_file", "task_step",
    "task_withdraw", "withdraw",
    "phone_ask", "phone_ballot", "phone_board_file", "phone_casts", "phone_my_token", "phone_requests",
    "phone_signatures", "phone_tool", "phone_verifier",
}  # fmt: skip
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
Counts = dict[str, tuple[int, int]]


def names(patterns: list[Any]) -> Iterator[str]:
    """Names of all URLs below these patterns."""
    for one in patterns:
        yield from names(one.url_patterns) if hasattr(one, "url_patterns") else [str(one.name)]


def measured(rows: int, known: dict[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """Queries and size of every page, with that many rows everywhere; nothing is kept. What only a first answer reads
    does not count, so a page is asked again when it costs other than what is known of it."""
    with transaction.atomic():
        made = world.build(rows)
        windows: dict[str, Client] = {}
        found, sizes = {}, {}
        for name, (who, address) in PAGES.items():
            if who not in windows:
                windows[who] = Client()
                windows[who].force_login(made.users[who])
                windows[who].get("/")
            path = address.format(**made.ids)
            found[name], sizes[name] = asked(windows[who], path)
            if found[name] != known.get(name):
                found[name], sizes[name] = asked(windows[who], path)
        transaction.set_rollback(True)
    return found, sizes


def asked(client: Client, path: str) -> tuple[int, int]:
    """Queries and bytes of one answer."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.content.decode()[-1500:])
    return len(queries), len(answer.content)


def counted() -> Counts:
    """Queries of every page by name, with few and with many rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.timezone.now", lambda: world.AT)
        few, small = measured(FEW, {})
        many, large = measured(MANY, few)
    grown = {name for name in PAGES if large[name] > small[name] * 2}
    assert len(grown) >= 20, f"the lists did not grow: {sorted(set(PAGES) - grown)}"
    return {name: (few[name], many[name]) for name in PAGES}


@pytest.fixture(scope="module")
def counts(django_db_setup: None, django_db_blocker: Any, run_folder: Path) -> Counts:
    """Counted once a run, whichever workers then compare them."""
    known = run_folder / "queries.json"
    with (run_folder / "queries.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not known.exists():
            with django_db_blocker.unblock():
                known.write_text(json.dumps(counted()))
    found: Counts = json.loads(known.read_text())
    return found


@pytest.mark.long(90)
def test_the_same_pages_were_counted_twice(counts: Counts) -> None:
    assert set(counts) == set(PAGES)


def test_every_page_is_in_the_table() -> None:
    known = set(PAGES) | set(FIXED) | NO_PAGE
    found = set(names(urls.urlpatterns))
    assert found == known, f"missing here: {sorted(found - known)}; gone: {sorted(known - found)}"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_stays_within_its_queries(counts: Counts, name: str) -> None:
    few, many = counts[name]
    assert few == many, f"{name}: {few} queries with {FEW} rows, {many} with {MANY}"
    assert many <= (DOCUMENT if name in ONE_SHEET else LIST), f"{name}: {many} queries"
