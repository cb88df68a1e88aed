"""What happens in workflow: a deadline comes near or has passed.

Keyword arguments: ``deadline`` (with ``subject_type`` and ``subject_id``) and ``days_left`` (negative when late).
"""

from django.dispatch import Signal

deadline_near = Signal()
deadline_missed = Signal()
