"""The shape of input on sharing's pages; what it means is checked by the services."""

from sharing.forms.requests import (
    ApproveForm,
    ConditionFormSet,
    ListFilterForm,
    RequestForm,
    initial_conditions,
    initial_of,
)

__all__ = [
    "ApproveForm",
    "ConditionFormSet",
    "ListFilterForm",
    "RequestForm",
    "initial_conditions",
    "initial_of",
]
