from django.conf import settings
from django.db import models
from django.db.models import Q

from thuocdo.intake.models import LargeWork
from thuocdo.organisation.models import Unit
from thuocdo.work.models import Task


class Source(models.Model):
    """Source of tasks (nguồn việc): a document-and-task system, a file it exports, or a calendar server.

    The bearer token of a REST source is shown once; only its SHA-256 is stored. The password of a calendar server is
    not in the database at all (`credentials`).
    """

    class Kind(models.TextChoices):
        REST = "rest", "giao diện REST"
        FILE = "file", "tệp XLSX hoặc CSV"
        CALDAV = "caldav", "lịch công việc CalDAV"

    class State(models.TextChoices):
        ACTIVE = "active", "đang nhận"
        STOPPED = "stopped", "đã ngừng"

    class MonthRule(models.TextChoices):
        DUE = "due", "lấy tháng của hạn hoàn thành"
        ASK = "ask", "chờ người xử lý chọn tháng"

    class Completion(models.TextChoices):
        NOTE = "note", "chỉ hiện cho người xử lý; người làm tự báo cáo"
        REPORT = "report", "ghi thành báo cáo: hoàn thành đủ, đạt chất lượng, đúng hạn theo ngày xong"

    agency = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="task_sources")
    name = models.CharField("tên nguồn", max_length=120)
    kind = models.CharField("loại", max_length=6, choices=Kind)
    state = models.CharField("trạng thái", max_length=8, choices=State, default=State.ACTIVE)
    token_hash = models.CharField("băm mã truy cập", max_length=64, blank=True, db_index=True)
    token_hint = models.CharField("bốn ký tự cuối của mã", max_length=4, blank=True)
    token_expires_at = models.DateTimeField("mã hết hạn lúc", null=True)
    people = models.JSONField("người của nguồn -> mã cán bộ", default=dict)
    products = models.JSONField("sản phẩm của nguồn -> mã danh mục", default=dict)
    columns = models.JSONField("cột của tệp", default=dict)
    month_rule = models.CharField("khi không có tháng", max_length=4, choices=MonthRule, default=MonthRule.DUE)
    completion = models.CharField("khi nguồn báo xong", max_length=6, choices=Completion, default=Completion.NOTE)
    default_product = models.CharField("sản phẩm khi không ghi", max_length=40, blank=True)
    default_coefficient = models.PositiveIntegerField("hệ số khi không có sản phẩm (phần trăm)", null=True)
    silent_days = models.PositiveSmallIntegerField("báo khi im lặng quá (ngày)", null=True)
    url = models.CharField("địa chỉ máy chủ lịch", max_length=500, blank=True)
    username = models.CharField("tài khoản trên máy chủ lịch", max_length=120, blank=True)
    write_back = models.BooleanField("ghi kết quả trở lại máy chủ lịch", default=False)
    sync_mark = models.CharField("dấu đồng bộ", max_length=500, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("lập lúc")
    version = models.PositiveIntegerField("phiên bản", default=1)

    class Meta:
        verbose_name = "nguồn việc"
        constraints = [
            models.UniqueConstraint(fields=["token_hash"], condition=~Q(token_hash=""), name="source_token_once"),
        ]

    def __str__(self) -> str:
        return self.name


class SourceItem(models.Model):
    """Item of a source (mục việc từ nguồn): what the source last said about one of its tasks, and what became of it.

    `applied` holds the task values last written from the source: a task that differs from them was changed here.
    `choices` holds what a person answered for this item alone.
    """

    class State(models.TextChoices):
        APPLIED = "applied", "đã vào danh sách việc"
        WAITING = "waiting", "chưa hiểu"
        CONFLICT = "conflict", "khác với việc ở đây"
        WITHDRAWN = "withdrawn", "nguồn đã thu hồi"
        IGNORED = "ignored", "bỏ qua"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="items")
    external_id = models.CharField("mã ở nguồn", max_length=200)
    title = models.CharField("tên việc", max_length=200, blank=True)
    payload = models.TextField("nội dung nhận được")
    digest = models.CharField("băm nội dung", max_length=64)
    changed_at = models.DateTimeField("nguồn sửa lúc", null=True)
    place = models.CharField("nơi lưu ở nguồn", max_length=700, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=State)
    problem_code = models.CharField("mã vướng mắc", max_length=40, blank=True)
    problem = models.CharField("vướng mắc", max_length=600, blank=True)
    withdrawing = models.BooleanField("nguồn muốn thu hồi", default=False)
    choices = models.JSONField("người xử lý đã chọn", default=dict)
    applied = models.JSONField("giá trị đã ghi", default=dict)
    task = models.OneToOneField(Task, on_delete=models.PROTECT, null=True, related_name="source_item")
    received_at = models.DateTimeField("nhận lúc")
    applied_at = models.DateTimeField("áp dụng lúc", null=True)
    version = models.PositiveIntegerField("phiên bản", default=1)

    class Meta:
        verbose_name = "mục việc từ nguồn"
        indexes = [models.Index(fields=["source", "state"], name="source_item_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="source_item_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "withdrawn", "ignored"]) | Q(task__isnull=False),
                name="source_item_applied_has_task",
            ),
        ]

    @property
    def kept(self) -> bool:
        """Whether the source took it back and a person kept the task here; what the source sends later comes in."""
        return self.withdrawing and self.state == self.State.APPLIED


