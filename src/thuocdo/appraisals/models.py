from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.appraisals.counts.models import CycleTotal, SheetCount
from thuocdo.appraisals.paper.models import PaperEntry
from thuocdo.cycles.models import Cycle, Member
from thuocdo.organisation.models import Person, Unit

__all__ = [
    "DECIDED", "Confirmation", "CycleTotal", "Draft", "LevelDecision", "LevelProposal", "PaperEntry", "Petition",
    "ProposedResult",
    "QuotaPlaces", "Remark", "Sheet", "SheetCount", "Submission",
]
USER = settings.AUTH_USER_MODEL
DECIDED = Q(outcome__contains='"settled_by_decision"')
"""Results in which something that the law leaves open was decided by whoever may: few, so they have an index."""


class Sheet(models.Model):
    """Score sheet (phiếu theo dõi, đánh giá) of one person in one cycle: its state; contents are in
    documents."""

    class State(models.TextChoices):
        DRAFTING = "drafting", "đang lập"
        SUBMITTED = "submitted", "đã nộp"
        UNDER_REVIEW = "under_review", "người đánh giá đã mở"
        RETURNED = "returned", "trả lại để bổ sung"
        CONFIRMED = "confirmed", "đã xác nhận"
        EXEMPTED = "exempted", "miễn lập phiếu kỳ này"

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="sheets")
    member = models.OneToOneField(Member, on_delete=models.PROTECT, related_name="sheet")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sheets")
    evaluator = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField("trạng thái", max_length=12, choices=State, default=State.DRAFTING)
    submit_by = models.DateTimeField("hạn nộp")
    extended_until = models.DateTimeField("được gia hạn đến", null=True)
    stand_in_allowed = models.BooleanField("người đánh giá được lập thay", default=False)
    version = models.PositiveIntegerField("phiên bản", default=1)
    changed_at = models.DateTimeField("thay đổi lúc")
    changed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "phiếu theo dõi, đánh giá"
        constraints = [
            models.UniqueConstraint(fields=["cycle", "person"], name="sheet_once_per_cycle"),
            models.CheckConstraint(condition=~Q(evaluator=F("person")), name="sheet_not_own_evaluator"),
        ]


BEING_MADE = "phiếu đang được lập"


def sheet_made(member: Member) -> Sheet | None:
    """The sheet of a member, where there is one: whoever is in gets it with the batches of the run that opens the
    period, so that none is there yet half-way, or when that run was stopped."""
    return getattr(member, "sheet", None) if member.standing == Member.Standing.IN else None


class Draft(models.Model):
    """Working copy (bản nháp) of one author: saved as they type, replaced freely, not part of the record."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="drafts")
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    document = models.TextField("nội dung")
    saved_at = models.DateTimeField("lưu lúc")

    class Meta:
        verbose_name = "bản nháp"
        constraints = [models.UniqueConstraint(fields=["sheet", "author"], name="draft_once_per_author")]


class Submission(models.Model):
    """Submitted document (bản đã nộp): append-only; facts and texts of one author as canonical JSON."""

    class Part(models.TextChoices):
        SELF = "self", "công chức tự đánh giá"
        EVALUATOR = "evaluator", "người đánh giá"
        STAND_IN = "stand_in", "người đánh giá lập khi thiếu phiếu tự đánh giá"

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField("lần")
    part = models.CharField("phần", max_length=10, choices=Part)
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    document = models.TextField("nội dung")
    digest = models.CharField("băm nội dung", max_length=64)
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "bản đã nộp"
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="submission_number_once")]


class Confirmation(models.Model):
    """Confirmed result (kết quả đã xác nhận) of a sheet: frozen inputs, rule and outcome; replaced, never
    edited."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="confirmations")
    number = models.PositiveIntegerField("phiên bản")
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="confirmation")
    subject = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    rulebook = models.CharField("bộ quy tắc", max_length=80)
    overlays = models.JSONField("quy chế bổ sung", default=list)
    rulebook_hash = models.CharField("băm bộ quy tắc", max_length=64)
    engine_version = models.CharField("phiên bản bộ tính", max_length=20)
    outcome_kind = models.CharField("loại kết quả", max_length=16)
    outcome = models.TextField("kết quả")
    score = models.CharField("điểm (phân số)", max_length=200, blank=True)
    score_shown = models.PositiveIntegerField("điểm hiển thị (phần trăm)", null=True)
    band = models.CharField("mức tương ứng", max_length=20, blank=True)
    comment = models.TextField("ý kiến nhận xét")
    at = models.DateTimeField("xác nhận lúc")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    replace_reason = models.CharField("lý do thay thế", max_length=1000, blank=True)
    entered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "kết quả đã xác nhận"
        indexes = [models.Index(fields=["sheet"], condition=DECIDED, name="confirmation_decided")]
        constraints = [
            models.CheckConstraint(condition=~Q(confirmed_by=F("entered_by")), name="who_enters_does_not_judge"),
            models.UniqueConstraint(fields=["sheet", "number"], name="confirmation_number_once"),
            models.CheckConstraint(condition=~Q(confirmed_by=F("subject")), name="nobody_confirms_own_sheet"),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replace_reason=""), name="replacement_has_reason"
            ),
            models.CheckConstraint(
                condition=Q(number=1, replaces__isnull=True) | Q(number__gt=1, replaces__isnull=False),
                name="only_first_confirmation_replaces_nothing",
            ),
            models.CheckConstraint(condition=~Q(comment=""), name="confirmation_has_comment"),
        ]


