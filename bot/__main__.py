"""`python -m bot` is the same as `stalemate`."""

from bot.cli import main

main()
