"""The life of a sheet as one table, and the sentences for those who come too late. Pure."""

from dataclasses import dataclass
from datetime import datetime

from thuocdo.kernel.errors import Conflict
from thuocdo.kernel.periods import moment_vi
from thuocdo.kernel.states import Machine, Transition

DRAFTING, SUBMITTED, UNDER_REVIEW = "drafting", "submitted", "under_review"
RETURNED, CONFIRMED, EXEMPTED = "returned", "confirmed", "exempted"
RESOLVED = frozenset({CONFIRMED, EXEMPTED})
WITH_OWNER = (DRAFTING, RETURNED)
WITH_EVALUATOR = (SUBMITTED, UNDER_REVIEW)

MACHINE = Machine(
    {
        DRAFTING: "đang lập",
        SUBMITTED: "đã nộp",
        UNDER_REVIEW: "người đánh giá đã mở",
        RETURNED: "trả lại để bổ sung",
        CONFIRMED: "đã xác nhận",
        EXEMPTED: "miễn lập phiếu kỳ này",
    },
    [
        Transition("submit", WITH_OWNER, SUBMITTED, "owner", "Nộp phiếu"),
        Transition("enter_paper", WITH_OWNER, SUBMITTED, "enterer", "Nhập thay từ bản giấy đã ký"),
        Transition(
            "object", WITH_EVALUATOR, DRAFTING, "owner of a paper", "Không đồng ý với bản nhập thay từ bản giấy"
        ),
        Transition("withdraw", (SUBMITTED,), DRAFTING, "owner", "Rút lại phiếu"),
        Transition("open", (SUBMITTED,), UNDER_REVIEW, "evaluator", "Mở phiếu để nhận xét"),
        Transition("return", (UNDER_REVIEW,), RETURNED, "evaluator", "Trả lại để bổ sung"),
        Transition("confirm", (UNDER_REVIEW,), CONFIRMED, "evaluator", "Nhận xét và xác nhận"),
        Transition(
            "confirm_plain",
            (SUBMITTED,),
            CONFIRMED,
            "evaluator",
            "Xác nhận các phiếu không có điểm cần lưu ý",
        ),
        Transition(
            "enter_judgement", WITH_EVALUATOR, CONFIRMED, "enterer of a judgement",
            "Nhập thay phần nhận xét từ bản giấy đã ký",
        ),
        Transition(
            "object_judgement", (CONFIRMED,), UNDER_REVIEW, "evaluator of a paper",
            "Không đồng ý với phần nhận xét nhập thay từ bản giấy",
        ),
        Transition("exempt", WITH_OWNER, EXEMPTED, "officer", "Miễn lập phiếu"),
        Transition(
            "stand_in", WITH_OWNER, CONFIRMED, "evaluator", "Lập và xác nhận thay phần tự đánh giá còn thiếu"
        ),
    ],
)


@dataclass(frozen=True)
class Standing:
    """What is known about a sheet when somebody wants to act on it."""

    state: str
    version: int
    changed_by: str
    changed_at: datetime
    cycle_label: str
    closed_by: str = ""
    closed_at: datetime | None = None
    extended_until: datetime | None = None


def check_version(sheet: Standing, version: int) -> None:
    """Refuse an act on an older version of the sheet, saying who did what and when."""
    if version != sheet.version:
        raise Conflict(
            f"{who_did_what(sheet)} Nội dung ông/bà vừa gửi chưa được ghi; hãy tải lại trang để làm tiếp "
            f"trên bản mới "
            "nhất."
        )


def who_did_what(sheet: Standing) -> str:
    """The last change of a sheet in one sentence."""
    return (
        f"Phiếu này đã được {sheet.changed_by} chuyển sang “{MACHINE.states[sheet.state]}” lúc "
        f"{moment_vi(sheet.changed_at)}."
    )


def check_open(sheet: Standing, at: datetime, *, finishing: bool = False) -> None:
    """Refuse what comes after the cycle was closed, unless the sheet's own extension still runs.

    `finishing`: the evaluator finishes what was filed during an extension, also after it ended; otherwise
    such a sheet could never be resolved.
    """
    filed = finishing and sheet.extended_until is not None and sheet.state in WITH_EVALUATOR
    if sheet.closed_at is None or runs(sheet, at) or filed:
        return
    ended = ""
    if sheet.extended_until is not None:
        ended = f" Thời gian gia hạn riêng của phiếu đã hết lúc {moment_vi(sheet.extended_until)}."
    raise Conflict(
        f"Kỳ {sheet.cycle_label} đã được {sheet.closed_by} khóa lúc {moment_vi(sheet.closed_at)}, phiếu "
        f"không thay đổi nữa."
        f"{ended} Nếu không đồng ý với kết quả đã xác nhận, ông/bà gửi kiến nghị; nếu phiếu còn thiếu, "
        f"hãy liên hệ cán bộ "
        "tổ chức."
    )


def check_objection(sheet: Standing) -> None:
    """Refuse to judge a result anew once its cycle was closed, also during an extension of the sheet: from then on a
    result is replaced by two people, with a reason."""
    if sheet.closed_at is not None:
        raise Conflict(
            f"Kỳ {sheet.cycle_label} đã được {sheet.closed_by} khóa lúc {moment_vi(sheet.closed_at)}: kết quả đã xác "
            "nhận không được nhận xét lại theo ý một người, kể cả khi phiếu được gia hạn. Nếu nội dung khác bản đã ký, "
            "ông/bà báo cán bộ tổ chức đề nghị mở lại phiếu để thay kết quả."
        )


def runs(sheet: Standing, at: datetime) -> bool:
    """Whether the sheet has an extension that is not over at `at`."""
    return sheet.extended_until is not None and at <= sheet.extended_until


def still_open(sheet: Standing, at: datetime) -> bool:
    """Whether the cycle takes steps on the sheet at `at`: it is open, or the sheet's own extension runs."""
    return sheet.closed_at is None or runs(sheet, at)


def steps(
    sheet: Standing, at: datetime, *, owner: bool, evaluator: bool, stand_in_allowed: bool
) -> frozenset[str]:
    """Names of the steps that somebody may take now, for buttons. The actions check again."""
    takes_steps = still_open(sheet, at)
    finishing = sheet.extended_until is not None
    found = set()
    for name in MACHINE.names_from(sheet.state):
        who = MACHINE.transitions[name].who
        if name == "stand_in":
            allowed = evaluator and stand_in_allowed
        elif name in ("open", "confirm"):
            allowed = evaluator and (takes_steps or finishing)
        else:
            allowed = takes_steps and ((who == "owner" and owner) or (name == "return" and evaluator))
        found |= {name} if allowed else set()
    return frozenset(found)