class Remark(models.Model):
    """Remark (ghi chú xử lý) that goes with a step of a sheet: why it was returned, extended, exempted.

    `owner` is the account of the sheet's owner, None where there was none: the database takes only an objection from
    it, as each other step is somebody else's.
    """

    class Kind(models.TextChoices):
        RETURN = "return", "trả lại"
        EXTENSION = "extension", "gia hạn"
        EXEMPTION = "exemption", "miễn lập phiếu"
        STAND_IN = "stand_in", "người đánh giá lập thay phần còn thiếu"
        EVALUATOR = "evaluator", "người đánh giá mới"
        OBJECTION = "objection", "không đồng ý với bản nhập thay"

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="remarks")
    kind = models.CharField("loại", max_length=10, choices=Kind)
    reason = models.CharField("lý do", max_length=1000)
    until = models.DateTimeField("đến lúc", null=True)
    owner = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "ghi chú xử lý"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="remark_has_reason"),
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(kind="objection") | ~Q(by=F("owner")),
                name="remark_not_by_owner",
            ),
        ]


class Petition(models.Model):
    """Petition (kiến nghị) against a confirmed result, with the clock of the rulebook's article."""

    class State(models.TextChoices):
        RECEIVED = "received", "đang giải quyết"
        UPHELD = "upheld", "giữ nguyên kết quả"
        CORRECTED = "corrected", "đã sửa bằng kết quả mới"

    confirmation = models.OneToOneField(Confirmation, on_delete=models.PROTECT, related_name="petition")
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="petitions")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField("nội dung kiến nghị")
    received_at = models.DateTimeField("nhận lúc")
    answer_by = models.DateField("hạn trả lời", null=True)
    clock = models.CharField("thời hạn được tính thế nào", max_length=500, blank=True)
    authority = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    authority_note = models.CharField("vì sao nơi này giải quyết", max_length=500)
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.RECEIVED)
    answer = models.TextField("trả lời", blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField("trả lời lúc", null=True)

    class Meta:
        verbose_name = "kiến nghị"
        constraints = [
            models.CheckConstraint(
                condition=Q(state="received", answered_at__isnull=True, answered_by__isnull=True)
                | (
                    ~Q(state="received")
                    & ~Q(answer="")
                    & Q(answered_at__isnull=False, answered_by__isnull=False)
                ),
                name="petition_answer_has_reasons",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("author")),
                name="petition_not_answered_by_author",
            ),
        ]


class ProposedResult(models.Model):
    """Proposed result (kết quả đề xuất) of a submitted sheet: the self document rated by the pinned rule, for lists.

    It decides nothing and is computed again whenever a run rates the period. `score` is the exact fraction,
    `score_shown` its hundredths cut off; `open_points` names the open points it waits for, with spaces between.
    """

    sheet = models.OneToOneField(Sheet, on_delete=models.PROTECT, related_name="proposed")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    rulebook_hash = models.CharField("băm bộ quy tắc", max_length=64)
    outcome_kind = models.CharField("loại kết quả", max_length=16)
    score = models.CharField("điểm (phân số)", max_length=200, blank=True)
    score_shown = models.PositiveIntegerField("điểm hiển thị (phần trăm)", null=True)
    band = models.CharField("mức tương ứng", max_length=20, blank=True)
    open_points = models.CharField("điểm mở phải quyết định", max_length=500, blank=True)
    at = models.DateTimeField("tính lúc")

    class Meta:
        verbose_name = "kết quả đề xuất"


