"""Who has this column, without reading the items: their words name the resource, and stand in order of meaning."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_privacy_roles"),
    ]

    operations = [
        migrations.AddField(
            model_name="itemwords",
            name="resource",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="item_words", to="catalog.resource"
            ),
        ),
        migrations.RunSQL(
            "UPDATE catalog_itemwords AS words SET resource_id = item.resource_id "
            "FROM catalog_item AS item WHERE item.id = words.item_id",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="itemwords",
            name="resource",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="item_words", to="catalog.resource"
            ),
        ),
        migrations.AlterField(
            model_name="itemwords",
            name="meaning",
            field=models.CharField(max_length=120),
        ),
        migrations.AddIndex(
            model_name="itemwords",
            index=models.Index(fields=["meaning", "item"], name="item_meaning"),
        ),
        migrations.AddIndex(
            model_name="resource",
            index=models.Index(
                models.OrderBy(models.F("published_at"), descending=True, nulls_last=True),
                models.OrderBy(models.F("id"), descending=True),
                name="resource_newest",
            ),
        ),
    ]