class DeliveryDay(models.Model):
    """Deliveries of a day (lượt nhận trong ngày): how much a source brought, when last, and what was refused."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="deliveries")
    day = models.DateField("ngày")
    first_at = models.DateTimeField("lần đầu lúc")
    last_at = models.DateTimeField("lần cuối lúc")
    times = models.PositiveIntegerField("số lần", default=0)
    counts = models.JSONField("số lượng theo kết quả", default=dict)
    refusals = models.JSONField("các mục bị từ chối gần nhất", default=list)
    failure = models.CharField("lỗi của lần cuối", max_length=500, blank=True)

    class Meta:
        verbose_name = "lượt nhận trong ngày"
        constraints = [models.UniqueConstraint(fields=["source", "day"], name="delivery_once_a_day")]


class SourceFile(models.Model):
    """File of a source (tệp của nguồn): read through the source's columns, shown, then applied or dropped."""

    class State(models.TextChoices):
        REFUSED = "refused", "không đọc được"
        READY = "ready", "chờ áp dụng"
        APPLIED = "applied", "đã áp dụng"
        DROPPED = "dropped", "đã bỏ"
        READING = "reading", "đang đọc tệp"
        APPLYING = "applying", "đang ghi"

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="files")
    file_name = models.CharField("tên tệp", max_length=200)
    file_hash = models.CharField("băm tệp", max_length=64)
    state = models.CharField("trạng thái", max_length=10, choices=State)
    whole = models.BooleanField("là toàn bộ danh sách", default=False)
    offers = models.TextField("các việc đã đọc")
    problems = models.TextField("các lỗi")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("tải lên lúc")
    applied_at = models.DateTimeField("áp dụng lúc", null=True)

    class Meta:
        verbose_name = "tệp của nguồn"


NO_LINES = "[]"


class LargeSourceFile(LargeWork):
    """Large file of a source (tệp lớn của nguồn).

    `lines` is the preview as JSON: `[outcome, external id, title, message]` of each row, as it was when read; it goes
    once the file is applied or dropped.
    """

    file = models.OneToOneField(SourceFile, on_delete=models.CASCADE, primary_key=True, related_name="large")
    lines = models.TextField("các dòng xem trước", default=NO_LINES)
    many_gone = models.BooleanField("cho phép thu hồi nhiều", default=False)

    class Meta:
        verbose_name = "tệp lớn của nguồn"
        indexes = [models.Index(fields=["step", "asked_at"], name="large_source_file_waiting")]
