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


class Mailbox(models.Model):
    """Mail address (địa chỉ thư) of a user and when the user wants messages there; of use only once it is confirmed.

    The one-time link is made from `nonce` and the key of the installation: the row alone opens nothing.
    """

    class When(models.TextChoices):
        SOON = "soon", "gửi ngay khi có việc đến hạn trong một ngày tới (mỗi ngày nhiều nhất một thư)"
        DAILY = "daily", "mỗi ngày làm việc nhiều nhất một thư"
        NEVER = "never", "không gửi, trừ thư về đăng nhập và địa chỉ thư"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mailbox")
    address = models.CharField("địa chỉ", max_length=254)
    when = models.CharField("khi nào gửi", max_length=8, choices=When, default=When.DAILY)
    nonce = models.CharField("số dùng một lần", max_length=43, blank=True)
    confirmed_at = models.DateTimeField("xác nhận lúc", null=True)

    class Meta:
        verbose_name = "địa chỉ thư"


class Letter(models.Model):
    """Message (thư) to one user: at most one a day about what waits, and the one-time links of addresses.

    Holds how much waits, never what; the worker writes it, so it is not on the record.
    """

    class Kind(models.TextChoices):
        WAITING = "waiting", "việc cần làm"
        ADDRESS = "address", "xác nhận địa chỉ thư"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField("loại", max_length=8, choices=Kind)
    day = models.DateField("ngày")
    address = models.CharField("địa chỉ", max_length=254)
    waiting = models.PositiveIntegerField("số việc", default=0)
    looked_at = models.DateTimeField("xem lúc", null=True)
    due_at = models.DateTimeField("gửi từ lúc", null=True)
    tries = models.PositiveSmallIntegerField("số lần gửi", default=0)
    sent_at = models.DateTimeField("đã gửi lúc", null=True)
    failed_at = models.DateTimeField("thôi gửi lúc", null=True)
    last_error = models.CharField("lỗi lần cuối", max_length=200, blank=True)

    class Meta:
        verbose_name = "thư"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "day"], condition=models.Q(kind="waiting"), name="letter_once_a_day"
            )
        ]
        indexes = [models.Index(fields=["sent_at", "failed_at", "due_at"], name="letter_to_send")]
