from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.accounts.models import User
from thuocdo.kernel.periods import period_label, short_period
from thuocdo.organisation.models import Employment, Person, Unit


class Cycle(models.Model):
    """Cycle (kỳ theo dõi, đánh giá): a month, quarter or year opened for a unit and what is below it.

    `number` counts months or quarters from 1; a year has number 1.
    """

    class Kind(models.TextChoices):
        MONTH = "month", "tháng"
        QUARTER = "quarter", "quý"
        YEAR = "year", "năm"

    class State(models.TextChoices):
        OPEN = "open", "đang mở"
        CLOSED = "closed", "đã khóa"

    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="cycles")
    kind = models.CharField("loại kỳ", max_length=10, choices=Kind)
    year = models.PositiveSmallIntegerField("năm")
    number = models.PositiveSmallIntegerField("tháng hoặc quý")
    submit_by = models.DateTimeField("hạn nộp phiếu")
    confirm_by = models.DateTimeField("hạn xác nhận")
    state = models.CharField("trạng thái", max_length=6, choices=State, default=State.OPEN)
    pins = models.JSONField("bộ quy tắc đã chốt")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("mở lúc")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField("khóa lúc", null=True)

    class Meta:
        verbose_name = "kỳ theo dõi, đánh giá"
        constraints = [
            models.UniqueConstraint(fields=["root", "kind", "year", "number"], name="cycle_once"),
            models.CheckConstraint(
                condition=Q(confirm_by__gte=F("submit_by")), name="cycle_deadlines_in_order"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="cycle_closed_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False),
                name="cycle_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(kind="month", number__range=(1, 12))
                | Q(kind="quarter", number__range=(1, 4))
                | Q(kind="year", number=1),
                name="cycle_number_fits_kind",
            ),
        ]

    @property
    def label(self) -> str:
        """`tháng 10 năm 2026`, inside a sentence."""
        return period_label(self.kind, self.year, self.number).lower()

    @property
    def short_name(self) -> str:
        """`tháng 10/2026`, `năm 2026`."""
        return short_period(self.kind, self.year, self.number)


class Member(models.Model):
    """Member of a cycle (người thuộc kỳ đánh giá): the frozen head-count, in or out and why.

    `evaluator_unit` is the unit whose head evaluates, `rating_unit` the one whose head rates the year,
    both by the rulebook's table; `evaluator` is the person who headed the former when the cycle was opened.
    `rule_decided_by` and `rule_decision` freeze who chose the rule and why, where somebody had to choose.
    """

    class Standing(models.TextChoices):
        IN = "in", "thuộc kỳ đánh giá"
        NO_RULE = "no_rule", "chưa có hoặc chưa chọn quy định áp dụng"
        NO_EVALUATOR = "no_evaluator", "chưa xác định được người đánh giá"
        AWAY = "away", "vắng cả kỳ"
        CHOICE = "choice", "có nhiều vị trí công tác trong kỳ, chờ chọn"

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    employment = models.ForeignKey(Employment, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField("đối tượng", max_length=16, choices=Employment.Kind)
    leadership = models.CharField("vai trò", max_length=6, choices=Employment.Leadership)
    position = models.CharField("chức vụ, chức danh", max_length=160)
    task_group = models.CharField("nhóm nhiệm vụ tương đồng", max_length=80, blank=True)
    standing = models.CharField("tình trạng", max_length=12, choices=Standing)
    reason = models.CharField("lý do", max_length=4000, blank=True)
    rulebook = models.CharField("bộ quy tắc", max_length=80, blank=True)
    overlays = models.JSONField("quy chế bổ sung", default=list)
    rulebook_hash = models.CharField("băm bộ quy tắc", max_length=64, blank=True)
    rule_decided_by = models.CharField("cấp quyết định áp dụng", max_length=160, blank=True)
    rule_decision = models.CharField("lý do áp dụng", max_length=500, blank=True)
    evaluator = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="evaluates")
    evaluator_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    rating_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    evaluator_cite = models.CharField("căn cứ người đánh giá", max_length=300, blank=True)

    class Meta:
        verbose_name = "người thuộc kỳ đánh giá"
        constraints = [
            models.UniqueConstraint(fields=["cycle", "person"], name="member_once_per_cycle"),
            models.CheckConstraint(
                condition=Q(evaluator__isnull=True) | ~Q(evaluator=F("person")),
                name="member_not_own_evaluator",
            ),
            models.CheckConstraint(condition=Q(standing="in") | ~Q(reason=""), name="member_out_has_reason"),
            models.CheckConstraint(
                condition=~Q(standing="in")
                | (Q(evaluator__isnull=False) & ~Q(rulebook="") & ~Q(rulebook_hash="")),
                name="member_in_has_rule_and_evaluator",
            ),
        ]


