"""The shape of what officials type; what it means is checked by the services."""

from catalog.forms.resources import (
    ITEMS_PREFIX,
    AssessmentsForm,
    AttributesForm,
    BasicForm,
    DraftForm,
    ExceptionForm,
    ItemTable,
    ProposeForm,
    RegisterForm,
    item_rows,
    rows_of,
)
from catalog.forms.uploads import UploadForm

__all__ = [
    "ITEMS_PREFIX",
    "AssessmentsForm",
    "AttributesForm",
    "BasicForm",
    "DraftForm",
    "ExceptionForm",
    "ItemTable",
    "ProposeForm",
    "RegisterForm",
    "UploadForm",
    "item_rows",
    "rows_of",
]