class QuotaPlaces(models.Model):
    """Quota places (suất theo tỷ lệ): how many in one scope may be proposed for a level, by a frozen head-count.

    `places` is None where the text leaves a figure open and the agency has not chosen: `sentence` says which. The row
    is what proposals lock, so that the last place is given once. `rounding`, `share` (percent, where the text names a
    figure of the agency) and `raised_by` (the higher line) are decisions of the agency, each with its reason or source.
    """

    class Scope(models.TextChoices):
        AGENCY = "agency", "trong cơ quan, đơn vị"
        GROUP = "group", "trong nhóm nhiệm vụ tương đồng"

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="places")
    rulebook_hash = models.CharField("băm bộ quy tắc", max_length=64)
    quota = models.CharField("quy định tỷ lệ", max_length=80)
    label = models.CharField("tên", max_length=300)
    level = models.CharField("mức", max_length=20)
    scope = models.CharField("phạm vi", max_length=6, choices=Scope)
    agency = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    group = models.CharField("nhóm nhiệm vụ tương đồng", max_length=80, blank=True)
    roles = models.JSONField("vai trò được tính", default=list)
    base = models.PositiveIntegerField("cơ số", null=True)
    places = models.PositiveIntegerField("số suất", null=True)
    hard = models.BooleanField("không được vượt")
    sentence = models.CharField("cách tính", max_length=500)
    frozen_at = models.DateTimeField("chốt lúc")
    rounding = models.CharField("cách làm tròn cơ quan chọn", max_length=8, blank=True)
    rounding_reason = models.CharField("lý do chọn cách làm tròn", max_length=1000, blank=True)
    share = models.CharField("tỷ lệ của cơ quan (phần trăm)", max_length=20, blank=True)
    share_source = models.CharField("nguồn của tỷ lệ", max_length=300, blank=True)
    raised_by = models.CharField("cấp quyết định áp dụng tỷ lệ cao hơn", max_length=200, blank=True)
    raised_reason = models.CharField("lý do áp dụng tỷ lệ cao hơn", max_length=1000, blank=True)

    class Meta:
        verbose_name = "suất theo tỷ lệ"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "rulebook_hash", "quota", "scope", "agency", "group"], name="places_once_per_scope"
            ),
            models.CheckConstraint(
                condition=Q(rounding="") | ~Q(rounding_reason=""), name="places_rounding_has_reason"
            ),
            models.CheckConstraint(condition=Q(share="") | ~Q(share_source=""), name="places_share_has_source"),
            models.CheckConstraint(condition=Q(raised_by="") | ~Q(raised_reason=""), name="places_raised_has_reason"),
        ]


class LevelProposal(models.Model):
    """Level proposal (đề xuất mức) of a head for a confirmed sheet; the authority decides, quotas only count.

    `account` is the sheet owner's at that time: the database refuses it as `by`.
    """

    sheet = models.OneToOneField(Sheet, on_delete=models.PROTECT, related_name="level_proposal")
    level = models.CharField("mức", max_length=20)
    reason = models.CharField("lý do", max_length=1000, blank=True)
    account = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("lúc")
    version = models.PositiveIntegerField("phiên bản", default=1)

    class Meta:
        verbose_name = "đề xuất mức"
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=True) | ~Q(by=F("account")), name="nobody_proposes_own_level"
            ),
        ]


class LevelDecision(models.Model):
    """Level decision (quyết định mức) of the authority on a sheet, with its reason; replaced by a later one.

    It holds for the result it was made on: `confirmation`. A result that replaces that one is decided on anew.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="level_decisions")
    confirmation = models.ForeignKey(
        Confirmation, on_delete=models.PROTECT, null=True, related_name="level_decisions"
    )
    number = models.PositiveIntegerField("lần")
    subject = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    level = models.CharField("mức", max_length=20)
    reason = models.CharField("lý do", max_length=1000, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "quyết định mức"
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="level_decision_number_once"),
            models.CheckConstraint(condition=~Q(decided_by=F("subject")), name="nobody_decides_own_level"),
        ]


class SituationAnswer(models.Model):
    """Answer (quyết định về trường hợp riêng) to what the rules leave open about an absence, a move or several posts in
    one period: by whoever evaluates, with the reason; added only, the latest holds. It changes no figure by itself.

    `facts` freezes, as canonical JSON, what was known and asked: title, facts, what the rules say, the question.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="situation_answers")
    code = models.CharField("trường hợp", max_length=40)
    number = models.PositiveIntegerField("lần")
    facts = models.TextField("dữ kiện và câu hỏi")
    answer = models.CharField("trả lời", max_length=1000)
    reason = models.CharField("lý do", max_length=1000)
    other = models.CharField("ý kiến của nơi kia", max_length=1000, blank=True)
    subject = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "quyết định về trường hợp riêng"
        constraints = [
            models.UniqueConstraint(fields=["sheet", "code", "number"], name="situation_answer_number_once"),
            models.CheckConstraint(condition=~Q(answer="") & ~Q(reason=""), name="situation_answer_has_words"),
            models.CheckConstraint(condition=~Q(decided_by=F("subject")), name="nobody_answers_own_situation"),
        ]
