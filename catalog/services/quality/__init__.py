"""Writes of quality: checks and their reports, rules, confirmed errors, tickets, standings."""

from catalog.services.quality.checking import check_version, unchecked_versions
from catalog.services.quality.corrections import note_correction, note_mended
from catalog.services.quality.finding import failing_rows
from catalog.services.quality.judging import Judgment, judge_files, keep_report
from catalog.services.quality.rules import reset_rule, set_rule, try_rule
from catalog.services.quality.standing import refresh_standing, sweep_quality
from catalog.services.quality.tickets import VERBS, move_ticket, note_block, open_ticket

__all__ = [
    "VERBS",
    "Judgment",
    "check_version",
    "failing_rows",
    "judge_files",
    "keep_report",
    "move_ticket",
    "note_block",
    "note_correction",
    "note_mended",
    "open_ticket",
    "refresh_standing",
    "reset_rule",
    "set_rule",
    "sweep_quality",
    "try_rule",
    "unchecked_versions",
]
