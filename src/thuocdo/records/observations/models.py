"""An observation on a leader, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thuocdo.organisation.models import Person, Unit

USER = settings.AUTH_USER_MODEL


class Observation(models.Model):
    """Observation on a leader (ghi nhận về cán bộ lãnh đạo): what was seen on a day, about what; append-only. It scores
    nothing. `account` is the person's then, None where there was none: the database refuses it as `by`."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="observations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    position = models.CharField("chức vụ khi ấy", max_length=160)
    on = models.DateField("ngày sự việc")
    about = models.CharField("về việc gì", max_length=200)
    text = models.CharField("nội dung", max_length=2000)
    account = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    by_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("ghi lúc")

    class Meta:
        verbose_name = "ghi nhận về cán bộ lãnh đạo"
        constraints = [
            models.CheckConstraint(
                condition=(Q(account__isnull=True) | ~Q(by=F("account"))) & ~Q(person=F("by_person")),
                name="nobody_observes_the_self",
            ),
            models.CheckConstraint(condition=~Q(about="") & ~Q(text=""), name="observation_says_something"),
        ]
        indexes = [models.Index(fields=["person", "on"], name="observation_of_person")]


class ObservationStep(models.Model):
    """Step after an observation (việc sau ghi nhận): the person has read it, with an answer or none; or whoever wrote
    takes it back, with a reason. Append-only, one of each."""

    class Kind(models.TextChoices):
        READ = "read", "đã đọc"
        WITHDRAWN = "withdrawn", "đã rút"

    observation = models.ForeignKey(Observation, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField("việc", max_length=9, choices=Kind)
    text = models.CharField("ý kiến hoặc lý do", max_length=2000, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("lúc")

    class Meta:
        verbose_name = "việc sau ghi nhận"
        constraints = [
            models.UniqueConstraint(fields=["observation", "kind"], name="observation_step_once"),
            models.CheckConstraint(condition=~Q(kind="withdrawn") | ~Q(text=""), name="observation_withdrawn_why"),
        ]
