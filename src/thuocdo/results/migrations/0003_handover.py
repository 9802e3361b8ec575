import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("appraisals", "0008_quota_choices"),
        ("organisation", "0004_contacts"),
        ("results", "0002_append_only"),
    ]

    operations = together(
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="năm")),
                ("number", models.PositiveIntegerField(verbose_name="lần gửi")),
                ("left_out", models.JSONField(default=list, verbose_name="chưa gửi được")),
                ("digest", models.CharField(max_length=64, verbose_name="băm nội dung")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="ghi chú của nơi gửi")),
                ("sent_at", models.DateTimeField(verbose_name="gửi lúc")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "đã gửi, chờ nhận"),
                            ("received", "đã nhận"),
                            ("returned", "nơi nhận trả lại"),
                            ("withdrawn", "nơi gửi đã rút"),
                        ],
                        default="sent",
                        max_length=9,
                        verbose_name="trạng thái",
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True, verbose_name="xử lý lúc")),
                ("remark", models.CharField(blank=True, max_length=500, verbose_name="lý do trả lại hoặc rút")),
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
                    "from_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handovers", to="organisation.person"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "to_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "bàn giao kết quả",
                "indexes": [models.Index(fields=["to_agency", "state"], name="handover_to_receive")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "from_agency", "to_agency", "year", "number"), name="handover_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_agency", models.F("to_agency")), _negated=True),
                        name="handover_to_another_agency",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("closed_at__isnull", True),
                                ("closed_by__isnull", True),
                                ("remark", ""),
                                ("state", "sent"),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("remark", ""),
                                ("state", "received"),
                            ),
                            models.Q(
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                ("state__in", ("returned", "withdrawn")),
                                models.Q(("remark", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="handover_closed_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("received", "returned")), _negated=True),
                            models.Q(("closed_by", models.F("sent_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="handover_not_received_by_sender",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HandoverLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("result", "kết quả kỳ"),
                            ("rollup", "điểm tổng hợp"),
                            ("difficulty", "vướng mắc về kết quả"),
                        ],
                        max_length=10,
                        verbose_name="loại",
                    ),
                ),
                ("label", models.CharField(max_length=300, verbose_name="nội dung")),
                ("content", models.TextField(verbose_name="bản sao đã gửi")),
                ("digest", models.CharField(max_length=64, verbose_name="băm bản sao")),
                (
                    "confirmation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handover_lines",
                        to="appraisals.confirmation",
                    ),
                ),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="results.handover"
                    ),
                ),
            ],
            options={
                "verbose_name": "mục bàn giao",
                "constraints": [
                    models.UniqueConstraint(fields=("handover", "kind", "digest"), name="handover_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmation__isnull", False), ("kind", "result")),
                            models.Q(models.Q(("kind", "result"), _negated=True), ("confirmation__isnull", True)),
                            _connector="OR",
                        ),
                        name="handover_result_names_it",
                    ),
                ],
            },
        ),
    )
