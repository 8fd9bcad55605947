#!/bin/sh
# Tries a bundle the way somebody without Python has it:  sh tools/try-bundle.sh dist/fourview
#
# From another folder, with nothing of this one's environment: the self-test, then a small study that
# the bundle writes itself, read by its worker and opened in the window, without a screen and, where
# xvfb-run is installed, on one of X's. Each window closes by itself. Ends with 1 at the first that
# fails.
set -eu
fourview=$(cd "$1" && pwd)/fourview
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
cd /

bare() { env -i HOME="$home" "$@"; }

# An error behind a click of Qt's ends up on stderr alone, with exit code 0.
window() {
    echo "the window, $1:"
    shift
    "$@" 2>"$home/said" || {
        cat "$home/said" >&2
        exit 1
    }
    ! grep -E "Traceback|Error|not find|could not" "$home/said" >&2 || exit 1
    echo "  opened the study and closed"
}

bare "$fourview" doctor --self-test
bare "$fourview" demo "$home/study" --options 640x512
bare "$fourview" analyze "$home/study" --out "$home/read"
test -n "$(find "$home/read" -name findings.json)" || exit 1
window "without a screen" \
    bare QT_QPA_PLATFORM=offscreen FOURVIEW_QUIT_AFTER=4000 "$fourview" "$home/study"
if command -v xvfb-run >/dev/null && command -v xauth >/dev/null; then
    # xvfb-run itself needs this environment; what it starts does not.
    export home fourview
    # shellcheck disable=SC2016 # DISPLAY is what xvfb-run says it is
    window "on a screen of X's" xvfb-run -a -s "-screen 0 1920x1080x24" sh -c 'env -i HOME="$home" \
        DISPLAY="$DISPLAY" XAUTHORITY="${XAUTHORITY:-}" QT_QPA_PLATFORM=xcb \
        FOURVIEW_QUIT_AFTER=4000 "$fourview" "$home/study"'
else
    echo "the window on a screen of X's was not tried: there is no xvfb-run here (apt: xvfb, xauth)"
fi
