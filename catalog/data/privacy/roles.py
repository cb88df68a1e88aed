"""What an item says of people, as the catalog declares it: the words of `Item.privacy_role` and their groups."""

QUASI, PEOPLE = "quasi", "people"
#: About these people must share their quasi-identifiers with more others (data-plane.md §6, rule 3).
STRICT = frozenset({"health", "minor"})
#: What must not be known of a person.
SENSITIVE = STRICT | {"sensitive"}
#: Items that make a table one of people, each row somebody.
OF_A_PERSON = SENSITIVE | {QUASI}
