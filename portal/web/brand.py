"""The name, owner and official numbers of the site in the language of the page."""

from dataclasses import dataclass

from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _

SONGHUA_LOGO = "web/logo.svg"


@dataclass(frozen=True)
class Brand:
    """What the pages print of the installation's owner."""

    name: str
    name_other: str
    name_other_lang: str
    owner: str
    description: str
    logo_url: str
    phone: str
    email: str
    site_code: str
    icp: str
    police_record: str
    party_mark_url: str
    has_own_colors: bool


def brand_now() -> Brand:
    """Read the brand from the settings in the language that is active."""
    raw = settings.BRAND
    chinese = (get_language() or "").startswith("zh")
    own_logo = raw.logo if raw.logo and raw.logo != SONGHUA_LOGO else ""
    return Brand(
        name=raw.name_zh if chinese else raw.name_en,
        name_other=raw.name_en if chinese else raw.name_zh,
        name_other_lang="en" if chinese else "zh-Hans",
        owner=raw.owner_zh if chinese else raw.owner_en,
        description=_("Public data of the province: find, share, open and verify."),
        logo_url=_picture(own_logo),
        phone=raw.contact_phone,
        email=raw.contact_email,
        site_code=raw.site_code,
        icp=raw.icp_number,
        police_record=raw.police_number,
        party_mark_url=_picture(raw.party_mark),
        has_own_colors=bool(raw.color_action or raw.color_accent),
    )


def _picture(name: str) -> str:
    """Return the address of a picture named in the settings: an address as it is, a static file by its name."""
    return name if not name or name.startswith(("/", "data:")) else static(name)
