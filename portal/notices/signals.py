"""What happens in notices: rows were written and committed (keyword argument ``ids``)."""

from django.dispatch import Signal

notices_made = Signal()
