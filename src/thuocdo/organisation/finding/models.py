from django.db import models

from thuocdo.organisation.finding.fields import WordsField


class SearchEntry(models.Model):
    """Search entry (mục tìm kiếm): the folded words under which one recorded row is found; derived, never read out."""

    kind = models.CharField("loại", max_length=60)
    key = models.BigIntegerField("khóa")
    words = WordsField("các từ không dấu")

    class Meta:
        verbose_name = "mục tìm kiếm"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="search_entry_once")]
