"""Makes synthetic licenses: sealed, signed and stamped like issued ones, to holders that do not exist."""

import random
from datetime import date, timedelta

from django.db import connection, transaction
from django.utils import timezone

from licenses.models import DataKey, License, LicenseType, LicenseTypeVersion, LicenseVersion, State
from licenses.seals.holders import holder_index, mask_holder, number_index, public_index
from licenses.seals.keyring import Keyring, keyring
from licenses.seals.public_ids import new_public_id
from licenses.seals.records import Record, seal_record, stamp_standing
from portal.accounts.models import Department
from portal.demonstration.simulation.making import Tell, batches, chance, note
from portal.kernel.errors import Conflict
from portal.kernel.identifiers import license_identifier, make_uscc

SERIAL = "SIM"
_USCC = "001"
_EXAMPLES = {"text": "模拟", "date": "2026-01-01", "number": "1"}
#: Of twenty licenses one was cancelled.
_STATES = (State.CANCELLED, *[State.VALID] * 19)


class _Press:
    """What all licenses of one run share: types with their issuers, keys, the date."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.ring: Keyring = keyring()
        self.month = timezone.localdate().replace(day=1)
        self.kinds = [_Kind(kind) for kind in _organization_types()]
        self.data_keys: dict[int, DataKey] = {}

    def data_key(self, issuer: Department) -> DataKey:
        """Return the data key of an issuer for this month."""
        if issuer.pk not in self.data_keys:
            self.data_keys[issuer.pk], _made = DataKey.objects.get_or_create(
                issuer=issuer, month=self.month, defaults={"wrapped": self.ring.vault.new_key()}
            )
        return self.data_keys[issuer.pk]


class _Kind:
    """A published type of organizations' licenses with its issuers and example values."""

    def __init__(self, kind: LicenseType) -> None:
        self.type = kind
        self.published: LicenseTypeVersion = kind.versions.get(version=kind.version)
        self.issuers = list(kind.issuers.select_related("region"))
        fields = self.published.content["fields"]
        self.values = {f["key"]: (f["choices"] or [_EXAMPLES.get(f["kind"], "模拟")])[0] for f in fields}


def _organization_types() -> list[LicenseType]:
    types = list(LicenseType.objects.filter(state="published", holder_kind="organization"))
    if not types:
        raise Conflict("There is no published license type; load the demonstration first.", code="no_types")
    return types


def simulate_licenses(total: int, *, seed: int, tell: Tell) -> None:
    """Bring the simulated licenses to ``total``, of the published types that organizations hold."""
    done = License.objects.filter(serial__startswith=SERIAL).count()
    if done >= total:
        return
    press = _Press(seed)
    for numbers in batches(done, total, 2_000):
        with transaction.atomic():
            made = [_license(press, number, pk) for number, pk in zip(numbers, _keys(len(numbers)), strict=True)]
            License.objects.bulk_create([license_ for license_, _version in made])
            LicenseVersion.objects.bulk_create([version for _license_, version in made])
            note("licenses", numbers)
        tell(f"licenses: {numbers.stop} of {total}")


def _keys(count: int) -> list[int]:
    """Take primary keys ahead: the stamp of a license covers its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence('licenses_license', 'id')) from generate_series(1, %s)", [count]
        )
        return [key for (key,) in cursor.fetchall()]


def _license(press: _Press, number: int, pk: int) -> tuple[License, LicenseVersion]:
    rng = chance(press.seed, "license", number)
    kind = rng.choice(press.kinds)
    issuer = rng.choice(kind.issuers)
    record = _record(kind, issuer, number, rng)
    state = rng.choice(_STATES)
    license_ = License(
        pk=pk,
        type=kind.type,
        issuer=issuer,
        region_id=issuer.region_id,
        identifier=record.identifier,
        serial=record.number,
        holder_label=mask_holder(record.holder_name, code_type=_USCC),
        holder_code_type=_USCC,
        holder_index=holder_index(press.ring.vault, code_type=_USCC, code=record.holder_code),
        number_index=number_index(press.ring.vault, type_code=record.type_code, number=record.number),
        single_instance=kind.type.single_instance,
        valid_from=record.begins,
        valid_to=record.ends,
        state=state,
        state_since=timezone.now(),
        issued_on=record.begins,
    )
    license_.state_stamp = stamp_standing(press.ring, license_.standing())
    return license_, _version(press, kind, license_, record)


def _record(kind: _Kind, issuer: Department, number: int, rng: random.Random) -> Record:
    starts = timezone.localdate() - timedelta(days=rng.randrange(1_500))
    serial = f"{SERIAL}{number:010d}"
    return Record(
        identifier=license_identifier(kind.type.code, issuer.uscc, serial, 1),
        number=serial,
        type_code=kind.type.code,
        type_version=kind.published.version,
        issuer=issuer.uscc,
        holder_name=f"模拟企业{number:08d}有限公司",
        holder_code_type=_USCC,
        holder_code=make_uscc("91", "220100", _organization(number)),
        attributes=dict(kind.values),
        issued_on=starts.isoformat(),
        valid_from=starts.isoformat(),
        valid_to=_end(kind, starts),
    )


def _organization(number: int) -> str:
    """Return an organization code base of its own for up to ten million numbers; MX and MY belong to nobody."""
    series, rest = divmod(number, 1_000_000)
    return f"M{'XYWUTRQPNL'[series]}{rest:06d}"


def _end(kind: _Kind, starts: date) -> str:
    months = kind.published.content["validity_months"]
    return (starts + timedelta(days=months * 365 // 12)).isoformat() if months else ""


def _version(press: _Press, kind: _Kind, license_: License, record: Record) -> LicenseVersion:
    data_key = press.data_key(license_.issuer)
    sealed = seal_record(press.ring, record, wrapped_key=bytes(data_key.wrapped))
    public_id = new_public_id()
    return LicenseVersion(
        license=license_,
        version=1,
        identifier=record.identifier,
        type_version=kind.published,
        public_id=public_id,
        public_index=public_index(press.ring.vault, public_id),
        data_key=data_key,
        cause=LicenseVersion.Cause.ISSUE,
        reason="simulate_province",
        valid_from=license_.valid_from,
        valid_to=license_.valid_to,
        sealed=sealed.sealed,
        digest=sealed.digest,
        signature=sealed.signature,
        kid=sealed.kid,
        alg=sealed.alg,
    )
