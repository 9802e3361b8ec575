from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.organisation"
    label = "organisation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.intake.specs import register
        from thuocdo.organisation.imports import PEOPLE
        from thuocdo.organisation.imports_units import UNITS

        register(UNITS)
        register(PEOPLE)
