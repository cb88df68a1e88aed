"""What happens in accounts; the audit app, which stands above, listens.

Keyword arguments: ``actor``, ``action``, ``obj`` and optionally ``label``, ``outcome``, ``reason``, ``details``.
"""

from django.dispatch import Signal

account_event = Signal()
