from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.plans"
    label = "plans"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.organisation import reach, waiting
        from thuocdo.plans import todo

        reach.register(todo.roots)
        waiting.register(todo.SOURCE)
