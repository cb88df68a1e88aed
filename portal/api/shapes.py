"""The base of what a body may say: nothing in it is silently ignored."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

_OF_FORMS = "csrfmiddlewaretoken"


class Input(serializers.Serializer[Any]):
    """Refuses a field that nobody reads, naming it: a slip of the pen must not be taken for a wish left out."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = set(data) - set(self.fields) - {_OF_FORMS} if isinstance(data, dict) else set()
        if unknown:
            raise serializers.ValidationError({name: [_("There is no field of this name here.")] for name in unknown})
        return super().to_internal_value(data)
