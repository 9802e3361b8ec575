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

    class Meta:
        verbose_name = "lượt nhập dữ liệu"
