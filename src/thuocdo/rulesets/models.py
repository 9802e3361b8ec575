from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.organisation.constraints import dates_in_order
from thuocdo.organisation.models import Employment, Unit


class Binding(models.Model):
    """Binding (quy định áp dụng): under which rulebook and overlays a unit rates a kind of people, from when.

    An empty `rulebook` records that the unit looked and has none: `reason` then says which rule is missing. Empty
    `periods` (rows from before kinds of period were told apart) mean those for which the rulebook has sheets.
    """

    class Periods(models.TextChoices):
        ALL = "all", "tháng, quý, năm"
        PARTS = "parts", "tháng, quý"
        YEAR = "year", "năm"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="bindings")
    subject_kind = models.CharField("đối tượng", max_length=16, choices=Employment.Kind)
    rulebook = models.CharField("bộ quy tắc", max_length=80, blank=True)
    overlays = models.JSONField("quy chế bổ sung", default=list)
    periods = models.CharField("loại kỳ", max_length=5, choices=Periods, blank=True, default="")
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)
    decided_by = models.CharField("cấp quyết định", max_length=160)
    reason = models.CharField("lý do", max_length=500)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "quy định áp dụng"
        constraints = [
            dates_in_order("binding_dates_in_order"),
            models.UniqueConstraint(
                fields=["unit", "subject_kind", "start"],
                condition=Q(periods__in=["all", "parts"]),
                name="binding_of_months_once_per_start",
            ),
            models.UniqueConstraint(
                fields=["unit", "subject_kind", "start"],
                condition=Q(periods__in=["all", "year"]),
                name="binding_of_years_once_per_start",
            ),
            models.UniqueConstraint(
                fields=["unit", "subject_kind", "start"], condition=Q(periods=""), name="binding_once_per_start"
            ),
            models.CheckConstraint(condition=Q(periods__in=["", "all", "parts", "year"]), name="binding_periods_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="binding_has_reason"),
        ]


class RulebookVersion(models.Model):
    """Rulebook version (bản bộ quy tắc): the files of a rulebook as a period used them, kept for reading.

    `files` is JSON: the text of each file by its path under the folder of rulebooks. Loading them gives `hash`.
    """

    rulebook = models.CharField("bộ quy tắc", max_length=80)
    overlays = models.JSONField("quy chế bổ sung", default=list)
    hash = models.CharField("băm bộ quy tắc", max_length=64, unique=True)
    files = models.TextField("nội dung các tệp")
    kept_at = models.DateTimeField("lưu lúc")

    class Meta:
        verbose_name = "bản bộ quy tắc"


class Regulation(models.Model):
    """Regulation (quy chế của đơn vị): one version, from the draft to the approval; the approved text stands apart.

    `base` are the overlays of superior units that it is laid upon. `document` is what the officers typed, as JSON;
    `revision` counts the changes, so that nobody decides on a text that has moved on.
    """

    class State(models.TextChoices):
        DRAFTING = "drafting", "đang soạn"
        PROPOSED = "proposed", "đã trình"
        APPROVED = "approved", "đã phê duyệt"
        DROPPED = "dropped", "đã bỏ"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="regulations")
    rulebook = models.CharField("bộ quy tắc", max_length=80)
    number = models.PositiveSmallIntegerField("bản số")
    base = models.JSONField("quy chế của cấp trên", default=list)
    state = models.CharField("trạng thái", max_length=8, choices=State, default=State.DRAFTING)
    document = models.TextField("nội dung đang soạn")
    revision = models.PositiveIntegerField("lần sửa", default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField("sửa lúc")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField("trình lúc", null=True)
    returned = models.CharField("lý do trả lại", max_length=1000, blank=True)

    class Meta:
        verbose_name = "quy chế của đơn vị"
        constraints = [
            models.UniqueConstraint(fields=["unit", "rulebook", "number"], name="regulation_number_once"),
            models.UniqueConstraint(
                fields=["unit", "rulebook"],
                condition=Q(state__in=["drafting", "proposed"]),
                name="regulation_one_draft_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["proposed", "approved"])
                | Q(proposed_by__isnull=False, proposed_at__isnull=False),
                name="regulation_proposed_by_somebody",
            ),
        ]


class RegulationText(models.Model):
    """Approved regulation (quy chế đã phê duyệt): append-only; the overlay as the engine reads it, and its digest.

    `content` is the text of an `overlay.toml` (docs/rulebooks.md, docs/schemes.md), `key` the name under which
    bindings, pins and results refer to it.
    """

    regulation = models.OneToOneField(Regulation, on_delete=models.PROTECT, related_name="text")
    key = models.CharField("khóa", max_length=200, unique=True)
    title = models.CharField("tên", max_length=300)
    content = models.TextField("nội dung")
    digest = models.CharField("băm nội dung", max_length=64)
    kinds = models.JSONField("đối tượng", default=list)
    start = models.DateField("có hiệu lực từ ngày")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField("phê duyệt lúc")

    class Meta:
        verbose_name = "quy chế đã phê duyệt"
        constraints = [
            models.CheckConstraint(condition=~Q(proposed_by=F("approved_by")), name="regulation_needs_two_people"),
            models.CheckConstraint(condition=~Q(content="") & ~Q(digest=""), name="regulation_text_not_empty"),
        ]


class RegulationNumber(models.Model):
    """Number of an approved regulation (số của quy chế) that became known after its approval: append-only; a
    later row corrects the one before, with a reason. What was approved stays as it was."""

    text = models.ForeignKey(RegulationText, on_delete=models.PROTECT, related_name="numbers")
    number = models.CharField("số, ký hiệu", max_length=60)
    issued = models.DateField("ngày ban hành")
    reason = models.CharField("lý do sửa", max_length=400, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "số của quy chế"
        constraints = [models.CheckConstraint(condition=~Q(number=""), name="regulation_number_not_empty")]
