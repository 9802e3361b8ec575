from django.conf import settings
from django.db import models


class Notice(models.Model):
    """Notice (thông báo) to one user inside the product; `path` leads to the page it is about."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField("loại", max_length=60)
    text = models.CharField("nội dung", max_length=300)
    path = models.CharField("trang", max_length=200)
    at = models.DateTimeField("lúc")
    read_at = models.DateTimeField("đã đọc lúc", null=True)

    class Meta:
        verbose_name = "thông báo"
        indexes = [models.Index(fields=["user", "read_at"], name="notice_by_user")]
