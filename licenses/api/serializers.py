"""Shapes of the license API: what is sent, and how types, licenses and verifications are represented."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from licenses.models import HolderCodeType, HolderKind, License, LicenseType, Look
from licenses.seals.records import Opened
from licenses.services.verification import Result
from portal.accounts.models import Department
from portal.api.shapes import Input


class FieldInput(Input):
    """One field of a type."""

    key = serializers.CharField(max_length=40)
    name_zh = serializers.CharField(max_length=60)
    name_en = serializers.CharField(max_length=100, required=False, allow_blank=True)
    kind = serializers.ChoiceField(["text", "date", "number", "choice"], default="text")
    exposure = serializers.ChoiceField(["shown", "masked", "hidden"], default="hidden")
    choices = serializers.ListField(child=serializers.CharField(max_length=100), required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `required`, a name the framework has taken for itself."""
        return {**super().get_fields(), "required": serializers.BooleanField(default=True)}


class TypeInput(Input):
    """A license type to define."""

    department = serializers.SlugRelatedField("uscc", queryset=Department.objects.filter(is_active=True))
    number = serializers.CharField(max_length=3)
    name_zh = serializers.CharField(max_length=100)
    name_en = serializers.CharField(max_length=200, required=False, allow_blank=True)
    legal_basis = serializers.CharField(max_length=300, required=False, allow_blank=True)
    holder_kind = serializers.ChoiceField(HolderKind.choices, default=HolderKind.ORGANIZATION)
    holder_code_types = serializers.ListField(child=serializers.ChoiceField(HolderCodeType.choices))
    fields_ = FieldInput(many=True, source="fields")
    single_instance = serializers.BooleanField(default=False)
    validity_months = serializers.IntegerField(allow_null=True, default=None, min_value=1, max_value=1200)
    renew_window_days = serializers.IntegerField(default=90, min_value=0, max_value=730)
    look = serializers.ChoiceField(Look.choices, default=Look.CERTIFICATE)
    issuers = serializers.SlugRelatedField(
        "uscc", queryset=Department.objects.filter(is_active=True), many=True, required=False
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Call the list of fields by its name in the domain, which the framework has taken for itself."""
        declared = super().get_fields()
        fields = declared.pop("fields_")
        fields.source = None
        return {**declared, "fields": fields}


class LicenseInput(Input):
    """A license to issue."""

    type = serializers.CharField(max_length=21)
    issuer = serializers.SlugRelatedField("uscc", queryset=Department.objects.filter(is_active=True), required=False)
    number = serializers.CharField(max_length=64, required=False, allow_blank=True)
    holder_name = serializers.CharField(max_length=200)
    holder_code_type = serializers.CharField(max_length=3)
    holder_code = serializers.CharField(max_length=64)
    attributes = serializers.DictField()
    valid_from = serializers.DateField(required=False)
    valid_to = serializers.DateField(required=False, allow_null=True)


class ActInput(Input):
    """Reason and legal basis of an act."""

    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    basis = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class ChangeInput(ActInput):
    """What changes in a license; what is not given stays."""

    holder_name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    attributes = serializers.DictField(required=False)


class RenewInput(ActInput):
    """The new term of a license."""

    valid_from = serializers.DateField(required=False)
    valid_to = serializers.DateField(required=False, allow_null=True)


class VerifyInput(Input):
    """A printed code; or an identifier and the holder's name; or a type and a holder code with the cause of use."""

    code = serializers.CharField(max_length=200, required=False, allow_blank=True)
    identifier = serializers.CharField(max_length=200, required=False, allow_blank=True)
    holder_name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    type = serializers.CharField(max_length=21, required=False, allow_blank=True)
    holder_code_type = serializers.CharField(max_length=3, required=False, allow_blank=True)
    holder_code = serializers.CharField(max_length=64, required=False, allow_blank=True)
    cause = serializers.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        help_text=str(_("Why and for which matter the license is used.")),
    )


def represent_type(type_: LicenseType) -> dict[str, Any]:
    """Represent a license type."""
    return {
        "code": type_.code,
        "name_zh": type_.name_zh,
        "name_en": type_.name_en,
        "department": type_.department.uscc,
        "legal_basis": type_.legal_basis,
        "holder_kind": type_.holder_kind,
        "holder_code_types": type_.holder_code_types,
        "fields": type_.fields,
        "single_instance": type_.single_instance,
        "validity_months": type_.validity_months,
        "renew_window_days": type_.renew_window_days,
        "look": type_.look,
        "state": type_.state,
        "version": type_.version,
    }


def represent_license(license_: License) -> dict[str, Any]:
    """Represent a license without what it says about its holder."""
    return {
        "identifier": license_.identifier,
        "type": license_.type.code,
        "issuer": license_.issuer.uscc,
        "holder": license_.holder_label,
        "holder_code_type": license_.holder_code_type,
        "version": f"{license_.version:03d}",
        "state": license_.standing_state,
        "state_since": license_.state_since.isoformat(),
        "issued_on": license_.issued_on.isoformat(),
        "valid_from": license_.valid_from.isoformat(),
        "valid_to": license_.valid_to.isoformat() if license_.valid_to else None,
    }


def represent_content(opened: Opened) -> dict[str, Any]:
    """Represent what a license says, for those who may read it."""
    if opened.record is None:
        return {"is_whole": False}
    record = opened.record
    return {
        "is_whole": opened.is_whole,
        "number": record.number,
        "holder_name": record.holder_name,
        "holder_code": record.holder_code,
        "attributes": record.attributes,
    }


def represent_result(result: Result) -> dict[str, Any]:
    """Represent a verification with the result code of `domain.md` §4: 0 found, 10 none found."""
    facts = result.facts
    body: dict[str, Any] = {
        "code": "10" if result.outcome == "not_found" else "0",
        "outcome": str(result.outcome),
        "checked_at": result.checked_at.isoformat(),
        "license": None,
    }
    if facts is not None:
        body["license"] = {
            "identifier": facts.identifier,
            "version": facts.version,
            "type_zh": facts.type_zh,
            "type_en": facts.type_en,
            "holder": facts.holder,
            "issuer_zh": facts.issuer_zh,
            "issuer_en": facts.issuer_en,
            "issued_on": facts.issued_on.isoformat(),
            "valid_from": facts.valid_from.isoformat(),
            "valid_to": facts.valid_to.isoformat() if facts.valid_to else None,
            "state": facts.state,
            "fields": [
                {"name_zh": field.name_zh, "name_en": field.name_en, "value": field.value} for field in facts.fields
            ],
        }
    return body
