from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.organisation.models import Person, Unit

USER = settings.AUTH_USER_MODEL


class Rollup(models.Model):
    """Rolled-up score (điểm tổng hợp) of a quarter, half year or year: append-only, replaced by a later revision.

    `included` lists what was averaged, `{"number", "confirmation", "score", "sent_by"}` a part, exact; `left_out` the
    parts without a score, `{"number", "reason", "words"}`. `decisions`: the readings chosen where the law is open.
    A year has no band here: its level is decided by the authority after the meeting (Điều 21), never by a mean.
    """

    class Kind(models.TextChoices):
        QUARTER = "quarter", "quý"
        HALF_YEAR = "half_year", "6 tháng"
        YEAR = "year", "năm"

    class Part(models.TextChoices):
        MONTH = "month", "tháng"
        QUARTER = "quarter", "quý"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="rollups")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("loại kỳ", max_length=9, choices=Kind)
    year = models.PositiveSmallIntegerField("năm")
    number = models.PositiveSmallIntegerField("số của kỳ", default=1)
    revision = models.PositiveIntegerField("lần tính")
    parts = models.CharField("tổng hợp từ", max_length=7, choices=Part)
    included = models.JSONField("các kỳ được tính")
    left_out = models.JSONField("các kỳ không có điểm")
    decisions = models.JSONField("cách hiểu đã chọn", default=dict)
    facts = models.TextField("dữ kiện đã tính")
    digest = models.CharField("băm dữ kiện", max_length=64)
    rulebook = models.CharField("bộ quy tắc", max_length=80)
    overlays = models.JSONField("quy chế bổ sung", default=list)
    rulebook_hash = models.CharField("băm bộ quy tắc", max_length=64)
    engine_version = models.CharField("phiên bản bộ tính", max_length=20)
    score = models.CharField("điểm (phân số)", max_length=400)
    score_shown = models.PositiveIntegerField("điểm hiển thị (phần trăm)")
    band = models.CharField("mức tương ứng", max_length=20, blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("tổng hợp lúc")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    replace_reason = models.CharField("lý do tính lại", max_length=1000, blank=True)

    class Meta:
        verbose_name = "điểm tổng hợp"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "year", "number", "revision"], name="rollup_revision_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="quarter", number__range=(1, 4))
                | Q(kind="half_year", number__range=(1, 2))
                | Q(kind="year", number=1),
                name="rollup_number_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(revision=1, replaces__isnull=True, replace_reason="")
                | (Q(revision__gt=1, replaces__isnull=False) & ~Q(replace_reason="")),
                name="rollup_replacement_has_reason",
            ),
            models.CheckConstraint(condition=~Q(decided_by=F("person")), name="nobody_rolls_up_own_scores"),
            models.CheckConstraint(condition=~Q(kind="year") | Q(band=""), name="rollup_of_a_year_has_no_level"),
        ]
