"""A table like the nationwide list of villages: 620,574 rows with codes and Chinese names."""

from pathlib import Path

from catalog.data.schema import Column

ROWS = 620_574
HEADER = "code,name,streetCode,provinceCode,cityCode,areaCode"
COLUMNS = tuple(
    Column(id=name, name=name, length=length, primary_key=name == "code", nullable=False)
    for name, length in zip(HEADER.split(","), (12, 60, 9, 2, 4, 6), strict=True)
)
_NAMES = ("华阳社区", "恒安社区", "永兴村民委员会", "䶮家屯村", "前进村")


def write(path: Path, rows: int = ROWS, encoding: str = "gb18030") -> Path:
    """Write the table; codes are unique, valid in form and belong to nobody."""
    with path.open("w", encoding=encoding, newline="") as target:
        target.write(f"{HEADER}\n")
        for number in range(rows):
            street = 220102001 + number // 500
            code = f"{street}{number % 500 + 1:03d}"
            area = str(street)[:6]
            target.write(f"{code},{_NAMES[number % 5]}{number % 97},{street},22,{area[:4]},{area}\n")
    return path
