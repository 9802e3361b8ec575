from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.organisation"
    label = "organisation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.calendars import tree
        from thuocdo.intake.specs import register, register_listing
        from thuocdo.organisation import todo, waiting
        from thuocdo.organisation.for_calendars import UNITS as TREE
        from thuocdo.organisation.imports import ACCOUNTS, PEOPLE
        from thuocdo.organisation.imports_units import UNITS

        tree.register(TREE)
        waiting.register(todo.SOURCE)
        register(UNITS)
        register(PEOPLE)
        register_listing(ACCOUNTS)
