"""What every form on a page does by itself: no dashes for "nothing", plain widgets, also for fields added late."""

import pytest
from django import forms
from django.utils import translation

from catalog.models import Category
from portal.web.forms import SonghuaForm

BLANK = ("", "---------")


class Trial(SonghuaForm):
    """Every kind of field with a choice of nothing."""

    must = forms.ChoiceField(choices=[BLANK, ("1", "One")])
    may = forms.ChoiceField(choices=[BLANK, ("1", "One")], required=False)
    own = forms.ChoiceField(choices=[("", "All of it"), ("1", "One")], required=False)
    found = forms.ModelChoiceField(Category.objects.none(), required=False)


def options(form: forms.Form, name: str) -> list[str]:
    return [str(widget["label"]) for widget in (part.data for part in form[name].subwidgets)]


@pytest.mark.django_db
def test_nothing_chosen_is_said_in_words() -> None:
    form = Trial()
    with translation.override("en"):
        assert options(form, "must") == ["choose…", "One"]
        assert options(form, "may") == ["not chosen", "One"]
        assert options(form, "own") == ["All of it", "One"]
        assert options(form, "found") == ["not chosen"]
    with translation.override("zh-hans"):
        assert options(form, "must")[0] == "请选择…"


def test_a_field_added_late_is_dressed_as_the_others() -> None:
    form = SonghuaForm()
    form.fields["why"] = forms.CharField(widget=forms.Textarea)
    form.fields["day"] = forms.DateField(widget=forms.DateInput)
    assert 'rows="4"' in str(form["why"])
    assert "cols" not in str(form["why"])
    assert 'type="date"' in str(form["day"])
    with pytest.raises(KeyError):
        form["none"]


@pytest.mark.django_db
def test_a_record_to_choose_goes_by_its_name_in_the_language_of_the_page() -> None:
    chosen = Category.objects.get(code="101")
    for language, name in (("en", chosen.name_en), ("zh-hans", chosen.name_zh)):
        form = Trial()
        form.fields["found"].queryset = Category.objects.filter(pk=chosen.pk)  # type: ignore[attr-defined]  # of records
        with translation.override(language):
            assert options(form, "found")[1:] == [name]
