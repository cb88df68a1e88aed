"""Guards that only the database can give: versions are append-only, single-instance types allow one license a holder."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION licenses_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER licenses_version_append_only BEFORE UPDATE OR DELETE ON licenses_licenseversion
    FOR EACH ROW EXECUTE FUNCTION licenses_refuse_change();
CREATE TRIGGER licenses_type_version_append_only BEFORE UPDATE OR DELETE ON licenses_licensetypeversion
    FOR EACH ROW EXECUTE FUNCTION licenses_refuse_change();
"""
ALLOW = """
DROP TRIGGER licenses_version_append_only ON licenses_licenseversion;
DROP TRIGGER licenses_type_version_append_only ON licenses_licensetypeversion;
DROP FUNCTION licenses_refuse_change();
"""
# Two licenses of one single-instance type collide only while both stand and their terms overlap.
SINGLE = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE licenses_license ADD CONSTRAINT one_standing_license_per_holder EXCLUDE USING gist (
    type_id WITH =, holder_index WITH =, daterange(valid_from, valid_to, '[]') WITH &&
) WHERE (single_instance AND state IN ('01', '02'));
"""
MANY = "ALTER TABLE licenses_license DROP CONSTRAINT one_standing_license_per_holder;"


class Migration(migrations.Migration):
    """Adds the triggers and the exclusion constraint."""

    dependencies = [("licenses", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW), migrations.RunSQL(SINGLE, MANY)]
