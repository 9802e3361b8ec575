from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rulesets", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="RulebookVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rulebook", models.CharField(max_length=80, verbose_name="bộ quy tắc")),
                ("overlays", models.JSONField(default=list, verbose_name="quy chế bổ sung")),
                ("hash", models.CharField(max_length=64, unique=True, verbose_name="băm bộ quy tắc")),
                ("files", models.TextField(verbose_name="nội dung các tệp")),
                ("kept_at", models.DateTimeField(verbose_name="lưu lúc")),
            ],
            options={"verbose_name": "bản bộ quy tắc"},
        ),
    ]
