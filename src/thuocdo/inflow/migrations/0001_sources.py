import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("organisation", "0001_initial"),
        ("work", "0002_kinds_and_origins_of_tasks"),
    ]

    operations = together(
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="tên nguồn")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("rest", "giao diện REST"),
                            ("file", "tệp XLSX hoặc CSV"),
                            ("caldav", "lịch công việc CalDAV"),
                        ],
                        max_length=6,
                        verbose_name="loại",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "đang nhận"), ("stopped", "đã ngừng")],
                        default="active",
                        max_length=8,
                        verbose_name="trạng thái",
                    ),
                ),
                (
                    "token_hash",
                    models.CharField(blank=True, db_index=True, max_length=64, verbose_name="băm mã truy cập"),
                ),
                ("token_hint", models.CharField(blank=True, max_length=4, verbose_name="bốn ký tự cuối của mã")),
                ("token_expires_at", models.DateTimeField(null=True, verbose_name="mã hết hạn lúc")),
                ("people", models.JSONField(default=dict, verbose_name="người của nguồn -> mã cán bộ")),
                ("products", models.JSONField(default=dict, verbose_name="sản phẩm của nguồn -> mã danh mục")),
                ("columns", models.JSONField(default=dict, verbose_name="cột của tệp")),
                (
                    "month_rule",
                    models.CharField(
                        choices=[("due", "lấy tháng của hạn hoàn thành"), ("ask", "chờ người xử lý chọn tháng")],
                        default="due",
                        max_length=4,
                        verbose_name="khi không có tháng",
                    ),
                ),
                (
                    "completion",
                    models.CharField(
                        choices=[
                            ("note", "chỉ hiện cho người xử lý; người làm tự báo cáo"),
                            ("report", "ghi thành báo cáo: hoàn thành đủ, đạt chất lượng, đúng hạn theo ngày xong"),
                        ],
                        default="note",
                        max_length=6,
                        verbose_name="khi nguồn báo xong",
                    ),
                ),
                ("default_product", models.CharField(blank=True, max_length=40, verbose_name="sản phẩm khi không ghi")),
                (
                    "default_coefficient",
                    models.PositiveIntegerField(null=True, verbose_name="hệ số khi không có sản phẩm (phần trăm)"),
                ),
                ("silent_days", models.PositiveSmallIntegerField(null=True, verbose_name="báo khi im lặng quá (ngày)")),
                ("url", models.CharField(blank=True, max_length=500, verbose_name="địa chỉ máy chủ lịch")),
                ("username", models.CharField(blank=True, max_length=120, verbose_name="tài khoản trên máy chủ lịch")),
                ("write_back", models.BooleanField(default=False, verbose_name="ghi kết quả trở lại máy chủ lịch")),
                ("sync_mark", models.CharField(blank=True, max_length=500, verbose_name="dấu đồng bộ")),
                ("created_at", models.DateTimeField(verbose_name="lập lúc")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="task_sources", to="organisation.unit"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "nguồn việc",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("token_hash", ""), _negated=True),
                        fields=("token_hash",),
                        name="source_token_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DeliveryDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="ngày")),
                ("first_at", models.DateTimeField(verbose_name="lần đầu lúc")),
                ("last_at", models.DateTimeField(verbose_name="lần cuối lúc")),
                ("times", models.PositiveIntegerField(default=0, verbose_name="số lần")),
                ("counts", models.JSONField(default=dict, verbose_name="số lượng theo kết quả")),
                ("refusals", models.JSONField(default=list, verbose_name="các mục bị từ chối gần nhất")),
                ("failure", models.CharField(blank=True, max_length=500, verbose_name="lỗi của lần cuối")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="inflow.source"
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt nhận trong ngày",
                "constraints": [models.UniqueConstraint(fields=("source", "day"), name="delivery_once_a_day")],
            },
        ),
        migrations.CreateModel(
            name="SourceFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(max_length=200, verbose_name="tên tệp")),
                ("file_hash", models.CharField(max_length=64, verbose_name="băm tệp")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("refused", "không đọc được"),
                            ("ready", "chờ áp dụng"),
                            ("applied", "đã áp dụng"),
                            ("dropped", "đã bỏ"),
                        ],
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                ("whole", models.BooleanField(default=False, verbose_name="là toàn bộ danh sách")),
                ("offers", models.TextField(verbose_name="các việc đã đọc")),
                ("problems", models.TextField(verbose_name="các lỗi")),
                ("uploaded_at", models.DateTimeField(verbose_name="tải lên lúc")),
                ("applied_at", models.DateTimeField(null=True, verbose_name="áp dụng lúc")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="inflow.source"
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "tệp của nguồn",
            },
        ),
        migrations.CreateModel(
            name="SourceItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("external_id", models.CharField(max_length=200, verbose_name="mã ở nguồn")),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="tên việc")),
                ("payload", models.TextField(verbose_name="nội dung nhận được")),
                ("digest", models.CharField(max_length=64, verbose_name="băm nội dung")),
                ("changed_at", models.DateTimeField(null=True, verbose_name="nguồn sửa lúc")),
                ("place", models.CharField(blank=True, max_length=700, verbose_name="nơi lưu ở nguồn")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("applied", "đã vào danh sách việc"),
                            ("waiting", "chưa hiểu"),
                            ("conflict", "khác với việc ở đây"),
                            ("withdrawn", "nguồn đã thu hồi"),
                            ("ignored", "bỏ qua"),
                        ],
                        max_length=10,
                        verbose_name="trạng thái",
                    ),
                ),
                ("problem_code", models.CharField(blank=True, max_length=40, verbose_name="mã vướng mắc")),
                ("problem", models.CharField(blank=True, max_length=600, verbose_name="vướng mắc")),
                ("withdrawing", models.BooleanField(default=False, verbose_name="nguồn muốn thu hồi")),
                ("choices", models.JSONField(default=dict, verbose_name="người xử lý đã chọn")),
                ("applied", models.JSONField(default=dict, verbose_name="giá trị đã ghi")),
                ("received_at", models.DateTimeField(verbose_name="nhận lúc")),
                ("applied_at", models.DateTimeField(null=True, verbose_name="áp dụng lúc")),
                ("version", models.PositiveIntegerField(default=1, verbose_name="phiên bản")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="inflow.source"
                    ),
                ),
                (
                    "task",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="source_item",
                        to="work.task",
                    ),
                ),
            ],
            options={
                "verbose_name": "mục việc từ nguồn",
                "indexes": [models.Index(fields=["source", "state"], name="source_item_by_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "external_id"), name="source_item_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["waiting", "withdrawn", "ignored"]), ("task__isnull", False), _connector="OR"
                        ),
                        name="source_item_applied_has_task",
                    ),
                ],
            },
        ),
    )
