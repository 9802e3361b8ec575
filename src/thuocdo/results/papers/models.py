"""The papers of a person's year that no other room makes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.organisation.models import Person, Unit

USER = settings.AUTH_USER_MODEL


class YearPaper(models.Model):
    """Paper in the file of a person's year (giấy tờ trong hồ sơ năm), NĐ 335 Điều 24: a PDF kept under its SHA-256.

    Append-only: another version `replaces` the old one with a reason, and both stay. `agency` keeps it; `account` is
    the person's, None where there was none: the database refuses it as the one that files.
    """

    class Kind(models.TextChoices):
        MINUTES = "minutes", "biên bản cuộc họp nhận xét, đánh giá"
        OPINION = "opinion", "ý kiến bằng văn bản của cấp ủy"
        OTHER = "other", "giấy tờ khác"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="year_papers")
    year = models.PositiveSmallIntegerField("năm")
    agency = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("loại giấy tờ", max_length=7, choices=Kind)
    number = models.CharField("số, ký hiệu", max_length=80)
    signed_on = models.DateField("ngày văn bản")
    issued_by = models.CharField("cơ quan, tổ chức lập", max_length=160)
    file_name = models.CharField("tên tệp", max_length=160)
    size = models.PositiveIntegerField("số byte")
    sha256 = models.CharField("băm tệp", max_length=64)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    replace_reason = models.CharField("lý do thay", max_length=500, blank=True)
    account = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField("đính kèm lúc")

    class Meta:
        verbose_name = "giấy tờ trong hồ sơ năm"
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0) & ~Q(sha256="") & ~Q(number="") & ~Q(issued_by=""),
                name="year_paper_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, replace_reason="")
                | (Q(replaces__isnull=False) & ~Q(replace_reason="")),
                name="year_paper_replaced_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(account__isnull=True) | ~Q(added_by=F("account")), name="nobody_files_own_year_paper"
            ),
        ]
        indexes = [models.Index(fields=["person", "year"], name="year_paper_of_person")]
