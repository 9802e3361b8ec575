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
            name="Cycle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("month", "tháng"), ("quarter", "quý")], max_length=10, verbose_name="loại kỳ"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="năm")),
                ("number", models.PositiveSmallIntegerField(verbose_name="tháng hoặc quý")),
                ("submit_by", models.DateTimeField(verbose_name="hạn nộp phiếu")),
                ("confirm_by", models.DateTimeField(verbose_name="hạn xác nhận")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "đang mở"), ("closed", "đã khóa")],
                        default="open",
                        max_length=6,
                        verbose_name="trạng thái",
                    ),
                ),
                ("pins", models.JSONField(verbose_name="bộ quy tắc đã chốt")),
                ("opened_at", models.DateTimeField(verbose_name="mở lúc")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="khóa lúc")),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "root",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cycles", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "kỳ theo dõi, đánh giá",
                "constraints": [
                    models.UniqueConstraint(fields=("root", "kind", "year", "number"), name="cycle_once"),
                    models.CheckConstraint(
                        condition=models.Q(("confirm_by__gte", models.F("submit_by"))), name="cycle_deadlines_in_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="cycle_closed_at_and_by",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("state", "open")),
                            models.Q(("closed_at__isnull", False), ("state", "closed")),
                            _connector="OR",
                        ),
                        name="cycle_closed_has_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "month"), ("number__range", (1, 12))),
                            models.Q(("kind", "quarter"), ("number__range", (1, 4))),
                            _connector="OR",
                        ),
                        name="cycle_number_fits_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Member",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cadre", "cán bộ"),
                            ("civil_servant", "công chức"),
                            ("public_employee", "viên chức"),
                            ("contract_worker", "người lao động hợp đồng"),
                        ],
                        max_length=16,
                        verbose_name="đối tượng",
                    ),
                ),
                (
                    "leadership",
                    models.CharField(
                        choices=[("none", "không giữ chức vụ"), ("head", "người đứng đầu"), ("deputy", "cấp phó")],
                        max_length=6,
                        verbose_name="vai trò",
                    ),
                ),
                ("position", models.CharField(max_length=160, verbose_name="chức vụ, chức danh")),
                ("task_group", models.CharField(blank=True, max_length=80, verbose_name="nhóm nhiệm vụ tương đồng")),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("in", "thuộc kỳ đánh giá"),
                            ("no_rule", "chưa có hoặc chưa chọn quy định áp dụng"),
                            ("no_evaluator", "chưa xác định được người đánh giá"),
                            ("away", "vắng cả kỳ"),
                            ("choice", "có nhiều vị trí công tác trong kỳ, chờ chọn"),
                        ],
                        max_length=12,
                        verbose_name="tình trạng",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=1000, verbose_name="lý do")),
                ("rulebook", models.CharField(blank=True, max_length=80, verbose_name="bộ quy tắc")),
                ("overlays", models.JSONField(default=list, verbose_name="quy chế bổ sung")),
                ("rulebook_hash", models.CharField(blank=True, max_length=64, verbose_name="băm bộ quy tắc")),
                ("evaluator_cite", models.CharField(blank=True, max_length=300, verbose_name="căn cứ người đánh giá")),
                (
                    "agency",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "cycle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="members", to="cycles.cycle"
                    ),
                ),
                (
                    "employment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.employment"
                    ),
                ),
                (
                    "evaluator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evaluates",
                        to="organisation.person",
                    ),
                ),
                (
                    "evaluator_unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="organisation.person",
                    ),
                ),
                (
                    "rating_unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
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
                "verbose_name": "người thuộc kỳ đánh giá",
                "constraints": [
                    models.UniqueConstraint(fields=("cycle", "person"), name="member_once_per_cycle"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("evaluator__isnull", True),
                            models.Q(("evaluator", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="member_not_own_evaluator",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("standing", "in"), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="member_out_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("standing", "in"), _negated=True),
                            models.Q(
                                ("evaluator__isnull", False),
                                models.Q(("rulebook", ""), _negated=True),
                                models.Q(("rulebook_hash", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="member_in_has_rule_and_evaluator",
                    ),
                ],
            },
        ),
    )
