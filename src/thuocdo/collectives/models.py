import json
from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.kernel.periods import period_label
from thuocdo.organisation.models import Person, Unit

USER = settings.AUTH_USER_MODEL


class UnitRound(models.Model):
    """Rating round of units (kỳ đánh giá đơn vị): who rates which units, for which period, on what ground."""

    class Kind(models.TextChoices):
        MONTH = "month", "tháng"
        QUARTER = "quarter", "quý"
        YEAR = "year", "năm"

    class State(models.TextChoices):
        OPEN = "open", "đang mở"
        CLOSED = "closed", "đã khóa"

    authority = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="unit_rounds")
    kind = models.CharField("loại kỳ", max_length=8, choices=Kind)
    year = models.PositiveSmallIntegerField("năm")
    number = models.PositiveSmallIntegerField("số trong năm", default=1)
    basis = models.CharField("căn cứ thẩm quyền", max_length=300)
    submit_by = models.DateField("hạn đơn vị nộp", null=True)
    state = models.CharField("trạng thái", max_length=6, choices=State, default=State.OPEN)
    raised_reason = models.CharField("lý do áp dụng tỷ lệ cao hơn", max_length=500, blank=True)
    version = models.PositiveIntegerField("phiên bản", default=1)
    opened_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("mở lúc")
    closed_at = models.DateTimeField("khóa lúc", null=True)

    class Meta:
        verbose_name = "kỳ đánh giá đơn vị"
        constraints = [
            models.UniqueConstraint(fields=["authority", "kind", "year", "number"], name="unit_round_once"),
            models.CheckConstraint(condition=~Q(basis=""), name="unit_round_has_basis"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | Q(state="closed", closed_at__isnull=False),
                name="unit_round_closed_has_time",
            ),
        ]

    @property
    def label(self) -> str:
        """`năm 2026`, `quý 2 năm 2026`."""
        return period_label(self.kind, self.year, self.number).lower()


class UnitSheet(models.Model):
    """Sheet of a unit (phiếu của đơn vị): the pinned rule and where the work stands; `version` counts changes."""

    class SubjectKind(models.TextChoices):
        AGENCY = "agency", "cơ quan, tổ chức hành chính"
        UNIT = "unit", "đơn vị sự nghiệp"

    round = models.ForeignKey(UnitRound, on_delete=models.PROTECT, related_name="sheets")
    authority = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="unit_sheets")
    kind = models.CharField("loại đối tượng", max_length=6, choices=SubjectKind)
    rulebook = models.CharField("bộ quy tắc", max_length=80)
    overlays = models.JSONField("quy chế bổ sung", default=list)
    rulebook_hash = models.CharField("băm bộ quy tắc", max_length=64)
    writer = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField("trạng thái", max_length=12, default="drafting")
    version = models.PositiveIntegerField("phiên bản", default=1)
    returned = models.CharField("lý do trả lại hoặc xem xét lại", max_length=1000, blank=True)

    class Meta:
        verbose_name = "phiếu của đơn vị"
        constraints = [
            models.UniqueConstraint(fields=["round", "unit"], name="unit_sheet_once_per_round"),
            models.CheckConstraint(condition=~Q(unit=F("authority")), name="unit_does_not_rate_itself"),
        ]


class UnitSubmission(models.Model):
    """Submission of a unit's sheet (bản nộp của đơn vị): append-only canonical JSON of either side."""

    class Part(models.TextChoices):
        SELF = "self", "đơn vị tự đánh giá"
        AUTHORITY = "authority", "cấp đánh giá đề xuất"

    sheet = models.ForeignKey(UnitSheet, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField("lần nộp")
    part = models.CharField("phần", max_length=9, choices=Part)
    document = models.TextField("nội dung")
    digest = models.CharField("băm nội dung", max_length=64)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("nộp lúc")

    class Meta:
        verbose_name = "bản nộp của đơn vị"
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="unit_submission_number_once")]


class UnitDraft(models.Model):
    """Working copy of a unit's sheet (bản nháp phiếu đơn vị): one author's, replaced freely, not on the record."""

    sheet = models.ForeignKey(UnitSheet, on_delete=models.PROTECT, related_name="drafts")
    part = models.CharField("phần", max_length=9, choices=UnitSubmission.Part)
    author = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    document = models.TextField("nội dung")
    saved_at = models.DateTimeField("lưu lúc")

    class Meta:
        verbose_name = "bản nháp phiếu đơn vị"
        constraints = [
            models.UniqueConstraint(fields=["sheet", "part", "author"], name="unit_draft_once_per_author"),
        ]


