"""What the forms about one task send, read into the arguments of the actions. Raises Refusal by field."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest

from thuocdo.accounts.models import User
from thuocdo.kernel.errors import NotYours, Reading, Refusal, Several
from thuocdo.kernel.typed import format_points, parse_points, text_from
from thuocdo.web.days_off import warn
from thuocdo.web.my_month import typed as reports
from thuocdo.web.my_unit.dates import parse_day
from thuocdo.web.uploads import content_of
from thuocdo.work import actions
from thuocdo.work.evidence import MOST_BYTES, Upload
from thuocdo.work.models import Task
from thuocdo.work.rules import Details, Share, Wanted

Values = dict[str, Any]
Posted = Mapping[str, str]
MOST_SHARES = 12

def number(posted: Posted, field: str, label: str) -> int:
    """A quantity in hundredths."""
    try:
        return parse_points(posted.get(field, ""), label=label)
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, field=field) from None

def coefficient(posted: Posted) -> int:
    """The conversion coefficient in hundredths; there is none of 0, so an empty one is asked for in its own words."""
    if not posted.get("coefficient", "").strip():
        raise Refusal("task.coefficient", "Hệ số quy đổi: chưa nhập. Hãy nhập hệ số, ví dụ 1 hoặc 1,5; lấy trong danh "
                      "mục thì hệ số có sẵn.", field="coefficient")  # fmt: skip
    return number(posted, "coefficient", "Hệ số quy đổi")

def title(posted: Posted) -> str:
    """The name of a task."""
    return text_from(posted.get("title", ""), "Tên công việc", most=200, field="title")

def due(posted: Posted) -> date:
    """The deadline of a task."""
    return parse_day(posted.get("due_date", ""), label="Hạn hoàn thành", field="due_date")

def count(posted: Posted, field: str, label: str) -> int:
    """A whole number of at most three digits."""
    text = posted.get(field, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 3):
        raise Refusal("count.unreadable", f"{label}: hãy nhập số nguyên, ví dụ 1.", field=field)
    return int(text)

def key(posted: Posted, field: str, sentence: str = "Hãy chọn một mục trong danh sách.") -> int:
    """The id in a hidden field or a list to choose from. Raises Refusal, in this sentence, where nothing was chosen."""
    text = posted.get(field, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Refusal("choice.none", sentence, field=field)
    return int(text)

def version(posted: Posted) -> int:
    """The version that the page showed; 0, which no row has, where the field is missing."""
    text = posted.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0

def with_coefficient(task: Task, posted: Posted) -> Posted:
    """What was sent, and the coefficient that the task has where its form does not ask for one."""
    stored = {"coefficient": format_points(task.coefficient)} if task.coefficient_is_given else {}
    return {**stored, **dict(posted.items())}

def wanted(posted: Posted, given: int | None, read: Reading) -> Wanted:
    """A proposed task; `given` is the catalogue's coefficient. Work that is hard to count gets its coefficient from
    the agency's choice. What cannot be read stays with `read`."""
    hard = "uncountable" in posted
    product = posted.get("product", "")
    return Wanted(
        title=read(title, posted),
        coefficient=(100 if hard else read(coefficient, posted)) if given is None else given,
        assigned=read(number, posted, "assigned", "Số lượng"),
        due_date=read(due, posted),
        product_id=read(key, posted, "product") if product else None,
        uncountable=hard,
    )

def details(posted: Posted, read: Reading) -> Details:
    """What stands beside the quantity; what cannot be read stays with `read`."""
    start = posted.get("start_date", "").strip()
    return Details(
        nature="ad_hoc" if posted.get("nature") == "ad_hoc" else "regular",
        is_key="is_key" in posted,
        is_new="is_new" in posted,
        is_hard="is_hard" in posted,
        expected=posted.get("expected", ""),
        start_date=read(parse_day, start, label="Ngày bắt đầu", field="start_date") if start else None,
        assigned_by=posted.get("assigned_by", ""),
    )

def shares(posted: Posted) -> list[Share]:
    """The filled rows of the form that splits a product: person, month, quantity, deadline. Raises Several."""
    found, read = [], Reading()
    for row in range(MOST_SHARES):
        if not posted.get(f"share-{row}-assigned", "").strip():
            continue
        name, typed_due = f"share-{row}", posted.get(f"share-{row}-due", "")
        person = read(key, posted, f"{name}-person", f"Người nhận phần {row + 1}: hãy chọn người.")
        month = read(_month, posted.get(f"{name}-month", ""), row)
        assigned = read(number, posted, f"{name}-assigned", f"Số lượng phần {row + 1}")
        last = read(parse_day, typed_due, label=f"Hạn phần {row + 1}", field=f"{name}-due")
        found.append(Share(person, month, assigned, last))
    read.done()
    return found

def _month(text: str, row: int) -> date:
    month, _, year = text.strip().partition("/")
    if not (month.isascii() and month.isdigit() and year.isascii() and year.isdigit() and len(year) == 4):
        raise Refusal("share.month", f"Tháng phần {row + 1}: hãy ghi tháng/năm, ví dụ 3/2026.",
                      field=f"share-{row}-month")  # fmt: skip
    if not 1 <= int(month) <= 12 or int(year) < 2000:
        raise Refusal("share.month", f"Tháng phần {row + 1}: không có tháng {text.strip()[:10]}.",
                      field=f"share-{row}-month")  # fmt: skip
    return date(int(year), int(month), 1)

def uploaded(request: HttpRequest) -> Upload | None:
    """The file sent, read to just beyond the limit so that a larger one is refused without being held."""
    file = request.FILES.get("file")
    return None if file is None else Upload(file.name or "", content_of(file, MOST_BYTES))

