"""Tables of license types, their published versions, licenses, their signed versions, data keys and verifications."""

from __future__ import annotations

import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from licenses.seals.records import Sealed, Standing

LAPSED = "05"
LAPSED_LABEL = pgettext_lazy("license", "Lapsed")


class TypeState(models.TextChoices):
    """Where a license type stands."""

    DRAFT = "draft", pgettext_lazy("license type", "Draft")
    PUBLISHED = "published", pgettext_lazy("license type", "Published")
    RETIRED = "retired", pgettext_lazy("license type", "Retired")


class State(models.TextChoices):
    """Where a license stands: the codes of the national construction list (domain.md §4); 05 is computed."""

    ISSUING = "00", pgettext_lazy("license", "Being issued")
    VALID = "01", pgettext_lazy("license", "Valid")
    WITHHELD = "02", pgettext_lazy("license", "Withheld")
    REVOKED = "03", pgettext_lazy("license", "Revoked (unlawful grant)")
    CANCELLED = "04", pgettext_lazy("license", "Cancelled")
    REVOKED_AS_PENALTY = "07", pgettext_lazy("license", "Revoked as a penalty")


class HolderKind(models.TextChoices):
    """Who may hold licenses of a type."""

    PERSON = "person", _("a natural person")
    ORGANIZATION = "organization", _("an organization")
    ANY = "any", _("a person or an organization")


class HolderCodeType(models.TextChoices):
    """Kinds of holder codes of the national directory (domain.md §4)."""

    USCC = "001", _("Unified social credit code")
    LEGAL_PERSON_DOCUMENT = "099", _("Other document of a legal person")
    IDENTITY = "111", _("Resident identity number")
    PASSPORT = "414", _("Ordinary passport")
    TAIWAN_PERMIT = "511", _("Taiwan residents' travel permit")
    HONGKONG_MACAO_PERMIT = "516", _("Hong Kong and Macao residents' travel permit")
    OTHER = "999", _("Other document")


class Look(models.TextChoices):
    """The printed looks; each is a Typst template of `licenses.seals`."""

    CERTIFICATE = "certificate", _("Certificate, upright")
    PERMIT = "permit", _("Permit, lying")


