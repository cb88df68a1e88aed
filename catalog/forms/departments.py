"""A field for one department by its name or code; the province has too many for a list."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Department


class DepartmentField(forms.CharField):
    """Takes the full name or the unified social credit code; with ``dissolved`` also of an inactive department."""

    def __init__(self, *, dissolved: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Its full name or its unified social credit code."))
        super().__init__(max_length=200, **kwargs)
        self.dissolved = dissolved

    def clean(self, value: Any) -> Any:
        """Return the department. Raises ``ValidationError`` where none or several fit."""
        text = super().clean(value).strip()
        named = Q(uscc=text) | Q(name_zh=text) | Q(name_en__iexact=text)
        found = Department.objects.filter(named).select_related("region")
        if not self.dissolved:
            found = found.filter(is_active=True)
        if len(found) != 1:
            raise forms.ValidationError(
                _("There is no active department of this name or code.")
                if not found
                else _("Several departments have this name; give the code.")
            )
        return found[0]
