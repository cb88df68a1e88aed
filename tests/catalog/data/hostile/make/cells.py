"""Values: what is taken, and what is refused with which reason."""

from typing import Any

from tests.catalog.data.hostile.make.cases import case


def cells() -> None:
    """Values: what is taken, and what is refused with which reason."""
    kinds = {"N": "x|值|N", "D": "x|值|D", "T": "x|值|T", "L": "x|值|L", "I": "x|值|I", "C": "x|值|C"}

    def column(
        name: str, kind: str, values: list[str], rows: list[Any], rejects: list[tuple[int, str]], **more: Any
    ) -> None:
        text = "key,值\n" + "".join(f'{number},"{value}"\n' for number, value in enumerate(values, 1))
        case(f"cell-{name}.csv", text.encode(), f"key|key|C,{kinds[kind]}",
             rows=[[str(number), value] for number, value in rows],
             rejects=[[line, "x", code] for line, code in rejects], **more)  # fmt: skip

    column("chinese-dates", "D", ["2023年1月5日", "二〇二三年一月五日", "2023/1/5", "20230105", "2023.1.5", "２０２３－１－５"],
           [(number, "2023-01-05") for number in range(1, 7)], [])  # fmt: skip
    column("wrong-dates", "D", ["2023-02-29", "2023年13月1日", "5/1/2023", "44931", "2023年", "昨天"], [],
           [(2, "date"), (3, "date"), (4, "date"), (5, "day_number"), (6, "date"), (7, "date")])  # fmt: skip
    column("moments", "T", ["2023-01-05 下午3:04", "2023年1月5日15时04分", "20230105150400", "2023/1/5 3:04 PM"],
           [(number, "2023-01-05 15:04:00") for number in range(1, 5)], [])  # fmt: skip
    column("numbers", "N", ["1,234.50", "１２３４．５", "￥1,234.5元", "'1234.5", "1234.5\t"],
           [(number, "1234.5") for number in range(1, 6)], [])  # fmt: skip
    column("wrong-numbers", "N", ["12,34", "1.2.3", "3万", "12%", "1.2E+10", "abc", "无", "--5"], [],
           [(2, "number"), (3, "number"), (4, "unit"), (5, "unit"), (6, "scientific"), (7, "number"), (8, "number"),
            (9, "number")])  # fmt: skip
    column("codes", "C", ["007", "220102199001011234\t", "'0431", "\u200b22", "4.20106E+17"],
           [(1, "007"), (2, "220102199001011234"), (3, "0431"), (4, "22")], [(6, "scientific")])  # fmt: skip
    column("injection", "C", ["=1+1", "@SUM(A1)", "+8613800000000", "-1"],
           [(1, "=1+1"), (2, "@SUM(A1)"), (3, "+8613800000000"), (4, "-1")], [])  # fmt: skip
    column("no-value-words", "I", ["NULL", "N/A", "-", "—", "nan", "\\N"], [(number, None) for number in range(1, 7)], [],
           notes=["note_no_value"])  # fmt: skip
    column("no-value-words-in-text", "C", ["无", "-", "N/A", "NULL"], [(1, "无"), (2, "-"), (3, "N/A"), (4, None)], [],
           notes=["note_no_value"])  # fmt: skip
    column("truths", "L", ["是", "否", "有", "无", "√", "Y", "0", "也许"],
           [(1, True), (2, False), (3, True), (4, False), (5, True), (6, True), (7, False)], [(9, "boolean")])  # fmt: skip
    column("whole-numbers", "I", ["7.0", "1,000", "1.5", "9223372036854775808", "-0"], [(1, 7), (2, 1000), (5, 0)],
           [(4, "integer"), (5, "integer")])  # fmt: skip
    case("cell-formula-protected.csv", 'code,name\n="0431",长春\n', rows=[["0431", "长春"]])
    case("cell-duplicate-key.csv", "code,name\n1,a\n1,b\n2,c\n", "code|代码|C*,name|名称|C", rows=[["1", "a"], ["2", "c"]],
         rejects=[[3, "code", "duplicate_key"]])  # fmt: skip
    case("cell-missing-key.csv", "code,name\n,a\n2,c\n", "code|代码|C*,name|名称|C", rows=[["2", "c"]],
         rejects=[[2, "code", "null"]])  # fmt: skip
