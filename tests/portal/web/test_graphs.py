"""The geometry of drawn graphs."""

from itertools import pairwise

from portal.web.graphs import Node, three_columns


def _node(name: str) -> Node:
    return Node(name, "note", "/x/")


def test_nodes_of_a_column_do_not_meet_and_stay_in_the_drawing() -> None:
    graph = three_columns([_node("a"), _node("b"), _node("c")], _node("m"), [_node("z")])
    assert len(graph.paths) == 4
    left = sorted(one.y for one in graph.nodes if one.x == 0)
    assert all(after - before >= 52 for before, after in pairwise(left))
    assert all(one.y >= 0 and one.y + one.height <= graph.height for one in graph.nodes)
    assert all(one.x + one.width <= graph.width for one in graph.nodes)


def test_long_names_are_cut_by_their_width() -> None:
    graph = three_columns([_node("吉" * 40), _node("a" * 40)], _node("m"), [])
    chinese, latin = graph.nodes[0].text, graph.nodes[1].text
    assert chinese.endswith("…")
    assert len(chinese) < len(latin) <= 33
