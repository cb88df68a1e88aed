"""Tables of people, regions, departments, memberships and API keys."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.kernel.actors import Duty, Level
from portal.kernel.classification import Grade

LEVELS = [(Level.PROVINCE, _("Province")), (Level.CITY, _("City")), (Level.COUNTY, _("County"))]
DUTIES = [
    (Duty.DATA_OFFICER, _("Data officer")),
    (Duty.OFFICE_HEAD, _("Head of the data-sharing office")),
    (Duty.COORDINATOR, _("Coordinator")),
    (Duty.LICENSE_OFFICER, _("License officer")),
    (Duty.SECURITY_ADMIN, _("Security administrator")),
    (Duty.SYSTEM_ADMIN, _("System administrator")),
    (Duty.AUDIT_ADMIN, _("Audit administrator")),
]
GRADES = [
    (Grade.GENERAL_1, _("General data, level 1 (publishable)")),
    (Grade.GENERAL_2, _("General data, level 2 (internal)")),
    (Grade.GENERAL_3, _("General data, level 3 (authorized only)")),
    (Grade.GENERAL_4, _("General data, level 4 (strict)")),
    (Grade.IMPORTANT, _("Important data")),
    (Grade.CORE, _("Core data")),
]


class Region(models.Model):
    """An administrative division by its GB/T 2260 code, or a private code of six characters beginning with ``P``."""

    code = models.CharField(_("code"), primary_key=True, max_length=12)
    name_zh = models.CharField(_("name in Chinese"), max_length=100)
    name_en = models.CharField(_("name in English"), max_length=100, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=LEVELS)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        ordering = ("code",)
        verbose_name = _("region")

    def __str__(self) -> str:
        return self.name_zh


class Department(models.Model):
    """A department (部门) of one region; the authority (数据主管部门) of a region coordinates the others."""

    uscc = models.CharField(_("unified social credit code"), max_length=18, unique=True)
    slug = models.SlugField(_("name in addresses"), max_length=100, unique=True)
    name_zh = models.CharField(_("name in Chinese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    duty_zh = models.TextField(_("duties in Chinese"), blank=True)
    duty_en = models.TextField(_("duties in English"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="departments")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    is_authority = models.BooleanField(_("data authority of its region"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ("region_id", "-is_authority", "id")
        verbose_name = _("department")
        constraints = [
            models.UniqueConstraint(
                fields=["region"],
                condition=models.Q(is_authority=True, is_active=True),
                name="one_authority_per_region",
            )
        ]

    def __str__(self) -> str:
        return self.name_zh


class UserManager(BaseUserManager["User"]):
    """Finds people by user name, as Django's authentication asks."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)


class User(AbstractBaseUser):
    """A person. There are no superusers: every right comes from a duty in a department or an expiring grant."""

    username = models.CharField(_("user name"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_pinyin = models.CharField(_("name in pinyin"), max_length=200, blank=True)
    email = models.EmailField(_("mail address"), blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    theme = models.CharField(_("theme"), max_length=10, default="auto")
    text_size = models.CharField(_("text size"), max_length=10, default="normal")
    clearance = models.PositiveSmallIntegerField(_("clearance"), choices=GRADES, default=Grade.GENERAL_3)
    is_active = models.BooleanField(_("active"), default=True)
    password_changed_at = models.DateTimeField(_("password changed"), default=timezone.now)
    created_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        ordering = ("username",)
        verbose_name = _("person")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Membership(models.Model):
    """One duty of one person in one department."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    department = models.ForeignKey(Department, models.PROTECT, related_name="memberships")
    duty = models.CharField(_("duty"), max_length=20, choices=DUTIES)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("id",)
        verbose_name = _("membership")
        constraints = [models.UniqueConstraint(fields=["user", "department", "duty"], name="one_membership_per_duty")]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.department_id}/{self.duty}"


class ApiKey(models.Model):
    """A key to the API: shown once, stored as its SHA-256; belongs to a person, carries scopes, expires."""

    user = models.ForeignKey(User, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(_("first characters"), max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("API key")

    def __str__(self) -> str:
        return f"{self.prefix}…"
