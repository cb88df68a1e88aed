"""Undoes a batch whole, while nobody touched what it made."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalog.models import Batch, BatchLine, Resource
from catalog.policies import decide_batch
from catalog.selectors.amendments import work_of
from catalog.services.amendments import cancel_amendment
from catalog.services.batches.values import class_fields, named, state_of
from catalog.services.items import ITEM_FIELDS
from catalog.services.moves import retire
from catalog.services.resources import edit_resource, set_items
from catalog.workflow import BATCHES
from portal.audit.wording import Wording
from portal.kernel.actors import Actor
from portal.kernel.errors import Conflict
from portal.workflow.move import move


@transaction.atomic
def undo_batch(actor: Actor, *, batch: Batch) -> Batch:
    """Put every description back as it was before the batch, all or none.

    Raises ``Conflict`` (code ``touched_since``) naming the first that somebody changed or submitted since.
    """
    moved = move(BATCHES, actor, batch, "undo", decide=decide_batch)
    lines = list(moved.lines.filter(outcome="done").select_related("resource").order_by("-position", "-pk"))
    for line in lines:
        _undo_line(actor, moved, line)
    return moved


def _undo_line(actor: Actor, batch: Batch, line: BatchLine) -> None:
    if line.resource is None:
        return
    resource = Resource.objects.select_related("amendment", "category", "theme", "provider").get(pk=line.resource.pk)
    work = work_of(resource)
    after = {name: line.after[name] for name in ("content", "items")}
    if state_of(work) != after or work.state not in {"draft", "returned"}:
        message = _("“%(title)s” was changed or submitted since; the batch can no longer be undone.")
        raise Conflict(message % {"title": resource.title_zh}, code="touched_since")
    reason = Wording(gettext_noop("Undone: batch %(number)s: %(name)s"), **named(batch))
    if line.verdict == "create":
        retire(actor, resource=resource, reason=reason)
    elif line.after.get("opened"):
        cancel_amendment(actor, resource=resource, reason=reason)
    else:
        content = {name: value for name, value in line.before["content"].items() if name != "related"}
        added = dict.fromkeys(line.after["content"].get("extensions", {}), "")
        content["extensions"] = added | content.get("extensions", {})
        edit_resource(actor, resource=resource, **class_fields(content))
        rows = [{name: value for name, value in row.items() if name in ITEM_FIELDS} for row in line.before["items"]]
        set_items(actor, resource=resource, items=rows)
    line.outcome = "undone"
    line.save(update_fields=["outcome"])
