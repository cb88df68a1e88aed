"""The test suite, mirrored on the packages it tests."""
