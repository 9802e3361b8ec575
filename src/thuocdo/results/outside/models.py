"""What another place sent about somebody who came from there."""

from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.kernel.exact import parse_fraction
from thuocdo.organisation.models import Person, Unit

USER = settings.AUTH_USER_MODEL


class OutsideResult(models.Model):
    """Result sent by a place outside the installation (kết quả nơi khác gửi) for one month or quarter, as its paper
    says: exact `score`, `level` as text that is never mapped, `basis` the rules it was made under.

    It counts once a second account has confirmed it; a later `version` with a reason takes its place. Rows of one form
    or file share the `lot`, which is confirmed or returned whole. `account` is the person's, None where there was none:
    the database refuses it as the one that enters or closes.
    """

    class Kind(models.TextChoices):
        MONTH = "month", "tháng"
        QUARTER = "quarter", "quý"

    class State(models.TextChoices):
        WAITING = "waiting", "chờ xác nhận"
        CONFIRMED = "confirmed", "đã xác nhận"
        RETURNED = "returned", "bị trả lại"
        WITHDRAWN = "withdrawn", "đã rút"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="outside_results")
    agency = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    chain = models.CharField("chuỗi nhật ký", max_length=40)
    kind = models.CharField("loại kỳ", max_length=7, choices=Kind)
    year = models.PositiveSmallIntegerField("năm")
    number = models.PositiveSmallIntegerField("số của kỳ")
    version = models.PositiveIntegerField("lần nhập")
    place = models.CharField("nơi gửi", max_length=200)
    basis = models.CharField("quy định đã áp dụng", max_length=300)
    score = models.CharField("điểm (phân số)", max_length=60)
    level = models.CharField("mức nơi gửi đã ghi", max_length=120, blank=True)
    document = models.CharField("số, ký hiệu văn bản gửi", max_length=80)
    signed_on = models.DateField("ngày văn bản")
    file_name = models.CharField("tên tệp", max_length=160, blank=True)
    sha256 = models.CharField("băm tệp", max_length=64, blank=True)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    reason = models.CharField("lý do sửa", max_length=500, blank=True)
    lot = models.CharField("lượt nhập", max_length=32, db_index=True)
    account = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    entered_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("nhập lúc")
    state = models.CharField("trạng thái", max_length=9, choices=State, default=State.WAITING)
    closed_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField("xử lý lúc", null=True)
    remark = models.CharField("lý do trả lại hoặc rút", max_length=500, blank=True)

    class Meta:
        verbose_name = "kết quả nơi khác gửi"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "agency", "kind", "year", "number", "version"], name="outside_result_version_once"
            ),
            models.UniqueConstraint(
                fields=["person", "agency", "kind", "year", "number"], condition=Q(state="waiting"),
                name="outside_result_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="month", number__range=(1, 12)) | Q(kind="quarter", number__range=(1, 4)),
                name="outside_result_number_fits_kind",
            ),
            models.CheckConstraint(
                condition=~Q(place="") & ~Q(basis="") & ~Q(score="") & ~Q(document=""),
                name="outside_result_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, reason="") | (Q(replaces__isnull=False) & ~Q(reason="")),
                name="outside_result_corrected_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", closed_by__isnull=True, closed_at__isnull=True, remark="")
                | Q(state="confirmed", closed_by__isnull=False, closed_at__isnull=False, remark="")
                | (Q(state__in=("returned", "withdrawn"), closed_by__isnull=False, closed_at__isnull=False)
                   & ~Q(remark="")),
                name="outside_result_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("confirmed", "returned")) | ~Q(closed_by=F("entered_by")),
                name="outside_result_confirmed_by_a_second",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True) | ~Q(entered_by=F("account")), name="nobody_enters_own_outside_result"
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True) | Q(closed_by__isnull=True) | ~Q(closed_by=F("account")),
                name="nobody_closes_own_outside_result",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["person", "year", "state"], name="outside_result_of_person"),
            models.Index(fields=["agency", "state"], name="outside_result_of_agency"),
        ]

    @property
    def exact_score(self) -> Fraction:
        return parse_fraction(self.score)

    @property
    def period(self) -> str:
        """`tháng 3/2026`, `quý 1/2026`."""
        return f"{self.Kind(self.kind).label} {self.number}/{self.year}"
