"""A proof by places holds while every row stands as it was read, and after no change of any of them."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from portal.kernel.places import Rows, mark, marks, proof_of, stamp_of
from portal.kernel.proof import Proof

TABLES = {
    "owner": Rows("places_owner", key="code", key_type="text"),
    "beside": Rows("places_beside"),
    "owned": Rows("places_owned", of=("owner", "owner")),
    "listed": Rows("places_beside"),
}
OWNED, BESIDE = TABLES["owned"], TABLES["beside"]
STAMP = (
    "SELECT "
    + stamp_of(
        {
            "owner": mark("owner", TABLES["owner"]),
            "beside": mark("beside", BESIDE),
            "owned": f"(SELECT {marks('owned', OWNED)} FROM places_owned AS owned WHERE owned.owner = owner.code)",
            "listed": f"(SELECT {marks('listed', BESIDE)} FROM places_beside AS listed WHERE listed.id >= 2)",
        }
    )
    + " FROM places_owner AS owner LEFT JOIN places_beside AS beside ON beside.id = owner.beside "
    "WHERE owner.code = 'a b'"
)
CHANGES: dict[str, str] = {
    "owner written anew": "UPDATE places_owner SET code = code WHERE code = 'a b'",
    "owner removed": "DELETE FROM places_owner WHERE code = 'a b'",
    "owner removed and made again": "DELETE FROM places_owner; INSERT INTO places_owner VALUES ('a b', 1), ('c', 2)",
    "row beside written anew": "UPDATE places_beside SET id = id WHERE id = 1",
    "row beside removed": "DELETE FROM places_beside WHERE id = 1",
    "listed row written anew": "UPDATE places_beside SET id = id WHERE id = 3",
    "listed row removed": "DELETE FROM places_beside WHERE id = 2",
    "owned row added": "INSERT INTO places_owned VALUES (9, 'a b')",
    "owned row removed": "DELETE FROM places_owned WHERE id = 1",
    "all owned rows removed": "DELETE FROM places_owned",
    "owned row written anew": "UPDATE places_owned SET id = id WHERE id = 2",
    "owned row of another given": "UPDATE places_owned SET owner = 'a b' WHERE id = 3",
    "owned row given away": "UPDATE places_owned SET owner = 'c' WHERE id = 1",
    "everything emptied": "TRUNCATE places_owner, places_beside, places_owned",
}


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def ask(proof: Proof) -> str:
    with connection.cursor() as cursor:
        cursor.execute(proof.sql, proof.params)
        return str(cursor.fetchone()[0])


def stamp() -> str:
    return ask(Proof(STAMP, (), ""))


@pytest.fixture
def tables(transactional_db: None) -> Iterator[None]:
    # One transaction writes all rows, so that xmin alone tells none from the other.
    run(
        "CREATE TABLE places_owner (code text PRIMARY KEY, beside bigint); "
        "CREATE TABLE places_beside (id bigint PRIMARY KEY); "
        "CREATE TABLE places_owned (id bigint PRIMARY KEY, owner text); "
        "INSERT INTO places_beside VALUES (1), (2), (3); "
        "INSERT INTO places_owner VALUES ('a b', 1), ('c', 2); "
        "INSERT INTO places_owned VALUES (1, 'a b'), (2, 'a b'), (3, 'c')"
    )
    yield
    run("DROP TABLE places_owner, places_beside, places_owned")


@pytest.fixture
def proof(tables: None) -> Proof:
    found = proof_of(stamp(), TABLES)
    assert found is not None
    return found


def test_proof_holds_while_nothing_changes(proof: Proof) -> None:
    run("UPDATE places_owner SET code = code WHERE code = 'c'; INSERT INTO places_owned VALUES (7, 'c')")
    assert ask(proof) == proof.answer


@pytest.mark.parametrize("change", CHANGES)
def test_no_change_leaves_the_proof(proof: Proof, change: str) -> None:
    run(CHANGES[change])
    assert ask(proof) != proof.answer


@pytest.mark.parametrize("change", CHANGES)
def test_change_that_is_taken_back_leaves_it(proof: Proof, change: str) -> None:
    with transaction.atomic():
        run(CHANGES[change])
        transaction.set_rollback(True)
    assert ask(proof) == proof.answer


@pytest.mark.parametrize("table", ["places_owner", "places_beside", "places_owned"])
def test_packed_table_proves_nothing(proof: Proof, table: str) -> None:
    """Rows move up when their table is packed: another row of the same transaction stands where one stood."""
    run(f"DELETE FROM {table} WHERE ctid = '(0,1)'")
    run(f"VACUUM FULL {table}")
    assert ask(proof) != proof.answer


def test_row_that_stands_where_another_stood_is_told_from_it(tables: None) -> None:
    """A packed table has it at the same place, written by the same transaction: only the key is another one."""
    place = f"SELECT {mark('one', BESIDE)} FROM places_beside AS one WHERE id = %s"
    first = ask(Proof(place, (1,), ""))
    found = proof_of(f"beside {first}", TABLES)
    assert found is not None
    assert ask(found) == found.answer
    run("DELETE FROM places_beside WHERE id = 1")
    run("VACUUM FULL places_beside")
    assert ask(Proof(place, (2,), "")).split()[1:] == first.split()[1:]
    assert ask(found) != found.answer


@pytest.mark.parametrize(
    "missing", ["UPDATE places_owner SET beside = NULL", "DELETE FROM places_beside WHERE id >= 2"]
)
def test_what_is_missing_has_no_place(tables: None, missing: str) -> None:
    run(missing)
    assert proof_of(stamp(), TABLES) is None


def test_owner_of_nothing_is_proved_until_it_owns(tables: None) -> None:
    run("DELETE FROM places_owned")
    found = proof_of(stamp(), TABLES)
    assert found is not None
    assert ask(found) == found.answer
    run("INSERT INTO places_owned VALUES (1, 'a b')")
    assert ask(found) != found.answer


def test_proofs_of_other_rows_share_their_statement(tables: None) -> None:
    first = proof_of(stamp(), TABLES)
    run("UPDATE places_beside SET id = id + 10 WHERE id >= 2")
    second = proof_of(stamp(), TABLES)
    assert first is not None
    assert second is not None
    assert (first.sql, len(first.params)) == (second.sql, len(second.params))
    assert first.params != second.params
