from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.organisation"
    label = "organisation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.audit.recording import after_each
        from thuocdo.calendars import tree
        from thuocdo.intake.specs import register, register_listing
        from thuocdo.organisation import todo, waiting
        from thuocdo.organisation.finding import index, queries, sections
        from thuocdo.organisation.for_calendars import UNITS as TREE
        from thuocdo.organisation.imports import ACCOUNTS, PEOPLE
        from thuocdo.organisation.imports_calendar import CALENDAR
        from thuocdo.organisation.imports_duties import DUTY_LISTS
        from thuocdo.organisation.imports_units import UNITS
        from thuocdo.organisation.listings import LISTINGS
        from thuocdo.organisation.models import Person, PersonName, Unit

        after_each(index.keep)
        index.register(Person, sections.texts_of_person)
        index.register(PersonName, sections.texts_of_former_name)
        index.register(Unit, sections.texts_of_unit)
        queries.register(sections.PEOPLE)
        queries.register(sections.UNITS)
        tree.register(TREE)
        waiting.register(todo.SOURCE)
        register(UNITS)
        register(PEOPLE)
        register(CALENDAR)
        for one in DUTY_LISTS:
            register(one)
        register_listing(ACCOUNTS, *LISTINGS)
