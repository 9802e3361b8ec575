from django.db import migrations, models

from thuocdo.appraisals.counts.keeping import fill


class Migration(migrations.Migration):
    """Counts say which result was stored last, so that a mark of the transfer is compared with it, not with times."""

    dependencies = [("appraisals", "0015_proposed_apart")]
    operations = [
        migrations.AddField(
            model_name="sheetcount",
            name="last_result",
            field=models.PositiveBigIntegerField(null=True, verbose_name="khóa kết quả sau cùng"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
