"""How Django knows this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    """Requests, grants, deliveries; registers the deadlines of Order 809 and listens to its own moves."""

    name = "sharing"
    label = "sharing"
    verbose_name = _("Sharing")

    def ready(self) -> None:
        from catalog.selectors import dependents, handovers, serving
        from portal.web.words import register_done
        from portal.workflow.deadlines import register
        from sharing import receivers  # noqa: F401 - receivers register on import
        from sharing.selectors.dependents import dependents_among, plans_asked, uses_since
        from sharing.selectors.handovers import companions
        from sharing.workflow import RULES, SENTENCES

        register(*RULES)
        register_done(SENTENCES)
        dependents.register(dependents_among)
        dependents.register_use(uses_since)
        handovers.register(companions)
        serving.register(plans_asked)
