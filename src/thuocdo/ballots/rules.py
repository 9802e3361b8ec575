"""The life of a ballot on paper and on phones as one table. Pure."""

from thuocdo.kernel.states import Machine, Transition

DRAFT, FROZEN, CANCELLED, FINAL = "draft", "frozen", "cancelled", "final"
CALLED, ISSUED, COUNTED, SIGNED = "called", "issued", "counted", "signed"
KEYED, ISSUING, CASTING, CLOSING = "keyed", "issuing", "casting", "closing"
CLOSED, OPENED = "closed", "opened"

STATES = {
    DRAFT: "đang soạn",
    FROZEN: "đã chốt nội dung",
    CALLED: "đã điểm danh",
    KEYED: "đã có khóa",
    ISSUING: "đang phát phiếu",
    ISSUED: "đã phát phiếu",
    CASTING: "đang bỏ phiếu",
    CLOSING: "đang đóng, ghi nốt phiếu",
    CLOSED: "đã đóng, chưa mở phiếu",
    OPENED: "đã mở phiếu",
    COUNTED: "đã kiểm phiếu",
    SIGNED: "đã có biên bản ký",
    FINAL: "đã kết thúc",
    CANCELLED: "đã hủy",
}
FEWEST = 5
"""Electors and slips of a ballot on phones: fewer and the result says what each chose, and no batch hides anybody."""
ON_CASTING_HOST = (CASTING, CLOSING, CLOSED, OPENED)
"""States in which phones ask the casting host alone."""
BEFORE_CASTING = (FROZEN, CALLED, KEYED, ISSUING, ISSUED)
CANCELLABLE = (DRAFT, *BEFORE_CASTING, CASTING, CLOSING)
"""Not once somebody may know the result: else the organiser alone could make an unwelcome one vanish."""

PAPER = Machine(
    STATES,
    [
        Transition("freeze", (DRAFT,), FROZEN, "organiser", "Chốt nội dung phiếu"),
        Transition("call", (FROZEN,), CALLED, "teller", "Chốt điểm danh"),
        Transition("issue", (CALLED,), ISSUED, "teller", "Ghi số phiếu phát ra"),
        Transition("issue_again", (ISSUED,), CALLED, "teller", "Ghi lại số phiếu phát ra"),
        Transition("count", (ISSUED,), COUNTED, "tellers", "Kiểm phiếu"),
        Transition("sign", (COUNTED,), SIGNED, "tellers", "Đưa biên bản đã ký"),
        Transition("recount", (COUNTED, SIGNED, FINAL), ISSUED, "teller, then chair", "Kiểm lại, lập biên bản mới"),
        Transition("finish", (SIGNED,), FINAL, "chair", "Kết thúc"),
        Transition("cancel", CANCELLABLE, CANCELLED, "organiser", "Hủy cuộc bỏ phiếu"),
    ],
)
"""`recount`: a correction is a new version with a reason and two people, never an edit."""

PHONE = Machine(
    STATES,
    [
        Transition("freeze", (DRAFT,), FROZEN, "organiser", "Chốt nội dung phiếu"),
        Transition("key", (FROZEN,), KEYED, "teller", "Nhận khóa của ban kiểm phiếu"),
        Transition("start_issuing", (KEYED,), ISSUING, "teller", "Bắt đầu phát phiếu"),
        Transition("restart_issuing", (KEYED, ISSUING), FROZEN, "teller", "Làm lại việc phát phiếu"),
        Transition("issue", (ISSUING,), ISSUED, "teller", "Kết thúc phát phiếu"),
        Transition("start_casting", (ISSUED,), CASTING, "teller", "Bắt đầu bỏ phiếu"),
        Transition("begin_closing", (CASTING,), CLOSING, "teller or chair", "Đóng bỏ phiếu"),
        Transition("close", (CLOSING,), CLOSED, "casting host", "Ghi nốt phiếu"),
        Transition("put_off", (CLOSING,), CASTING, "casting host", "Chưa đủ phiếu để đóng"),
        Transition("open", (CLOSED,), OPENED, "teller", "Đưa bảng kết quả"),
        Transition("settle", (OPENED,), COUNTED, "chair", "Hết thời gian nêu ý kiến, lập biên bản"),
        Transition("sign", (COUNTED,), SIGNED, "tellers", "Đưa biên bản đã ký"),
        Transition("finish", (SIGNED,), FINAL, "chair", "Kết thúc"),
        Transition("to_paper", (*BEFORE_CASTING, CASTING), FROZEN, "teller", "Chuyển sang phiếu giấy"),
        Transition("cancel", CANCELLABLE, CANCELLED, "organiser", "Hủy cuộc bỏ phiếu"),
    ],
)
"""`put_off`: fewer than `FEWEST` slips came back, or the last ones would stand alone (`closing`). Only after
that, and only while no batch is written, does a ballot go to paper out of casting."""


def closing(committed: int, rest: int, *, told: bool) -> str:
    """What becomes of closing with so many slips written and so many others waiting: `few` in all (none is opened),
    `last` (the rest would be a batch of fewer than `FEWEST` of their own, as only a host leaves them that was killed
    while phones were away: the committee is told once, so that these phones may come back), else `close`.

    >>> closing(0, 4, told=False), closing(6, 3, told=False), closing(6, 3, told=True), closing(6, 5, told=False)
    ('few', 'last', 'close', 'close')
    >>> closing(6, 0, told=False), closing(0, 5, told=False)
    ('close', 'close')
    """
    if committed + rest < FEWEST:
        return "few"
    return "last" if committed and 0 < rest < FEWEST and not told else "close"


MACHINES = {"paper": PAPER, "phone": PHONE}
