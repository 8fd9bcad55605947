"""Sets pydicom up, once and for the whole process; every module that uses pydicom imports this.

Real headers break the standard in harmless ways, and pydicom says so by a Python warning for
each. Readers here check the values they need themselves, so that the warnings only cost time and
would end the program wherever warnings are errors.
"""

from __future__ import annotations

import logging
import sys
import threading

from pydicom import config, misc

from imaging.codec import codecs

_lock = threading.Lock()
_done = threading.Event()


def ensure() -> None:
    """Configure pydicom for lenient, silent reading with our decoders.

    Cheap to repeat, safe from any thread.

    Malformed values then come back as pydicom read them, values of a wrong length as bytes.
    """
    if _done.is_set():
        return
    with _lock:
        if not _done.is_set():
            _read_leniently()
            _silence()
            codecs.register()
            _done.set()


def _read_leniently() -> None:
    config.settings.reading_validation_mode = config.IGNORE
    config.convert_wrong_length_to_UN = True


def _silence() -> None:
    # pydicom has no switch for the warnings that IGNORE leaves (character sets, VR lookups, early
    # end of file), and warnings.catch_warnings is not thread-safe. All of them pass through one
    # function, which each of pydicom's modules imports by name.
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "pydicom" and hasattr(module, "warn_and_log"):
            vars(module)["warn_and_log"] = _drop
    misc.warn_and_log = _drop  # for the modules of pydicom that are imported later
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)


def _drop(msg: str, category: type[Warning] | None = None, stacklevel: int = 1) -> None:
    del msg, category, stacklevel  # not logged either: such a message may quote a patient's name


ensure()
