from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """Account (tài khoản): who signs in. What a user may do comes from dated facts in `organisation`."""

    username = models.CharField("tên đăng nhập", max_length=60, unique=True)
    display_name = models.CharField("tên hiển thị", max_length=120)
    is_active = models.BooleanField("đang dùng", default=True)
    created_at = models.DateTimeField("lập lúc")

    objects = UserManager()

    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = "tài khoản"

    def __str__(self) -> str:
        return self.display_name


class SignInLink(models.Model):
    """One-time link (liên kết một lần) with which a user sets a password. Only its hash is stored."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="links")
    token_hash = models.CharField("băm mã", max_length=64, unique=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("lập lúc")
    expires_at = models.DateTimeField("hết hạn lúc")
    used_at = models.DateTimeField("dùng lúc", null=True)

    class Meta:
        verbose_name = "liên kết một lần"


class RefusedAttempt(models.Model):
    """Refused attempts (lần bị từ chối) of one account on one page and day: what was not shown or not done.

    One row however often it is tried, so that nobody fills the table; kept for `actions.KEPT`.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    day = models.DateField("ngày")
    page = models.CharField("trang", max_length=60)
    times = models.PositiveIntegerField("số lần", default=1)
    last_path = models.CharField("địa chỉ gần nhất", max_length=200)
    first_at = models.DateTimeField("lần đầu")
    last_at = models.DateTimeField("lần gần nhất")

    class Meta:
        verbose_name = "lần bị từ chối"
        constraints = [models.UniqueConstraint(fields=["user", "day", "page"], name="refusals_once_a_day")]
        indexes = [models.Index(fields=["day", "user"], name="refusals_by_day")]


class UnsentText(models.Model):
    """What a user has typed into a form and not sent yet (nội dung gõ dở): one row for each place, replaced freely.

    `typed` is a JSON object of the form's fields, empty once the form was sent; what began to arrive before `saved_at`
    comes too late and changes nothing. Kept for `actions.UNSENT_KEPT`.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    place = models.CharField("biểu mẫu", max_length=80)
    typed = models.TextField("nội dung", blank=True)
    saved_at = models.DateTimeField("lưu lúc", db_index=True)

    class Meta:
        verbose_name = "nội dung gõ dở"
        constraints = [models.UniqueConstraint(fields=["user", "place"], name="unsent_text_once_a_place")]
