import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("organisation", "0002_duties_and_changes"),
        ("work", "0004_evidence_append_only"),
    ]

    operations = together(
        migrations.CreateModel(
            name="Campaign",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="tên đợt")),
                ("decision_number", models.CharField(max_length=60, verbose_name="số văn bản")),
                ("decision_date", models.DateField(verbose_name="ngày văn bản")),
                ("decided_by", models.CharField(max_length=160, verbose_name="người quyết định")),
                ("start", models.DateField(verbose_name="từ ngày")),
                ("end", models.DateField(verbose_name="đến trước ngày")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="campaigns", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "đợt nhiệm vụ",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gt", models.F("start")), _connector="OR"),
                        name="campaign_dates_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CampaignCriterion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="thứ tự")),
                ("text", models.CharField(max_length=300, verbose_name="tiêu chí")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="criteria", to="plans.campaign"
                    ),
                ),
            ],
            options={
                "verbose_name": "tiêu chí của đợt",
                "constraints": [models.UniqueConstraint(fields=("campaign", "number"), name="campaign_criterion_once")],
            },
        ),
        migrations.CreateModel(
            name="CampaignAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.DateField(verbose_name="tuần (thứ Hai)")),
                ("text", models.CharField(max_length=500, verbose_name="nội dung")),
                ("answered_at", models.DateTimeField(verbose_name="lúc")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="campaign_answers",
                        to="organisation.person",
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="plans.campaigncriterion",
                    ),
                ),
            ],
            options={
                "verbose_name": "báo cáo theo đợt",
                "constraints": [
                    models.UniqueConstraint(fields=("criterion", "person", "week"), name="campaign_answer_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PlanSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("required", models.BooleanField(default=True, verbose_name="mọi người phải có kế hoạch tuần")),
                ("published", models.BooleanField(default=False, verbose_name="công khai trong đơn vị")),
                ("decided_by", models.CharField(max_length=160, verbose_name="người quyết định")),
                ("decision", models.CharField(max_length=300, verbose_name="văn bản")),
                ("start", models.DateField(verbose_name="từ ngày")),
                ("end", models.DateField(null=True, verbose_name="đến trước ngày")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_settings",
                        to="organisation.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "yêu cầu kế hoạch tuần",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gt", models.F("start")), _connector="OR"),
                        name="plan_setting_dates_in_order",
                    ),
                    models.UniqueConstraint(fields=("unit", "start"), name="plan_setting_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecurringTask",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300, verbose_name="việc")),
                (
                    "rule",
                    models.CharField(
                        choices=[("weekly", "hằng tuần"), ("monthly", "hằng tháng"), ("quarterly", "hằng quý")],
                        max_length=9,
                        verbose_name="lặp lại",
                    ),
                ),
                ("day", models.PositiveSmallIntegerField(verbose_name="ngày")),
                ("quarter_month", models.PositiveSmallIntegerField(null=True, verbose_name="tháng thứ mấy của quý")),
                ("coefficient", models.PositiveIntegerField(null=True, verbose_name="hệ số quy đổi (phần trăm)")),
                ("quantity", models.PositiveIntegerField(null=True, verbose_name="số lượng (phần trăm)")),
                ("expected", models.CharField(blank=True, max_length=300, verbose_name="sản phẩm dự kiến")),
                ("start", models.DateField(verbose_name="từ ngày")),
                ("end", models.DateField(null=True, verbose_name="đến trước ngày")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recurring_tasks",
                        to="organisation.person",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="work.product"
                    ),
                ),
            ],
            options={
                "verbose_name": "việc định kỳ",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gt", models.F("start")), _connector="OR"),
                        name="recurring_task_dates_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("day__range", (1, 7)), ("rule", "weekly")),
                            models.Q(
                                models.Q(("rule", "weekly"), _negated=True),
                                models.Q(("day__range", (1, 28)), ("day", 31), _connector="OR"),
                            ),
                            _connector="OR",
                        ),
                        name="recurring_task_day_of_rule",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quarter_month__range", (1, 3)), ("rule", "quarterly")),
                            models.Q(models.Q(("rule", "quarterly"), _negated=True), ("quarter_month__isnull", True)),
                            _connector="OR",
                        ),
                        name="recurring_task_month_of_quarter",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WeekGrading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("levels", models.JSONField(verbose_name="các mức")),
                ("decided_by", models.CharField(max_length=160, verbose_name="người quyết định")),
                ("decision", models.CharField(max_length=300, verbose_name="văn bản")),
                ("start", models.DateField(verbose_name="từ ngày")),
                ("end", models.DateField(null=True, verbose_name="đến trước ngày")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="week_gradings",
                        to="organisation.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "xếp loại tuần",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gt", models.F("start")), _connector="OR"),
                        name="week_grading_dates_in_order",
                    ),
                    models.UniqueConstraint(fields=("unit", "start"), name="week_grading_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WeekGrade",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.DateField(verbose_name="tuần (thứ Hai)")),
                ("level", models.PositiveSmallIntegerField(verbose_name="thứ tự mức")),
                ("words", models.CharField(max_length=60, verbose_name="mức")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="lý do")),
                ("given_at", models.DateTimeField(verbose_name="lúc")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="week_grades",
                        to="organisation.person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "grading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="grades", to="plans.weekgrading"
                    ),
                ),
            ],
            options={
                "verbose_name": "mức tuần",
                "constraints": [
                    models.UniqueConstraint(fields=("person", "week", "unit"), name="week_grade_once"),
                    models.CheckConstraint(
                        condition=models.Q(("level__range", (0, 4))), name="week_grade_level_0_to_4"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WeekItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week", models.DateField(verbose_name="tuần (thứ Hai)")),
                ("day", models.PositiveSmallIntegerField(null=True, verbose_name="ngày trong tuần")),
                ("text", models.CharField(max_length=300, verbose_name="việc")),
                (
                    "nature",
                    models.CharField(
                        choices=[("regular", "thường xuyên"), ("ad_hoc", "đột xuất")],
                        default="regular",
                        max_length=7,
                        verbose_name="tính chất",
                    ),
                ),
                ("is_key", models.BooleanField(default=False, verbose_name="trọng tâm")),
                ("is_new", models.BooleanField(default=False, verbose_name="mới")),
                ("is_hard", models.BooleanField(default=False, verbose_name="khó")),
                ("due_date", models.DateField(null=True, verbose_name="hạn")),
                ("expected", models.CharField(blank=True, max_length=300, verbose_name="sản phẩm dự kiến")),
                ("assigned_by", models.CharField(blank=True, max_length=120, verbose_name="người giao")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "chưa ghi kết quả"),
                            ("done", "xong"),
                            ("partly", "xong một phần"),
                            ("not_done", "chưa làm được"),
                            ("dropped", "đã bỏ"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="kết quả",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="ghi chú kết quả")),
                ("occurrence", models.DateField(null=True, verbose_name="lần của việc định kỳ")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                (
                    "carried_from",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried_to",
                        to="plans.weekitem",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="week_items", to="organisation.person"
                    ),
                ),
                (
                    "recurring",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="plans.recurringtask",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="week_items",
                        to="work.task",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "việc trong tuần",
                "indexes": [models.Index(fields=["week", "person"], name="week_item_by_week_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("day__isnull", True), ("day__range", (1, 7)), _connector="OR"),
                        name="week_item_day_1_to_7",
                    ),
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="week_item_has_text"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("occurrence__isnull", True), ("recurring__isnull", True)),
                            models.Q(("occurrence__isnull", False), ("recurring__isnull", False)),
                            _connector="OR",
                        ),
                        name="week_item_occurrence_of_recurring",
                    ),
                    models.UniqueConstraint(fields=("recurring", "occurrence"), name="week_item_once_per_occurrence"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "dropped"), _negated=True),
                        fields=("carried_from",),
                        name="week_item_carried_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("carried_from__isnull", True),
                            models.Q(("carried_from", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="week_item_not_from_itself",
                    ),
                ],
            },
        ),
    )
