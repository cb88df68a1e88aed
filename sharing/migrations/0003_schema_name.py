"""A grant keeps the schema name under which engines found it first, whoever answers for the resource later."""

from typing import Any

from django.db import migrations, models


def name_schemas(apps: Any, _schema_editor: Any) -> None:
    """Give each grant the name its provider has now: the one that engines use today."""
    grants, departments = apps.get_model("sharing", "Grant"), apps.get_model("accounts", "Department")
    name = departments.objects.filter(pk=models.OuterRef("provider_id")).values("slug")[:1]
    grants.objects.update(schema_name=models.Subquery(name))


class Migration(migrations.Migration):
    dependencies = [("sharing", "0002_corrections")]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="schema_name",
            field=models.SlugField(
                db_index=False,
                default="",
                help_text="The provider's name when the grant was made; it stays.",
                max_length=100,
                verbose_name="schema for engines",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(name_schemas, migrations.RunPython.noop),
    ]