class LicenseType(models.Model):
    """A kind of license (证照类型): who defined it, who may issue it, and the fields of its next published version."""

    code = models.CharField(_("type code"), max_length=21, unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    department = models.ForeignKey("accounts.Department", models.PROTECT, related_name="defined_license_types")
    issuers = models.ManyToManyField("accounts.Department", related_name="issued_license_types")
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    holder_kind = models.CharField(_("holder"), max_length=12, choices=HolderKind.choices)
    holder_code_types = ArrayField(models.CharField(max_length=3, choices=HolderCodeType.choices))
    fields = models.JSONField(_("fields"), default=list)
    single_instance = models.BooleanField(_("one license per holder"), default=False)
    validity_months = models.PositiveSmallIntegerField(_("months of validity"), null=True, blank=True)
    renew_window_days = models.PositiveSmallIntegerField(_("days before the end for renewal"), default=90)
    look = models.CharField(_("look"), max_length=20, choices=Look.choices, default=Look.CERTIFICATE)
    state = models.CharField(_("state"), max_length=12, choices=TypeState.choices, default=TypeState.DRAFT)
    version = models.PositiveSmallIntegerField(_("published version"), default=0)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("code",)
        verbose_name = _("license type")

    def __str__(self) -> str:
        return self.name_zh

    @property
    def holder_code_labels(self) -> list[str]:
        """The words for the kinds of holder code its licenses take."""
        return [str(HolderCodeType(code).label) for code in self.holder_code_types]


class LicenseTypeVersion(models.Model):
    """A published version of a license type: what its licenses say, for ever; a trigger refuses any change."""

    type = models.ForeignKey(LicenseType, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField(_("content"))
    digest = models.BinaryField(max_length=32)
    published_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("type", "-version")
        verbose_name = _("version of a license type")
        constraints = [models.UniqueConstraint(fields=["type", "version"], name="one_content_per_type_version")]

    def __str__(self) -> str:
        return f"{self.type_id}/{self.version}"


class DataKey(models.Model):
    """The wrapped key that encrypts one issuer's licenses of one month; destroying it erases them."""

    issuer = models.ForeignKey("accounts.Department", models.PROTECT, related_name="+")
    month = models.DateField()
    wrapped = models.BinaryField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("data key")
        constraints = [models.UniqueConstraint(fields=["issuer", "month"], name="one_data_key_per_issuer_month")]

    def __str__(self) -> str:
        return f"{self.issuer_id}/{self.month:%Y-%m}"


class License(models.Model):
    """A license (证照) and where it stands now; what it says lies in its versions.

    No name, number or code of the holder stands here in the clear: `holder_label` is masked, the indexes are keyed
    hashes. Lapsing (05) is never stored: it follows from `valid_to`.
    """

    type = models.ForeignKey(LicenseType, models.PROTECT, related_name="licenses")
    issuer = models.ForeignKey("accounts.Department", models.PROTECT, related_name="licenses")
    region = models.ForeignKey("accounts.Region", models.PROTECT, related_name="+")
    identifier = models.CharField(_("identifier"), max_length=100, unique=True)
    serial = models.CharField(_("serial"), max_length=32)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    holder_label = models.CharField(_("holder"), max_length=200)
    holder_code_type = models.CharField(_("kind of holder code"), max_length=3, choices=HolderCodeType.choices)
    holder_index = models.BinaryField(max_length=16)
    number_index = models.BinaryField(max_length=16)
    single_instance = models.BooleanField(default=False)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=2, choices=State.choices, default=State.ISSUING)
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now)
    state_stamp = models.BinaryField(max_length=32, default=bytes)
    issued_on = models.DateField(_("issued on"))
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("-id",)
        verbose_name = _("license")
        indexes = [
            models.Index(fields=["holder_index"], name="license_holder"),
            models.Index(fields=["number_index"], name="license_number"),
            models.Index(fields=["serial"], name="license_serial"),
            models.Index(fields=["issuer", "state", "-id"], name="license_issuer_state"),
            models.Index(fields=["issuer", "valid_to"], name="license_ending", condition=models.Q(state="01")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["type", "issuer", "serial"], name="one_license_per_serial"),
            models.UniqueConstraint(fields=["type", "issuer", "number_index"], name="one_license_per_number"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="license_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=~models.Q(state=LAPSED), name="license_lapse_is_not_stored"),
        ]

    def __str__(self) -> str:
        return self.identifier

    @property
    def standing_state(self) -> str:
        """The state of today: 05 when a valid license has passed its end, else the stored code."""
        is_over = self.state == State.VALID and self.valid_to is not None and self.valid_to < timezone.localdate()
        return LAPSED if is_over else self.state

    @property
    def standing_label(self) -> str:
        """The word for `standing_state`."""
        return str(LAPSED_LABEL if self.standing_state == LAPSED else State(self.state).label)

    @property
    def days_left(self) -> int | None:
        """Days until the license ends, negative afterwards; None for one without an end."""
        return None if self.valid_to is None else (self.valid_to - timezone.localdate()).days

    def standing(self, state: str | None = None, since: datetime.datetime | None = None) -> Standing:
        """Describe the changing part as it is stamped, or as it will be after a move."""
        at = since or self.state_since
        return Standing(
            license_id=self.pk,
            serial=f"{self.type_id}/{self.issuer_id}/{self.serial}",
            state=str(state or self.state),
            since=at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
        )


class LicenseVersion(models.Model):
    """One signed version of a license, appended at issue, change and renewal; a trigger refuses any change."""

    class Cause(models.TextChoices):
        """Why the version was made."""

        ISSUE = "issue", pgettext_lazy("version of a license", "Issued")
        CHANGE = "change", pgettext_lazy("version of a license", "Changed")
        RENEW = "renew", pgettext_lazy("version of a license", "Renewed")

    license = models.ForeignKey(License, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField(_("version"))
    identifier = models.CharField(_("identifier"), max_length=100, unique=True)
    type_version = models.ForeignKey(LicenseTypeVersion, models.PROTECT, related_name="+")
    public_id = models.CharField(_("printed code"), max_length=28, unique=True)
    public_index = models.BinaryField(max_length=16, unique=True)
    data_key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    digest = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)
    kid = models.CharField(_("key"), max_length=64)
    alg = models.CharField(_("algorithm"), max_length=16)
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    cause = models.CharField(_("cause"), max_length=8, choices=Cause.choices)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    issued_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)

    class Meta:
        ordering = ("license", "-version")
        verbose_name = _("version of a license")
        constraints = [models.UniqueConstraint(fields=["license", "version"], name="one_record_per_license_version")]

    def __str__(self) -> str:
        return self.identifier

    @property
    def stored(self) -> Sealed:
        """The sealed record as `licenses.seals.records` takes it."""
        return Sealed(
            sealed=bytes(self.sealed),
            digest=bytes(self.digest),
            signature=bytes(self.signature),
            kid=self.kid,
            alg=self.alg,
        )


class Verification(models.Model):
    """One look at a license by somebody else: when, by which way, with which result; never a value."""

    class Channel(models.TextChoices):
        """The way a license was looked up."""

        QR = "qr", _("printed QR code")
        PAGE = "page", _("verify page")
        API = "api", _("interface")

    version = models.ForeignKey(LicenseVersion, models.PROTECT, null=True, related_name="verifications")
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    result = models.CharField(_("result"), max_length=20)
    department_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=Now(), db_index=True)

    class Meta:
        ordering = ("-id",)
        verbose_name = _("verification")

    def __str__(self) -> str:
        return f"{self.channel}/{self.result}"
