"""Duties as dated facts: who acts as head, what a deputy is in charge of, what a head delegated, whom to call."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.organisation.constraints import dates_in_order

USER = settings.AUTH_USER_MODEL


class ActingHead(models.Model):
    """Acting head (người phụ trách) of a unit: while it lasts, this person does what its head does."""

    class Kind(models.TextChoices):
        IN_CHARGE = "in_charge", "được giao phụ trách"
        INTERIM = "interim", "quyền người đứng đầu"

    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="acting_heads")
    person = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="acting_heads")
    kind = models.CharField("hình thức", max_length=10, choices=Kind)
    decision = models.CharField("số, ngày văn bản", max_length=120)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "người phụ trách"
        constraints = [
            dates_in_order("acting_head_dates_in_order"),
            models.CheckConstraint(condition=~Q(decision=""), name="acting_head_has_decision"),
        ]


class DeputyField(models.Model):
    """Field of a deputy (lĩnh vực phụ trách), NĐ 335 Điều 15 khoản 4: units or people, from when to when."""

    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="deputy_fields")
    person = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="deputy_fields")
    name = models.CharField("lĩnh vực", max_length=160)
    covers_unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    covers_person = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, null=True, related_name="+")
    decision = models.CharField("số, ngày văn bản", max_length=120)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "lĩnh vực phụ trách"
        constraints = [
            dates_in_order("deputy_field_dates_in_order"),
            models.CheckConstraint(
                condition=Q(covers_unit__isnull=True, covers_person__isnull=False)
                | Q(covers_unit__isnull=False, covers_person__isnull=True),
                name="deputy_field_covers_unit_or_person",
            ),
            models.CheckConstraint(
                condition=Q(covers_person__isnull=True) | ~Q(covers_person=F("person")),
                name="deputy_field_not_oneself",
            ),
        ]


class Delegation(models.Model):
    """Delegation (ủy quyền): a head lets somebody act in the head's name; it ends by itself on its last day."""

    class Act(models.TextChoices):
        EVALUATE = "evaluate", "theo dõi, đánh giá hằng tháng, hằng quý"
        ASSIGN = "assign", "giao việc"

    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="delegations")
    giver = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="delegations_given")
    delegate = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="delegations")
    act = models.CharField("việc được ủy quyền", max_length=10, choices=Act)
    decision = models.CharField("số văn bản", max_length=120)
    decided_on = models.DateField("ngày văn bản")
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày")
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "ủy quyền"
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="delegation_dates_in_order"),
            models.CheckConstraint(condition=~Q(giver=F("delegate")), name="delegation_not_to_oneself"),
            models.CheckConstraint(condition=~Q(decision=""), name="delegation_has_decision"),
        ]


class DelegationCover(models.Model):
    """Scope of a delegation (phạm vi ủy quyền): a unit with what is below it, or one person; never the delegate."""

    delegation = models.ForeignKey(Delegation, on_delete=models.PROTECT, related_name="covers")
    delegate = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("organisation.Person", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "phạm vi ủy quyền"
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=True, person__isnull=False) | Q(unit__isnull=False, person__isnull=True),
                name="delegation_covers_unit_or_person",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=True) | ~Q(person=F("delegate")), name="delegation_never_over_oneself"
            ),
        ]


class Contact(models.Model):
    """Contact (người liên hệ): whom the people of a unit, and of the units below without one, call for help."""

    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField("họ và tên", max_length=120)
    role = models.CharField("chức danh, bộ phận", max_length=160)
    phone = models.CharField("điện thoại cơ quan", max_length=40, blank=True)
    email = models.CharField("thư điện tử cơ quan", max_length=120, blank=True)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)
    recorded_by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "người liên hệ"
        constraints = [
            dates_in_order("contact_dates_in_order"),
            models.UniqueConstraint(fields=["unit", "start"], name="contact_once_a_start"),
            models.CheckConstraint(condition=~Q(name="") & (~Q(phone="") | ~Q(email="")), name="contact_can_be_called"),
        ]
