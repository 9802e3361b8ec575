from django.conf import settings
from django.db import models


class ImportBatch(models.Model):
    """Import batch (lượt nhập dữ liệu): an uploaded sheet, read and checked, applied whole or not at all."""

    class State(models.TextChoices):
        REFUSED = "refused", "có lỗi"
        CONVERTED = "converted", "chờ xác nhận chuyển mã"
        READY = "ready", "chờ áp dụng"
        APPLIED = "applied", "đã áp dụng"
        DROPPED = "dropped", "đã bỏ"
        READING = "reading", "đang đọc tệp"
        APPLYING = "applying", "đang ghi"

    kind = models.CharField("loại", max_length=20)
    scope = models.CharField("phạm vi", max_length=40)
    file_name = models.CharField("tên tệp", max_length=200)
    file_hash = models.CharField("băm tệp", max_length=64)
    state = models.CharField("trạng thái", max_length=10, choices=State)
    rows = models.TextField("các dòng đã đọc")
    problems = models.TextField("các lỗi")
    counts = models.TextField("số lượng")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("tải lên lúc")
    applied_at = models.DateTimeField("áp dụng lúc", null=True)
    before = models.TextField("các dòng trước khi áp dụng", blank=True)
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="undone_by")

    class Meta:
        verbose_name = "lượt nhập dữ liệu"
        constraints = [
            models.UniqueConstraint(
                fields=["undoes"], condition=models.Q(state="applied"), name="import_undone_once"
            ),
        ]


class LargeWork(models.Model):
    """What `thuocdo work` does with a large file that somebody uploaded: it reads and applies it, each step one
    transaction, so a worker that is killed leaves nothing half done, and the next one begins it anew. The file goes
    once read.
    """

    class Step(models.TextChoices):
        READ = "read", "đọc tệp"
        APPLY = "apply", "ghi"
        NONE = "none", "không có việc"

    step = models.CharField("việc phải làm", max_length=5, choices=Step, default=Step.READ)
    content = models.BinaryField("tệp chưa đọc", null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("giao lúc")
    stage = models.CharField("đang làm", max_length=60, blank=True)
    done = models.PositiveSmallIntegerField("phần trăm", default=0)
    moved_at = models.DateTimeField("tiến triển lúc", null=True)
    problem = models.CharField("vướng mắc", max_length=1000, blank=True)

    class Meta:
        abstract = True


class LargeImport(LargeWork):
    """Large import (việc nhập tệp lớn): the large file of a batch."""

    batch = models.OneToOneField(ImportBatch, on_delete=models.CASCADE, primary_key=True, related_name="large")
    skip = models.TextField("các dòng bỏ qua", default="[]")

    class Meta:
        verbose_name = "việc nhập tệp lớn"
        indexes = [models.Index(fields=["step", "asked_at"], name="large_import_waiting")]
