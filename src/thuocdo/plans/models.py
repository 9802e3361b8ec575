from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.organisation.constraints import dates_in_order
from thuocdo.organisation.models import Person, Unit
from thuocdo.work.models import Product, Task

USER = settings.AUTH_USER_MODEL


class PlanSetting(models.Model):
    """Plan setting (yêu cầu kế hoạch tuần) of a unit and what is below it, dated, with who decided it.

    `required`: everybody has a plan before the week begins. `published`: members see each other's week.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="plan_settings")
    required = models.BooleanField("mọi người phải có kế hoạch tuần", default=True)
    published = models.BooleanField("công khai trong đơn vị", default=False)
    decided_by = models.CharField("người quyết định", max_length=160)
    decision = models.CharField("văn bản", max_length=300)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)

    class Meta:
        verbose_name = "yêu cầu kế hoạch tuần"
        constraints = [
            dates_in_order("plan_setting_dates_in_order"),
            models.UniqueConstraint(fields=["unit", "start"], name="plan_setting_once"),
        ]


class WeekGrading(models.Model):
    """Week grading (xếp loại tuần) that a unit asks for: its own words, from the best to the lowest.

    Information beside the month's sheet. No rulebook reads it, so it enters no score.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="week_gradings")
    levels = models.JSONField("các mức")
    decided_by = models.CharField("người quyết định", max_length=160)
    decision = models.CharField("văn bản", max_length=300)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)

    class Meta:
        verbose_name = "xếp loại tuần"
        constraints = [
            dates_in_order("week_grading_dates_in_order"),
            models.UniqueConstraint(fields=["unit", "start"], name="week_grading_once"),
        ]


class WeekGrade(models.Model):
    """Week grade (mức tuần) that the head gives one person: a place in the levels, 0 the best; the words are kept.

    `account` is the person's own at that time: the database refuses it as `given_by`.
    """

    grading = models.ForeignKey(WeekGrading, on_delete=models.PROTECT, related_name="grades")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="week_grades")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    week = models.DateField("tuần (thứ Hai)")
    level = models.PositiveSmallIntegerField("thứ tự mức")
    words = models.CharField("mức", max_length=60)
    reason = models.CharField("lý do", max_length=300, blank=True)
    account = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    given_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField("lúc")
    version = models.PositiveIntegerField("phiên bản", default=1)

    class Meta:
        verbose_name = "mức tuần"
        constraints = [
            models.UniqueConstraint(fields=["person", "week", "unit"], name="week_grade_once"),
            models.CheckConstraint(condition=Q(level__range=(0, 4)), name="week_grade_level_0_to_4"),
            models.CheckConstraint(
                condition=Q(account__isnull=True) | ~Q(given_by=F("account")), name="nobody_grades_own_week"
            ),
        ]


class RecurringTask(models.Model):
    """Recurring work (việc định kỳ) of one person: what comes back, on which day, from when to when.

    `day`: 1 (Monday) to 7 for a week; 1 to 28, or 31 for the last day, for a month or a quarter;
    `quarter_month` 1 to 3 says in which month of the quarter. Quantity and coefficient in hundredths.
    """

    class Rule(models.TextChoices):
        WEEKLY = "weekly", "hằng tuần"
        MONTHLY = "monthly", "hằng tháng"
        QUARTERLY = "quarterly", "hằng quý"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recurring_tasks")
    text = models.CharField("việc", max_length=300)
    rule = models.CharField("lặp lại", max_length=9, choices=Rule)
    day = models.PositiveSmallIntegerField("ngày")
    quarter_month = models.PositiveSmallIntegerField("tháng thứ mấy của quý", null=True)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, related_name="+")
    coefficient = models.PositiveIntegerField("hệ số quy đổi (phần trăm)", null=True)
    quantity = models.PositiveIntegerField("số lượng (phần trăm)", null=True)
    expected = models.CharField("sản phẩm dự kiến", max_length=300, blank=True)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)
    version = models.PositiveIntegerField("phiên bản", default=1)

    class Meta:
        verbose_name = "việc định kỳ"
        constraints = [
            dates_in_order("recurring_task_dates_in_order"),
            models.CheckConstraint(
                condition=Q(rule="weekly", day__range=(1, 7))
                | (~Q(rule="weekly") & (Q(day__range=(1, 28)) | Q(day=31))),
                name="recurring_task_day_of_rule",
            ),
            models.CheckConstraint(
                condition=Q(rule="quarterly", quarter_month__range=(1, 3))
                | (~Q(rule="quarterly") & Q(quarter_month__isnull=True)),
                name="recurring_task_month_of_quarter",
            ),
        ]


