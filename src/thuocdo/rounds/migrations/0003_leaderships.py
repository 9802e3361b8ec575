from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rounds", "0002_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="round",
            name="leaderships",
            field=models.CharField(
                choices=[
                    ("every", "mọi đơn vị có người đứng đầu, kể cả phòng, ban, tổ trực thuộc"),
                    ("agencies", "chỉ cơ quan, tổ chức; không gồm phòng, ban, tổ trực thuộc"),
                ],
                default="",
                max_length=8,
                verbose_name="nơi có tập thể lãnh đạo",
            ),
        ),
    ]
