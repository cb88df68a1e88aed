"""The shape of a data source as an officer describes it, one form for each kind."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from catalog.models import SOURCE_SCHEDULES
from catalog.models.versions import VERSION_KINDS
from portal.web.forms import SonghuaForm

#: What people call the kinds of databases that are tried; others keep the name SQLAlchemy gives them.
_NAMES = {"postgresql+psycopg": "PostgreSQL", "mysql+pymysql": "MySQL, MariaDB", "sqlite": "SQLite"}


class SourceForm(SonghuaForm):
    """What every kind of source has: when it is asked, and what its data makes of the version before."""

    PLACE: tuple[str, ...] = ()
    KIND = ""
    title = forms.CharField(label=_("Name of the source"), max_length=100)
    schedule = forms.ChoiceField(label=_("Fetch"), choices=SOURCE_SCHEDULES, initial="daily")
    hour = forms.IntegerField(label=_("At what hour (0 to 23)"), min_value=0, max_value=23, initial=3)
    day = forms.IntegerField(
        label=_("Day"),
        min_value=1,
        max_value=31,
        initial=1,
        help_text=_("Weekly: 1 is Monday. Monthly: the day of the month, or its last one."),
    )
    mode = forms.ChoiceField(label=_("What the data is"), choices=VERSION_KINDS)

    def answers(self) -> dict[str, Any]:
        """Give what the service takes."""
        data = dict(self.cleaned_data)
        place = {name: data.pop(name) for name in self.PLACE if data.get(name) not in {None, ""}}
        for name in self.PLACE:
            data.pop(name, None)
        return {**data, "place": place, "kind": self.KIND}


def _password() -> forms.CharField:
    return forms.CharField(
        label=_("Password"),
        required=False,
        max_length=300,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Stored sealed and never shown again. Left empty, the stored one stays."),
    )


class DatabaseForm(SourceForm):
    """A table or a query of a database."""

    KIND = "database"
    PLACE = ("dialect", "host", "port", "database", "username", "table", "query", "watermark_column")
    dialect = forms.ChoiceField(label=_("Kind of database"))
    host = forms.CharField(label=_("Host"), max_length=200, required=False)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, required=False)
    database = forms.CharField(label=_("Database"), max_length=300, help_text=_("Its name; for SQLite the file."))
    username = forms.CharField(label=_("User name"), max_length=100, required=False)
    password = _password()
    table = forms.CharField(label=_("Table or view"), max_length=200, required=False)
    query = forms.CharField(
        label=_("Or a query"), max_length=5000, required=False, widget=forms.Textarea, help_text=_("One SELECT.")
    )
    watermark_column = forms.CharField(
        label=_("Column that tells what is new"),
        max_length=100,
        required=False,
        help_text=_("A number or a time that only grows. Without it everything is fetched each time."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dialect"].choices = [(name, _NAMES.get(name, name)) for name in settings.SOURCE_DIALECTS]  # type: ignore[attr-defined]  # a choice field

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if bool(data.get("table")) == bool(data.get("query")):
            self.add_error("table", _("Give a table or a query, one of the two."))
        return data


class FolderForm(SourceForm):
    """A folder of the machine."""

    KIND = "folder"
    PLACE = ("folder", "pattern")
    folder = forms.CharField(label=_("Folder"), max_length=500)
    pattern = forms.CharField(label=_("Which files"), max_length=100, initial="*.csv", help_text=_("With * and ?."))


class BucketForm(SourceForm):
    """A bucket of an S3 store."""

    KIND = "bucket"
    PLACE = ("endpoint", "bucket", "key_prefix", "region", "username", "pattern")
    endpoint = forms.CharField(label=_("Address of the store"), max_length=300, help_text=_("https://host:port"))
    bucket = forms.CharField(label=_("Bucket"), max_length=100)
    key_prefix = forms.CharField(label=_("Prefix"), max_length=300, required=False)
    region = forms.CharField(label=_("Region"), max_length=50, required=False)
    username = forms.CharField(label=_("Access key"), max_length=200, required=False)
    password = _password()
    pattern = forms.CharField(label=_("Which files"), max_length=100, initial="*.csv", help_text=_("With * and ?."))


SOURCE_FORMS: dict[str, type[SourceForm]] = {form.KIND: form for form in (DatabaseForm, FolderForm, BucketForm)}
