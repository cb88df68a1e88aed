"""What every installation shares, by matter; nothing here reads os.environ."""

from portal.settings.base.applications import *  # noqa: F403  settings are the sum of their matters
from portal.settings.base.browsers import *  # noqa: F403  settings are the sum of their matters
from portal.settings.base.interfaces import *  # noqa: F403  settings are the sum of their matters
from portal.settings.base.languages import *  # noqa: F403  settings are the sum of their matters
from portal.settings.base.mail import *  # noqa: F403  settings are the sum of their matters
from portal.settings.base.people import *  # noqa: F403  settings are the sum of their matters
from portal.settings.base.rows import *  # noqa: F403  settings are the sum of their matters
from portal.settings.base.rules import *  # noqa: F403  settings are the sum of their matters
from portal.settings.base.site import *  # noqa: F403  settings are the sum of their matters
from portal.settings.base.stores import *  # noqa: F403  settings are the sum of their matters
from portal.settings.base.tasks import *  # noqa: F403  settings are the sum of their matters
from portal.settings.base.uploads import *  # noqa: F403  settings are the sum of their matters
