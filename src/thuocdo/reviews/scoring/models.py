"""What a Party organisation scored at its meetings, and what its superior says of it. Both append-only."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.organisation.models import Person
from thuocdo.records.models import PartyOrganisation

USER = settings.AUTH_USER_MODEL


class SelfScore(models.Model):
    """Self-score (tự chấm điểm của tổ chức đảng) of one meeting: the latest `turn` counts. `marks` (canonical JSON): by
    criterion in hundredths where the agency's text names them, else `total` as written on its paper. `could` false: the
    organisation could not score itself, and why."""

    class Kind(models.TextChoices):
        REGULAR = "regular", "kỳ thường kỳ"
        THEMATIC = "thematic", "kỳ chuyên đề"

    organisation = models.ForeignKey(PartyOrganisation, on_delete=models.PROTECT, related_name="self_scores")
    year = models.PositiveSmallIntegerField("năm")
    kind = models.CharField("loại kỳ", max_length=8, choices=Kind)
    number = models.PositiveSmallIntegerField("kỳ")
    turn = models.PositiveSmallIntegerField("lần")
    held_on = models.DateField("ngày sinh hoạt")
    could = models.BooleanField("tự chấm được")
    marks = models.TextField("điểm")
    reason = models.CharField("lý do không tự chấm được", max_length=500, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    by_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "tự chấm điểm của tổ chức đảng"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year", "kind", "number", "turn"], name="self_score_once_a_turn"
            ),
            models.CheckConstraint(condition=Q(could=True) | ~Q(reason=""), name="self_score_none_has_reason"),
        ]


class Recognition(models.Model):
    """Recognition (công nhận tự chấm điểm) by the superior committee, or its refusal with the reason: the latest `turn`
    counts. Never by who scored (`scored_by`)."""

    score = models.ForeignKey(SelfScore, on_delete=models.PROTECT, related_name="recognitions")
    turn = models.PositiveSmallIntegerField("lần")
    recognised = models.BooleanField("công nhận")
    words = models.CharField("lý do, nhận xét", max_length=500, blank=True)
    scored_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    by_person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "công nhận tự chấm điểm"
        constraints = [
            models.UniqueConstraint(fields=["score", "turn"], name="recognition_once_a_turn"),
            models.CheckConstraint(condition=Q(recognised=True) | ~Q(words=""), name="recognition_refused_has_reason"),
            models.CheckConstraint(
                condition=Q(by_person__isnull=True) | Q(scored_by__isnull=True) | ~Q(by_person=F("scored_by")),
                name="recognition_not_by_who_scored",
            ),
        ]
