"""What both modes of a ballot share, and what is counted on paper.

No row here is a vote: the content of slips exists in the box (paper) or as sealed casts (phones). Whatever holds votes
has no time, no person and no key that grows with arrival.
"""

from secrets import token_hex

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.ballots import rules
from thuocdo.organisation.models import Person, Unit
from thuocdo.records.models import PartyOrganisation
from thuocdo.rounds.models import Round, RoundSubject
from thuocdo.work.scans import SignedScan, scan_constraints

USER = settings.AUTH_USER_MODEL


def new_code() -> str:
    """The `id` of a ballot in its frozen content."""
    return f"bp-{token_hex(6)}"


def new_key() -> str:
    return token_hex(16)


class Ballot(models.Model):
    """Ballot (cuộc bỏ phiếu) of one meeting: the question as frozen, who conducts it, and where it stands.

    `document`: canonical JSON of the question once frozen (docs/ballots.md), never changed afterwards. `present`,
    `issued`: announced numbers. `keys`, `board`: of a ballot on phones; `refused`: genuine casts beyond `issued`;
    `paper_reason`: why one on phones went over to paper; `head`: what its papers say at their head, frozen with the
    question (none: no Party organisation's, or frozen by a version that did not keep it).
    `round`, `step`: the year's round it is held in, and the step that it is there, where the round's rulebook has one.
    """

    class Kind(models.TextChoices):
        MEMBER_LEVELS = "member_levels", "mức xếp loại đảng viên"
        CADRE_LEVELS = "cadre_levels", "mức xếp loại cán bộ"
        COLLECTIVE_LEVELS = "collective_levels", "mức xếp loại tập thể"
        CONFIDENCE_LEVELS = "confidence_levels", "lấy phiếu tín nhiệm (ba mức)"
        CONFIDENCE_VOTE = "confidence_vote", "bỏ phiếu tín nhiệm (hai lựa chọn)"

    class Mode(models.TextChoices):
        PAPER = "paper", "phiếu giấy trong phòng họp"
        PHONE = "phone", "điện thoại trong phòng họp"

    class Secrecy(models.TextChoices):
        SECRET = "secret", "bỏ phiếu kín"
        MAY_SIGN = "may_sign", "người bỏ phiếu có thể ký tên hoặc không"

    class State(models.TextChoices):
        DRAFT = rules.DRAFT, rules.STATES[rules.DRAFT]
        FROZEN = rules.FROZEN, rules.STATES[rules.FROZEN]
        CALLED = rules.CALLED, rules.STATES[rules.CALLED]
        KEYED = rules.KEYED, rules.STATES[rules.KEYED]
        ISSUING = rules.ISSUING, rules.STATES[rules.ISSUING]
        ISSUED = rules.ISSUED, rules.STATES[rules.ISSUED]
        CASTING = rules.CASTING, rules.STATES[rules.CASTING]
        CLOSING = rules.CLOSING, rules.STATES[rules.CLOSING]
        CLOSED = rules.CLOSED, rules.STATES[rules.CLOSED]
        OPENED = rules.OPENED, rules.STATES[rules.OPENED]
        COUNTED = rules.COUNTED, rules.STATES[rules.COUNTED]
        SIGNED = rules.SIGNED, rules.STATES[rules.SIGNED]
        FINAL = rules.FINAL, rules.STATES[rules.FINAL]
        CANCELLED = rules.CANCELLED, rules.STATES[rules.CANCELLED]

    code = models.CharField("mã cuộc bỏ phiếu", max_length=64, unique=True, default=new_code)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="ballots")
    organisation = models.ForeignKey(PartyOrganisation, on_delete=models.PROTECT, null=True, related_name="ballots")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, null=True, related_name="ballots")
    step = models.CharField("bước của đợt", max_length=60, blank=True)
    kind = models.CharField("nội dung bỏ phiếu", max_length=20, choices=Kind)
    mode = models.CharField("cách bỏ phiếu", max_length=5, choices=Mode, default=Mode.PAPER)
    secrecy = models.CharField("giữ kín", max_length=8, choices=Secrecy, default=Secrecy.SECRET)
    rulebook = models.CharField("bộ quy tắc", max_length=80, blank=True)
    rulebook_hash = models.CharField("băm bộ quy tắc", max_length=64, blank=True)
    basis = models.CharField("văn bản làm căn cứ", max_length=300)
    title = models.CharField("tên cuộc bỏ phiếu", max_length=200)
    meeting = models.CharField("cuộc họp", max_length=200)
    held_on = models.DateField("ngày họp")
    year = models.PositiveSmallIntegerField("kết quả dùng cho năm")
    options = models.JSONField("các lựa chọn của mỗi dòng")
    least = models.PositiveSmallIntegerField("chọn ít nhất", default=1)
    most = models.PositiveSmallIntegerField("chọn nhiều nhất", default=1)
    invalid = models.CharField(
        "không hợp lệ tính theo", max_length=4, choices=[("line", "từng dòng"), ("slip", "cả phiếu")], default="line"
    )
    quorum_part = models.PositiveSmallIntegerField("điều kiện họp: tử số")
    quorum_whole = models.PositiveSmallIntegerField("điều kiện họp: mẫu số")
    quorum_source = models.CharField("căn cứ của điều kiện họp", max_length=300)
    majority = models.JSONField("tỷ lệ để thông qua", null=True)
    majority_source = models.CharField("căn cứ của tỷ lệ để thông qua", max_length=300, blank=True)
    chair = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="ballots_chaired")
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField("phiên bản", default=1)
    counting = models.PositiveSmallIntegerField("lần kiểm phiếu", default=1)
    recount_reason = models.CharField("lý do kiểm lại", max_length=500, blank=True)
    recount_asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    recount_agreed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    document = models.TextField("nội dung đã chốt", blank=True)
    head = models.JSONField("tiêu đề văn bản", null=True)
    fingerprint = models.CharField("mã nội dung phiếu", max_length=14, blank=True)
    present = models.PositiveIntegerField("số người có mặt", null=True)
    issued = models.PositiveIntegerField("số phiếu phát ra", null=True)
    refused = models.PositiveIntegerField("phiếu thật bị từ chối vì quá số phát ra", null=True)
    put_off = models.PositiveSmallIntegerField("số lần chưa đóng được vì quá ít phiếu", null=True)
    small_last = models.BooleanField("lần ghi cuối dưới 5 phiếu", null=True)
    keys = models.JSONField("khóa công khai", null=True)
    board = models.TextField("bảng kết quả", blank=True)
    board_hash = models.CharField("mã bảng kết quả", max_length=64, blank=True)
    paper_reason = models.CharField("lý do chuyển sang phiếu giấy", max_length=500, blank=True)
    cancelled_reason = models.CharField("lý do hủy", max_length=500, blank=True)
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("lập lúc")

    class Meta:
        verbose_name = "cuộc bỏ phiếu"
        constraints = [
            models.CheckConstraint(condition=~Q(basis="") & ~Q(quorum_source=""), name="ballot_has_sources"),
            models.CheckConstraint(
                condition=Q(majority__isnull=True, majority_source="") | ~Q(majority_source=""),
                name="ballot_majority_has_source",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | (~Q(document="") & ~Q(fingerprint="")),
                name="ballot_runs_frozen",
            ),
            models.CheckConstraint(condition=Q(step="") | Q(round__isnull=False), name="ballot_step_of_a_round"),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancelled_reason=""), name="ballot_cancelled_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(issued__isnull=True) | Q(present__isnull=False, issued__lte=F("present")),
                name="ballot_issued_to_those_present",
            ),
            models.CheckConstraint(
                condition=Q(counting=1, recount_asked_by__isnull=True) | ~Q(recount_reason=""),
                name="ballot_recount_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(recount_agreed_by__isnull=True)
                | Q(recount_asked_by__isnull=False) & ~Q(recount_agreed_by=F("recount_asked_by")),
                name="ballot_recount_of_signed_by_two",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def recount_waits(self) -> bool:
        """A teller asked to count signed minutes again; the chair has not agreed."""
        asked = self.recount_asked_by_id is not None and self.recount_agreed_by_id is None
        return asked and self.state in (self.State.SIGNED, self.State.FINAL)


class BallotLine(models.Model):
    """Line of a ballot (dòng của phiếu): whom or what it is about, and as which subject of the round. Somebody
    left out has a reason and no number."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField("thứ tự", null=True)
    text = models.CharField("nội dung dòng", max_length=300)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="ballot_lines")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="ballot_lines")
    organisation = models.ForeignKey(PartyOrganisation, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.ForeignKey(RoundSubject, on_delete=models.PROTECT, null=True, related_name="ballot_lines")
    left_out = models.CharField("lý do không có trên phiếu", max_length=300, blank=True)

    class Meta:
        verbose_name = "dòng của phiếu"
        constraints = [
            models.UniqueConstraint(fields=["ballot", "number"], name="ballot_line_number_once"),
            models.UniqueConstraint(fields=["ballot", "person"], name="ballot_line_person_once"),
            models.CheckConstraint(
                condition=Q(number__isnull=True) & ~Q(left_out="") | Q(number__gte=1, left_out=""),
                name="ballot_line_on_slip_or_left_out",
            ),
        ]


class Elector(models.Model):
    """Elector (người được triệu tập bỏ phiếu): who may vote, who is left out and why, who is present. `key` stands for
    the person wherever a name must not go. Says nothing about a vote."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="electors")
    key = models.CharField("khóa ngẫu nhiên", max_length=32, default=new_key)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="ballots_to_vote_in")
    left_out = models.CharField("lý do không bỏ phiếu", max_length=300, blank=True)
    present = models.BooleanField("có mặt", default=False)

    class Meta:
        verbose_name = "người được triệu tập bỏ phiếu"
        constraints = [
            models.UniqueConstraint(fields=["ballot", "person"], name="elector_once"),
            models.UniqueConstraint(fields=["ballot", "key"], name="elector_key_once"),
            models.CheckConstraint(condition=Q(left_out="") | Q(present=False), name="elector_left_out_is_not_present"),
        ]