class UnitTask(models.Model):
    """Task of a unit (nhiệm vụ giao đơn vị): given by the superior, reported by the unit, judged by the authority."""

    sheet = models.ForeignKey(UnitSheet, on_delete=models.PROTECT, related_name="tasks")
    number = models.PositiveSmallIntegerField("thứ tự")
    title = models.CharField("nhiệm vụ", max_length=300)
    given_by = models.CharField("người giao", max_length=160)
    document = models.CharField("văn bản giao", max_length=160, blank=True)
    due = models.DateField("thời hạn")
    done_on = models.DateField("ngày hoàn thành", null=True)
    above_claimed = models.BooleanField("đơn vị báo vượt yêu cầu", default=False)
    evidence = models.CharField("minh chứng", max_length=500, blank=True)
    note = models.CharField("báo cáo của đơn vị", max_length=500, blank=True)
    judged = models.BooleanField("đã được xem xét", default=False)
    done = models.BooleanField("hoàn thành", default=False)
    late = models.BooleanField("chậm tiến độ", default=False)
    failing = models.BooleanField("chưa bảo đảm chất lượng", default=False)
    above = models.BooleanField("vượt yêu cầu", default=False)
    judged_note = models.CharField("ý kiến của cấp đánh giá", max_length=500, blank=True)

    class Meta:
        verbose_name = "nhiệm vụ giao đơn vị"
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="unit_task_number_once"),
            models.CheckConstraint(
                condition=Q(done=True) | Q(late=False, failing=False, above=False), name="unit_task_undone_is_plain"
            ),
        ]

    @property
    def reported(self) -> tuple[bool, bool, bool]:
        """Done, done after the deadline, exceeding, as the unit reports."""
        done = self.done_on is not None
        return done, self.done_on is not None and self.done_on > self.due, done and self.above_claimed


class UnitBonus(models.Model):
    """Bonus proposal (đề nghị điểm thưởng): hundredths asked for with evidence, and what the authority gave."""

    sheet = models.ForeignKey(UnitSheet, on_delete=models.PROTECT, related_name="bonuses")
    group = models.CharField("nhóm điểm thưởng", max_length=60)
    reason = models.CharField("thành tích", max_length=500)
    evidence = models.CharField("minh chứng", max_length=500)
    asked = models.PositiveIntegerField("điểm đề nghị")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("đề nghị lúc")
    given = models.PositiveIntegerField("điểm được duyệt", null=True)
    ruled_note = models.CharField("ý kiến duyệt", max_length=500, blank=True)
    ruled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ruled_at = models.DateTimeField("duyệt lúc", null=True)

    class Meta:
        verbose_name = "đề nghị điểm thưởng"
        constraints = [
            models.CheckConstraint(condition=~Q(evidence=""), name="unit_bonus_has_evidence"),
            models.CheckConstraint(
                condition=Q(given__isnull=True, ruled_by__isnull=True)
                | (Q(given__lte=F("asked"), ruled_by__isnull=False) & ~Q(ruled_note="")),
                name="unit_bonus_ruled_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(ruled_by__isnull=True) | ~Q(ruled_by=F("asked_by")), name="unit_bonus_by_two_people"
            ),
        ]


class UnitHold(models.Model):
    """Hold (việc phải xác minh): what is verified first; while it runs nothing is decided."""

    class Kind(models.TextChoices):
        OBJECTION = "objection", "khiếu nại"
        DENUNCIATION = "denunciation", "tố cáo"
        DISUNITY = "disunity", "dấu hiệu mất đoàn kết"

    sheet = models.ForeignKey(UnitSheet, on_delete=models.PROTECT, related_name="holds")
    kind = models.CharField("loại việc", max_length=12, choices=Kind)
    note = models.CharField("nội dung", max_length=500)
    begun_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField("ghi lúc")
    outcome = models.CharField("kết quả xác minh", max_length=1000, blank=True)
    ended_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("kết thúc lúc", null=True)

    class Meta:
        verbose_name = "việc phải xác minh"
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True, outcome="")
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(outcome="")),
                name="unit_hold_ends_with_outcome",
            ),
        ]


