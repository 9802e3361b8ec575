from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("results", "0011_outside_results")]

    operations = [
        migrations.AlterField(
            model_name="handoverline",
            name="kind",
            field=models.CharField(
                choices=[
                    ("result", "kết quả kỳ"),
                    ("rollup", "điểm tổng hợp"),
                    ("difficulty", "vướng mắc về kết quả"),
                    ("paper", "giấy tờ trong hồ sơ năm"),
                ],
                max_length=10,
                verbose_name="loại",
            ),
        ),
    ]
