"""What can be wrong with a machine, said in one line."""


class RuntimeFault(Exception):  # noqa: N818  a fault of the machine, told to its owner, not an error of the program
    """Something outside the program is wrong; the message is all the user needs to read."""


class Interrupted(BaseException):  # noqa: N818  like KeyboardInterrupt, it must pass `except Exception`
    """The user or the system asked the command to end."""
