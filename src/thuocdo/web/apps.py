from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.web"
    label = "web"

    def ready(self) -> None:
        from thuocdo.web import shown_values

        shown_values.register()
