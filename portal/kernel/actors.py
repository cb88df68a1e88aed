"""Who acts: a visitor, an official with standings in departments, or the system itself."""

from dataclasses import dataclass, field
from enum import StrEnum

from portal.kernel.classification import Grade


class Duty(StrEnum):
    """What a member of a department answers for (Order 809 art 11; GB/T 22239 for the three administrators)."""

    DATA_OFFICER = "data_officer"
    OFFICE_HEAD = "office_head"
    COORDINATOR = "coordinator"
    LICENSE_OFFICER = "license_officer"
    SECURITY_ADMIN = "security_admin"
    SYSTEM_ADMIN = "system_admin"
    AUDIT_ADMIN = "audit_admin"


#: 三员分立: nobody holds two of these (GB/T 22239-2019, level 3).
SEPARATED_DUTIES = frozenset({Duty.SECURITY_ADMIN, Duty.SYSTEM_ADMIN, Duty.AUDIT_ADMIN})


class Level(StrEnum):
    """Administrative level of a region and of its departments."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"


class ActorKind(StrEnum):
    """The three kinds of actors."""

    VISITOR = "visitor"
    OFFICIAL = "official"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Standing:
    """An official's place in one active department and the duties held there."""

    department_id: int
    department_name: str
    region_code: str
    level: str
    duties: frozenset[Duty]
    is_authority: bool = False
    department_name_en: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Everything a policy may know of who acts. Built by ``portal.accounts.actors``; never queried again.

    ``scopes`` is None for a session; for an API key it is what the key may do, e.g. ``{"sharing:read"}``.
    """

    kind: ActorKind
    name: str
    user_id: int | None = None
    standings: tuple[Standing, ...] = ()
    is_active: bool = True
    clearance: Grade = Grade.GENERAL_1
    ip: str = ""
    scopes: frozenset[str] | None = None
    key_id: int | None = None
    _departments: frozenset[int] = field(default=frozenset(), init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_departments", frozenset(s.department_id for s in self.standings))

    @property
    def is_visitor(self) -> bool:
        return self.kind is ActorKind.VISITOR

    @property
    def is_official(self) -> bool:
        return self.kind is ActorKind.OFFICIAL and self.is_active and bool(self.standings)

    @property
    def is_system(self) -> bool:
        return self.kind is ActorKind.SYSTEM

    @property
    def department_id(self) -> int | None:
        """The first department the actor stands in, or None."""
        return self.standings[0].department_id if self.standings else None

    @property
    def department_name(self) -> str:
        return self.standings[0].department_name if self.standings else ""

    @property
    def duties(self) -> frozenset[Duty]:
        return frozenset().union(*(s.duties for s in self.standings)) if self.standings else frozenset()

    @property
    def coordinated_regions(self) -> frozenset[str]:
        """Region codes whose data authority the actor coordinates for."""
        return frozenset(s.region_code for s in self.standings if s.is_authority and Duty.COORDINATOR in s.duties)

    def holds(self, duty: Duty, department_id: int | None = None) -> bool:
        """Say whether the actor holds ``duty``, in that department if one is named."""
        return any(duty in s.duties for s in self.standings if department_id in (None, s.department_id))

    def departments(self, *duties: Duty) -> frozenset[int]:
        """Departments in which the actor holds any of ``duties``; all departments of the actor if none is named."""
        if not duties:
            return self._departments
        return frozenset(s.department_id for s in self.standings if s.duties.intersection(duties))

    def coordinates(self, region_code: str) -> bool:
        """Say whether the actor coordinates for the data authority of exactly that region."""
        return region_code in self.coordinated_regions

    def has_scope(self, scope: str) -> bool:
        """Say whether the key in use (if any) carries ``scope``; a session carries every scope."""
        return self.scopes is None or scope in self.scopes


VISITOR = Actor(kind=ActorKind.VISITOR, name="")


def system_actor(name: str) -> Actor:
    """Return the actor for a task or command, named after it so that the audit record says which."""
    return Actor(kind=ActorKind.SYSTEM, name=name, clearance=Grade.GENERAL_3)
