from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.difficulties"
    label = "difficulties"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.difficulties import todo
        from thuocdo.organisation import waiting

        waiting.register(todo.SOURCE)
