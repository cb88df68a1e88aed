"""A delivery that passed the gate: its page, its stream, its file; each recorded before anything leaves."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from django.core.files.storage import default_storage

from catalog.data.engines import Engine, Query
from catalog.data.engines.pages import BETWEEN, Telling
from catalog.data.engines.postgres import JsonRows, PostgresEngine
from catalog.data.engines.sql import Written
from catalog.data.errors import ExportTooLarge, ServingGone
from catalog.data.exports import Form, export, form_named
from catalog.data.exports.workbook import MAX_ROWS
from catalog.data.plan import DeliveryPlan
from catalog.data.plan.cursor import write_cursor
from catalog.data.prepared import prepare
from catalog.data.schema import Column, ItemType
from catalog.data.store import Location
from catalog.gate.asked import Named, count_question, named_columns
from catalog.gate.ceiling import check_state
from catalog.gate.disclosing import can_be_told_at_once, commit_disclosure, commit_note, draft_of
from catalog.gate.faults import translated
from catalog.gate.indexed import IndexedFiles
from catalog.gate.page import Page, fields_of, row_text
from catalog.gate.stored import stored_conditions
from catalog.gate.streams import Download, Stream
from catalog.gate.totals import kept_total, total_at_hand
from catalog.gate.warrant import Disclosure, Warrant
from catalog.selectors.manifest import exports_folder, locations
from portal.audit.drafts import Draft
from portal.kernel.actors import Actor
from portal.kernel.errors import NotAllowed
from portal.kernel.proof import Proof, ProofFailed

PAGE_ROWS = 100
_log = logging.getLogger(__name__)
RECHECK_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """What `release` allowed. Nothing was read or recorded yet; `page`, `stream` and `Download.read` do both.

    Pages, counts and files of lines come from the serving table where one is ready, and from the files by `engine`
    where not, among the rows that an `index` finds where there is one: the answers are the same, byte for byte.
    `columns` are those of the version, under the names of its day. `json_sql` is the SQL of the page where it was
    written before.
    """

    actor: Actor
    warrant: Warrant
    plan: DeliveryPlan
    columns: tuple[Column, ...]
    engine: Engine
    served: PostgresEngine | None = None
    index: IndexedFiles | None = None
    json_sql: Written | None = None

    @cached_property
    def query(self) -> Query:
        """The whole delivery for an engine: over all files that can hold rows of it."""
        with translated():
            return self._over(self.plan, locations(self.warrant.version, stored_conditions(self.plan)))

    @property
    def reading(self) -> Query:
        """The same query over the rows alone that an index finds, where one does."""
        return self._narrowed(self.plan) or self.query

    @cached_property
    def fields(self) -> list[dict[str, str]]:
        """Name, Chinese title, delivered type and mask of each column, in order."""
        return fields_of(self.plan, self.columns)

    def type_of(self, name: str) -> ItemType:
        """Give the delivered type of a column that leaves or is compared, or of the count."""
        count = self.plan.count
        return ItemType.INTEGER if count is not None and count.name == name else self._over(self.plan, ()).type_of(name)

    def written_page(self) -> Written | None:
        """Write the SQL of a page from the serving table; None while none is ready."""
        return None if self.served is None else self.served.json_sql(self._over(self._limited, ()))

    @cached_property
    def named(self) -> Named:
        """The columns by which this question looks for rows, so far as an index of their stored values helps."""
        return named_columns(self.plan, stored_conditions(self.plan), self.columns)

    @cached_property
    def fields_text(self) -> str:
        """The JSON of the fields."""
        return json.dumps(self.fields, ensure_ascii=False)

    @cached_property
    def total(self) -> int:
        """Rows under all conditions, whatever the page; counted once per version and question."""
        plan = self.plan
        if plan.is_whole:
            return self.warrant.version.row_count
        with translated():
            return kept_total(self._key(plan.shape), self._count)

    @property
    def leaving(self) -> int:
        """Rows that a stream of this plan delivers."""
        left = max(self.total - self.plan.offset, 0)
        return left if self.plan.limit is None else min(left, self.plan.limit)

    @cached_property
    def etag(self) -> str:
        """A strong validator over the version's content, the plan and the mask key."""
        return f'"{self._key(self.plan.hash)[:40]}"'

    def page(self, proofs: Sequence[Proof] = ()) -> Page:
        """Read one page (100 rows unless asked otherwise, 10,000 at most) and record it before it leaves.

        `proofs` are what the right was remembered by: they are asked in the statement that reads the rows.
        Raises ProofFailed, before anything is recorded, where they do not hold or cannot be asked.
        """
        with translated():
            found = self._read(proofs)
        plan = self.plan
        if found.next_key is None and plan.after is None and (found.count or not plan.offset):
            # The last page of all tells how many there are; nobody has to count.
            self.__dict__["total"] = plan.offset + found.count
        if not found.is_told:
            self.disclose("page", found.count)
        count_question(self.warrant, self.named)
        return Page(
            text=found.text,
            fields=self.fields,
            fields_text=self.fields_text,
            total=self.total,
            next_cursor=None if found.next_key is None else write_cursor(self.plan.shape, found.next_key),
            etag=self.etag,
        )

    def stream(self, form: str = "csv", *, bom: bool = False) -> Stream:
        """Record the disclosure, then stream all rows of the plan in constant memory."""
        kind = self._form(form)
        with translated():
            query = self.reading
        self.disclose(form, self.leaving)
        count_question(self.warrant, self.named)
        return Stream(
            chunks=self.watched(export(self.served or self.engine, query, form, bom=bom)),
            content_type=kind.content_type,
            filename=f"{self.warrant.base_name}.{kind.extension}",
            length=None,
            etag=self.form_etag(form, bom=bom),
        )

    def download(self, form: str = "csv", *, bom: bool = False) -> Download:
        """Prepare the delivery as a file on the store (once per version, plan and key), for ranges and HEAD.

        Nothing leaves and nothing is recorded before `Download.read`.
        """
        kind = self._form(form)
        etag = self.form_etag(form, bom=bom)
        with translated():
            file = prepare(
                default_storage,
                f"{exports_folder(self.warrant.version)}/{etag.strip(chr(34))}.{kind.extension}",
                lambda: export(self.served or self.engine, self.reading, form, bom=bom),
            )
        return Download(
            size=file.size,
            content_type=kind.content_type,
            filename=f"{self.warrant.base_name}.{kind.extension}",
            etag=etag,
            _file=file,
            _leave=partial(self._leave, form),
        )

    def form_etag(self, form: str, *, bom: bool = False) -> str:
        """Give the validator of all rows in a form, quoted."""
        return f'"{self._key(f"{self.plan.hash} {form} {bom}")[:40]}"'

    def disclose(self, form: str, rows: int) -> None:
        """Commit the record of what is about to leave and its line in the ledger; let the warrant's owner count it.

        Writes the audit entry `gate.disclose` for recorded warrants. Must not run inside a transaction: what
        could still be rolled back is no record.
        """
        commit_disclosure(
            Disclosure(
                actor=self.actor,
                warrant=self.warrant,
                plan_hash=self.plan.hash,
                columns=self._names,
                rows=rows,
                total=self.total,
                form=form,
            )
        )

    def note(self, form: str, rows: int) -> None:
        """Commit a record that something was asked for which is counted as a use elsewhere; nothing is counted here."""
        commit_note(self.actor, self.warrant, self.plan, form, rows)

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.plan.delivered)

    def _leave(self, form: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
        self.disclose(form, self.leaving)
        return self.watched(chunks)

    @cached_property
    def draft(self) -> Draft:
        """The entry of a page, drafted."""
        return draft_of(self.actor, self.warrant, self._names, "page")

    def _telling(self, *, is_proved: bool) -> Telling | None:
        """What the statement that reads a page writes of it; None where that takes a transaction of its own."""
        if not can_be_told_at_once(self.warrant):
            return None
        known = self.warrant.version.row_count if self.plan.is_whole else total_at_hand(self._key(self.plan.shape))
        return Telling(self.draft.deed(ip=self.actor.ip, is_proved=is_proved, plan=self.plan.hash), known)

    def watched(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Pass bytes on; ask again every few seconds whether the right still stands, and break off when not."""
        asked = time.monotonic()
        with translated():
            for chunk in chunks:
                if time.monotonic() - asked > RECHECK_SECONDS:
                    check_state(self.warrant)
                    decision = self.warrant.decide(self.actor)
                    if not decision:
                        raise NotAllowed(decision.reason, code=decision.code)
                    asked = time.monotonic()
                yield chunk

    @property
    def _limited(self) -> DeliveryPlan:
        return replace(self.plan, limit=PAGE_ROWS) if self.plan.limit is None else self.plan

    def _read(self, proofs: Sequence[Proof]) -> JsonRows:
        plan = self._limited
        if self.served is not None:
            try:
                telling = self._telling(is_proved=bool(proofs))
                return self.served.json_page(self._over(plan, ()), proofs, self.json_sql, telling)
            except ServingGone:
                _log.warning("serving table of version %s is gone", self.warrant.version.pk)
        if proofs:
            raise ProofFailed
        found = self.engine.page(self._page_query(plan))
        names = [field["id"] for field in self.fields]
        return JsonRows(BETWEEN.join(row_text(names, row) for row in found.rows), len(found.rows), found.next_key)

    def _page_query(self, plan: DeliveryPlan) -> Query:
        """The page for an engine of files; without conditions and order of its own, over the files it begins in."""
        if narrowed := self._narrowed(plan):
            return narrowed
        if plan.order or not plan.is_whole:
            return replace(self.query, plan=plan)
        after = None if plan.after is None else int(plan.after[-1])
        rows = (plan.limit or 0) + 1 + (plan.offset if after is None else 0)
        return self._over(plan, locations(self.warrant.version, rows=rows, after=after))

    def _narrowed(self, plan: DeliveryPlan) -> Query | None:
        return None if self.index is None else self.index.narrowed(self._over(plan, ()))

    def _over(self, plan: DeliveryPlan, files: tuple[Location, ...]) -> Query:
        types = self.warrant.version.layout
        return Query(plan=plan, columns=self.columns, files=files, key=self.warrant.mask_key, types=types)

    def _form(self, name: str) -> Form:
        with translated():
            kind = form_named(name)
            if name == "xlsx" and self.leaving > MAX_ROWS:
                raise ExportTooLarge("export_rows", limit=MAX_ROWS, format=name)
        return kind

    def _count(self) -> int:
        if self.served is not None:
            try:
                return self.served.count(self._over(self.plan, ()))
            except ServingGone:
                _log.warning("serving table of version %s is gone", self.warrant.version.pk)
        if self.index is not None and (counted := self.index.count(self._over(self.plan, ()))) is not None:
            return counted
        return self.engine.count(self.reading)

    def _key(self, part: str) -> str:
        secret = hashlib.sha256(self.warrant.mask_key).hexdigest() if self.plan.is_keyed else ""
        return hashlib.sha256(f"{self.warrant.version.sha256} {part} {secret}".encode()).hexdigest()
