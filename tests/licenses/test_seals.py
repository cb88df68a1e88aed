"""The seals: what is sealed opens only unchanged and in its place, what is signed verifies only unchanged."""

from __future__ import annotations

import stat
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from licenses.seals.chinese_dates import date_in_numerals, date_in_words
from licenses.seals.files import read_or_make
from licenses.seals.holders import check_holder, holder_index, is_same_name, mask_holder
from licenses.seals.keyring import _open, keyring
from licenses.seals.masking import mask_code, mask_organization, mask_person
from licenses.seals.public_ids import ALPHABET, check_letters, from_typing, in_groups, is_well_formed, new_public_id
from licenses.seals.qr import qr_png, qr_svg, qr_version
from licenses.seals.records import Record, open_record, seal_record
from licenses.seals.signing import FileSigner, canonical_json, digest_of
from licenses.seals.vault import SealBrokenError, Vault
from portal.kernel.errors import Invalid
from tests.licenses.pictures import read_png

VAULT = Vault(b"s" * 32)
LETTERS = st.sampled_from(ALPHABET)


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_vault_gives_back_what_it_sealed(plain: bytes, place: bytes) -> None:
    key = VAULT.new_key()
    sealed = VAULT.seal(key, plain, bound_to=place)
    assert VAULT.open(key, sealed, bound_to=place) == plain
    assert sealed != VAULT.seal(key, plain, bound_to=place)


