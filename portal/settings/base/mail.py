"""How mail leaves."""

from portal.settings.base.site import BRAND, DATA_DIR
from portal.settings.environment import environment, mail_route

_mail = mail_route(environment.text("EMAIL_URL", f"file://{DATA_DIR}/mail"))
EMAIL_BACKEND = _mail.backend
globals().update(_mail.options)
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", f"{BRAND.name_en} <{BRAND.contact_email}>")
