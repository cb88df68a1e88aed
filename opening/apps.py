"""How Django knows this app: its receivers, its words for the timeline, its licenses after every migration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OpeningConfig(AppConfig):
    """The app's name and label."""

    name = "opening"
    label = "opening"

    def ready(self) -> None:
        from catalog.selectors import dependents, handovers, serving
        from opening import receivers
        from opening.selectors.dependents import dependents_among, plans_asked, uses_since
        from opening.selectors.handovers import companions
        from opening.workflow import SENTENCES
        from portal.web.words import register, register_done

        register({"opening.revise": _("Taken back to revise"), "opening.resume": _("Put back")})
        register_done(SENTENCES)
        dependents.register(dependents_among)
        dependents.register_use(uses_since)
        handovers.register(companions)
        serving.register(plans_asked)
        post_migrate.connect(receivers.load_licenses, sender=self)
