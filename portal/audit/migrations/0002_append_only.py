"""Triggers that refuse to change or remove what the audit record holds (GB/T 22239-2019: protected from deletion, change, overwriting)."""

from typing import ClassVar

from django.db import migrations

# The table of waiting entries (audit_pending) is emptied by the sequencer and stays free.
TABLES = ("audit_entry", "audit_link", "audit_checkpoint")

FUNCTION = """
create function audit_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit record is append-only: % on % refused', tg_op, tg_table_name;
end
$$
"""
TRIGGERS = "".join(
    f"create trigger {table}_append_only before update or delete or truncate on {table} "
    f"for each statement execute function audit_refuse_change();"
    for table in TABLES
)


class Migration(migrations.Migration):
    """Adds one trigger per table of the record."""

    dependencies: ClassVar = [("audit", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL(FUNCTION, "drop function audit_refuse_change() cascade"),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
    ]
