"""The apps, what every request passes through, and where pages come from."""

from portal.settings.base.site import BASE_DIR

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "guardian",
    "axes",
    "csp",
    "django_htmx",
    "template_partials",
    "drf_spectacular",
    "portal.accounts",
    "portal.audit",
    "portal.workflow",
    "portal.notices",
    "portal.runtime",
    "portal.web",
    "portal.api",
    "catalog",
    "sharing",
    "opening",
    "licenses",
    "portal.oversight",
    "portal.home",
    "portal.demonstration",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.api.middleware.ApiProblemMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    # frame-ancestors says the same to newer browsers.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Before it stands what every answer needs, behind it what only people need.
    "portal.api.early.EarlyAnswerMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.accounts.middleware.ActorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "portal.web.middleware.UnreadableAddressMiddleware",
    "portal.web.middleware.KeptPostMiddleware",
    "portal.web.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "portal.web.context.site",
            ],
        },
    },
]
