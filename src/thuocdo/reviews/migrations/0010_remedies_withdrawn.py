from django.db import migrations, models

STATES = [
    ("open", "chưa khắc phục"),
    ("doing", "đang khắc phục"),
    ("claimed", "báo đã khắc phục, chờ xác nhận"),
    ("fixed", "đã khắc phục"),
    ("wrong", "xin rút vì ghi nhầm, chờ xác nhận"),
    ("dropped", "đã rút vì ghi nhầm"),
]


class Migration(migrations.Migration):
    dependencies = [("reviews", "0009_remedies_planned")]

    operations = [
        migrations.AlterField(
            model_name="remedy",
            name="state",
            field=models.CharField(choices=STATES, default="open", max_length=7, verbose_name="tình trạng"),
        ),
        migrations.AlterField(
            model_name="remedystep",
            name="state",
            field=models.CharField(choices=STATES, max_length=7, verbose_name="tình trạng"),
        ),
    ]
