"""What two officers agreed to is over when a run is given up afterwards, whatever the clocks say."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cycles", "0012_dropped_runs")]

    operations = [
        migrations.AddField(
            model_name="steprequest",
            name="dropped",
            field=models.PositiveIntegerField("số lượt công bố đã bỏ dở khi xác nhận", null=True),
        ),
    ]
