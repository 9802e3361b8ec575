from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ballots", "0010_put_off")]
    operations = [
        migrations.AddField(
            model_name="ballot",
            name="small_last",
            field=models.BooleanField(null=True, verbose_name="lần ghi cuối dưới 5 phiếu"),
        ),
    ]