@given(st.binary(min_size=1, max_size=60), st.data())
def test_any_flipped_bit_breaks_the_seal(plain: bytes, data: st.DataObject) -> None:
    key = VAULT.new_key()
    sealed = bytearray(VAULT.seal(key, plain, bound_to=b"here"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBrokenError):
        VAULT.open(key, bytes(sealed), bound_to=b"here")


def test_seal_opens_only_in_its_place_and_under_its_key() -> None:
    key = VAULT.new_key()
    sealed = VAULT.seal(key, b"text", bound_to=b"here")
    for wrong_key, place in ((key, b"there"), (VAULT.new_key(), b"here"), (b"x" * 40, b"here"), (b"", b"here")):
        with pytest.raises(SealBrokenError):
            VAULT.open(wrong_key, sealed, bound_to=place)
    with pytest.raises(SealBrokenError):
        Vault(b"t" * 32).open(key, sealed, bound_to=b"here")
    with pytest.raises(SealBrokenError):
        VAULT.open(key, b"", bound_to=b"here")


def test_indexes_of_different_purposes_never_meet() -> None:
    assert VAULT.index("holder", "x") == VAULT.index("holder", "x")
    assert len({VAULT.index("holder", "x"), VAULT.index("number", "x"), VAULT.stamp("holder", b"x")[:16]}) == 3
    with pytest.raises(ValueError, match="shorter"):
        Vault(b"short")


def test_secret_is_made_once_with_closed_rights(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "vault.key"
    made: list[bytes] = []
    threads = [Thread(target=lambda n=n: made.append(read_or_make(path, lambda: bytes([n])))) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["vault.key"]


def test_signature_verifies_unchanged_and_outlives_its_key(tmp_path: Path) -> None:
    old = FileSigner(tmp_path / "signer.pem")
    signature = old.sign(b"text")
    assert len(signature) == 64
    assert old.verify(old.kid, b"text", signature)
    assert not old.verify(old.kid, b"texT", signature)
    assert not old.verify(old.kid, b"text", signature[:-1])
    assert not old.verify(old.kid, b"text", b"\x00" * 64)
    assert not old.verify("unknown", b"text", signature)
    public = serialization.load_pem_private_key((tmp_path / "signer.pem").read_bytes(), None).public_key()
    (tmp_path / "retired").mkdir()
    (tmp_path / "retired" / "2026.pem").write_bytes(
        public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    (tmp_path / "signer.pem").unlink()
    new = FileSigner(tmp_path / "signer.pem")
    assert new.kid != old.kid
    assert new.verify(old.kid, b"text", signature)
    assert [key["kid"] for key in new.jwks()] == [new.kid, old.kid]
    assert all(set(key) == {"crv", "kty", "x", "y", "kid", "alg", "use"} for key in new.jwks())


@pytest.mark.parametrize("key", [ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate()])
def test_key_of_another_kind_is_refused(
    tmp_path: Path, key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
) -> None:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "signer.pem").write_bytes(pem)
    with pytest.raises(ValueError, match="P-256"):
        FileSigner(tmp_path / "signer.pem")


def test_canonical_form_does_not_depend_on_order() -> None:
    assert canonical_json({"b": 1, "a": {"d": "中", "c": []}}) == '{"a":{"c":[],"d":"中"},"b":1}'.encode()
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})


def test_keyring_is_named_by_folder_or_file(tmp_path: Path) -> None:
    by_folder, by_file = _open(f"file:{tmp_path}"), _open(f"file:{tmp_path}/signer.pem")
    assert by_folder.signer.kid == by_file.signer.kid
    assert by_folder.vault.index("x", "y") == by_file.vault.index("x", "y")
    with pytest.raises(ValueError, match="no driver"):
        _open("pkcs11:token")
    assert keyring() is keyring()


def _record() -> Record:
    return Record(
        identifier="1.2", number="1", type_code="t", type_version=1, issuer="i", holder_name="张三",
        holder_code_type="111", holder_code="1", attributes={"a": "b"}, issued_on="2026-01-01",
        valid_from="2026-01-01", valid_to="",
    )  # fmt: skip


def test_record_opens_whole_and_only_as_itself() -> None:
    ring, record = keyring(), _record()
    key = ring.vault.new_key()
    stored = seal_record(ring, record, wrapped_key=key)
    opened = open_record(ring, stored, identifier="1.2", wrapped_key=key)
    assert opened.record == record
    assert opened.is_whole
    assert record.ends is None
    assert not open_record(ring, stored, identifier="1.3", wrapped_key=key).is_whole
    foreign = ring.vault.seal(key, b"[]", bound_to=b"1.2")
    broken = type(stored)(**{**vars(stored), "sealed": foreign})
    assert open_record(ring, broken, identifier="1.2", wrapped_key=key).record is None


@given(st.integers(0, 25), LETTERS)
def test_check_letters_notice_any_one_changed_letter(place: int, letter: str) -> None:
    code = new_public_id()
    assert is_well_formed(code)
    changed = code[:place] + letter + code[place + 1 :]
    assert is_well_formed(changed) == (changed == code)


@given(st.integers(0, 24))
def test_check_letters_notice_swapped_neighbors(place: int) -> None:
    body = new_public_id()[:26]
    swapped = body[:place] + body[place + 1] + body[place] + body[place + 2 :]
    assert (check_letters(swapped) == check_letters(body)) == (swapped == body)


def test_public_ids_are_long_and_never_the_same() -> None:
    codes = {new_public_id() for _ in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {28}
    code = codes.pop()
    assert from_typing(in_groups(code).lower()) == code
    assert from_typing("o-i l") == "011"
    assert not is_well_formed("U" * 28)


def test_qr_code_reads_back() -> None:
    text = "https://data.example.gov.cn/p/" + new_public_id()
    (read,) = read_png(qr_png(text, scale=3))
    assert read.text == text
    assert read.ec_level == "M"
    assert qr_version(text) <= 6
    assert "viewBox" in qr_svg(text)
    assert "style=" not in qr_svg(text)


@pytest.mark.parametrize(
    ("mask", "text", "masked"),
    [
        (mask_person, "张三", "张*"),
        (mask_person, "欧阳修文", "欧***"),
        (mask_person, "张", "张*"),
        (mask_organization, "长春松花食品有限公司", "长春****有限公司"),
        (mask_organization, "松花商店", "松***"),
        (mask_code, "91220101MA9990000L", "9122**********000L"),
        (mask_code, "12345", "1***5"),
        (mask_code, "7", "7***7"),
    ],
)
def test_masks(mask: object, text: str, masked: str) -> None:
    assert callable(mask)
    assert mask(text) == masked


def test_holder_is_checked_and_indexed_in_one_form() -> None:
    assert holder_index(VAULT, code_type="001", code=" 91220101ma9990000l") == holder_index(
        VAULT, code_type="001", code="91220101MA9990000L"
    )
    assert check_holder(name=" Li  Si", code_type="414", code="e12345678") == ("Li Si", "E12345678")
    for code_type, code in (
        ("001", "91220101MA9990000X"),
        ("111", "220102199001010010"),
        ("414", ""),
        ("414", "x" * 65),
    ):
        with pytest.raises(Invalid) as caught:
            check_holder(name="", code_type=code_type, code=code)
        assert set(caught.value.fields) == {"holder_name", "holder_code"}
    assert is_same_name("ＡＢ C", "ab c")
    assert mask_holder("长春松花食品有限公司", code_type="001") == "长春****有限公司"


def test_chinese_dates() -> None:
    assert date_in_numerals("2026-11-02") == "2026年11月2日"
    assert date_in_numerals("") == ""
    assert date_in_words("2026-11-20") == "二〇二六年十一月二十日"
    assert date_in_words("2030-10-31") == "二〇三〇年十月三十一日"
