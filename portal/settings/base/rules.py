"""What law leaves to an installation: the pack of policies, the check before opening, clocks and grades."""

from portal.settings.environment import environment

#: Whose names sharing and opening attributes carry: "national" (Order 809) or "jilin" (measures of 2019).
POLICY_PACK = environment.one_of("POLICY_PACK", ("national", "jilin"))

#: What the check before opening asks of declared quasi-identifiers, and how exact coordinates may be.
OPENING_LEAST_K = int(environment.text("OPENING_LEAST_K", "5"))
OPENING_LEAST_L = int(environment.text("OPENING_LEAST_L", "2"))
#: The same where a table is about health or minors, and the themes of the catalog whose tables are.
OPENING_STRICT_K = int(environment.text("OPENING_STRICT_K", "10"))
OPENING_STRICT_THEMES = environment.words("OPENING_STRICT_THEMES", ("202",))
OPENING_PEOPLE_DECIMALS = int(environment.text("OPENING_PEOPLE_DECIMALS", "2"))
OPENING_COORDINATE_DECIMALS = int(environment.text("OPENING_COORDINATE_DECIMALS", "5"))

#: Working days by kind of deadline, where this installation is faster than the law (longer values have no effect).
DEADLINES: dict[str, int] = {}

#: How quality is graded, from which score down and from which fall on a ticket opens, how many days late is on time.
#: Weights are of the six dimensions, 1 where nothing is said. None of this is law.
QUALITY_GRADES: tuple[tuple[str, float], ...] = (("excellent", 95.0), ("good", 85.0), ("fair", 70.0), ("poor", 0.0))
QUALITY_WEIGHTS: dict[str, float] = {}
QUALITY_TICKET_BELOW = 70.0
QUALITY_TICKET_FALL = 10.0
QUALITY_GRACE_DAYS = 0
