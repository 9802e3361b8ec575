"""An index in the order of every list of units: a page of a city reads its first, not all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0009_posts_revision"),
    ]
    operations = [
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(fields=["order", "code", "id"], name="unit_in_order"),
        ),
    ]
