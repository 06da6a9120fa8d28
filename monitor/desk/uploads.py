"""Read a form that carries a file (multipart/form-data, RFC 7578). Bounded by what the body may be; keeps nothing."""

from __future__ import annotations

from email.parser import BytesHeaderParser
from email.policy import HTTP

from monitor.errors import UsageError


def read_multipart(content_type: str, body: bytes) -> dict[str, bytes]:
    """The fields of a form, the first of each name; a file's name is of no interest."""
    stated = BytesHeaderParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode("latin-1", "replace"))
    boundary = stated.get_param("boundary")
    if stated.get_content_type() != "multipart/form-data" or not isinstance(boundary, str) or not boundary:
        raise UsageError("expected a form with a file")
    fields: dict[str, bytes] = {}
    # Every part begins with the boundary on a line of its own; the blank line ends its header.
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:-1]:
        head, blank, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        disposition = BytesHeaderParser(policy=HTTP).parsebytes(head + b"\r\n\r\n")
        name = disposition.get_param("name", header="content-disposition")
        if blank and isinstance(name, str):
            fields.setdefault(name, content)
    return fields