class UnitResult(models.Model):
    """Result of a unit (kết quả của đơn vị): decided and frozen with its inputs; replaced by another, never edited.

    `rule_level` is the level by the rulebook and the decisions in `document`; `level` may be lower, with the reason.
    """

    sheet = models.ForeignKey(UnitSheet, on_delete=models.PROTECT, related_name="results")
    number = models.PositiveSmallIntegerField("lần quyết định")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit_head = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    authority = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    rule_level = models.CharField("mức theo quy tắc", max_length=40)
    level = models.CharField("mức", max_length=40)
    label = models.CharField("tên mức", max_length=120)
    score = models.CharField("điểm chính xác", max_length=80, blank=True)
    score_shown = models.IntegerField("điểm, phần trăm điểm", null=True)
    document = models.TextField("nội dung")
    digest = models.CharField("băm nội dung", max_length=64)
    rulebook_hash = models.CharField("băm bộ quy tắc", max_length=64)
    engine_version = models.CharField("phiên bản bộ tính", max_length=20)
    reason = models.CharField("lý do", max_length=1000, blank=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    at = models.DateTimeField("quyết định lúc")

    class Meta:
        verbose_name = "kết quả của đơn vị"
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="unit_result_number_once"),
            models.CheckConstraint(condition=~Q(unit=F("authority")), name="unit_result_not_by_itself"),
            models.CheckConstraint(condition=~Q(decided_by=F("proposed_by")), name="unit_result_by_two_people"),
            models.CheckConstraint(
                condition=Q(unit_head__isnull=True) | ~Q(unit_head=F("decided_by")),
                name="unit_result_not_by_its_head",
            ),
            models.CheckConstraint(
                condition=Q(level=F("rule_level")) | ~Q(reason=""), name="unit_result_lowered_with_reason"
            ),
            models.CheckConstraint(
                condition=(Q(number=1) & Q(replaces__isnull=True))
                | (Q(number__gt=1, replaces__isnull=False) & ~Q(reason="")),
                name="unit_result_replaces_with_reason",
            ),
        ]

    @property
    def over_quota(self) -> Sequence[str]:
        """Which quotas it left exceeded for other units when it was decided, and then the authority's reason."""
        kept = json.loads(self.document).get("over_quota", {})
        return (*kept["said"], kept["reason"]) if kept else ()


class UnitReopening(models.Model):
    """Reopening of a closed round for one unit (mở lại phiếu đơn vị): asked by one person, agreed to by another."""

    class State(models.TextChoices):
        ASKED = "asked", "chờ người đứng đầu đồng ý"
        AGREED = "agreed", "đã mở lại"
        DROPPED = "dropped", "không mở lại"

    sheet = models.ForeignKey(UnitSheet, on_delete=models.PROTECT, related_name="reopenings")
    reason = models.CharField("lý do đề nghị", max_length=1000)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("đề nghị lúc")
    state = models.CharField("trạng thái", max_length=7, choices=State, default=State.ASKED)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("trả lời lúc", null=True)
    end_reason = models.CharField("lý do không mở lại", max_length=1000, blank=True)

    class Meta:
        verbose_name = "mở lại phiếu đơn vị"
        constraints = [
            models.UniqueConstraint(fields=["sheet"], condition=Q(state="asked"), name="unit_reopening_asked_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="unit_reopening_has_reason"),
            models.CheckConstraint(
                condition=Q(state="asked", ended_by=None, ended_at=None, end_reason="")
                | Q(ended_by__isnull=False, ended_at__isnull=False)
                & (
                    Q(state="agreed", end_reason="") & ~Q(ended_by=F("asked_by"))
                    | Q(state="dropped") & ~Q(end_reason="")
                ),
                name="unit_reopening_by_two_people",
            ),
        ]

    @property
    def kept_as_was(self) -> "UnitReopeningEnd | None":
        """How the reopened sheet was closed again without another result; None where it was not."""
        return getattr(self, "end", None)


class UnitReopeningEnd(models.Model):
    """End of a reopening without another result (khóa lại phiếu đơn vị): the result that stood stands on, with the
    head's reason; never changed."""

    reopening = models.OneToOneField(UnitReopening, on_delete=models.PROTECT, related_name="end")
    reason = models.CharField("lý do giữ kết quả cũ", max_length=1000)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("khóa lại lúc")

    class Meta:
        verbose_name = "khóa lại phiếu đơn vị"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="unit_reopening_end_has_reason")]
