"""Which line of a week's plan is about which remedy."""

from django.db import models

from thuocdo.plans.models import WeekItem
from thuocdo.reviews.models import Remedy


class RemedyWork(models.Model):
    """Remedy work (việc khắc phục trong kế hoạch): a line of a week's plan that carries out a remedy; what is reported
    of the line stands beside the remedy. It confirms nothing."""

    remedy = models.ForeignKey(Remedy, on_delete=models.PROTECT, related_name="works")
    item = models.OneToOneField(WeekItem, on_delete=models.PROTECT, related_name="remedy_work")

    class Meta:
        verbose_name = "việc khắc phục trong kế hoạch"
