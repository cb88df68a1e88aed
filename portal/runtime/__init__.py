"""One machine, one command: environment, embedded servers, supervision, health."""
