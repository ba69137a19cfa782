"""The process that draws pages of PDF files: one at a time, and made to be killed.

Run as `python -m server.engine.draw FD FOLDER MEMORY`; FOLDER is not read. It speaks as `server.engine.worker` does: a
request is a `Leaf`, the answer a picture in WebP.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from collections import OrderedDict
from io import BytesIO
from typing import TypedDict, cast

import pypdfium2
from PIL import Image

from kg_builder.picture import page_to_picture
from server.engine import sandbox
from server.engine.worker import HEAD, Frames, end_with_parent, jobs

_OPEN = 4  # files kept open
_PIXELS = 4000  # of the longer side of a picture


class Leaf(TypedDict):
    """A page to draw: its file, its number from 1, degrees to turn it by, pixels a point, and what is to be covered.

    `covers` are boxes of left, top, right, bottom in points of the page as it stands upright.
    """

    file: str
    number: int
    turn: int
    scale: float
    covers: list[list[float]]


def drawn(document: pypdfium2.PdfDocument, leaf: Leaf) -> bytes:
    """The page as a picture, its covers drawn into it."""
    scale = min(leaf["scale"], _PIXELS / max(document.get_page_size(leaf["number"] - 1)))
    return _packed(page_to_picture(document, leaf["number"], leaf["turn"], scale, leaf["covers"]))


def _packed(image: Image.Image) -> bytes:
    data = BytesIO()
    image.save(data, "WEBP", quality=80, method=0)
    return data.getvalue()


def main(descriptor: int, memory: int) -> None:
    """Draw pages until the connection closes."""
    threading.Thread(target=end_with_parent, args=(os.getppid(),), daemon=True).start()
    connection = socket.socket(fileno=descriptor)
    sandbox.forbid_network()
    sandbox.limit_memory(memory)
    connection.sendall(HEAD.pack(b"r", 0))
    documents: OrderedDict[str, pypdfium2.PdfDocument] = OrderedDict()
    for job in jobs(connection):
        leaf, output, began = cast("Leaf", job), Frames(connection), time.process_time()
        try:
            document = documents.pop(leaf["file"], None) or pypdfium2.PdfDocument(leaf["file"])
            documents[leaf["file"]] = document
            if len(documents) > _OPEN:
                documents.popitem(last=False)[1].close()
            output.write(drawn(document, leaf))
        except (pypdfium2.PdfiumError, OSError, ValueError, IndexError, MemoryError) as error:
            output.close_with(b"x", json.dumps({"kind": "evaluation", "detail": str(error)[:300]}).encode())
        else:
            output.close_with(b"e", b"%f" % (time.process_time() - began))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[3]))