def report(task: Task, posted: Posted, user: User, at: Any) -> Values:
    """Arguments of `report_task`: all done in one press, or the numbers typed."""
    raw = {name: posted.get(name, "") for name in reports.FIELDS}
    raw["cause"], raw["evidence"] = posted.get("cause", task.cause), posted.get("evidence", task.evidence)
    read = reports.read_report(task, reports.whole(task, raw) if "whole" in posted else raw)
    if read.report is None:
        raise Several({p.field.rsplit("-", 1)[-1]: _without_title(p.message, task) for p in read.problems})
    return {"version": version(posted), "report": read.report}

def _without_title(message: str, task: Task) -> str:
    """The page of one task need not name it in every line."""
    said = message.removeprefix(f"{task.title}: ")
    return said[:1].upper() + said[1:]

Step = Callable[[HttpRequest, Task, Values], Any]

def do(request: HttpRequest, task: Task, step: str, user: User, at: Any) -> str:
    """Take one step on a task that the user may see; what happened, in words. Raises what the action raises."""
    posted, base = request.POST, {"by": user, "at": at}
    one: Values = {**base, "task_id": task.pk}
    seen: Values = {**one, "version": version(posted)}
    if step == "bao-cao":
        actions.report_task(**one, **report(task, posted, user, at))
        return "Đã ghi kết quả."
    if step == "bao-khong-lam-duoc":
        actions.hand_back_task(**seen, reason=posted.get("reason", ""))
        return "Đã báo không thực hiện được; việc vẫn nằm trong tổng số được giao."
    if step == "rut-de-xuat":
        actions.drop_proposal(**seen)
        return "Đã rút đề xuất."
    if step == "duyet":
        read = Reading()
        factor = read(coefficient, with_coefficient(task, posted))
        assigned = read(number, posted, "assigned", "Số lượng")
        read.done()
        actions.accept_task(
            **seen, coefficient=factor, assigned=assigned, outside_plan="outside_plan" in posted,
            answer=posted.get("answer", ""),
        )  # fmt: skip
        return "Đã duyệt việc tự đề xuất; việc bắt đầu được tính."
    if step == "khong-duyet":
        actions.decline_task(**seen, answer=posted.get("answer", ""))
        return "Đã ghi không duyệt kèm lý do."
    if step in ("giao-thay", "chia-phan"):
        return _share_out(request, task, step, one, seen)
    return _proofs(request, task, step, one, seen, base)

def _share_out(request: HttpRequest, task: Task, step: str, one: Values, seen: Values) -> str:
    posted = request.POST
    if step == "giao-thay":
        read = Reading()
        person = read(key, posted, "person", "Người nhận thay: hãy chọn người.")
        last = read(due, posted)
        read.done()
        made = actions.give_over_task(**one, person_id=person, due_date=last)
        warn(request, made.unit_id or made.agency_id, last)
        return f"Đã giao thay “{made.title}” cho {made.person.full_name}, tính ngoài tổng số giao ban đầu."
    parts = shares(posted)
    actions.split_task(**seen, shares=parts)
    warn(request, task.unit_id or task.agency_id, *(one.due_date for one in parts))
    return "Đã chia phần; tổng các phần bằng tổng của sản phẩm."

def _proofs(request: HttpRequest, task: Task, step: str, one: Values, seen: Values, base: Values) -> str:
    posted = request.POST
    if step == "minh-chung":
        kind = posted.get("kind", "")
        actions.add_evidence(
            **one, kind=kind, text=posted.get("text", ""), upload=uploaded(request) if kind == "file" else None,
            replaces_id=key(posted, "replaces") if posted.get("replaces") else None,
        )  # fmt: skip
        return "Đã thêm minh chứng."
    if step == "rut-minh-chung":
        actions.withdraw_evidence(**base, evidence_id=key(posted, "evidence"), reason=posted.get("reason", ""))
        return "Đã rút minh chứng; bản cũ vẫn được giữ."
    if step == "nguyen-nhan":
        read = Reading()
        occurrences = read(count, posted, "occurrences", "Số lần chậm")
        text = read(text_from, posted.get("text", ""), "Nguyên nhân khách quan", most=500, field="cause-text")
        read.done()
        actions.claim_cause(**seen, occurrences=occurrences, text=text)
        return "Đã nêu nguyên nhân khách quan, chờ xác nhận."
    if step == "xac-nhan-nguyen-nhan":
        read = Reading()
        confirmed = read(count, posted, "confirmed", "Số lần xác nhận")
        reason = read(text_from, posted.get("reason", ""), "Lý do quyết định", most=500, field="reason")
        read.done()
        actions.decide_cause(**base, claim_id=key(posted, "claim"), confirmed=confirmed, reason=reason)
        return "Đã ghi quyết định về nguyên nhân khách quan."
    if step == "yeu-cau-giai-trinh":
        read = Reading()
        question = read(text_from, posted.get("question", ""), "Nội dung cần giải trình", most=500, field="question")
        answer_by = read(parse_day, posted.get("due", ""), label="Hạn giải trình", field="due")
        read.done()
        actions.ask_clarification(**one, question=question, due=answer_by)
        warn(request, task.unit_id or task.agency_id, answer_by, label="Hạn giải trình")
        return "Đã yêu cầu giải trình; người thực hiện được thông báo."
    if step == "giai-trinh":
        actions.answer_clarification(
            **base, clarification_id=key(posted, "clarification"), answer=posted.get("answer", "")
        )
        return "Đã gửi giải trình."
    raise NotYours()
