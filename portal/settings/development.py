"""One machine: what `manage.py start` and the other commands use unless told otherwise."""

from portal.settings.base import *  # noqa: F403  a settings module is the sum of its base and its own lines
from portal.settings.environment import environment

DEBUG = environment.flag("DEBUG")
SECRET_KEY = environment.local_secret_key()
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", ("127.0.0.1", "localhost", "[::1]"))
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
WHITENOISE_USE_FINDERS = DEBUG
if environment.flag("DEMONSTRATION"):
    # Its passwords are random and lie in a file: a hash that costs a guesser dear guards nothing, and costs each start
    # and sign-in.
    PASSWORD_HASHERS = ["portal.accounts.hashers.LightArgon2PasswordHasher", *PASSWORD_HASHERS[1:]]
