"""What of opening goes with resources that another department takes over."""

from collections.abc import Collection, Iterator

from django.utils.translation import gettext_lazy as _

from catalog.selectors.handovers import Companion
from opening.models import Publication


def companions(resource_ids: Collection[int], taker_id: int) -> Iterator[Companion]:
    """Yield the open editions that are not withdrawn (1 query)."""
    for edition in Publication.objects.filter(resource_id__in=resource_ids).exclude(state="withdrawn"):
        yield Companion(
            resource_id=edition.resource_id,
            kind=_("Open edition"),
            number=edition.title_zh,
            url=f"/opening/publications/{edition.name}/",
        )
