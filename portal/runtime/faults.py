"""What can be wrong with a machine, said in one line."""


class RuntimeFault(Exception):
    """Something outside the program is wrong; the message is all the user needs to read."""


class Interrupted(BaseException):
    """The user or the system asked the command to end."""
