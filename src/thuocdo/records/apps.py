from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.intake.specs import register
        from thuocdo.organisation import waiting
        from thuocdo.records.imports import ABSENCES
        from thuocdo.records.observations import todo
        from thuocdo.records.party.imports import ORGANISATIONS
        from thuocdo.records.party.imports_people import MEMBERS, SEATS, STANDINGS

        waiting.register(todo.SOURCE)
        for spec in (ABSENCES, ORGANISATIONS, MEMBERS, SEATS, STANDINGS):
            register(spec)
