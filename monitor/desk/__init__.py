"""The desk: matches reviewed and a watch tuned in a browser, on this machine.

Server-rendered pages with a little JavaScript for the keyboard; all but judging by key works without it. Reads what the
store holds through `Store`, decides nothing that the command line does not decide as well.
"""

from monitor.desk.serving import desk_beside, serve_desk
from monitor.desk.web import Desk, create_desk

__all__ = ["Desk", "create_desk", "desk_beside", "serve_desk"]
