from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.collectives"
    label = "collectives"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.appraisals import unit_levels
        from thuocdo.collectives import access, queries, todo
        from thuocdo.collectives.imports import GIVEN
        from thuocdo.collectives.imports_report import REPORTED
        from thuocdo.collectives.imports_round import ROUND
        from thuocdo.intake.specs import register as lists
        from thuocdo.organisation import reach, waiting

        reach.register(access.roots)
        unit_levels.register(queries.levels_in_force)
        waiting.register(todo.SOURCE)
        lists(GIVEN)
        lists(REPORTED)
        lists(ROUND)
