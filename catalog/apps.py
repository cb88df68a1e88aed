"""How Django knows this app: its deadlines, its receivers, the standard classes after every migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CatalogConfig(AppConfig):
    """The app's name and label."""

    name = "catalog"
    label = "catalog"

    def ready(self) -> None:
        from catalog import receivers
        from catalog.selectors import dependents, lineage
        from catalog.workflow import DEADLINES, SENTENCES, WORDS
        from portal.web import words
        from portal.workflow.deadlines import register

        register(*DEADLINES)
        dependents.register(lineage.derived_from)
        words.register(WORDS)
        words.register_done(SENTENCES)
        post_migrate.connect(receivers.load_standard_classes, sender=self)
