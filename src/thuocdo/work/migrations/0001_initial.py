import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("organisation", "0001_initial"),
    ]

    operations = together(
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="mã sản phẩm")),
                ("name", models.CharField(max_length=200, verbose_name="tên sản phẩm, công việc")),
                ("complexity", models.PositiveSmallIntegerField(verbose_name="nhóm phức tạp")),
                ("coefficient", models.PositiveIntegerField(verbose_name="hệ số quy đổi (phần trăm)")),
                ("start", models.DateField(verbose_name="từ ngày")),
                ("end", models.DateField(null=True, verbose_name="đến trước ngày")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="products", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "sản phẩm, công việc trong danh mục",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gt", models.F("start")), _connector="OR"),
                        name="product_dates_in_order",
                    ),
                    models.UniqueConstraint(fields=("agency", "code", "start"), name="product_once"),
                    models.CheckConstraint(
                        condition=models.Q(("complexity__range", (1, 5))), name="product_complexity_1_to_5"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("coefficient__gt", 0)), name="product_coefficient_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, unique=True, verbose_name="mã công việc")),
                ("month", models.DateField(verbose_name="tháng (ngày đầu)")),
                ("title", models.CharField(max_length=200, verbose_name="tên công việc")),
                ("coefficient", models.PositiveIntegerField(verbose_name="hệ số quy đổi (phần trăm)")),
                ("assigned", models.PositiveIntegerField(verbose_name="số lượng giao (phần trăm)")),
                ("due_date", models.DateField(verbose_name="hạn hoàn thành")),
                ("outside_plan", models.BooleanField(default=False, verbose_name="ngoài tổng số được giao ban đầu")),
                ("handed_back", models.BooleanField(default=False, verbose_name="báo không thực hiện được")),
                ("given_at", models.DateTimeField(verbose_name="giao lúc")),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "đang giao"), ("withdrawn", "đã thu hồi")],
                        default="active",
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                ("completed", models.PositiveIntegerField(null=True, verbose_name="số lượng hoàn thành (phần trăm)")),
                (
                    "quality_met",
                    models.PositiveIntegerField(null=True, verbose_name="số lượng đạt chất lượng (phần trăm)"),
                ),
                ("on_time", models.PositiveIntegerField(null=True, verbose_name="số lượng đúng hạn (phần trăm)")),
                (
                    "quality_errors",
                    models.PositiveSmallIntegerField(default=0, verbose_name="số lần không đạt chất lượng"),
                ),
                ("late", models.PositiveSmallIntegerField(default=0, verbose_name="số lần chậm")),
                ("cause", models.CharField(blank=True, max_length=500, verbose_name="nguyên nhân khách quan nêu ra")),
                ("evidence", models.CharField(blank=True, max_length=300, verbose_name="minh chứng")),
                ("reported_at", models.DateTimeField(null=True, verbose_name="báo cáo lúc")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="organisation.unit"
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="organisation.person"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="work.product"
                    ),
                ),
            ],
            options={
                "verbose_name": "sản phẩm, công việc được giao",
                "indexes": [models.Index(fields=["month", "person"], name="task_by_month_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("coefficient__gt", 0)), name="task_coefficient_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("completed__isnull", True),
                            models.Q(
                                ("quality_met__lte", models.F("completed")), ("on_time__lte", models.F("completed"))
                            ),
                            _connector="OR",
                        ),
                        name="task_parts_within_completed",
                    ),
                ],
            },
        ),
    )
