from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.organisation.constraints import dates_in_order
from thuocdo.organisation.models import Person, Unit
from thuocdo.work.rules import may_need_each


class Product(models.Model):
    """Catalogue product (sản phẩm, công việc trong danh mục) of an agency with its conversion coefficient."""

    agency = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="products")
    code = models.CharField("mã sản phẩm", max_length=40)
    name = models.CharField("tên sản phẩm, công việc", max_length=200)
    complexity = models.PositiveSmallIntegerField("nhóm phức tạp")
    coefficient = models.PositiveIntegerField("hệ số quy đổi (phần trăm)")
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)

    class Meta:
        verbose_name = "sản phẩm, công việc trong danh mục"
        constraints = [
            dates_in_order("product_dates_in_order"),
            models.UniqueConstraint(fields=["agency", "code", "start"], name="product_once"),
            models.CheckConstraint(condition=Q(complexity__range=(1, 5)), name="product_complexity_1_to_5"),
            models.CheckConstraint(condition=Q(coefficient__gt=0), name="product_coefficient_positive"),
        ]


class TaskSet(models.QuerySet["Task"]):
    """Tasks with the one condition that decides what enters a result."""

    def counted(self) -> "TaskSet":
        """Active and converted tasks; proposed, declined, split and withdrawn ones count nowhere."""
        return self.filter(state=Task.State.ACTIVE, unconverted=False)


