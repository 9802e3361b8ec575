from django.conf import settings
from django.db import models
from django.db.models import Q

from thuocdo.organisation.constraints import dates_in_order
from thuocdo.organisation.models import Unit

USER = settings.AUTH_USER_MODEL


class PublicationForm(models.Model):
    """Form of publication (hình thức công bố) that the authority chose for a unit and what is below, dated."""

    class Kind(models.TextChoices):
        ELECTRONIC = "electronic", "trên môi trường điện tử, trong nội bộ đơn vị"
        POSTED = "posted", "niêm yết bản giấy tại đơn vị"
        INDIVIDUAL = "individual", "thông báo tới từng người"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="publication_forms")
    kind = models.CharField("hình thức", max_length=10, choices=Kind)
    decided_by = models.CharField("cấp quyết định, số văn bản", max_length=200)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)
    set_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "hình thức công bố"
        constraints = [
            dates_in_order("publication_form_dates_in_order"),
            models.UniqueConstraint(fields=["unit", "start"], name="publication_form_once"),
            models.CheckConstraint(condition=~Q(decided_by=""), name="publication_form_is_decided"),
        ]


class PetitionRoute(models.Model):
    """Petition route (nơi giải quyết kiến nghị) where the rulebook is silent: as the unit's own regulation names it,
    or, where that is silent too, as its authority (`chosen_by`) chose for a `reason`, in the document `named_in`.

    It names no clock: a rulebook that gives none has none.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    named_in = models.CharField("quy chế, văn bản nêu nơi giải quyết", max_length=200)
    chosen_by = models.CharField("cấp có thẩm quyền đã chọn", max_length=160, blank=True, default="")
    reason = models.CharField("lý do chọn", max_length=500, blank=True, default="")
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)
    set_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "nơi giải quyết kiến nghị"
        constraints = [
            dates_in_order("petition_route_dates_in_order"),
            models.UniqueConstraint(fields=["unit", "start"], name="petition_route_once"),
            models.CheckConstraint(condition=~Q(named_in=""), name="petition_route_is_named_somewhere"),
            models.CheckConstraint(
                condition=Q(chosen_by="", reason="") | (~Q(chosen_by="") & ~Q(reason="")),
                name="petition_route_chosen_with_reason",
            ),
        ]
