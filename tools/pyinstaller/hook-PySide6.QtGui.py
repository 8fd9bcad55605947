"""Takes along the few of Qt's plugins that Fourview needs, instead of PyInstaller's own choice.

Done here, before PyInstaller looks for what each plugin needs in turn: the GTK theme alone would
bring GTK's libraries of the machine that builds.
"""

from pathlib import PurePath

from PyInstaller.utils.hooks.qt import add_qt6_dependencies

WANTED = {
    "platforms": {"offscreen", "wayland", "xcb"},
    "iconengines": {"svgicon"},
    "imageformats": {"svg"},  # the style sheet's drawings
    "platforminputcontexts": {
        "composeplatforminputcontextplugin",
        "ibusplatforminputcontextplugin",
    },
    "platformthemes": {"xdgdesktopportal"},  # the desktop's own dialogs for files
    "wayland-decoration-client": {"adwaita", "bradient"},
    "wayland-shell-integration": {"xdg-shell"},
}


def is_wanted(entry: tuple[str, str]) -> bool:
    """Whether a library is no plugin, or one of those above (libqxcb.so, libxdg-shell.so)."""
    file, folder = PurePath(entry[0]), PurePath(entry[1])
    if "plugins" not in folder.parts:
        return True
    name = file.stem.removeprefix("lib")
    return bool({name, name.removeprefix("q")} & WANTED.get(folder.name, set()))


hiddenimports, binaries, datas = add_qt6_dependencies(__file__)
binaries = [entry for entry in binaries if is_wanted(entry)]
