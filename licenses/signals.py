"""What happens to licenses; sent inside the transaction with actor, obj, verb, source, target, reason."""

from django.dispatch import Signal

type_moved = Signal()
license_moved = Signal()
