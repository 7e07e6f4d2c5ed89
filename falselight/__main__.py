"""`python -m falselight` is the same as `falselight`."""

from falselight.cli import main

main()
