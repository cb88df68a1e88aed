"""What happens in sharing.

Sent inside the transaction of the move. Keyword arguments: ``actor``, ``obj``, ``verb``, ``source``, ``target``,
``reason``.
"""

from django.dispatch import Signal

request_moved = Signal()
grant_moved = Signal()
#: The same of a correction; ``file`` is its first verb.
correction_moved = Signal()
