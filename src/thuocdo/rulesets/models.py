from django.conf import settings
from django.db import models
from django.db.models import Q

from thuocdo.organisation.models import Employment, Unit, dates_in_order


class Binding(models.Model):
    """Binding (quy định áp dụng): under which rulebook and overlays a unit rates a kind of people, from when.

    An empty `rulebook` records that the unit looked and has none: `reason` then says which rule is missing.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="bindings")
    subject_kind = models.CharField("đối tượng", max_length=16, choices=Employment.Kind)
    rulebook = models.CharField("bộ quy tắc", max_length=80, blank=True)
    overlays = models.JSONField("quy chế bổ sung", default=list)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)
    decided_by = models.CharField("cấp quyết định", max_length=160)
    reason = models.CharField("lý do", max_length=500)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = "quy định áp dụng"
        constraints = [
            dates_in_order("binding_dates_in_order"),
            models.UniqueConstraint(fields=["unit", "subject_kind", "start"], name="binding_once_per_start"),
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
