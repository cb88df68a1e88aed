"""What every test gets: the cast, no network but loopback."""

from importlib.util import find_spec

pytest_plugins = ["tests.cast"] if find_spec("tests.cast") else []
