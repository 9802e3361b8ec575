from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appraisals", "0018_remarks_apart")]

    operations = [
        migrations.AddIndex(
            model_name="confirmation",
            index=models.Index(
                condition=models.Q(("outcome__contains", '"settled_by_decision"')),
                fields=["sheet"],
                name="confirmation_decided",
            ),
        ),
    ]
