"""One step a file, each in a transaction of its own making: whole or not at all."""
