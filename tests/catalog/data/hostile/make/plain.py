"""Plain text: encodings and their damage, delimiters and quotes, titles and footers."""

from tests.catalog.data.hostile.make.cases import FULL, HALVES, PARENTS, PLAIN, TWO, case


def encodings() -> None:
    """Encodings and their damage."""
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-32"):
        case(f"enc-{encoding}.csv", PLAIN.encode(encoding), rows=TWO)
    case("enc-gbk-tsv.tsv", PLAIN.replace(",", "\t").encode("gbk"), rows=TWO)
    case("enc-utf16-le-unmarked.csv", PLAIN.encode("utf-16-le"), code="encoding_unmarked")
    case("enc-utf16-be-unmarked.csv", PLAIN.encode("utf-16-be"), code="encoding_unmarked")
    case("enc-utf16-unmarked-ascii.csv", "code,name\n1,a\n2,b\n".encode("utf-16-le"), code="encoding_unmarked")
    mixed = PLAIN.encode() + "0433,延边朝鲜族自治州\n".encode("gb18030")
    case("enc-mixed-gbk-after-utf8.csv", mixed, code="encoding_mixed", params={"utf8_line": 1, "other_line": 4})
    mixed = PLAIN.encode("gb18030") + "0433,延边朝鲜族自治州\n".encode()
    case("enc-mixed-utf8-after-gbk.csv", mixed, code="encoding_mixed", params={"utf8_line": 4, "other_line": 1})
    case("enc-neither.csv", b"code,name\n1,\xff\xff\n", code="encoding", params={"line": 2})
    case("enc-cut-in-character.csv", PLAIN.encode()[:-2], code="encoding", params={"line": 3})
    case("enc-four-byte.csv", "代码,名称\n1,䶮𠮷😀\n".encode("gb18030"), rows=[["1", "䶮𠮷😀"]])
    case("enc-nul.csv", b"code,name\n1,a\x00b\n", code="binary", params={"line": 2})
    case("enc-control.csv", b"code,name\n1,a\x07b\n", code="binary", params={"line": 2})
    case("enc-dos-end.csv", PLAIN.encode() + b"\x1a", rows=TWO)
    case("enc-two-boms.csv", b"\xef\xbb\xbf" + PLAIN.encode("utf-8-sig"), rows=TWO)
    case("enc-xml-gb2312.xml", '<?xml version="1.0" encoding="GB2312"?>\n<行集><行><代码>0431</代码><名称>长春</名称></行>'
         "<行><代码>0432</代码><名称>吉林</名称></行></行集>".encode("gb18030"), rows=TWO)  # fmt: skip
    case(
        "enc-json-gbk.json", '[{"代码":"0431","名称":"长春"},{"代码":"0432","名称":"吉林"}]'.encode("gb18030"), rows=TWO
    )


def delimiters() -> None:
    """Delimiters, quotes, line ends."""
    for name, mark in (("semicolon", ";"), ("pipe", "|"), ("tab", "\t"), ("wide-comma", "，")):
        case(f"del-{name}.csv", PLAIN.replace(",", mark), rows=TWO)
    case("del-commas-in-quotes.csv", '代码;名称\n1;"a,b,c"\n2;"d,e,f"\n', rows=[["1", "a,b,c"], ["2", "d,e,f"]])
    case("del-crlf.csv", PLAIN.replace("\n", "\r\n"), rows=TWO)
    case("del-cr.csv", PLAIN.replace("\n", "\r"), rows=TWO)
    case("del-trailing.csv", "代码,名称,\n0431,长春,\n0432,吉林,\n", rows=TWO)
    case("del-trailing-header-only.csv", "代码,名称,\n0431,长春\n", rows=TWO[:1])
    case("del-line-in-cell.csv", '代码,名称\n1,"第一\n第二"\n2,x\n', rows=[["1", "第一\n第二"], ["2", "x"]])
    case("del-doubled-quote.csv", '代码,名称\n1,"说""好"""\n', rows=[["1", '说"好"']])
    case("del-open-quote.csv", '代码,名称\n1,"长春\n2,吉林\n', code="bad_quoting")
    case("del-quote-inside.csv", '代码,名称\n1,"长"春\n', code="bad_quoting")
    case("del-quote-in-bare-cell.csv", '代码,名称\n1,3" 管\n', rows=[["1", '3" 管']])
    case("del-short-row.csv", "代码,名称\n1\n2,吉林\n", rows=[["2", "吉林"]], rejects=[[2, "", "too_few_cells"]])
    case("del-long-row.csv", "代码,名称\n1,a,b\n2,吉林\n", rows=[["2", "吉林"]], rejects=[[2, "", "too_many_cells"]])
    case("del-blank-rows.csv", "\n代码,名称\n\n1,a\n,\n \n2,b\n\n", rows=[["1", "a"], ["2", "b"]])
    case("del-one-column.csv", "代码\n0431\n0432\n", "code|代码|C", rows=[["0431"], ["0432"]])
    case("del-empty.csv", "", code="file_empty")
    case("del-only-blanks.csv", "\n \n\u3000\n", code="file_empty")
    case("del-only-header.csv", "代码,名称\n", rows=[], stands=False)


