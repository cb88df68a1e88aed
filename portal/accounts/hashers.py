"""How passwords are kept where they need no guarding from those who guess."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class LightArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with the least that the Password Storage Cheat Sheet of OWASP recommends: 19 MiB, two passes, one lane.

    For the demonstration: sixty random passwords, made at its first start, lie beside the database in a file. A
    password kept by the ordinary hasher is checked as well, and either keeps it anew in its own way at a sign-in.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
