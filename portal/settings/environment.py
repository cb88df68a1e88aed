"""Read every setting that comes from outside, typed and named: the only place that looks at os.environ."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

PROJECT_DIR = Path(__file__).resolve().parents[2]


class MissingSettingError(Exception):
    """A setting that this installation cannot do without is absent or unreadable."""


@dataclass(frozen=True)
class Brand:
    """How a province names and dresses its installation; the defaults are the demonstration's."""

    name_zh: str
    name_en: str
    owner_zh: str
    owner_en: str
    logo: str
    color_action: str
    color_accent: str
    site_code: str
    icp_number: str
    police_number: str
    party_mark: str
    map_approval: str
    contact_phone: str
    contact_email: str


@dataclass(frozen=True)
class MailRoute:
    """Where mail goes: a Django backend with the options it takes."""

    backend: str
    options: dict[str, Any]


class Environment:
    """Typed access to the environment variables of one process."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def text(self, name: str, default: str = "") -> str:
        """Give the variable, or the default where it is unset or empty."""
        return self._variables.get(name, "").strip() or default

    def required(self, name: str) -> str:
        """Give the variable. Raises MissingSettingError where it is unset or empty."""
        value = self.text(name)
        if not value:
            message = f"{name} is not set. Production does not start without it; see docs/operations.md."
            raise MissingSettingError(message)
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Read a truth value written as 1/0, true/false, yes/no or on/off."""
        value = self.text(name).lower()
        if not value:
            return default
        if value in {"1", "true", "yes", "on"}:
            return True
        if value in {"0", "false", "no", "off"}:
            return False
        message = f"{name} must be 1 or 0, true or false, yes or no, on or off; it is {value!r}."
        raise MissingSettingError(message)

    def number(self, name: str, default: int) -> int:
        """Read a whole number."""
        value = self.text(name)
        if not value:
            return default
        try:
            return int(value)
        except ValueError:
            message = f"{name} must be a whole number; it is {value!r}."
            raise MissingSettingError(message) from None

    def one_of(self, name: str, values: tuple[str, ...]) -> str:
        """Read one of a few words; the first is the default."""
        value = self.text(name, values[0])
        if value not in values:
            message = f"{name} must be one of {', '.join(values)}; it is {value!r}."
            raise MissingSettingError(message)
        return value

    def words(self, name: str, default: tuple[str, ...] = ()) -> list[str]:
        """Read a list separated by commas."""
        value = self.text(name)
        return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)

    @cached_property
    def data_dir(self) -> Path:
        """The folder of this installation: database, stored files, sockets, mail."""
        return Path(self.text("DATA_DIR", str(PROJECT_DIR / "var"))).resolve()

    @cached_property
    def connections(self) -> dict[str, str]:
        """The addresses that a running `start` noted in the data directory, empty where none runs."""
        try:
            noted = json.loads((self.data_dir / "run" / "connections.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(name): str(address) for name, address in noted.items()}

    @property
    def database_url(self) -> str:
        """DATABASE_URL, or the embedded server's address."""
        return self.text("DATABASE_URL") or self.connections.get("database", "")

    @property
    def redis_url(self) -> str:
        """REDIS_URL, or the embedded server's address."""
        return self.text("REDIS_URL") or self.connections.get("redis", "")

    @property
    def site_url(self) -> str:
        """The address under which people reach the site, without a closing slash."""
        return self.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")

    def local_secret_key(self) -> str:
        """SECRET_KEY, or one made once for this data directory. Writes `<data-dir>/secret-key` (mode 0600)."""
        given = self.text("SECRET_KEY")
        if given:
            return given
        path = self.data_dir / "secret-key"
        try:
            return path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            pass
        key = secrets.token_urlsafe(48)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key)
        return key

    @property
    def brand(self) -> Brand:
        """The names, owner, logo, colors and official numbers that the pages print."""
        return Brand(
            name_zh=self.text("SITE_NAME_ZH", "吉林省公共数据"),
            name_en=self.text("SITE_NAME_EN", "Jilin Public Data"),
            owner_zh=self.text("SITE_OWNER_ZH", "吉林省政务服务和数字化建设管理局（演示）"),
            owner_en=self.text("SITE_OWNER_EN", "Jilin Provincial Data Authority (demonstration)"),
            logo=self.text("SITE_LOGO", "web/logo.svg"),
            color_action=self.text("SITE_COLOR_ACTION", ""),
            color_accent=self.text("SITE_COLOR_ACCENT", ""),
            site_code=self.text("SITE_CODE", ""),
            icp_number=self.text("SITE_ICP_NUMBER", ""),
            police_number=self.text("SITE_POLICE_NUMBER", ""),
            party_mark=self.text("SITE_PARTY_MARK", ""),
            map_approval=self.text("SITE_MAP_APPROVAL", ""),
            contact_phone=self.text("SITE_CONTACT_PHONE", "0431-12345"),
            contact_email=self.text("SITE_CONTACT_EMAIL", "data@example.gov.cn"),
        )


def database_settings(url: str) -> dict[str, Any]:
    """Turn `postgresql://user:password@host:port/name?host=/socket/dir` into Django's mapping."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        message = f"DATABASE_URL must begin with postgresql://; it begins with {parts.scheme or 'nothing'}."
        raise MissingSettingError(message)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host = query.pop("host", "") or unquote(parts.hostname or "")
    port = query.pop("port", "") or str(parts.port or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or query.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": dict(query),
    }


def broker_url(redis_url: str) -> str:
    """Say a Redis address in Celery's words: `unix:///path` becomes `redis+socket:///path`."""
    return f"redis+socket://{redis_url.removeprefix('unix://')}" if redis_url.startswith("unix://") else redis_url


def storage_settings(url: str) -> dict[str, Any]:
    """Turn `file:///folder` or `s3://bucket/prefix?endpoint=…&region=…` into an entry of STORAGES."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": unquote(parts.path),
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    if parts.scheme == "s3":
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        options: dict[str, Any] = {
            "bucket_name": parts.netloc.rpartition("@")[2],
            "location": parts.path.strip("/"),
            "endpoint_url": query.get("endpoint") or None,
            "region_name": query.get("region") or None,
            "file_overwrite": False,
            "default_acl": None,
            "addressing_style": query.get("addressing", "path"),
        }
        if parts.username and parts.password:
            options |= {"access_key": unquote(parts.username), "secret_key": unquote(parts.password)}
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    message = f"STORAGE_URL must begin with file:/// or s3://; it begins with {parts.scheme or 'nothing'}."
    raise MissingSettingError(message)


def mail_route(url: str) -> MailRoute:
    """Turn `smtp://user:password@host:port?tls=1`, `file:///folder` or `console:` into a mail backend."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = unquote(parts.path)
        return MailRoute("django.core.mail.backends.filebased.EmailBackend", {"EMAIL_FILE_PATH": folder})
    if parts.scheme == "console":
        return MailRoute("django.core.mail.backends.console.EmailBackend", {})
    if parts.scheme in {"smtp", "smtps"}:
        query = parse_qs(parts.query)
        secure = parts.scheme == "smtps"
        return MailRoute(
            "django.core.mail.backends.smtp.EmailBackend",
            {
                "EMAIL_HOST": parts.hostname or "localhost",
                "EMAIL_PORT": parts.port or (465 if secure else 25),
                "EMAIL_HOST_USER": unquote(parts.username or ""),
                "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
                "EMAIL_USE_SSL": secure,
                "EMAIL_USE_TLS": not secure and query.get("tls", ["0"])[-1] == "1",
                "EMAIL_TIMEOUT": 20,
            },
        )
    message = f"EMAIL_URL must begin with smtp://, smtps://, file:/// or console:; it is {parts.scheme or 'empty'}."
    raise MissingSettingError(message)


environment = Environment(os.environ)
