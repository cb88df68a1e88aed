"""Triggers that refuse to remove a grant, a person or a version that a line of the ledger of use names.

They stand for the foreign keys of the ledger, which locked those three rows for every line. Whoever writes a line holds
the ledger until its transaction ends: who removes a row waits for that, and whoever writes later waits for the removal
and does not find the row any more.
"""

from typing import ClassVar

from django.db import migrations

PARENTS = (("sharing_grant", "grant_id"), ("accounts_user", "user_id"), ("catalog_version", "version_id"))

FUNCTION = """
create function sharing_keep_named() returns trigger language plpgsql as $$
declare
    is_named boolean;
begin
    lock table sharing_grantuse in share mode;
    execute format('select exists (select from sharing_grantuse where %I = $1)', tg_argv[0]) into is_named using old.id;
    if is_named then
        raise exception '% % is named in the ledger of use', tg_table_name, old.id using errcode = 'foreign_key_violation';
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    return new;
end
$$
"""
TRIGGERS = "".join(
    f"create trigger {table}_kept before delete on {table} "
    f"for each row execute function sharing_keep_named('{column}');"
    f"create trigger {table}_same before update of id on {table} "
    f"for each row when (old.id is distinct from new.id) execute function sharing_keep_named('{column}');"
    for table, column in PARENTS
)


class Migration(migrations.Migration):
    """Adds two triggers to each table that the ledger names."""

    dependencies: ClassVar = [("sharing", "0001_initial")]

    operations: ClassVar = [
        migrations.RunSQL(FUNCTION, "drop function sharing_keep_named() cascade"),
        migrations.RunSQL(TRIGGERS, migrations.RunSQL.noop),
    ]
