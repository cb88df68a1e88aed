"""Names of columns and what elements they suggest."""

import pytest

from catalog.data.schema import ItemType
from catalog.data.standards.matching import Candidate, Known, suggestions
from catalog.data.standards.naming import check_name, suggested_name

WORDS = {"企业": "company", "名称": "name", "日期": "date", "签发": "issue", "签发日期": "issue_date", "代码": "code"}
SEX = Candidate(
    identifier="sex", name_zh="性别代码", name_en="Sex", synonyms=("性别", "gender"), codes=frozenset("0129")
)
IDENTITY = Candidate(identifier="id", name_zh="公民身份号码", synonyms=("身份证号",), check="identity")
BORN = Candidate(identifier="born", name_zh="出生日期", synonyms=("birth_date",), type=ItemType.DATE)
ALL = (SEX, IDENTITY, BORN)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("企业名称", "company_name"),
        ("签发日期", "issue_date"),
        ("松花湖名称", "songhuahu_name"),
        ("日期", "date_value"),
        ("企业（法人）代码", "company_code"),
        ("2020名称", "c_2020_name"),
        ("areaCode", "area_code"),
        ("GDP", "gdp"),
        ("", ""),
    ],
)
def test_names_are_made_of_known_words_and_pinyin(title: str, name: str) -> None:
    assert suggested_name(title, WORDS) == name


@pytest.mark.parametrize(
    ("name", "title", "faults"),
    [
        ("company_name", "企业名称", ()),
        ("CompanyName", "企业名称", ("name_form",)),
        ("qymc", "企业名称", ("name_initials",)),
        ("col_12", "企业名称", ("name_generic",)),
        ("order", "次序", ("name_reserved",)),
        ("a" * 31, "企业名称", ("name_long",)),
        ("xyz", "企业名称", ()),
    ],
)
def test_faults_of_names_are_found(name: str, title: str, faults: tuple[str, ...]) -> None:
    advice = check_name(name, title, WORDS)
    assert advice.faults == faults
    assert bool(advice.suggestion) == bool(faults)


def test_an_old_column_finds_its_element_by_each_way() -> None:
    def best(**known: object) -> tuple[str, tuple[str, ...]]:
        found = suggestions(Known(**known), ALL)  # type: ignore[arg-type]  # keywords of the test's own making
        return (found[0].identifier, found[0].reasons) if found else ("", ())

    assert best(title="性别代码", name="x") == ("sex", ("match_name",))
    assert best(title="性别", name="x", values=("1", "2")) == ("sex", ("match_synonym", "match_codes"))
    assert best(title="甲", name="Gender") == ("sex", ("match_english",))
    assert best(title="甲", name="shenfenzhenghao") == ("id", ("match_pinyin",))
    assert best(title="申请人身份证号", name="x", finding="identity") == ("id", ("match_part", "match_check"))
    assert best(title="申请人身份证号", name="x") == ("", ())
    assert best(title="生日", name="birthDate", type=ItemType.DATE) == ("born", ("match_english",))


def test_other_types_and_values_speak_against_an_element() -> None:
    assert suggestions(Known(title="出生日期", name="x", type=ItemType.MONEY), ALL) == []
    assert suggestions(Known(title="性别", name="x", values=("男", "女")), ALL) == []