class Task(models.Model):
    """Assigned product (sản phẩm, công việc được giao): what one person owes in one month, and how it stands.

    Quantities are hundredths of the product's unit; the coefficient is in hundredths. `unit` is that of the post for
    which it was given, None for tasks of before that was kept. `proposed_by` is the doer's
    account where the doer proposed it: the database refuses it as the `given_by` of an active task.
    """

    class State(models.TextChoices):
        ACTIVE = "active", "đang giao"
        PROPOSED = "proposed", "tự đề xuất, chờ duyệt"
        DECLINED = "declined", "không được duyệt"
        SPLIT = "split", "đã chia phần"
        WITHDRAWN = "withdrawn", "đã thu hồi"

    class Nature(models.TextChoices):
        REGULAR = "regular", "thường xuyên"
        AD_HOC = "ad_hoc", "đột xuất"

    class Origin(models.TextChoices):
        ASSIGNED = "assigned", "được giao"
        OWN = "own", "tự đề xuất"
        RECURRING = "recurring", "việc định kỳ"
        IMPORTED = "imported", "từ hệ thống khác"

    code = models.CharField("mã công việc", max_length=40, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tasks")
    agency = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    month = models.DateField("tháng (ngày đầu)")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="tasks")
    title = models.CharField("tên công việc", max_length=200)
    coefficient = models.PositiveIntegerField("hệ số quy đổi (phần trăm)")
    assigned = models.PositiveIntegerField("số lượng giao (phần trăm)")
    due_date = models.DateField("hạn hoàn thành")
    outside_plan = models.BooleanField("ngoài tổng số được giao ban đầu", default=False)
    handed_back = models.BooleanField("báo không thực hiện được", default=False)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField("giao lúc")
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.ACTIVE)
    nature = models.CharField("tính chất", max_length=10, choices=Nature, default=Nature.REGULAR)
    is_key = models.BooleanField("trọng tâm", default=False)
    is_new = models.BooleanField("mới", default=False)
    is_hard = models.BooleanField("khó", default=False)
    expected = models.CharField("sản phẩm dự kiến", max_length=300, blank=True)
    start_date = models.DateField("ngày bắt đầu", null=True)
    origin = models.CharField("nguồn", max_length=10, choices=Origin, default=Origin.ASSIGNED)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    assigned_by = models.CharField("người giao (nếu không phải tài khoản giao)", max_length=120, blank=True)
    taken_over_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="taken_over_by")
    part_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="parts")
    uncountable = models.BooleanField("việc khó lượng hóa", default=False)
    unconverted = models.BooleanField("không quy đổi theo lựa chọn của cơ quan", default=False)
    conversion_note = models.CharField("cách quy đổi cơ quan đã chọn", max_length=500, blank=True)
    handed_back_reason = models.CharField("lý do không thực hiện được", max_length=500, blank=True)
    answer = models.CharField("ý kiến của người giao việc", max_length=500, blank=True)
    late_excused = models.PositiveSmallIntegerField("số lần chậm đã xác nhận khách quan", default=0)
    completed = models.PositiveIntegerField("số lượng hoàn thành (phần trăm)", null=True)
    quality_met = models.PositiveIntegerField("số lượng đạt chất lượng (phần trăm)", null=True)
    on_time = models.PositiveIntegerField("số lượng đúng hạn (phần trăm)", null=True)
    quality_errors = models.PositiveSmallIntegerField("số lần không đạt chất lượng", default=0)
    late = models.PositiveSmallIntegerField("số lần chậm", default=0)
    quality_errors_each = models.CharField("lần không đạt của từng sản phẩm", max_length=200, blank=True, default="")
    late_each = models.CharField("lần chậm bị tính của từng sản phẩm", max_length=200, blank=True, default="")
    cause = models.CharField("nguyên nhân khách quan nêu ra", max_length=500, blank=True)
    evidence = models.CharField("minh chứng", max_length=300, blank=True)
    reported_at = models.DateTimeField("báo cáo lúc", null=True)
    version = models.PositiveIntegerField("phiên bản", default=1)

    objects = TaskSet.as_manager()

    class Meta:
        verbose_name = "sản phẩm, công việc được giao"
        indexes = [
            models.Index(fields=["month", "person"], name="task_by_month_person"),
            models.Index(fields=["agency", "month"], name="task_by_agency_month"),
            models.Index(fields=["person"], condition=Q(state="proposed"), name="task_proposed_by_person"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(coefficient__gt=0), name="task_coefficient_positive"),
            models.CheckConstraint(
                condition=Q(completed__isnull=True)
                | (Q(quality_met__lte=F("completed")) & Q(on_time__lte=F("completed"))),
                name="task_parts_within_completed",
            ),
            models.CheckConstraint(
                condition=Q(start_date__isnull=True) | Q(start_date__lte=F("due_date")),
                name="task_starts_before_due",
            ),
            models.CheckConstraint(condition=Q(late_excused__lte=F("late")), name="task_excused_within_late"),
            models.CheckConstraint(
                condition=Q(unconverted=False) | Q(uncountable=True), name="task_unconverted_is_uncountable"
            ),
            models.UniqueConstraint(
                fields=["taken_over_from"],
                condition=Q(state__in=["active", "proposed"]),
                name="task_taken_over_once",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True) | ~Q(state="active") | ~Q(given_by=F("proposed_by")),
                name="task_not_accepted_by_proposer",
            ),
            models.CheckConstraint(
                condition=Q(handed_back=False)
                | Q(completed__isnull=True)
                | Q(completed=0, quality_met=0, on_time=0),
                name="task_handed_back_is_not_completed",
            ),
            models.CheckConstraint(
                condition=Q(taken_over_from__isnull=True) | Q(outside_plan=True),
                name="task_taken_over_is_outside_the_total",
            ),
        ]

    @property
    def coefficient_is_given(self) -> bool:
        """Whether the coefficient is the catalogue's or the agency's choice, and not the task giver's to set."""
        return self.product_id is not None or self.uncountable

    @property
    def asks_each(self) -> bool:
        """Whether what is said of its single products can matter to a result."""
        return may_need_each(self, self.assigned, self.uncountable)

    @property
    def stays_in_total(self) -> bool:
        """Whether it was handed back and so stays in the total assigned (NĐ 335 Điều 18 khoản 1): what never was in
        that total does not."""
        return self.handed_back and not self.outside_plan and not self.unconverted

    @property
    def stays_outside(self) -> bool:
        """Whether it was taken over: the total assigned of whoever handed it back holds it, so no other total does
        (NĐ 335 Điều 18 khoản 1)."""
        return self.taken_over_from_id is not None


class Evidence(models.Model):
    """Evidence (minh chứng) of a task, added and never changed: withdrawing or replacing adds a row that
    `replaces` the old one, which stays readable.
    """

    class Kind(models.TextChoices):
        FILE = "file", "tệp"
        LINK = "link", "đường dẫn"
        DOCUMENT = "document", "số, ký hiệu văn bản"
        WITHDRAWN = "withdrawn", "đã rút"

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="proofs")
    kind = models.CharField("loại", max_length=10, choices=Kind)
    text = models.CharField("tên tệp, đường dẫn, số văn bản hoặc lý do rút", max_length=500)
    sha256 = models.CharField("SHA-256 của tệp", max_length=64, blank=True)
    media_type = models.CharField("dạng tệp", max_length=100, blank=True)
    size = models.PositiveIntegerField("số byte", default=0)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField("thêm lúc")

    class Meta:
        verbose_name = "minh chứng"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="file", size__gt=0) & ~Q(sha256="") | ~Q(kind="file") & Q(sha256="", size=0),
                name="evidence_file_has_digest",
            ),
            models.CheckConstraint(
                condition=~Q(kind="withdrawn") | Q(replaces__isnull=False), name="evidence_withdraws_something"
            ),
        ]


