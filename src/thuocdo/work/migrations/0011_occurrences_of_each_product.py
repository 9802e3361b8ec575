from django.db import migrations, models

from thuocdo.audit.migrating import together


class Migration(migrations.Migration):

    dependencies = [("work", "0010_tasks_by_agency_and_month")]

    operations = together(
        migrations.AddField(
            model_name="task",
            name="quality_errors_each",
            field=models.CharField(
                "lần không đạt của từng sản phẩm", max_length=200, blank=True, default=""
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="late_each",
            field=models.CharField(
                "lần chậm bị tính của từng sản phẩm", max_length=200, blank=True, default=""
            ),
        ),
    )
