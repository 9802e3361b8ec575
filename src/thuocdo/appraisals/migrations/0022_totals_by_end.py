"""Totals of a cycle by what is late and between which results, and those of the cycles that are there."""

from typing import Any

from django.db import migrations, models

from thuocdo.appraisals.counts.keeping import fill_totals
from thuocdo.audit.migrating import together

COLUMNS: "dict[str, models.Field[Any, Any]]" = {
    "due": models.DateTimeField("hạn của phần tự đánh giá còn thiếu", null=True),
    "evaluated": models.BooleanField("có đơn vị đánh giá", default=True),
    "first_rated": models.DateTimeField("kết quả đầu tiên không trước", null=True),
    "last_rated": models.DateTimeField("kết quả sau cùng không sau", null=True),
}


class Migration(migrations.Migration):
    dependencies = [("appraisals", "0021_in_order")]
    operations = together(
        *(migrations.AddField(model_name="cycletotal", name=name, field=field) for name, field in COLUMNS.items()),
        migrations.RunPython(fill_totals, migrations.RunPython.noop),
    )
