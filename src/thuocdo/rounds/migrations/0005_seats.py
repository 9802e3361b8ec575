from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rounds", "0004_paper_groups"),
    ]

    operations = [
        migrations.AddField(
            model_name="round",
            name="seats",
            field=models.CharField(
                blank=True,
                choices=[
                    ("leading", "có: xếp loại đảng viên theo khung của người giữ chức vụ"),
                    ("plain", "không: xếp loại đảng viên theo khung của người không giữ chức vụ"),
                ],
                default="",
                max_length=7,
                verbose_name="chức vụ trong cấp ủy",
            ),
        ),
    ]
