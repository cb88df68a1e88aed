"""Tables of what is served from PostgreSQL: the choice for a resource, and the table of one version."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.resources import Resource
from catalog.models.versions import Version


class ServingChoice(models.Model):
    """What the officer chose to have served quickly, by column id: columns found by value, texts found by a part of
    them, and whether words are searched in all texts.
    """

    resource = models.OneToOneField(Resource, models.CASCADE, related_name="serving_choice")
    columns = models.JSONField(_("columns with an index"), default=list, blank=True)
    searched = models.JSONField(_("texts found by a part"), default=list, blank=True)
    is_searched = models.BooleanField(_("index for searching in texts"), default=False)

    class Meta:
        verbose_name = _("choice of serving")

    def __str__(self) -> str:
        return f"{self.resource_id}"


class ServingTable(models.Model):
    """The serving table of one version; it is ready when it has a ``name``, and can be built anew at any time.

    ``design`` is what it was built from, as a hash; ``indexed``, ``falling`` and ``searched`` are ids of columns found
    by value, in falling order and by a part of the text, ``earned`` those among them that readers earned by their
    questions; ``ready`` names its columns that hold rows as JSON; ``plain`` are ids of columns that every engine writes
    alike; ``is_index`` says that it holds only what finds rows, because the version is too large for a table; ``fault``
    is the code of what went wrong at the last try, empty when nothing did.
    """

    version = models.OneToOneField(Version, models.CASCADE, related_name="serving")
    name = models.CharField(_("table"), max_length=63, blank=True)
    design = models.CharField(_("hash of its design"), max_length=64, blank=True)
    indexed = models.JSONField(_("columns with an index"), default=list)
    falling = models.JSONField(_("columns in falling order"), default=list)
    searched = models.JSONField(_("texts found by a part"), default=list)
    earned = models.JSONField(_("indexes from questions"), default=dict)
    is_searched = models.BooleanField(_("searched in texts"), default=False)
    is_index = models.BooleanField(_("an index only"), default=False)
    ready = models.JSONField(_("rows ready as JSON"), default=list)
    plain = models.JSONField(_("columns of plain texts"), default=list)
    row_count = models.BigIntegerField(_("rows"), default=0)
    byte_count = models.BigIntegerField(_("bytes"), default=0)
    seconds = models.FloatField(_("seconds of building"), default=0)
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True)
    built_at = models.DateTimeField(_("built"), null=True, blank=True)
    fault = models.CharField(_("fault"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("serving table")

    def __str__(self) -> str:
        return f"{self.version_id} {self.name}"


class QuestionCount(models.Model):
    """How many questions for rows of a resource came on a day: all of them, or those that name a column.

    ``use`` says how: its ``value`` compared or first in a rising order, first in a ``fall``ing order, or ``part`` of a
    text looked for; without a column it is ``all``. Nothing says who asked, nor for what.
    """

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="question_counts")
    day = models.DateField(_("day"))
    column_id = models.CharField(_("column in the files"), max_length=63, blank=True)
    use = models.CharField(_("use"), max_length=10)
    count = models.PositiveBigIntegerField(_("questions"))

    class Meta:
        verbose_name = _("count of questions")
        constraints = [
            models.UniqueConstraint(fields=["resource", "day", "column_id", "use"], name="one_question_count_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.day} {self.column_id} {self.use}"
