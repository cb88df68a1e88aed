"""GeoJSON features as flat rows: the properties, the geometry as well-known text, and the coordinates of points."""

from __future__ import annotations

from typing import Any

from catalog.data.formats.base import Known
from catalog.data.formats.layout import folded

_LONGITUDE = ("longitude", "经度", "lon", "lng", "x")
_LATITUDE = ("latitude", "纬度", "lat", "y")
_GEOMETRY = ("geometry", "wkt", "geom", "空间位置", "几何", "坐标")
_FEATURE_ID = ("id", "fid", "要素标识")

# RFC 7946 §3.1 names the seven types; the depth is that of the lists around a position.
_DEPTH = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}


def is_feature(item: dict[str, Any]) -> bool:
    """Say whether an object is a GeoJSON feature."""
    return item.get("type") == "Feature" and "geometry" in item and "properties" in item


def flattened(feature: dict[str, Any], known: Known) -> dict[str, Any]:
    """Give the row of a feature. A property keeps its name; what is added takes a name the data items know."""
    properties = feature.get("properties")
    row: dict[str, Any] = dict(properties) if isinstance(properties, dict) else {}
    if feature.get("id") is not None:
        row.setdefault(_named(_FEATURE_ID, known), feature["id"])
    geometry = feature.get("geometry")
    if isinstance(geometry, dict):
        row.setdefault(_named(_GEOMETRY, known), well_known_text(geometry))
        position = geometry.get("coordinates")
        if geometry.get("type") == "Point" and isinstance(position, list) and len(position) > 1:
            row.setdefault(_named(_LONGITUDE, known), position[0])
            row.setdefault(_named(_LATITUDE, known), position[1])
    return row


def _named(names: tuple[str, ...], known: Known) -> str:
    return next((name for name in names if folded(name) in known), names[0])


def well_known_text(geometry: dict[str, Any]) -> str | None:
    """Write a geometry as well-known text (OGC 06-103r4), or None where it is not one; digits stay as written."""
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        parts = [well_known_text(part) for part in geometry.get("geometries", []) if isinstance(part, dict)]
        return f"GEOMETRYCOLLECTION ({', '.join(part for part in parts if part)})" if parts else None
    depth = _DEPTH.get(str(kind))
    coordinates = geometry.get("coordinates")
    if depth is None or not isinstance(coordinates, list):
        return None
    if not coordinates:
        return f"{str(kind).upper()} EMPTY"
    inner = _written(coordinates, depth)
    return f"{str(kind).upper()} ({inner})" if depth == 0 else f"{str(kind).upper()} {inner}"


def _written(coordinates: Any, depth: int) -> str:
    if not isinstance(coordinates, list):
        return str(coordinates)
    if depth == 0:
        return " ".join(str(number) for number in coordinates[:3])
    return "(" + ", ".join(_written(part, depth - 1) for part in coordinates) + ")"
