"""The demonstration's persons as actors, so that each act is done by the one whose duty it is."""

from functools import cache

from portal.accounts.actors import actor_for
from portal.accounts.models import Department, User
from portal.demonstration.records import records
from portal.kernel.actors import Actor, Duty, system_actor

LOADER = system_actor("demonstration")


class Cast:
    """Looks up persons, departments and actors of the demonstration once each."""

    def __init__(self) -> None:
        self.user = cache(self._user)
        self.actor = cache(self._actor)
        self.department = cache(self._department)

    @staticmethod
    def _user(username: str) -> User:
        return User.objects.get(username=username)

    @staticmethod
    def _department(slug: str) -> Department:
        return Department.objects.select_related("region").get(slug=slug)

    def _actor(self, username: str) -> Actor:
        return actor_for(self.user(username))

    def holder(self, duty: Duty, department: str) -> Actor:
        """Return the person with a duty in a department. Raises ``LookupError`` where the data names none."""
        for person in records("people"):
            if person["department"] == department and duty in person["duties"]:
                return self.actor(person["username"])
        raise LookupError(f"{department} has no {duty}")

    def coordinator(self, department: str) -> Actor:
        """Return the coordinator of the region of a department."""
        region = self.department(department).region_id
        authority = Department.objects.get(region_id=region, is_authority=True, is_active=True)
        return self.holder(Duty.COORDINATOR, authority.slug)
