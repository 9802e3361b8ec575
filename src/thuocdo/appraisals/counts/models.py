from django.db import models

from thuocdo.cycles.models import Cycle
from thuocdo.organisation.models import Unit


class SheetCount(models.Model):
    """Count of sheets (số phiếu của đơn vị): so many members of one unit in a cycle agree in the columns to `band`.

    Derived from members, sheets (empty `state`: no sheet) and results in force (empty `rulebook_hash`: none) by
    `counts.keeping` in the transaction of every change. The results were made from `first_rated` to `last_rated`; the
    one stored last has the id `last_result`.
    No keys in the database: whoever checks them locks the cycle, which those who close it hold while they wait.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    agency = models.ForeignKey(Unit, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="+")
    rating_unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="+")
    evaluator_unit = models.ForeignKey(Unit, on_delete=models.CASCADE, db_constraint=False, null=True, related_name="+")
    standing = models.CharField("tình trạng", max_length=12)
    state = models.CharField("trạng thái phiếu", max_length=12, blank=True)
    stand_in_allowed = models.BooleanField("người đánh giá được lập thay", default=False)
    submit_by = models.DateTimeField("hạn nộp", null=True)
    extended_until = models.DateTimeField("được gia hạn đến", null=True)
    rulebook_hash = models.CharField("băm bộ quy tắc của kết quả", max_length=64, blank=True)
    band = models.CharField("mức tương ứng", max_length=20, blank=True)
    first_rated = models.DateTimeField("kết quả đầu tiên", null=True)
    last_rated = models.DateTimeField("kết quả sau cùng", null=True)
    last_result = models.PositiveBigIntegerField("khóa kết quả sau cùng", null=True)
    number = models.PositiveIntegerField("số người")

    class Meta:
        verbose_name = "số phiếu của đơn vị"
        indexes = [
            models.Index(fields=["cycle", "unit"], name="sheet_count_place"),
            models.Index(fields=["cycle", "evaluator_unit"], name="sheet_count_evaluating"),
        ]


class CycleTotal(models.Model):
    """Total of a cycle (tổng số phiếu của kỳ): `SheetCount` summed up over the units, for a leader's twelve months and
    an officer's to-do.

    Kept by `counts.keeping` with every change of the counts. `due`: until when the owner's part is expected, where it
    is still missing; `evaluated`: some unit evaluates these people. The results were made not before `first_rated` and
    not after `last_rated`: bounds, which what is replaced or taken away does not draw closer.
    """

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    standing = models.CharField("tình trạng", max_length=12)
    state = models.CharField("trạng thái phiếu", max_length=12, blank=True)
    rulebook_hash = models.CharField("băm bộ quy tắc của kết quả", max_length=64, blank=True)
    band = models.CharField("mức tương ứng", max_length=20, blank=True)
    due = models.DateTimeField("hạn của phần tự đánh giá còn thiếu", null=True)
    evaluated = models.BooleanField("có đơn vị đánh giá", default=True)
    first_rated = models.DateTimeField("kết quả đầu tiên không trước", null=True)
    last_rated = models.DateTimeField("kết quả sau cùng không sau", null=True)
    number = models.PositiveIntegerField("số người")

    class Meta:
        verbose_name = "tổng số phiếu của kỳ"
