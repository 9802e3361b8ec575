from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conclusions", "0008_quota_raised_by_body")]
    operations = [
        migrations.AddField("filesent", "head", models.JSONField(null=True, verbose_name="tiêu đề văn bản")),
    ]
