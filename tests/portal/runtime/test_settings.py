"""Addresses from outside, read into Django's words, or refused with a reason."""

from pathlib import Path

import pytest

from portal.settings.environment import (
    Environment,
    MissingSettingError,
    broker_url,
    database_settings,
    mail_route,
    storage_settings,
)


def test_database_address_by_socket() -> None:
    read = database_settings("postgresql://songhua@/province?host=/run/pg%20socket")
    assert (read["NAME"], read["USER"], read["HOST"], read["PORT"]) == ("province", "songhua", "/run/pg socket", "")


def test_database_address_by_network_with_options() -> None:
    read = database_settings("postgres://user:p%40ss@db.example:5433/name?sslmode=require")
    assert (read["HOST"], read["PORT"], read["PASSWORD"]) == ("db.example", "5433", "p@ss")
    assert read["OPTIONS"] == {"sslmode": "require"}


def test_broker_speaks_celerys_words() -> None:
    assert broker_url("unix:///run/redis.sock") == "redis+socket:///run/redis.sock"
    assert broker_url("rediss://host:6380/1") == "rediss://host:6380/1"


def test_storage_by_folder_and_by_bucket() -> None:
    assert storage_settings("file:///srv/data")["OPTIONS"]["location"] == "/srv/data"
    bucket = storage_settings("s3://key:se%2Fcret@province/prefix?endpoint=http://minio:9000")["OPTIONS"]
    assert (bucket["bucket_name"], bucket["location"]) == ("province", "prefix")
    assert (bucket["access_key"], bucket["secret_key"]) == ("key", "se/cret")
    assert bucket["endpoint_url"] == "http://minio:9000"


def test_mail_by_file_and_by_server() -> None:
    assert mail_route("file:///var/mail").options == {"EMAIL_FILE_PATH": "/var/mail"}
    route = mail_route("smtp://u:p@mail.example:587?tls=1").options
    assert (route["EMAIL_HOST"], route["EMAIL_PORT"], route["EMAIL_USE_TLS"]) == ("mail.example", 587, True)


@pytest.mark.parametrize("read", [database_settings, storage_settings, mail_route])
def test_unknown_scheme_is_refused(read) -> None:
    with pytest.raises(MissingSettingError, match="must begin with"):
        read("gopher://x")


def test_words_of_the_environment() -> None:
    environment = Environment({"A": "yes", "B": "7", "C": "x, y,,z", "D": "perhaps", "E": " "})
    assert environment.flag("A")
    assert environment.number("B", 1) == 7
    assert environment.words("C") == ["x", "y", "z"]
    assert environment.text("E", "default") == "default"
    with pytest.raises(MissingSettingError, match="D must be"):
        environment.flag("D")
    with pytest.raises(MissingSettingError, match="D must be a whole number"):
        environment.number("D", 1)
    with pytest.raises(MissingSettingError, match="F is not set"):
        environment.required("F")


def test_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    first = Environment({"DATA_DIR": str(tmp_path / "new")}).local_secret_key()
    assert len(first) >= 50
    assert Environment({"DATA_DIR": str(tmp_path / "new")}).local_secret_key() == first
    assert (tmp_path / "new" / "secret-key").stat().st_mode & 0o777 == 0o600
