"""`python -m thuocdo.cli` is the command `thuocdo`."""

from thuocdo.cli.main import main

if __name__ == "__main__":
    main()
