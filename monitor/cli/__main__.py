"""`python -m monitor.cli` is `widerhall`."""

from monitor.cli import main

main()