class WeekItem(models.Model):
    """Week item (việc trong tuần): one line of a person's plan of a week; how it went stands beside it."""

    class Nature(models.TextChoices):
        REGULAR = "regular", "thường xuyên"
        AD_HOC = "ad_hoc", "đột xuất"

    class State(models.TextChoices):
        OPEN = "open", "chưa ghi kết quả"
        DONE = "done", "xong"
        PARTLY = "partly", "xong một phần"
        NOT_DONE = "not_done", "chưa làm được"
        DROPPED = "dropped", "đã bỏ"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="week_items")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    week = models.DateField("tuần (thứ Hai)")
    day = models.PositiveSmallIntegerField("ngày trong tuần", null=True)
    text = models.CharField("việc", max_length=300)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, null=True, related_name="week_items")
    nature = models.CharField("tính chất", max_length=7, choices=Nature, default=Nature.REGULAR)
    is_key = models.BooleanField("trọng tâm", default=False)
    is_new = models.BooleanField("mới", default=False)
    is_hard = models.BooleanField("khó", default=False)
    due_date = models.DateField("hạn", null=True)
    expected = models.CharField("sản phẩm dự kiến", max_length=300, blank=True)
    assigned_by = models.CharField("người giao", max_length=120, blank=True)
    state = models.CharField("kết quả", max_length=8, choices=State, default=State.OPEN)
    note = models.CharField("ghi chú kết quả", max_length=300, blank=True)
    carried_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="carried_to")
    recurring = models.ForeignKey(RecurringTask, on_delete=models.PROTECT, null=True, related_name="items")
    occurrence = models.DateField("lần của việc định kỳ", null=True)
    version = models.PositiveIntegerField("phiên bản", default=1)

    class Meta:
        verbose_name = "việc trong tuần"
        indexes = [models.Index(fields=["week", "person"], name="week_item_by_week_person")]
        constraints = [
            models.CheckConstraint(condition=Q(day__isnull=True) | Q(day__range=(1, 7)), name="week_item_day_1_to_7"),
            models.CheckConstraint(condition=~Q(text=""), name="week_item_has_text"),
            models.CheckConstraint(
                condition=Q(recurring__isnull=True, occurrence__isnull=True)
                | Q(recurring__isnull=False, occurrence__isnull=False),
                name="week_item_occurrence_of_recurring",
            ),
            models.UniqueConstraint(fields=["recurring", "occurrence"], name="week_item_once_per_occurrence"),
            models.UniqueConstraint(
                fields=["carried_from"], condition=~Q(state="dropped"), name="week_item_carried_once"
            ),
            models.CheckConstraint(
                condition=Q(carried_from__isnull=True) | ~Q(carried_from=F("id")), name="week_item_not_from_itself"
            ),
        ]

    @property
    def day_index(self) -> int:
        """Place of the day in the week, from 0; only where a day is chosen."""
        return (self.day or 1) - 1


class RecurringProposal(models.Model):
    """Recurring proposal (lần đề xuất việc định kỳ): the task that one occurrence became, so that none comes twice."""

    recurring = models.ForeignKey(RecurringTask, on_delete=models.PROTECT, related_name="proposals")
    occurrence = models.DateField("lần của việc định kỳ")
    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "lần đề xuất việc định kỳ"
        constraints = [models.UniqueConstraint(fields=["recurring", "occurrence"], name="recurring_proposal_once")]


class Campaign(models.Model):
    """Campaign (đợt nhiệm vụ) of a unit, with dates and criteria of its own; no rulebook reads it: no points."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="campaigns")
    name = models.CharField("tên đợt", max_length=200)
    decision_number = models.CharField("số văn bản", max_length=60)
    decision_date = models.DateField("ngày văn bản")
    decided_by = models.CharField("người quyết định", max_length=160)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày")

    class Meta:
        verbose_name = "đợt nhiệm vụ"
        constraints = [dates_in_order("campaign_dates_in_order")]


class CampaignCriterion(models.Model):
    """Campaign criterion (tiêu chí của đợt): one line on which the people of the unit report each week."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="criteria")
    number = models.PositiveSmallIntegerField("thứ tự")
    text = models.CharField("tiêu chí", max_length=300)

    class Meta:
        verbose_name = "tiêu chí của đợt"
        constraints = [models.UniqueConstraint(fields=["campaign", "number"], name="campaign_criterion_once")]


class CampaignAnswer(models.Model):
    """Campaign answer (báo cáo theo đợt): what one person says on one criterion for one week."""

    criterion = models.ForeignKey(CampaignCriterion, on_delete=models.PROTECT, related_name="answers")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="campaign_answers")
    week = models.DateField("tuần (thứ Hai)")
    text = models.CharField("nội dung", max_length=500)
    answered_at = models.DateTimeField("lúc")
    version = models.PositiveIntegerField("phiên bản", default=1)

    class Meta:
        verbose_name = "báo cáo theo đợt"
        constraints = [models.UniqueConstraint(fields=["criterion", "person", "week"], name="campaign_answer_once")]
