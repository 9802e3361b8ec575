from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.appraisals.models import Confirmation, Petition, Sheet
from thuocdo.cycles.models import Cycle
from thuocdo.organisation.models import Person, Unit

USER = settings.AUTH_USER_MODEL


class Reopening(models.Model):
    """Reopening (mở lại phiếu của kỳ đã khóa) of one sheet, for a result that replaces it and nothing else.

    Two different people want it, neither of them the person concerned. It ends with the replacement, or is dropped.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "chờ người thứ hai đồng ý"
        OPEN = "open", "đã mở, chờ kết quả thay thế"
        REPLACED = "replaced", "đã khóa lại: có kết quả thay thế"
        DROPPED = "dropped", "đã khóa lại: không thay"

    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="reopenings")
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="reopenings")
    subject = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    authority_note = models.CharField("vì sao nơi này thay kết quả", max_length=500)
    reason = models.CharField("lý do", max_length=1000)
    state = models.CharField("trạng thái", max_length=8, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("đề nghị lúc")
    agreed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField("đồng ý lúc", null=True)
    ended_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("khóa lại lúc", null=True)
    end_reason = models.CharField("vì sao khóa lại", max_length=1000, blank=True)
    replacement = models.OneToOneField(Confirmation, on_delete=models.PROTECT, null=True, related_name="reopening")

    class Meta:
        verbose_name = "mở lại phiếu của kỳ đã khóa"
        constraints = [
            models.UniqueConstraint(
                fields=["sheet"], condition=Q(state__in=("proposed", "open")), name="reopening_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="reopening_has_reason"),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("proposed_by")),
                name="reopening_by_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(proposed_by=F("subject")) & (Q(agreed_by__isnull=True) | ~Q(agreed_by=F("subject"))),
                name="reopening_not_by_the_person_concerned",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "dropped")) | Q(agreed_by__isnull=False, agreed_at__isnull=False),
                name="reopening_open_is_agreed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("proposed", "open"), ended_at__isnull=True)
                | Q(state__in=("replaced", "dropped"), ended_at__isnull=False),
                name="reopening_ended_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="replaced", replacement__isnull=False)
                | (~Q(state="replaced") & Q(replacement__isnull=True)),
                name="reopening_replaced_has_result",
            ),
        ]


class Recusal(models.Model):
    """Recusal (từ chối giải quyết kiến nghị) of whoever was to answer it; it goes to a unit above, on the record."""

    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, related_name="recusals")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    passed_to = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("lý do", max_length=1000)
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "từ chối giải quyết kiến nghị"
        constraints = [
            models.UniqueConstraint(fields=["petition", "person"], name="recusal_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="recusal_has_reason"),
            models.CheckConstraint(condition=~Q(unit=F("passed_to")), name="recusal_goes_elsewhere"),
        ]
