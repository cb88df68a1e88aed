"""What happens in the catalogue.

``resource_moved`` carries what ``portal.workflow.move`` sends (actor, obj, verb, source, target, reason).
All are sent inside the transaction of the act; receivers that work outside the database do so after commit.
"""

from django.dispatch import Signal

resource_moved = Signal()
#: The same of an amendment.
amendment_moved = Signal()
#: A published description gave its place to the amendment of it: ``actor, resource, amendment``, and
#: ``changes`` field by field (``portal.workflow.snapshots.Change``; an item under the column name it had).
resource_amended = Signal()
#: A resource left the catalogue (suspended or retired): ``actor, resource, verb, reason``.
resource_withdrawn = Signal()
#: A suspended resource is back: ``actor, resource``.
resource_resumed = Signal()
#: A batch is large enough to be worked on in a task: ``batch, verb`` (``preview`` or ``apply``).
batch_waits = Signal()
#: A hand-over was proposed or moved: ``actor, obj, verb, reason``.
hand_over_moved = Signal()
#: Resources have another provider: ``actor, hand_over, resources, giver, taker``, and ``departments`` (keys) that
#: use them. Sent for the way back of an undone hand-over too, with giver and taker changed round.
resources_handed_over = Signal()
#: A new version is current: ``actor, version``.
version_made = Signal()
#: A version of a code set was put in force, superseded or withdrawn; what ``portal.workflow.move`` sends.
code_set_moved = Signal()
#: Items of a resource are bound to other data elements, without an amendment: ``resource``.
items_bound = Signal()
#: Rules of quality were set: ``actor, resource``.
quality_rules_changed = Signal()
#: An error in the data was confirmed, or one is mended: ``actor, resource``.
confirmed_errors_changed = Signal()
#: A ticket was opened or moved: ``actor, obj, verb, reason``.
ticket_moved = Signal()
#: A file was handed in and waits for its check: ``actor, upload``.
upload_received = Signal()
#: A copy of a large file with its errors marked was asked for: ``upload, language``.
marking_asked = Signal()
#: The check of an upload ended: ``actor, upload``.
upload_finished = Signal()
#: All bytes of a file that comes in parts are there: ``actor, transfer``.
transfer_whole = Signal()
#: Rows of a resource are asked for by others than before, or its table shall be another: ``resource_id, anew``.
serving_changed = Signal()
#: Two versions are too large to be compared while somebody waits: ``before, after``.
comparison_wanted = Signal()
#: A deletion of data was proposed or moved: ``actor, obj, verb, reason``.
deletion_moved = Signal()
