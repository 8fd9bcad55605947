"""``python -m app``: the program, as torchrun and other launchers start it."""

from app.cli.main import run

if __name__ == "__main__":
    run()
