"""Writes of opening: one keyword-only function per verb."""

from opening.services.counts import count_use
from opening.services.editions import draft_publication, edit_publication
from opening.services.files import drop_stale_files, prepare_file, prepare_files
from opening.services.licenses import load_data_licenses, shipped_licenses
from opening.services.release import (
    publish,
    resume,
    return_,
    revise,
    submit,
    suspend,
    suspend_editions_of,
    withdraw,
)

__all__ = [
    "count_use",
    "draft_publication",
    "drop_stale_files",
    "edit_publication",
    "load_data_licenses",
    "prepare_file",
    "prepare_files",
    "publish",
    "resume",
    "return_",
    "revise",
    "shipped_licenses",
    "submit",
    "suspend",
    "suspend_editions_of",
    "withdraw",
]
