"""Loading next year's holidays by command."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from portal.kernel.working_days import add_working_days
from portal.workflow.deadlines import calendar


def test_the_days_of_a_notice_count_from_then_on(db: None, tmp_path: Path) -> None:
    notice = tmp_path / "2031.csv"
    notice.write_text("day,is_working\n2031-01-01,0\n2031-01-04,1\n", encoding="utf-8")
    call_command("load_calendar", str(notice), "--source", "test notice")
    days = calendar()
    assert add_working_days(date(2030, 12, 31), 1, days) == date(2031, 1, 2)
    assert add_working_days(date(2031, 1, 3), 1, days) == date(2031, 1, 4)


@pytest.mark.parametrize("text", ["day,is_working\n2031-13-01,0\n", "day,is_working\n2031-01-01,yes\n", "a,b\n1,2\n"])
def test_a_wrong_line_is_named_and_nothing_is_loaded(db: None, tmp_path: Path, text: str) -> None:
    notice = tmp_path / "wrong.csv"
    notice.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match="Line 2"):
        call_command("load_calendar", str(notice), "--source", "x")
    assert calendar() == {}
