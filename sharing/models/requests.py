"""Tables of requests for data, the grants that follow, their deliveries and the ledger of use."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.audit.wording import said
from sharing.workflow import DELIVERIES, GRANTS, REQUESTS

METHODS = [("interface", _("Service interface")), ("exchange", _("Batch exchange")), ("file", _("File download"))]


class Request(models.Model):
    """A request for chosen items of one resource, with the five statements of Order 809 art 20.

    ``items`` and ``granted_items`` are column names of the resource's items; ``rows`` limits the rows asked for:
    ``[{"item", "op", "value"}]``, ANDed. Drafts may have gaps; submitting validates.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    state = models.CharField(_("state"), max_length=20, choices=REQUESTS.choices(), default=REQUESTS.initial)
    resource = models.ForeignKey(
        "catalog.Resource", models.PROTECT, related_name="requests", verbose_name=_("resource")
    )
    requester = models.ForeignKey(
        "accounts.Department", models.PROTECT, related_name="sharing_requests", verbose_name=_("requesting department")
    )
    provider = models.ForeignKey(
        "accounts.Department", models.PROTECT, related_name="requests_received", verbose_name=_("provider")
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("applicant")
    )
    title = models.CharField(_("purpose in one line"), max_length=200, blank=True)
    items = models.JSONField(_("data items"), default=list, blank=True)
    legal_basis = models.TextField(_("legal basis"), blank=True)
    use_scenario = models.TextField(_("use scenario"), blank=True)
    scope = models.TextField(_("scope"), blank=True)
    rows = models.JSONField(_("rows"), default=list, blank=True)
    method = models.CharField(_("sharing method"), max_length=20, choices=METHODS, default="file", blank=True)
    valid_until = models.DateField(_("needed until"), null=True, blank=True)
    granted_items = models.JSONField(_("granted items"), default=list, blank=True)
    decided_reason = models.TextField(_("reason of the decision"), blank=True)
    was_returned = models.BooleanField(_("returned once by the provider"), default=False)
    consented_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("made"), db_default=Now())
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)
    sent_at = models.DateTimeField(_("first sent to the provider"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        ordering = ("-updated_at", "-id")
        verbose_name = _("request")
        indexes = [
            models.Index(fields=["requester", "state"], name="request_requester"),
            models.Index(fields=["provider", "state"], name="request_provider"),
        ]

    def __str__(self) -> str:
        return self.number


class Grant(models.Model):
    """What one approved request gives: the widest plan, its purpose and its time; at most one for a request.

    ``plan`` is a ``DeliveryPlan`` for version ``*``: the current version of the resource when rows are read.
    The key of masks is derived from the installation's secret and the number, and never stored (see services).
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    state = models.CharField(_("state"), max_length=20, choices=GRANTS.choices(), default=GRANTS.initial)
    request = models.OneToOneField(Request, models.PROTECT, related_name="grant", verbose_name=_("request"))
    resource = models.ForeignKey("catalog.Resource", models.PROTECT, related_name="grants", verbose_name=_("resource"))
    grantee = models.ForeignKey(
        "accounts.Department", models.PROTECT, related_name="grants_held", verbose_name=_("receiving department")
    )
    provider = models.ForeignKey(
        "accounts.Department", models.PROTECT, related_name="grants_given", verbose_name=_("provider")
    )
    schema_name = models.SlugField(
        _("schema for engines"),
        max_length=100,
        db_index=False,
        help_text=_("The provider's name when the grant was made; it stays."),
    )
    plan = models.JSONField(_("plan"))
    plan_hash = models.CharField(_("hash of the plan"), max_length=64)
    purpose = models.CharField(_("purpose"), max_length=200)
    method = models.CharField(_("sharing method"), max_length=20, choices=METHODS)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"))
    created_at = models.DateTimeField(_("made"), db_default=Now())
    updated_at = models.DateTimeField(_("changed"), default=timezone.now)

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("grant")
        indexes = [models.Index(fields=["state", "valid_until"], name="grant_expiry")]

    def __str__(self) -> str:
        return self.number

    def is_within_time(self, today: date | None = None) -> bool:
        """Say whether today lies within the days granted, both included."""
        return self.valid_from <= (today or timezone.localdate()) <= self.valid_until

    @property
    def standing_state(self) -> str:
        """The state as it stands today: an active grant past its last day is expired before the sweep says so."""
        is_over = self.state in {"active", "suspended"} and self.valid_until < timezone.localdate()
        return "expired" if is_over else self.state

    @property
    def standing_label(self) -> str:
        """The label of ``standing_state``."""
        return str(GRANTS.states[self.standing_state])


class Delivery(models.Model):
    """The making ready of a grant on one version; rows themselves leave live, through the gate."""

    grant = models.ForeignKey(Grant, models.CASCADE, related_name="deliveries")
    version = models.ForeignKey("catalog.Version", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=20, choices=DELIVERIES.choices(), default=DELIVERIES.initial)
    problem = models.TextField(_("problem"), blank=True)
    wording = models.JSONField(default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(_("made"), db_default=Now())
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("delivery")
        constraints = [models.UniqueConstraint(fields=["grant", "version"], name="one_delivery_per_version")]

    def __str__(self) -> str:
        return f"{self.grant_id} v{self.version_id}"

    @property
    def said_problem(self) -> str:
        """The problem, in the language in force."""
        return said(self.problem, self.wording)


class GrantUse(models.Model):
    """One line of the ledger of use (Order 809 art 29): written with the disclosure, before its first byte.

    A foreign key would lock grant, person and version for each line, so that all who are answered at once wait for each
    other. Whoever writes a line looks for them instead, and triggers (migration `ledger_kept`) refuse to remove what
    one names.
    """

    # The index below begins with the grant.
    grant = models.ForeignKey(Grant, models.PROTECT, db_constraint=False, db_index=False, related_name="uses")
    at = models.DateTimeField(_("time"), default=timezone.now)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, db_constraint=False, null=True, blank=True, related_name="+"
    )
    actor_name = models.CharField(_("person"), max_length=100)
    version = models.ForeignKey("catalog.Version", models.PROTECT, db_constraint=False, related_name="+")
    row_count = models.BigIntegerField(_("rows"), null=True)
    columns = models.JSONField(_("columns"), default=list)
    form = models.CharField(_("form"), max_length=20)
    plan_hash = models.CharField(_("hash of the plan"), max_length=64)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("use of a grant")
        indexes = [models.Index(fields=["grant", "-at"], name="grant_use")]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.at:%Y-%m-%d %H:%M}"