class CauseClaim(models.Model):
    """Claim of an objective cause (nguyên nhân khách quan được nêu) for late occurrences of one task: by the
    doer, decided with a reason by the head in charge (NĐ 335 Điều 14), never from the account that claimed it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "chờ xác nhận"
        CONFIRMED = "confirmed", "đã xác nhận"
        REFUSED = "refused", "không được xác nhận"

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="claims")
    occurrences = models.PositiveSmallIntegerField("số lần chậm nêu nguyên nhân")
    text = models.CharField("nguyên nhân", max_length=500)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    claimed_at = models.DateTimeField("nêu lúc")
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.WAITING)
    confirmed = models.PositiveSmallIntegerField("số lần được xác nhận", default=0)
    reason = models.CharField("lý do quyết định", max_length=500, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("quyết định lúc", null=True)

    class Meta:
        verbose_name = "nguyên nhân khách quan được nêu"
        constraints = [
            models.UniqueConstraint(fields=["task"], condition=~Q(state="refused"), name="cause_claim_once"),
            models.CheckConstraint(
                condition=Q(occurrences__gte=1, confirmed__lte=F("occurrences")), name="cause_claim_counts"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by__isnull=True, confirmed=0)
                | Q(state="confirmed", decided_by__isnull=False, confirmed__gte=1)
                | Q(state="refused", decided_by__isnull=False, confirmed=0),
                name="cause_claim_decided",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True) | Q(decided_by__isnull=True) | ~Q(decided_by=F("claimed_by")),
                name="cause_claim_not_decided_by_claimant",
            ),
        ]


class Clarification(models.Model):
    """Explanation (giải trình) that the head asks of the doer about one task, with a deadline, and the answer.

    `asked_of` is the doer's account, None where there was none or the row is of before it was kept: the database
    refuses it as the one that asks.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="clarifications")
    question = models.CharField("nội dung cần giải trình", max_length=500)
    due = models.DateField("hạn giải trình")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField("yêu cầu lúc")
    answer = models.CharField("nội dung giải trình", max_length=1000, blank=True)
    answered_at = models.DateTimeField("giải trình lúc", null=True)

    class Meta:
        verbose_name = "giải trình"
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="clarification_answered_once",
            ),
            models.CheckConstraint(
                condition=Q(asked_of__isnull=True) | ~Q(asked_by=F("asked_of")),
                name="clarification_not_asked_of_oneself",
            ),
        ]


class UncountableChoice(models.Model):
    """Choice (lựa chọn về việc khó lượng hóa) of an agency, dated: how work that is hard to count converts.
    NĐ 335 leaves it open; it is shown as the agency's, never as law. Hours in hundredths.
    """

    class Way(models.TextChoices):
        PRODUCT = "product", "quy đổi theo một sản phẩm trong danh mục"
        HOURS = "hours", "quy đổi theo số giờ của một đơn vị chuẩn"
        NOT_CONVERTED = "none", "không quy đổi, không tính vào khối lượng"

    agency = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="uncountable_choices")
    way = models.CharField("cách quy đổi", max_length=8, choices=Way)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+")
    hours = models.PositiveIntegerField("số giờ một đơn vị chuẩn (phần trăm)", null=True)
    text = models.CharField("nội dung, căn cứ", max_length=300)
    decided_by = models.CharField("ai quyết định", max_length=160)
    decided_on = models.DateField("quyết định ngày")
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "lựa chọn về việc khó lượng hóa"
        constraints = [
            dates_in_order("uncountable_choice_dates"),
            models.UniqueConstraint(
                fields=["agency"], condition=Q(end__isnull=True), name="uncountable_choice_open_once"
            ),
            models.CheckConstraint(
                condition=Q(way="product", product__isnull=False, hours__isnull=True)
                | Q(way="hours", product__isnull=True, hours__gt=0)
                | Q(way="none", product__isnull=True, hours__isnull=True),
                name="uncountable_choice_complete",
            ),
        ]