class RulebookMove(models.Model):
    """Move to a new version (lần chuyển kỳ sang bản mới của bộ quy tắc), of an open period.

    An officer's act with a reason; append-only. `before` and `after` are the hashes of the versions; `results`
    counts the confirmed results computed again.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="moves")
    rulebook = models.CharField("bộ quy tắc", max_length=80)
    overlays = models.JSONField("quy chế bổ sung", default=list)
    before = models.CharField("băm bản trước", max_length=64)
    after = models.CharField("băm bản sau", max_length=64)
    members = models.PositiveIntegerField("số người")
    results = models.PositiveIntegerField("số kết quả tính lại")
    reason = models.CharField("lý do", max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "lần chuyển kỳ sang bản mới của bộ quy tắc"
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="rulebook_move_has_reason"),
        ]


class Run(models.Model):
    """Run (lượt xử lý hàng loạt) over a large period, done in batches by `thuocdo work`; each batch is one transaction.

    `position` is the key after which the next batch begins: it moves in the batch's own transaction, so a run that
    was killed goes on where the last batch was committed. Numbers count people (units when results are published).
    One that stopped goes on or is dropped, with a reason: what its batches did stays.
    """

    class Kind(models.TextChoices):
        OPEN = "open", "mở kỳ"
        RATE = "rate", "tính điểm đề xuất"
        PUBLISH = "publish", "công bố kết quả"

    class State(models.TextChoices):
        WAITING = "waiting", "chờ chạy"
        RUNNING = "running", "đang chạy"
        STOPPED = "stopped", "đã dừng"
        FAILED = "failed", "gặp lỗi"
        DONE = "done", "đã xong"
        DROPPED = "dropped", "đã bỏ dở"

    ENDED = (State.DONE, State.DROPPED)

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="runs")
    kind = models.CharField("việc", max_length=8, choices=Kind)
    state = models.CharField("trạng thái", max_length=8, choices=State, default=State.WAITING)
    choices = models.JSONField("lựa chọn của cán bộ tổ chức", default=dict)
    total = models.PositiveIntegerField("tổng số", default=0)
    created = models.PositiveIntegerField("đã làm", default=0)
    skipped = models.PositiveIntegerField("bỏ qua", default=0)
    failed = models.PositiveIntegerField("không làm được", default=0)
    position = models.PositiveBigIntegerField("vị trí", default=0)
    problem = models.CharField("lỗi", max_length=500, blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField("bắt đầu lúc")
    resumed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    moved_at = models.DateTimeField("lần cuối có tiến triển", null=True)
    finished_at = models.DateTimeField("xong lúc", null=True)
    dropped_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    drop_reason = models.CharField("lý do bỏ dở", max_length=500, blank=True)

    class Meta:
        verbose_name = "lượt xử lý hàng loạt"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "kind"],
                condition=~Q(state__in=["done", "dropped"]),
                name="run_one_unfinished_per_kind",
            ),
            models.CheckConstraint(
                condition=Q(Q(state__in=["done", "dropped"]), finished_at__isnull=False)
                | Q(~Q(state__in=["done", "dropped"]), finished_at__isnull=True),
                name="run_done_has_time",
            ),
            models.CheckConstraint(
                condition=Q(~Q(drop_reason=""), state="dropped", dropped_by__isnull=False)
                | Q(~Q(state="dropped"), dropped_by__isnull=True, drop_reason=""),
                name="run_dropped_by_and_why",
            ),
        ]

    @property
    def acts_by(self) -> User:
        """Who answers for the batches: who let the run go on last, else who started it."""
        return self.resumed_by or self.started_by

    @property
    def ended(self) -> bool:
        """Whether nothing of it will be done any more."""
        return self.state in self.ENDED


class RunFailure(models.Model):
    """What a run could not do (mục chưa xử lý được): a person or a unit, with the reason that says what to do."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="failures")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField("lý do", max_length=500)

    class Meta:
        verbose_name = "mục chưa xử lý được"
        constraints = [
            models.UniqueConstraint(fields=["run", "person"], name="run_failure_once_per_person"),
            models.UniqueConstraint(fields=["run", "unit"], name="run_failure_once_per_unit"),
            models.CheckConstraint(
                condition=Q(person__isnull=True, unit__isnull=False) | Q(person__isnull=False, unit__isnull=True),
                name="run_failure_of_person_or_unit",
            ),
        ]


class SecondOfficer(models.Model):
    """Second officer (yêu cầu hai cán bộ tổ chức): the agency's own demand, from a day on, for itself and below, that
    another officer than the one who asks closes a period or publishes its results. No law names it."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="second_officers")
    closing = models.BooleanField("khi khóa kỳ")
    publishing = models.BooleanField("khi công bố kết quả")
    decided_by = models.CharField("cấp quyết định, văn bản", max_length=200)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "yêu cầu hai cán bộ tổ chức"
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(end=None), name="second_officer_open_once"),
            models.CheckConstraint(condition=Q(end=None) | Q(end__gt=F("start")), name="second_officer_dates"),
        ]


class StepRequest(models.Model):
    """Request of one officer (đề nghị chờ cán bộ tổ chức thứ hai) for a step of a period that another one takes.

    `results` and `levels` are how many were decided when publishing was confirmed: what comes later nobody agreed to;
    `dropped` is how many runs that publish had been given up by then: the rest of a later one is agreed to anew.
    """

    class Step(models.TextChoices):
        CLOSE = "close", "khóa kỳ"
        PUBLISH = "publish", "công bố kết quả"

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="step_requests")
    step = models.CharField("việc", max_length=8, choices=Step)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("đề nghị lúc")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField("xác nhận lúc", null=True)
    withdrawn_at = models.DateTimeField("rút lúc", null=True)
    results = models.PositiveIntegerField("số kết quả đã quyết định khi xác nhận", null=True)
    levels = models.PositiveIntegerField("số lần quyết định mức khi xác nhận", null=True)
    dropped = models.PositiveIntegerField("số lượt công bố đã bỏ dở khi xác nhận", null=True)

    class Meta:
        verbose_name = "đề nghị chờ cán bộ tổ chức thứ hai"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "step"],
                condition=Q(withdrawn_at=None, confirmed_by=None),
                name="step_request_open_once",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("asked_by")), name="step_request_by_two_people"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None, confirmed_at=None)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, withdrawn_at=None),
                name="step_request_confirmed_whole",
            ),
        ]
