"""An index in the order of every list of people: names are often alike, and a page else reads all of one name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0010_in_order"),
    ]
    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["sort_key", "code"], name="person_in_order"),
        ),
    ]
