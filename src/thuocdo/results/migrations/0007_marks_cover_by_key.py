from django.db import migrations, models


class Migration(migrations.Migration):
    """A mark says up to which result it goes; one that was committed later is not covered by its time."""

    dependencies = [("results", "0006_append_only_sync_marks")]
    operations = [
        migrations.AddField(
            model_name="syncmark",
            name="covers_to",
            field=models.PositiveBigIntegerField(null=True, verbose_name="gồm kết quả có khóa đến"),
        ),
    ]
