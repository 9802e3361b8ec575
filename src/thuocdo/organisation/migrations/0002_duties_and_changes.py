import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("organisation", "0001_initial"),
    ]

    operations = together(
        migrations.AlterField(
            model_name="unitlink",
            name="tree",
            field=models.CharField(
                choices=[
                    ("structure", "thuộc về"),
                    ("management", "cơ quan quản lý công chức"),
                    ("succession", "đơn vị kế tiếp giữ hồ sơ"),
                ],
                max_length=12,
                verbose_name="cây",
            ),
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[("evaluate", "theo dõi, đánh giá hằng tháng, hằng quý"), ("assign", "giao việc")],
                        max_length=10,
                        verbose_name="việc được ủy quyền",
                    ),
                ),
                ("decision", models.CharField(max_length=120, verbose_name="số văn bản")),
                ("decided_on", models.DateField(verbose_name="ngày văn bản")),
                ("start", models.DateField(verbose_name="từ ngày")),
                ("end", models.DateField(verbose_name="đến trước ngày")),
                (
                    "delegate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations",
                        to="organisation.person",
                    ),
                ),
                (
                    "giver",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations_given",
                        to="organisation.person",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="delegations", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "ủy quyền",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))), name="delegation_dates_in_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("giver", models.F("delegate")), _negated=True),
                        name="delegation_not_to_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision", ""), _negated=True), name="delegation_has_decision"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DelegationCover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "delegate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.person"
                    ),
                ),
                (
                    "delegation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="covers", to="organisation.delegation"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "phạm vi ủy quyền",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("person__isnull", False), ("unit__isnull", True)),
                            models.Q(("person__isnull", True), ("unit__isnull", False)),
                            _connector="OR",
                        ),
                        name="delegation_covers_unit_or_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person__isnull", True),
                            models.Q(("person", models.F("delegate")), _negated=True),
                            _connector="OR",
                        ),
                        name="delegation_never_over_oneself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Departure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("end", models.DateField(verbose_name="nghỉ từ ngày")),
                ("reason", models.CharField(max_length=300, verbose_name="lý do")),
                ("effects", models.JSONField(default=dict, verbose_name="thay đổi đã ghi")),
                ("recorded_at", models.DateTimeField(verbose_name="ghi lúc")),
                ("undone_at", models.DateTimeField(null=True, verbose_name="hoàn tác lúc")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="departures", to="organisation.person"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "thôi công tác",
            },
        ),
        migrations.CreateModel(
            name="DeputyField",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=160, verbose_name="lĩnh vực")),
                ("decision", models.CharField(max_length=120, verbose_name="số, ngày văn bản")),
                ("start", models.DateField(verbose_name="từ ngày")),
                ("end", models.DateField(null=True, verbose_name="đến trước ngày")),
                (
                    "covers_person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.person",
                    ),
                ),
                (
                    "covers_unit",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deputy_fields",
                        to="organisation.person",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deputy_fields",
                        to="organisation.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "lĩnh vực phụ trách",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gt", models.F("start")), _connector="OR"),
                        name="deputy_field_dates_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("covers_person__isnull", False), ("covers_unit__isnull", True)),
                            models.Q(("covers_person__isnull", True), ("covers_unit__isnull", False)),
                            _connector="OR",
                        ),
                        name="deputy_field_covers_unit_or_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("covers_person__isnull", True),
                            models.Q(("covers_person", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="deputy_field_not_oneself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=500, verbose_name="lý do")),
                ("proposed_at", models.DateTimeField(verbose_name="đề nghị lúc")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="duyệt lúc")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="rút lại lúc")),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "dropped",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_away",
                        to="organisation.person",
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="merges", to="organisation.person"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "gộp mã cán bộ",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kept", models.F("dropped")), _negated=True), name="merge_of_two_codes"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="merge_by_two_officers",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("dropped",),
                        name="one_merge_of_a_code",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PersonName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("full_name", models.CharField(max_length=120, verbose_name="họ và tên")),
                ("end", models.DateField(verbose_name="đến trước ngày")),
                ("reason", models.CharField(max_length=200, verbose_name="lý do")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="former_names",
                        to="organisation.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "họ tên trước đây",
            },
        ),
        migrations.CreateModel(
            name="Reorganisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200, verbose_name="tên phương án")),
                ("decision", models.CharField(max_length=120, verbose_name="số văn bản")),
                ("decided_on", models.DateField(verbose_name="ngày văn bản")),
                ("start", models.DateField(verbose_name="có hiệu lực từ ngày")),
                (
                    "month_rule",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("new", "người có thẩm quyền theo bảng của quy định tại ngày sắp xếp"),
                            ("old", "người đã đánh giá ở đơn vị cũ làm cho xong"),
                        ],
                        max_length=3,
                        verbose_name="phiếu chưa xác nhận",
                    ),
                ),
                ("month_reason", models.CharField(blank=True, max_length=500, verbose_name="lý do chọn")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "đang chuẩn bị"), ("applied", "đã áp dụng"), ("undone", "đã hoàn tác")],
                        default="draft",
                        max_length=8,
                        verbose_name="trạng thái",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                ("effects", models.JSONField(default=dict, verbose_name="thay đổi đã ghi")),
                ("created_at", models.DateTimeField(verbose_name="lập lúc")),
                ("applied_at", models.DateTimeField(null=True, verbose_name="áp dụng lúc")),
                (
                    "applied_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "root",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reorganisations",
                        to="organisation.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "sắp xếp đơn vị",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("decision", ""), _negated=True), name="reorganisation_has_decision"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("month_rule", ""), models.Q(("month_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="reorganisation_choice_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("applied_at__isnull", True), ("state", "draft")),
                            models.Q(models.Q(("state", "draft"), _negated=True), ("applied_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="reorganisation_applied_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="mã đơn vị mới")),
                ("position", models.CharField(blank=True, max_length=160, verbose_name="chức vụ, chức danh")),
                ("leadership", models.CharField(blank=True, max_length=6, verbose_name="vai trò")),
                (
                    "employment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.employment"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="placements",
                        to="organisation.reorganisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "bố trí người",
                "constraints": [models.UniqueConstraint(fields=("plan", "employment"), name="placement_once")],
            },
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="mã đơn vị mới")),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="tên đơn vị mới")),
                ("kind", models.CharField(blank=True, max_length=10, verbose_name="loại")),
                ("parent_code", models.CharField(blank=True, max_length=40, verbose_name="thuộc về mã")),
                ("records", models.BooleanField(default=False, verbose_name="tiếp nhận hồ sơ")),
                (
                    "old",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="successions",
                        to="organisation.reorganisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "đơn vị kế tiếp",
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "old", "code"), name="succession_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("records", True)), fields=("plan", "old"), name="one_keeper_of_records"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActingHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("in_charge", "được giao phụ trách"), ("interim", "quyền người đứng đầu")],
                        max_length=10,
                        verbose_name="hình thức",
                    ),
                ),
                ("decision", models.CharField(max_length=120, verbose_name="số, ngày văn bản")),
                ("start", models.DateField(verbose_name="từ ngày")),
                ("end", models.DateField(null=True, verbose_name="đến trước ngày")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acting_heads",
                        to="organisation.person",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="acting_heads", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "người phụ trách",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gt", models.F("start")), _connector="OR"),
                        name="acting_head_dates_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision", ""), _negated=True), name="acting_head_has_decision"
                    ),
                ],
            },
        ),
    )
