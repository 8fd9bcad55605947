"""The program: command line now; window, presenters, jobs and settings later."""
