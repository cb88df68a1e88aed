"""JSON, GeoJSON, XML and Parquet."""

import pyarrow as pa

from tests.catalog.data.hostile.build import (
    parquet,
)
from tests.catalog.data.hostile.make.cases import FULL, TWO, case


def texts() -> None:
    """JSON, XML, GeoJSON, Parquet."""
    one, two = '{"代码":"0431","名称":"长春"}', '{"名称":"吉林","代码":"0432"}'
    case("json-array.json", f"[{one},\n{two}]", rows=TWO)
    case("json-lines.ndjson", f"{one}\n\n{two}\n", rows=TWO)
    case("json-lines-joined.json", f"{one}{two}", rows=TWO)
    case("json-wrapped.json", f'{{"code":0,"msg":"ok","data":{{"total":2,"rows":[{one},{two}]}}}}', rows=TWO,
         notes=["note_json_path"])  # fmt: skip
    case("json-wrapped-after-list.json", f'{{"fields":["代码","名称"],"rows":[{one},{two}],"more":{{"a":[1]}}}}', rows=TWO,
         notes=["note_json_path"])  # fmt: skip
    case("json-wrapped-cut.json", f'{{"rows":[{one},{two}]', code="json_syntax")
    case("json-numbers.json", '[{"代码":220102199001011234567,"名称":1.10}]', rows=[["220102199001011234567", "1.10"]])
    case("json-exponent.json", '[{"代码":4.2e+17,"名称":null}]', rows=[], rejects=[[1, "code", "scientific"]])
    case("json-late-key.json", '[{"代码":"1"},{"代码":"2","名称":"b"}]', rows=[["1", None], ["2", "b"]])
    case("json-nan.json", '[{"代码":"1","金额":NaN}]', "code|代码|C,amount|金额|N", rows=[["1", None]],
         notes=["note_no_value"])  # fmt: skip
    case("json-cut.json", '[{"代码":"1"},{"代码":', code="json_syntax")
    case("json-comma.json", '[{"代码":"1"},]', code="json_syntax")
    case("json-scalars.json", "[1,2]", code="json_shape")
    case("json-text.json", '"just a text"', code="json_shape")
    case("json-empty.json", "[]", code="file_empty")
    case("json-deep.json", '{"a":' * 300 + "1" + "}" * 300, code="header_missing")
    point = (
        '{"type":"Feature","properties":{"代码":"1"},"geometry":{"type":"Point","coordinates":[125.3245,43.886800]}}'
    )
    shape = ('{"type":"Feature","properties":{"代码":"2"},"geometry":{"type":"Polygon",'
             '"coordinates":[[[1,2],[3,4],[5,6],[1,2]]]}}')  # fmt: skip
    case("geo-points.geojson", f'{{"type":"FeatureCollection","features":[{point}]}}',
         "code|代码|C,lon|经度|N,lat|纬度|N", rows=[["1", "125.3245", "43.8868"]], unknown=["geometry"])  # fmt: skip
    case("geo-shapes.json", f'{{"type":"FeatureCollection","name":"x","features":[{point},{shape}]}}',
         "code|代码|C,wkt|空间位置|M",
         rows=[["1", "POINT (125.3245 43.886800)"], ["2", "POLYGON ((1 2, 3 4, 5 6, 1 2))"]],
         unknown=["longitude", "latitude"])  # fmt: skip
    case("geo-without-geometry.geojson",
         '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"代码":"1","名称":"a"},"geometry":null}]}',
         rows=[["1", "a"]])  # fmt: skip
    rows = "<row><code>0431</code><name>长春</name></row><row><name>吉林</name><code>0432</code></row>"
    case("xml-rows.xml", f"<data>{rows}</data>", rows=TWO)
    case("xml-attributes.xml", '<data><r code="0431" name="长春"/><r name="吉林" code="0432"/></data>', rows=TWO)
    case("xml-namespaces.xml", '<a:data xmlns:a="urn:x"><a:row><a:code>0431</a:code><a:name>长春</a:name></a:row>'
         "<a:row><a:code>0432</a:code><a:name>吉林</a:name></a:row></a:data>", rows=TWO)  # fmt: skip
    case("xml-wrapped.xml", f"<r><head><code>0</code></head><body><list>{rows}</list></body></r>", rows=TWO)
    case("xml-nested.xml", "<d><row><code>1</code><unit><name>a</name></unit></row>"
         "<row><code>2</code><unit><name>b</name></unit></row></d>", "code|代码|C,unit.name|单位|C",
         rows=[["1", "a"], ["2", "b"]])  # fmt: skip
    case("xml-one-record.xml", "<d><code>0431</code><name>长春</name></d>".replace("<d>", "<r><d>").replace("</d>", "</d></r>"),
         rows=TWO[:1])  # fmt: skip
    case("xml-cdata.xml", "<d><row><code>1</code><name><![CDATA[a<b]]></name></row><row><code>2</code><name/></row></d>",
         rows=[["1", "a<b"], ["2", None]])  # fmt: skip
    case(
        "xml-repeated.xml",
        "<d><row><code>1</code><code>2</code></row><row><code>3</code></row></d>",
        code="repeated_value",
    )
    case("xml-bomb.xml", '<!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d><row><code>&b;</code></row></d>',
         code="xml_entities")  # fmt: skip
    case("xml-outside.xml", '<!DOCTYPE b [<!ENTITY a SYSTEM "file:///etc/passwd">]><d><row><code>&a;</code></row></d>',
         code="xml_entities")  # fmt: skip
    case("xml-cut.xml", "<d><row><code>1</code></row>", code="xml_syntax")
    case("xml-deep.xml", "<a>" * 500 + "</a>" * 500, code="xml_deep")
    case("xml-empty-root.xml", "<data/>", code="xml_shape")
    case("parquet-plain.parquet", parquet(代码=["0431", "0432"], 名称=["长春", "吉林"]), rows=TWO)
    case("parquet-types.parquet", parquet(code=["1"], name=["a"], amount=[1.5], day=pa.array([19362], pa.date32())), FULL,
         rows=[["1", "a", "1.5", "2023-01-05"]])  # fmt: skip
    case("parquet-nested.parquet", parquet(代码=[["a"]], 名称=["b"]), code="nested_column")
    case("parquet-cut.parquet", parquet(代码=["0431"], 名称=["长春"])[:-30], code="damaged")
