"""A period may be asked for again: what was decided after two officers published needs two officers anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cycles", "0008_whole_reasons"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="steprequest",
            name="step_request_open_once",
        ),
        migrations.AddConstraint(
            model_name="steprequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("confirmed_by", None), ("withdrawn_at", None)),
                fields=("cycle", "step"),
                name="step_request_open_once",
            ),
        ),
    ]
