"""The form of the display settings page."""

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.web.display import display_of
from portal.web.forms import SonghuaForm


class DisplayForm(SonghuaForm):
    """Theme, text size and language."""

    theme = forms.ChoiceField(
        label=_("Light or dark"),
        choices=[("auto", _("As the device is set")), ("light", _("Light")), ("dark", _("Dark"))],
        widget=forms.RadioSelect,
    )
    text = forms.ChoiceField(
        label=_("Text size"),
        choices=[("normal", _("Normal")), ("large", _("Large text, one column, large buttons"))],
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=[("zh-hans", "中文"), ("en", "English")], widget=forms.RadioSelect
    )

    @classmethod
    def for_request(cls, request: HttpRequest) -> "DisplayForm":
        """Return the form filled with what is in force."""
        display = display_of(request)
        language = get_language() or settings.LANGUAGE_CODE
        return cls(initial={"theme": display.theme, "text": display.text, "language": language})
