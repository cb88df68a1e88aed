"""What happens in opening: an edition moved from one state to another.

Keyword arguments: ``actor``, ``obj`` (the publication), ``verb``, ``source``, ``target``, ``reason``.
"""

from django.dispatch import Signal

publication_moved = Signal()