class Teller(models.Model):
    """Teller (thành viên ban kiểm phiếu) of a ballot; one of them heads the committee."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="tellers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="ballots_counted")
    head = models.BooleanField("trưởng ban", default=False)

    class Meta:
        verbose_name = "thành viên ban kiểm phiếu"
        constraints = [
            models.UniqueConstraint(fields=["ballot", "person"], name="teller_once"),
            models.UniqueConstraint(fields=["ballot"], condition=Q(head=True), name="one_head_teller"),
        ]


class CountEntry(models.Model):
    """Count as one person entered it (bản nhập số kiểm phiếu): the first two blind to each other, the third by somebody
    else and with a reason, where these differ. Totals of paper slips, never a vote. Append-only."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="entries")
    counting = models.PositiveSmallIntegerField("lần kiểm phiếu")
    number = models.PositiveSmallIntegerField("bản nhập thứ")
    figures = models.TextField("số liệu")
    reason = models.CharField("lý do", max_length=500, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("nhập lúc")

    class Meta:
        verbose_name = "bản nhập số kiểm phiếu"
        constraints = [
            models.UniqueConstraint(fields=["ballot", "counting", "number"], name="count_entry_number_once"),
            models.UniqueConstraint(fields=["ballot", "counting", "by"], name="count_entry_once_a_person"),
            models.CheckConstraint(
                condition=Q(number__in=[1, 2], reason="") | Q(number=3) & ~Q(reason=""),
                name="count_entry_third_reasons",
            ),
        ]


class Minutes(models.Model):
    """Minutes of the count (biên bản kiểm phiếu): the figures that two entries agree on or a third settled, under a
    code; a recount makes another version. Append-only."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="minutes")
    counting = models.PositiveSmallIntegerField("lần kiểm phiếu")
    content = models.TextField("nội dung")
    digest = models.CharField("băm nội dung", max_length=64)
    made_at = models.DateTimeField("lập lúc")

    class Meta:
        verbose_name = "biên bản kiểm phiếu"
        constraints = [models.UniqueConstraint(fields=["ballot", "counting"], name="minutes_once_a_count")]


class MinutesScan(SignedScan):
    """Scan of the signed minutes (bản chụp biên bản đã ký): attached by one person, compared with the figures and
    confirmed by another one."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="scans")

    class Meta:
        verbose_name = "bản chụp biên bản đã ký"
        constraints = scan_constraints("minutes_scan")


from thuocdo.ballots.phones.models import Cast, TokenRequest  # noqa: E402, F401
