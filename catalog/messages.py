"""What the codes of the data plane mean in words; the only place where they are translated."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from portal.audit.wording import Wording
from portal.kernel.errors import Text

MESSAGES: Mapping[str, Text] = {
    # files
    "file_empty": _("The file is empty."),
    "format_unknown": _(
        "This kind of file cannot be read. Use CSV, TSV, XLSX, XLS, ODS, JSON, NDJSON, XML, GeoJSON, Parquet, or a ZIP "
        "of these."
    ),
    "damaged": _("The file is damaged and cannot be opened as %(format)s."),
    "zip_bomb": _("The file unpacks to far more than it should and was not opened."),
    "encoding": _("The text around line %(line)s is neither UTF-8 nor GB18030."),
    "encoding_unmarked": _(
        "The text looks like UTF-16 but does not begin with its byte order mark. Save it as UTF-8 and hand it in again."
    ),
    "encoding_mixed": _(
        "The file mixes encodings: line %(utf8_line)s is UTF-8, line %(other_line)s is not. Parts of two programs were "
        "probably joined; save them in one encoding."
    ),
    "binary": _("Line %(line)s holds characters that do not belong in a text file; the file is probably not a table."),
    "bad_quoting": _(
        "From line %(line)s on the quotation marks do not match; a mark was not closed or stands in the wrong place."
    ),
    "cell_too_long": _(
        "A cell at line %(line)s is longer than %(limit)s characters; a quotation mark was probably not closed."
    ),
    "template_header": _("The sheet “%(sheet)s” has no header of the template."),
    "too_many_rows": _("The sheet has more than %(limit)s rows."),
    "header_empty": _("The header row (line %(line)s) holds no names."),
    "header_blank_cell": _("Column %(position)s of the header (line %(line)s) has no name."),
    "header_duplicate": _("The header names the column “%(name)s” twice."),
    "header_missing": _("The first row is not a header that fits the data items. It reads: %(found)s"),
    "too_many_columns": _("The file has %(found)s columns; at most %(limit)s can be read."),
    "file_memory": _("The file needs more memory to check than is allowed here. Split it, or ask the administrator."),
    "json_syntax": _("The JSON is not well formed around line %(line)s."),
    "json_shape": _("The JSON must be a list of objects, one for each row (see line %(line)s)."),
    "nested_column": _("The column “%(name)s” holds lists or structures; a data item is a single value."),
    # sources
    "host_not_allowed": _("“%(host)s” is not among the hosts that sources of this installation may reach."),
    "folder_not_allowed": _("“%(folder)s” is not in a folder that sources of this installation may read."),
    "dialect_not_allowed": _("“%(dialect)s” is not a kind of database that sources of this installation may use."),
    "kind_unknown": _("“%(kind)s” is not a kind of source."),
    "secret_lost": _("The stored password cannot be opened any more; enter it again."),
    "database_connect": _("The database cannot be reached: %(detail)s"),
    "database_query": _("The database refused the question: %(detail)s"),
    "driver_missing": _("This installation has no driver for “%(dialect)s”."),
    "driver_died": _("The program that reads the database ended with status %(status)s."),
    "statement_time": _("The database worked longer than %(seconds)s seconds, and was stopped."),
    "watermark_type": _("The column that tells what is new must hold numbers, texts or times, not %(kind)s."),
    "column_names": _("Two columns have the same name."),
    "folder_gone": _("There is no folder “%(folder)s”."),
    "file_gone": _("The file “%(name)s” is no longer there."),
    "bucket_read": _("The bucket cannot be read: %(detail)s"),
    "too_many_files": _("More than %(limit)s files fit the pattern; narrow it."),
    "source_refused": _("The file could not be handed in: %(detail)s"),
    "source_not_accepted": _("The check did not accept the data; see its report."),
    "source_connected": _("The database let us in."),
    "source_reaches": _("The column “%(column)s” reaches to %(value)s."),
    "source_rows": _("Rows that are new: %(rows)s."),
    "source_files": _("Files that fit the pattern: %(files)s; new or changed: %(new)s."),
    "source_file": _("“%(name)s” was fetched."),
    "source_landed": _("What was fetched is handed in and being checked."),
    "source_version": _("Version %(number)s stands (rows: %(rows)s)."),
    "source_canceled": _("%(who)s canceled the run."),
    "source_lost": _("The run was lost and will be done again."),
    "check_lost": _(
        "The check of this file was lost %(times)s times and was given up. Hand in a smaller part, or ask the "
        "administrator."
    ),
    "no_space": _(
        "The server has no room left to check this file; nothing of it was taken. Tell the administrator, and hand it "
        "in again when there is room."
    ),
    "checksum_header": _("An Upload-Checksum is one of %(known)s, a space, and the hash in base64."),
    "metadata_header": _("“%(name)s” in Upload-Metadata is not a name with a value in base64."),
    "xml_syntax": _("The XML is not well formed around line %(line)s."),
    "xml_entities": _("The XML defines entities or refers to outside files; such files are not opened."),
    "xml_deep": _("The XML is nested more than %(limit)s levels deep."),
    "xml_shape": _("No element that repeats and holds values was found in the XML; it is probably not a table."),
    "repeated_value": _("“%(name)s” stands more than once in one row (line %(line)s); a data item is a single value."),
    "web_page": _(
        "The file is a web page or an old XML workbook with the name of a spreadsheet. Open it in a spreadsheet "
        "program and save it as XLSX."
    ),
    "encrypted": _("The file is protected by a password. Remove the password and hand it in again."),
    "workbook_large": _("The workbook holds more text than fits in memory. Save the sheet as CSV and hand that in."),
    "formula_without_value": _(
        "Row %(line)s holds a formula without its result. Open the file in a spreadsheet program and save it: that "
        "stores the results."
    ),
    "sheet_unknown": _("There is no sheet “%(sheet)s”. The file has: %(sheets)s."),
    "sheet_ambiguous": _("Several sheets could be meant: %(sheets)s. Hand the file in again and name the sheet."),
    "archive_other": _("RAR and 7z archives cannot be read. Pack the files as ZIP."),
    "archive_empty": _("The archive holds no table that can be read."),
    "archive_nested": _("The archive holds another archive (%(name)s). Unpack it and pack the tables themselves."),
    "archive_path": _("The archive names a path outside of itself (%(name)s) and was not opened."),
    "archive_encrypted": _("The archive is protected by a password. Pack it without one."),
    "archive_shapes": _(
        "The tables in the archive do not have the same columns: “%(name)s” has %(found)s. Hand in tables of one "
        "shape only."
    ),
    "archive_many": _("The archive holds more than %(limit)s files."),
    # what the reader did
    "note_title_rows": _("Rows above the header that were left out as titles: %(rows)s."),
    "note_header_rows": _("The header was read from %(rows)s rows."),
    "note_footer": _("Line %(line)s was left out as a footer: %(text)s"),
    "note_sheet": _("Sheet “%(sheet)s” was read, of %(sheets)s sheets."),
    "note_merged": _("Cells filled with the value of the merged cell they belong to: %(cells)s."),
    "note_xml_row": _("Each element %(path)s was read as a row."),
    "note_json_path": _("The rows were found under %(path)s."),
    "note_ignored_file": _("“%(name)s” in the archive is no table and was left out."),
    "note_joined": _("%(files)s tables of the archive were joined."),
    "note_no_value": _("In “%(column)s”, %(cells)s cells say that there is no value (such as NULL, N/A or -)."),
    # cells
    "null": _("A value is required here."),
    "length": _("The value is longer than declared."),
    "number": _("This is not a number."),
    "integer": _("This is not a whole number."),
    "boolean": _("This is neither yes nor no."),
    "date": _("This is not a date."),
    "datetime": _("This is not a date and time."),
    "scientific": _(
        "The spreadsheet shortened this number and its last digits are lost. Format the column as "
        "text and export again."
    ),
    "unit": _("The number carries a unit such as 万, 亿 or %. Write the plain number in the unit of the data item."),
    "day_number": _(
        "This looks like a spreadsheet's day number. Format the column as a date in the spreadsheet and export again."
    ),
    "code_list": _("The value is not in the code list."),
    "pattern": _("The value does not have the form of its data element."),
    "checksum": _("The check character is wrong: a digit was probably mistyped."),
    "duplicate_key": _("The key stands in an earlier row already."),
    "too_few_cells": _("The row has fewer cells than the header."),
    "too_many_cells": _("The row has more cells than the header."),
    "cell_without_header": _("The row has a value in a column that has no name in the header."),
    # codes, names and elements
    "code_column_missing": _("The file has no column for this. Name one “code”, one “label_zh”."),
    "element_head": _("The file has no column for the name or the identifier of a data element."),
    "elements_many": _("A file holds at most %(limit)s data elements."),
    "code_twice": _("The code stands twice."),
    "code_many": _("A code set holds at most 100,000 codes."),
    "code_parent_unknown": _("The code it lies under is not in the list."),
    "code_parent_circle": _("The code lies under itself."),
    "code_days_crossed": _("It ends before it begins."),
    "name_form": _("Use small letters, digits and _ only, beginning with a letter."),
    "name_long": _("At most 30 characters, so that every database takes it."),
    "name_reserved": _("This is a word of SQL and must be quoted everywhere."),
    "name_generic": _("This says nothing about what the column holds."),
    "name_initials": _("First letters of pinyin can be read by nobody else."),
    "match_name": _("same name"),
    "match_synonym": _("one of its other names"),
    "match_english": _("same English name"),
    "match_pinyin": _("same pinyin"),
    "match_part": _("similar name"),
    "match_check": _("the values pass its check character"),
    "match_codes": _("the values are in its code set"),
    "key_exists": _("A row with this key is in the data already."),
    "key_unknown": _("No row with this key is in the data."),
    "op_unknown": _("This is not an operation. Write insert, update or delete, or leave the cell empty."),
    # versions made from the one before
    "mode_no_parent": _("There is no version to change. Hand the whole data in."),
    "mode_no_key": _(
        "Rows are changed by key, and no data item is part of the key. Declare the key, or hand the whole data in."
    ),
    "mode_key_changed": _(
        "The key is not that of the current version. Hand the whole data in once; then rows can be added again."
    ),
    "mode_retyped": _(
        "The type of %(columns)s was changed, and the stored values cannot be read in it. Hand the whole data in, "
        "or set the type back."
    ),
    "mode_required": _(
        "%(columns)s must have a value now, and rows that stay have none. Hand the whole data in, or let the item "
        "be empty."
    ),
    "version_changed": _("Another version was made meanwhile; hand the file in again."),
    # rules of quality
    "rule_weight": _("The weight must be above 0 and at most %(high)s."),
    "rule_threshold": _("The threshold is a score from 0 to 100."),
    "rule_columns": _("This kind of rule needs %(low)s to %(high)s different columns."),
    "rule_parameter": _("A rule of the kind “%(kind)s” does not take “%(parameter)s”."),
    "rule_choice": _("Known are: %(known)s."),
    "rule_number": _("This must be a number above 0."),
    "rule_column_unknown": _("There is no column “%(column)s”."),
    "rule_pattern": _("This is not a regular expression (RE2) of at most %(limit)s characters."),
    "rule_text_only": _("“%(column)s” is not a text."),
    "rule_number_or_time": _("“%(column)s” is neither a number nor a date."),
    "rule_length": _("State the least or the most characters, the least first, up to %(high)s."),
    "rule_values": _("List 1 to %(limit)s values."),
    "rule_value": _("“%(value)s” is not a value that could be compared here."),
    "rule_range": _("State at least one limit."),
    "expression_conditions": _("State one to ten conditions."),
    "expression_condition": _("A condition is left, op and right. Known operations are: %(known)s."),
    "expression_types": _("These two cannot be compared with each other."),
    "expression_list": _("List the values that are right."),
    "expression_term": _("This is not a part of a condition that is known here."),
    "expression_value": _("A value is a text or a number of at most 200 characters."),
    # plans and questions
    "unknown_parameter": _("There is no parameter “%(parameter)s”."),
    "parameter_twice": _("“%(parameter)s” may be given only once."),
    "plan_shape": _("A plan is a JSON object."),
    "plan_version": _("The plan names no version."),
    "plan_list": _("“%(parameter)s” must be a list."),
    "plan_type": _("“%(parameter)s” must be of the type %(kind)s."),
    "column_name": _("A column needs a name."),
    "column_shape": _("A column is a name, or an object with name and op."),
    "column_twice": _("A column is named twice."),
    "columns_empty": _("At least one column must be delivered."),
    "column_unknown": _("There is no column “%(column)s” in this version."),
    "column_op": _("“%(op)s” is not an operation for “%(column)s”. Known are: %(known)s."),
    "column_params": _("The operation “%(op)s” of “%(column)s” takes exactly these parameters: %(known)s."),
    "column_param_range": _("“%(param)s” of “%(column)s” must be a whole number from %(low)s to %(high)s."),
    "column_op_type": _("The operation “%(op)s” does not fit the type of “%(column)s”."),
    "count_shape": _('A count is written as {"k": …, "name": …}, with a name that no column has.'),
    "count_range": _("Numbers must be withheld below a limit from %(low)s to %(high)s."),
    "count_columns": _("A count can only be read with all of its columns."),
    "mask_key_missing": _("The key for masking is missing; nothing can be delivered."),
    "conditions_shape": _('Conditions are written as {"and": […]}, in which {"or": […]} may stand.'),
    "conditions_many": _("At most %(limit)s conditions can be given."),
    "condition_shape": _("A condition is written as [column, operation, value]."),
    "condition_op": _("“%(op)s” is not a comparison. Known are: %(known)s."),
    "condition_null": _("The condition on missing values of “%(column)s” takes true or false."),
    "condition_in": _("The list of “%(column)s” must hold 1 to %(limit)s values."),
    "condition_value": _("“%(value)s” is not a value that “%(column)s” could have."),
    "condition_like": _("“%(column)s” is not a text and cannot be searched by pattern."),
    "filter_shape": _("A filter is written as name:operation:value. “%(value)s” is not."),
    "order_column": _("There is no column “%(column)s” to order by."),
    "limit_range": _("The limit must be a whole number from %(low)s to %(high)s."),
    "limit_missing": _("A page needs a limit."),
    "offset_range": _("The offset must be a whole number of zero or more."),
    "cursor": _("The cursor is damaged. Start again from the first page."),
    "cursor_other": _("The cursor belongs to another question. Start again from the first page."),
    "version_other": _("What you may read is another version."),
    "column_not_allowed": _("“%(column)s” is not among the columns that you may read."),
    "mask_other": _("“%(column)s” can only be read in the masked form that was decided."),
    "search_long": _("At most %(limit)s characters can be searched for."),
    "search_fixed": _("The search words of what you may read cannot be changed."),
    "format_unknown_export": _("“%(value)s” is not a file format. Known are: %(known)s."),
    # engines and the store
    "engine_time": _("The question took too long and was stopped. Narrow it with filters."),
    "engine_memory": _("The question needs too much memory. Narrow it with filters."),
    "engine_stream": _("The delivery could not be finished."),
    "export_rows": _("A sheet holds at most %(limit)s rows. Narrow the data with filters or choose another format."),
    "file_missing": _("The stored data cannot be read at the moment."),
    "file_unreadable": _("The stored data cannot be read at the moment."),
    "file_changed": _("The stored data is not what was recorded."),
    "serving_rows": _("Other rows arrived in the serving table than the version has."),
    "serving_database": _("The database did not take the serving table."),
    "serving_gone": _("The serving table is not there."),
    "name_taken": _("The store did not take the file."),
    "canceled": _("The check was canceled."),
}


def message(code: str, params: Mapping[str, object] | None = None) -> str:
    """Say a code in the language of the reader; a code without words is shown as itself."""
    known = MESSAGES.get(code)
    if known is None:
        return str(_("The file cannot be taken (%(code)s).")) % {"code": code}
    return str(known) % dict(params or {})


def worded_message(code: str, params: Mapping[str, object] | None = None) -> Wording:
    """Say a code as a sentence that is kept, and translated for each who reads it."""
    if code not in MESSAGES:
        return Wording(gettext_noop("The file cannot be taken (%(code)s)."), code=code)
    return Wording(MESSAGES[code], **{name: _plain(value) for name, value in (params or {}).items()})


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | str) else str(value)
