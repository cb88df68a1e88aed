"""Pages of licenses: for officers, and for everybody who checks one."""

from licenses.views.acts import act, change, renew
from licenses.views.issuing import issue, issue_start
from licenses.views.licenses import license, licenses, preview, print_pdf
from licenses.views.public import printed, type_metadata, verify
from licenses.views.types import change_type, define_type, publish_type, retire_type, type, types

__all__ = [
    "act",
    "change",
    "change_type",
    "define_type",
    "issue",
    "issue_start",
    "license",
    "licenses",
    "preview",
    "print_pdf",
    "printed",
    "publish_type",
    "renew",
    "retire_type",
    "type",
    "type_metadata",
    "types",
    "verify",
]
