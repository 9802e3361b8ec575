from django.db import migrations, models


class Migration(migrations.Migration):
    """The few posts that have ended, which the to-do list asks for three times."""

    dependencies = [("organisation", "0007_structure_revision")]
    operations = [
        migrations.AddIndex(
            model_name="employment",
            index=models.Index(
                condition=models.Q(("end__isnull", False)), fields=["end"], name="employment_ended"
            ),
        ),
    ]