def layouts() -> None:
    """Titles, headers of several rows, footers, blank columns."""
    case(
        "lay-title.csv",
        "吉林省区划代码表,\n0431,长春\n".replace("0431,长春\n", PLAIN),
        rows=TWO,
        notes=["note_title_rows"],
    )
    case("lay-titles.csv", "吉林省区划代码表\n填报单位：省民政厅\n\n" + PLAIN, rows=TWO, notes=["note_title_rows"])
    case("lay-title-full.csv", "表一,区划\n" + PLAIN, rows=TWO, notes=["note_title_rows"])
    case("lay-total.csv", "代码,名称,金额,日期\n1,a,5,2023-01-05\n合计,,5,\n", FULL,
         rows=[["1", "a", "5", "2023-01-05"]], notes=["note_footer"])  # fmt: skip
    case("lay-total-spaced.csv", "代码,名称\n1,a\n合 计,7\n", rows=[["1", "a"]], notes=["note_footer"])
    case("lay-remark.csv", PLAIN + "注：数据截至2023年底,\n", rows=TWO, notes=["note_footer"])
    case(
        "lay-remarks.csv", PLAIN + "\n注：1. 截至年底,\n2. 含开发区,\n", rows=TWO, notes=["note_footer", "note_footer"]
    )
    case("lay-signature.csv", PLAIN + "制表人：张样例,审核人：李样例\n", rows=TWO, notes=["note_footer"])
    case(
        "lay-total-and-signature.csv", PLAIN + "合计,2\n制表人：样例,\n", rows=TWO, notes=["note_footer", "note_footer"]
    )
    case("lay-total-in-the-middle.csv", "代码,名称\n合计,全省\n1,a\n", rows=[["合计", "全省"], ["1", "a"]])
    case("lay-name-like-remark.csv", "代码,名称\n1,说明书\n2,注册处\n", rows=[["1", "说明书"], ["2", "注册处"]])
    case("lay-header-second-level.csv", "地区,人口,\n,男,女\n长春,3,4\n", HALVES, rows=[["长春", "3", "4"]],
         notes=["note_header_rows"])  # fmt: skip
    case("lay-header-parents.csv", "地区,人口,,就业,\n,男,女,男,女\n长春,3,4,1,2\n", PARENTS,
         rows=[["长春", "3", "4", "1", "2"]], notes=["note_header_rows"])  # fmt: skip
    case("lay-blank-column.csv", "代码,,名称\n0431,,长春\n0432,,吉林\n", rows=TWO)
    case("lay-blank-first-column.csv", ",代码,名称\n,0431,长春\n,0432,吉林\n", rows=TWO)
    case("lay-nameless-with-values.csv", "代码,,名称\n1,x,a\n", code="header_blank_cell")
    late = "代码,,名称\n" + "1,,a\n" * 80 + "2,x,b\n"
    case("lay-nameless-late-value.csv", late, rows=[["1", "a"]] * 80, rejects=[[82, "", "cell_without_header"]])
    case("lay-duplicate-header.csv", "代码,名称,代码\n1,2,3\n", code="header_duplicate")
    case("lay-two-names-one-item.csv", "代码,code\n1,2\n", code="header_duplicate")
    case("lay-no-header.csv", "0431,长春\n0432,吉林\n", code="header_missing")
    case("lay-starred-header.csv", "*代码,名称＊\n0431,长春\n", rows=[["0431", "长春"]])
    case("lay-broken-header.csv", '"代\n码","名 称"\n0431,长春\n', rows=[["0431", "长春"]])
    case("lay-wide-header.csv", "ＣＯＤＥ,Ｎａｍｅ\n0431,长春\n", rows=[["0431", "长春"]])
    case("lay-zero-width-header.csv", "\u200b代码,名称\ufeff\n0431,长春\n", rows=[["0431", "长春"]])
    case("lay-extra-columns.csv", "序号,代码,名称\n1,0431,长春\n", rows=[["0431", "长春"]], unknown=["序号"])
    case("lay-missing-column.csv", "代码\n0431\n", rows=[], stands=False, missing=["name"])
