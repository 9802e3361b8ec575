from django.apps import AppConfig


class Config(AppConfig):
    name = "thuocdo.catalogues"
    label = "catalogues"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from thuocdo.catalogues import todo
        from thuocdo.catalogues.imports import DRAFT
        from thuocdo.catalogues.imports_inventory import INVENTORY
        from thuocdo.catalogues.imports_proposals import PROPOSALS
        from thuocdo.catalogues.listings import LISTINGS
        from thuocdo.catalogues.reorganised import Catalogues
        from thuocdo.intake.specs import register, register_listing
        from thuocdo.organisation import waiting
        from thuocdo.organisation.changes import followers

        register(DRAFT)
        register(INVENTORY)
        register(PROPOSALS)
        register_listing(*LISTINGS)
        waiting.register(todo.SOURCE)
        followers.register(Catalogues())
