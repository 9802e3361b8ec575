"""What each button of a unit's sheet does: one action, and the words that say it is done."""

from collections.abc import Callable, Mapping
from typing import Any

from thuocdo.collectives import actions
from thuocdo.kernel.errors import Reading
from thuocdo.web.collectives.forms import authority_document, self_document, typed_document
from thuocdo.web.days_off import notes
from thuocdo.web.decisions.typed import day_or_none, number
from thuocdo.web.forms import words_typed
from thuocdo.web.my_unit.dates import parse_day

Posted = Mapping[str, str]
Step = Callable[[Posted, dict[str, Any], dict[str, Any]], str]


def _save(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    actions.save_unit_draft(sheet_id=sheet["sheet_id"], document=typed_document(posted), **who)
    return "Đã lưu nháp và tính thử."


def _submit(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    actions.submit_unit_sheet(**sheet, document=self_document(posted), **who)
    return "Đã nộp phiếu của đơn vị."


def _withdraw(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    actions.withdraw_unit_sheet(**sheet, **who)
    return "Đã rút lại phiếu."


def _writer(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    actions.name_writer(**sheet, person_id=number(posted.get("writer", "")), **who)
    return "Đã ghi người lập phiếu."


def _report(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    task = number(posted.get("task", ""))
    actions.report_unit_task(
        task_id=task,
        done_on=day_or_none(posted.get("done_on", ""), label="Ngày hoàn thành", field=f"done_on-{task}"),
        above=posted.get("above") == "1",
        evidence=posted.get("evidence", ""),
        note=posted.get("note", ""),
        **who,
    )
    return "Đã ghi báo cáo nhiệm vụ."


def _ask(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    typed: dict[str, Any] = {name: posted.get(name, "") for name in ("group", "asked", "reason", "evidence")}
    actions.ask_bonus(sheet_id=sheet["sheet_id"], **typed, **who)
    return "Đã ghi đề nghị điểm thưởng."


def _drop(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    actions.drop_bonus(bonus_id=number(posted.get("bonus", "")), **who)
    return "Đã rút đề nghị điểm thưởng."


def _open(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    actions.open_unit_sheet(**sheet, **who)
    return "Đã mở phiếu để xem xét."


def _return(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    actions.return_unit_sheet(**sheet, reason=posted.get("returned", ""), **who)
    return "Đã trả lại phiếu cho đơn vị."


def _give(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    read = Reading()
    typed: dict[str, Any] = {name: posted.get(name, "") for name in ("title", "given_by", "document")}
    read(words_typed, posted, "title", "Nhiệm vụ")
    read(words_typed, posted, "given_by", "Người giao")
    due = read(parse_day, posted.get("due", ""), label="Thời hạn", field="due")
    read.done()
    given = actions.give_unit_task(sheet_id=sheet["sheet_id"], **typed, due=due, **who)
    return " ".join(["Đã giao nhiệm vụ cho đơn vị.", *notes(given.sheet.unit_id, [("Thời hạn", given.due)])])


def _judge(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    judged = {name: posted.get(name) == "1" for name in ("done", "late", "failing", "above")}
    task = number(posted.get("task", ""))
    actions.judge_unit_task(task_id=task, judged=judged, note=posted.get("judged_note", ""), **who)
    return "Đã ghi kết quả xem xét nhiệm vụ."


def _rule(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    typed: dict[str, Any] = {name: posted.get(name, "") for name in ("given", "ruled_note")}
    actions.rule_on_bonus(bonus_id=number(posted.get("bonus", "")), **typed, **who)
    return "Đã duyệt đề nghị điểm thưởng."


def _hold(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    kind, note = posted.get("hold_kind", ""), posted.get("hold_note", "")
    actions.begin_hold(sheet_id=sheet["sheet_id"], kind=kind, note=note, **who)
    return "Đã ghi việc phải xác minh; chưa quyết định được cho tới khi có kết quả."


def _unhold(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    actions.end_hold(hold_id=number(posted.get("hold", "")), outcome=posted.get("outcome", ""), **who)
    return "Đã ghi kết quả xác minh."


def _propose(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    actions.propose_unit_level(**sheet, document=authority_document(posted), **who)
    return "Đã đề xuất mức; chờ người đứng đầu quyết định."


def _decide(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    points = {name.split(".")[1] for name in posted if name.startswith("decisions.")}
    decisions = {
        point: (posted.get(f"decisions.{point}.reading", ""), posted.get(f"decisions.{point}.reason", ""))
        for point in sorted(points)
    }
    actions.decide_unit(
        **sheet, level=posted.get("level", ""), reason=posted.get("reason", ""), decisions=decisions,
        quota_reason=posted.get("quota_reason", ""), **who,
    )  # fmt: skip
    return "Đã quyết định mức của đơn vị."


def _back(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    actions.send_unit_proposal_back(**sheet, reason=posted.get("back_reason", ""), **who)
    return "Đã yêu cầu xem xét lại đề xuất."


def _reconsider(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    actions.reconsider_unit(**sheet, reason=posted.get("back_reason", ""), **who)
    return "Đã mở lại để xem xét; kết quả cũ còn hiệu lực cho tới khi có kết quả thay thế."


def _ask_reopening(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    actions.ask_unit_reopening(**sheet, reason=posted.get("reopen_reason", ""), **who)
    return "Đã đề nghị mở lại; chờ người đứng đầu đồng ý. Chưa có gì được mở."


def _agree_reopening(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    actions.agree_unit_reopening(**sheet, **who)
    return "Đã đồng ý mở lại phiếu; kết quả cũ còn hiệu lực cho tới khi có kết quả thay thế."


def _drop_reopening(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    actions.drop_unit_reopening(sheet_id=sheet["sheet_id"], reason=posted.get("reopen_end", ""), **who)
    return "Đã ghi: không mở lại phiếu này."


def _keep(posted: Posted, sheet: dict[str, Any], who: dict[str, Any]) -> str:
    actions.close_unit_again(**sheet, reason=posted.get("keep_reason", ""), **who)
    return "Đã khóa lại phiếu; kết quả cũ giữ nguyên."


STEPS: dict[str, Step] = {
    "save": _save,
    "submit": _submit,
    "withdraw": _withdraw,
    "writer": _writer,
    "report": _report,
    "ask": _ask,
    "drop": _drop,
    "open": _open,
    "return": _return,
    "give": _give,
    "judge": _judge,
    "rule": _rule,
    "hold": _hold,
    "unhold": _unhold,
    "propose": _propose,
    "decide": _decide,
    "back": _back,
    "reconsider": _reconsider,
    "ask_reopening": _ask_reopening,
    "agree_reopening": _agree_reopening,
    "drop_reopening": _drop_reopening,
    "keep": _keep,
}
