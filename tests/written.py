"""PDF files written object by object: pages as careless producers write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import reportlab

HELVETICA = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
TRUETYPE = (Path(reportlab.__file__).parent / "fonts" / "Vera.ttf").read_bytes()


def stream(data: bytes | str, entries: str = "") -> bytes:
    data = data.encode() if isinstance(data, str) else data
    return f"<<{entries}/Length {len(data)}>>stream\n".encode() + data + b"\nendstream"


def written(path: Path, content: bytes | str, more: dict[int, bytes | str], entries: str = "") -> Path:
    """A file of one page whose font F1 is object 5; `entries` go into its resources."""
    objects = {
        1: "<</Type/Catalog/Pages 2 0 R>>",
        2: "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 300]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>{entries}>>>>",
        4: stream(content) if isinstance(content, str) else content,
        5: HELVETICA,
    } | more
    data, places = b"%PDF-1.7\n", {}
    for number, body in sorted(objects.items()):
        places[number] = len(data)
        data += f"{number} 0 obj\n".encode() + (body.encode() if isinstance(body, str) else body) + b"\nendobj\n"
    last = max(objects)
    table = [f"{places[i]:010} 00000 n \n" if i in places else "0000000000 65535 f \n" for i in range(1, last + 1)]
    data += f"xref\n0 {last + 1}\n0000000000 65535 f \n{''.join(table)}".encode()
    tail = (
        f"trailer<</Size {last + 1}/Root 1 0 R>>\nstartxref\n{data.index(b'xref' + chr(10).encode() + b'0 ')}\n%%EOF\n"
    )
    path.write_bytes(data + tail.encode())
    return path


def composite(to_unicode: str | None = None, encoding: str = "/Identity-H", font: bytes = TRUETYPE) -> dict[int, Any]:
    """A font of two-byte codes, with the map of its codes to Unicode where there is one."""
    found: dict[int, Any] = {
        5: f"<</Type/Font/Subtype/Type0/BaseFont/AAAAAA+Vera/Encoding{encoding}/DescendantFonts[6 0 R]"
        + ("/ToUnicode 8 0 R>>" if to_unicode else ">>"),
        6: "<</Type/Font/Subtype/CIDFontType2/BaseFont/AAAAAA+Vera/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        "/Supplement 0>>/FontDescriptor 7 0 R/DW 600/CIDToGIDMap/Identity>>",
        7: "<</Type/FontDescriptor/FontName/AAAAAA+Vera/Flags 4/FontBBox[-200 -300 1200 1000]/ItalicAngle 0/Ascent 900"
        "/Descent -250/CapHeight 700/StemV 80/FontFile2 9 0 R>>",
        9: stream(font, f"/Length1 {len(font)}"),
    }
    if to_unicode:
        head = "begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange"
        found[8] = stream(f"/CIDInit /ProcSet findresource begin 12 dict begin {head} {to_unicode} endcmap end end")
    return found


def without_its_map(font: bytes) -> bytes:
    """A font program whose table of characters goes by another name."""
    return font.replace(b"cmap", b"cmaq", 1)
