from django.db import models

from thuocdo.organisation.constraints import dates_in_order
from thuocdo.organisation.models import Person
from thuocdo.records.observations.models import Observation, ObservationStep
from thuocdo.records.party.models import CommitteeSeat, PartyLink, PartyMembership, PartyOrganisation, PartyStanding

__all__ = [
    "Absence",
    "CommitteeSeat",
    "Observation",
    "ObservationStep",
    "PartyLink",
    "PartyMembership",
    "PartyOrganisation",
    "PartyStanding",
]


class Absence(models.Model):
    """Absence (thời gian vắng): only the kinds a rule asks for, without the private reason behind them."""

    class Kind(models.TextChoices):
        MATERNITY = "maternity", "nghỉ thai sản"
        SICK_LEAVE = "sick_leave", "nghỉ ốm theo chế độ"
        UNPAID_LEAVE = "unpaid_leave", "nghỉ không hưởng lương"
        STUDY = "study", "đi học tập trung"
        SECONDMENT = "secondment", "biệt phái"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    kind = models.CharField("loại", max_length=12, choices=Kind)
    start = models.DateField("từ ngày")
    end = models.DateField("đến trước ngày", null=True)

    class Meta:
        verbose_name = "thời gian vắng"
        constraints = [
            dates_in_order("absence_dates_in_order"),
            models.UniqueConstraint(fields=["person", "kind", "start"], name="absence_once"),
        ]
