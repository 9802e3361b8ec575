import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("organisation", "0001_initial"),
        ("work", "0001_initial"),
    ]

    operations = together(
        migrations.CreateModel(
            name="Catalogue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drafting", "đang soạn"),
                            ("submitted", "chờ phê duyệt"),
                            ("approved", "đã phê duyệt"),
                            ("dropped", "đã bỏ"),
                        ],
                        default="drafting",
                        max_length=9,
                        verbose_name="trạng thái",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("ratio", "điểm của sản phẩm chia cho điểm của sản phẩm chuẩn"),
                            ("typed", "ghi hệ số từng dòng, có lý do"),
                            ("group", "hệ số chung theo nhóm phức tạp"),
                        ],
                        default="typed",
                        max_length=5,
                        verbose_name="cách xác định hệ số",
                    ),
                ),
                (
                    "ratio_accepted",
                    models.BooleanField(default=False, verbose_name="chấp nhận cách tính theo tỷ lệ điểm"),
                ),
                (
                    "rounding",
                    models.CharField(
                        choices=[
                            ("none", "không làm tròn"),
                            ("half_up", "làm tròn đến hai chữ số thập phân, từ 5 trở lên thì làm tròn lên"),
                            ("down", "bỏ phần sau hai chữ số thập phân"),
                            ("up", "làm tròn lên hai chữ số thập phân"),
                        ],
                        default="none",
                        max_length=7,
                        verbose_name="làm tròn",
                    ),
                ),
                ("rounding_reason", models.CharField(blank=True, max_length=300, verbose_name="căn cứ làm tròn")),
                ("groups", models.JSONField(default=list, verbose_name="các nhóm phức tạp")),
                ("begun_at", models.DateTimeField(verbose_name="bắt đầu lúc")),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="trình lúc")),
                ("remark", models.TextField(blank=True, verbose_name="lý do trả lại")),
                ("decision_number", models.CharField(blank=True, max_length=80, verbose_name="số quyết định")),
                ("decided_on", models.DateField(null=True, verbose_name="ngày quyết định")),
                ("start", models.DateField(null=True, verbose_name="từ ngày")),
                ("end", models.DateField(null=True, verbose_name="đến trước ngày")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="phê duyệt lúc")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="catalogues", to="organisation.unit"
                    ),
                ),
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
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "bản danh mục sản phẩm, công việc",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("drafting", "submitted"))),
                        fields=("agency",),
                        name="one_catalogue_in_preparation",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "approved")),
                        fields=("agency", "start"),
                        name="catalogue_start_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("end__isnull", True), ("state", "approved")),
                        fields=("agency",),
                        name="one_catalogue_without_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gt", models.F("start")), _connector="OR"),
                        name="catalogue_dates_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by__isnull", True),
                            models.Q(
                                models.Q(("approved_by", models.F("begun_by")), _negated=True),
                                models.Q(("approved_by", models.F("submitted_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="catalogue_approved_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "approved"), _negated=True),
                            models.Q(
                                ("approved_by__isnull", False),
                                ("decided_on__isnull", False),
                                ("start__isnull", False),
                                ("submitted_by__isnull", False),
                                models.Q(("decision_number", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="catalogue_approval_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CatalogueLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="mã sản phẩm")),
                ("name", models.CharField(max_length=200, verbose_name="tên sản phẩm, công việc")),
                ("complexity", models.PositiveSmallIntegerField(verbose_name="nhóm phức tạp")),
                ("standard", models.BooleanField(default=False, verbose_name="sản phẩm, công việc chuẩn")),
                ("points", models.PositiveIntegerField(null=True, verbose_name="điểm chấm (phần trăm)")),
                ("typed", models.PositiveIntegerField(null=True, verbose_name="hệ số ghi (phần trăm)")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="lý do của hệ số")),
                ("coefficient", models.PositiveIntegerField(null=True, verbose_name="hệ số quy đổi (phần trăm)")),
                (
                    "catalogue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="catalogues.catalogue"
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="catalogue_lines",
                        to="work.product",
                    ),
                ),
            ],
            options={
                "verbose_name": "dòng danh mục",
            },
        ),
        migrations.CreateModel(
            name="Inventory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.DateField(verbose_name="từ ngày")),
                ("end", models.DateField(verbose_name="đến trước ngày")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("drafting", "đang rà soát"),
                            ("sent", "đã gửi bộ phận tổ chức"),
                            ("merged", "đã đưa vào danh mục"),
                        ],
                        default="drafting",
                        max_length=9,
                        verbose_name="trạng thái",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                ("begun_at", models.DateTimeField(verbose_name="bắt đầu lúc")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="gửi lúc")),
                ("remark", models.TextField(blank=True, verbose_name="lý do trả lại")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "sent_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="inventories", to="organisation.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "bản rà soát sản phẩm, công việc",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gt", models.F("start")), _connector="OR"),
                        name="inventory_dates_in_order",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "drafting")), fields=("unit",), name="one_inventory_in_drafting"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InventoryLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="tên sản phẩm, công việc")),
                ("search_key", models.CharField(max_length=200, verbose_name="khóa tìm")),
                ("occurrences", models.PositiveIntegerField(default=0, verbose_name="số lần")),
                ("quantity", models.PositiveBigIntegerField(default=0, verbose_name="tổng số lượng (phần trăm)")),
                ("complexity", models.PositiveSmallIntegerField(null=True, verbose_name="nhóm phức tạp")),
                ("standard", models.BooleanField(default=False, verbose_name="đề xuất làm sản phẩm chuẩn")),
                (
                    "state",
                    models.CharField(
                        choices=[("kept", "giữ lại"), ("joined", "gộp vào dòng khác"), ("dropped", "loại")],
                        default="kept",
                        max_length=7,
                        verbose_name="trạng thái",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="lý do loại")),
                (
                    "set_aside",
                    models.CharField(blank=True, max_length=300, verbose_name="lý do không đưa vào danh mục"),
                ),
                (
                    "inventory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="catalogues.inventory"
                    ),
                ),
                (
                    "joined_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="joined",
                        to="catalogues.inventoryline",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "taken_into",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taken",
                        to="catalogues.catalogueline",
                    ),
                ),
            ],
            options={
                "verbose_name": "dòng rà soát",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("complexity__isnull", True), ("complexity__range", (1, 5)), _connector="OR"
                        ),
                        name="inventory_complexity_1_to_5",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("joined_into__isnull", False), ("state", "joined")),
                            models.Q(models.Q(("state", "joined"), _negated=True), ("joined_into__isnull", True)),
                            _connector="OR",
                        ),
                        name="inventory_line_joined_into_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "dropped"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="inventory_line_dropped_with_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("standard", True)), fields=("inventory",), name="one_standard_per_inventory"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="tên sản phẩm, công việc")),
                ("words", models.TextField(verbose_name="vì sao cần bổ sung")),
                ("proposed_at", models.DateTimeField(verbose_name="đề xuất lúc")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "chờ xem xét"),
                            ("drafted", "đã đưa vào dự thảo"),
                            ("accepted", "đã bổ sung vào danh mục"),
                            ("refused", "không bổ sung"),
                            ("withdrawn", "người đề xuất đã rút"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="trạng thái",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="trả lời")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="trả lời lúc")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.unit"
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="product_proposals",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="work.task"
                    ),
                ),
            ],
            options={
                "verbose_name": "đề xuất bổ sung sản phẩm, công việc",
                "indexes": [models.Index(fields=["agency", "state"], name="product_proposal_by_agency")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "refused"), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="product_proposal_refused_with_reason",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="catalogueline",
            name="proposal",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="catalogues.proposal"
            ),
        ),
        migrations.AddConstraint(
            model_name="catalogueline",
            constraint=models.UniqueConstraint(fields=("catalogue", "code"), name="catalogue_code_once"),
        ),
        migrations.AddConstraint(
            model_name="catalogueline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("standard", True)), fields=("catalogue",), name="one_standard_per_catalogue"
            ),
        ),
        migrations.AddConstraint(
            model_name="catalogueline",
            constraint=models.CheckConstraint(
                condition=models.Q(("complexity__range", (1, 5))), name="catalogue_complexity_1_to_5"
            ),
        ),
    )
