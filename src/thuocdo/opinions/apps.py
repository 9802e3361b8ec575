from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.opinions"
    label = "opinions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.opinions import todo
        from thuocdo.organisation import waiting

        waiting.register(todo.SOURCE)
