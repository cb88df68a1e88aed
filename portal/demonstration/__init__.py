"""The demonstration province: data files and the loader that brings them in through the services of the apps."""
