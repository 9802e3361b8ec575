from django.conf import settings
from django.db import models
from django.db.models import Q

from thuocdo.appraisals.models import Confirmation
from thuocdo.cycles.models import Cycle
from thuocdo.decisions.models.choices import PublicationForm
from thuocdo.organisation.models import Unit

USER = settings.AUTH_USER_MODEL


class Publication(models.Model):
    """Publication (công bố kết quả) of results of a closed cycle that the head of one unit decided; append-only.

    The first (`number` 1) holds what was in force then, each supplementary one (công bố bổ sung) what was decided and
    not published since. `results` holds the ids of the confirmations, `digest` the SHA-256 over them; no text of
    opinions.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="publications")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="publications")
    number = models.PositiveIntegerField("lần công bố", default=1)
    form = models.CharField("hình thức", max_length=10, choices=PublicationForm.Kind)
    form_note = models.CharField("cấp chọn hình thức", max_length=200)
    results = models.JSONField("kết quả được công bố")
    quota_note = models.CharField("lý do công bố khi vượt tỷ lệ khuyến nghị", max_length=1000, blank=True)
    digest = models.CharField("băm nội dung", max_length=64)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("công bố lúc")

    class Meta:
        verbose_name = "công bố kết quả"
        constraints = [
            models.UniqueConstraint(fields=["cycle", "unit", "number"], name="publication_number_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="publication_number_from_one"),
        ]

    @property
    def supplementary(self) -> bool:
        """Whether the unit's results of the cycle had been published before."""
        return self.number > 1


class PublishedResult(models.Model):
    """Published result (kết quả được công bố): one that a publication names, once and for good; append-only.

    It says row by row what `Publication.results` says on the record, so that the database can be asked.
    """

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="named")
    confirmation = models.OneToOneField(Confirmation, on_delete=models.PROTECT, related_name="published")

    class Meta:
        verbose_name = "kết quả được công bố"


class UnpublishedCount(models.Model):
    """Unpublished results (số kết quả chưa công bố) of one unit in a closed cycle: in force and named by no
    publication. No row where there are none.

    Derived, and kept by `decisions.keeping` in the transaction of every change; no keys in the database, as
    `SheetCount` has none.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    number = models.PositiveIntegerField("số kết quả")

    class Meta:
        verbose_name = "số kết quả chưa công bố"
        constraints = [models.UniqueConstraint(fields=["cycle", "unit"], name="unpublished_count_once")]


class ResultReceipt(models.Model):
    """Receipt of a result (xác nhận đã nhận kết quả): by the person it is about, or by the personnel office."""

    class Party(models.TextChoices):
        PERSON = "person", "người được đánh giá"
        OFFICE = "office", "bộ phận tổ chức cán bộ"

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="receipts")
    party = models.CharField("bên nhận", max_length=6, choices=Party)
    confirmation = models.ForeignKey(Confirmation, on_delete=models.PROTECT, null=True, related_name="receipts")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("nhận lúc")

    class Meta:
        verbose_name = "xác nhận đã nhận kết quả"
        constraints = [
            models.UniqueConstraint(fields=["confirmation"], name="receipt_once_per_result"),
            models.UniqueConstraint(
                fields=["publication"], condition=Q(party="office"), name="receipt_once_per_office"
            ),
            models.CheckConstraint(
                condition=Q(party="person", confirmation__isnull=False) | Q(party="office", confirmation__isnull=True),
                name="receipt_names_its_result",
            ),
        ]
