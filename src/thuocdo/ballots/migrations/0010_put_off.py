from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ballots", "0009_frozen_lists")]
    operations = [
        migrations.AddField(
            model_name="ballot",
            name="put_off",
            field=models.PositiveSmallIntegerField(null=True, verbose_name="số lần chưa đóng được vì quá ít phiếu"),
        ),
    ]
