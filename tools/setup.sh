#!/bin/sh
# Makes this checkout ready for one purpose:  sh tools/setup.sh run|test|lint|bench|package
#
# Looks for a Python, for system packages (tools/system-packages.txt) and for the Python packages
# of pyproject.toml, and installs what is missing: through apt where it runs as root, otherwise it
# prints the command to type. Cheap when nothing is missing; safe to interrupt and to run twice at once.
#
# PYTHON  the Python to use; without it the first that fits
# VENV    the virtual environment's folder; .venv without it
set -eu
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin # where ldconfig lies, which a plain user's PATH leaves out
venv=${VENV:-.venv}
target=${1:-}

case $target in
run) extras=cpu ;;
test | lint | bench) extras=cpu,dev,openvino,train ;;
package) extras=cpu,package ;;
*)
    echo "usage: sh tools/setup.sh run|test|lint|bench|package" >&2
    exit 2
    ;;
esac

say() { echo "setup: $*" >&2; }

stop() {
    say "$@"
    exit 1
}

# Two set-ups of one checkout wait for each other; the lock ends with the process.
wait_for_others() {
    command -v flock >/dev/null || return 0
    exec 9<pyproject.toml
    flock -n 9 || {
        say "another set-up of this folder is running; waiting for it"
        flock 9
    }
}

# A Python counts only once it has run: a pyenv shim lies on PATH for versions that are not active,
# and a self-built Python may lack modules.
fits() {
    "$1" -c "
import sys
assert (3, 11) <= sys.version_info[:2] < (3, 14)
import ctypes, sqlite3, ssl, zlib, $2" >/dev/null 2>&1
}

# The folder's own path is part of it: scripts in a virtual environment name it, so that a checkout
# that was moved needs a new one.
venv_is_good() {
    [ "$(cat "$venv/.made-in" 2>/dev/null)" = "$PWD" ] || return 1
    fits "$venv/bin/python" pip || return 1
    [ -z "${PYTHON:-}" ] || [ "$("$PYTHON" -V 2>/dev/null)" = "$("$venv/bin/python" -V)" ]
}

candidates() {
    echo "${PYTHON:-python3 python3.13 python3.12 python3.11 \
        /usr/bin/python3 /usr/bin/python3.13 /usr/bin/python3.12 /usr/bin/python3.11}"
}

# Sets python: the virtual environment's own, else one that can make it, else any; or empty.
find_python() {
    ready=
    if venv_is_good; then
        ready=yes python=$venv/bin/python
        return
    fi
    for needs in "venv, ensurepip" venv; do
        for python in $(candidates); do
            if fits "$python" "$needs"; then
                python=$(command -v "$python")
                return
            fi
        done
    done
    python=
}

# Prints the packages that Python itself lacks on this system.
missing_python_packages() {
    if [ -z "$python" ]; then
        echo python3 python3-venv
        [ "$target" != package ] || echo libpython3-dev
        return
    fi
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    [ -n "$ready" ] || fits "$python" "venv, ensurepip" || echo "python$version-venv"
    # Debian's python3 is linked statically; a bundle needs the shared library beside it.
    [ "$target" != package ] || "$python" -c "
import sys
from pathlib import Path
from sysconfig import get_config_var as of
sys.exit(not Path(of('LIBDIR'), of('INSTSONAME')).exists())" || echo "libpython$version"
}

found() {
    case $1 in
    lib:*) ldconfig -p 2>/dev/null | grep -F -q "${1#lib:} " ;;
    file:*) test -e "${SYSTEM_ROOT:-}${1#file:}" ;;
    cmd:*) command -v "${1#cmd:}" >/dev/null ;;
    esac
}

# Prints the packages of one level that this target misses.
missing_packages() {
    grep -v '^#' tools/system-packages.txt | while read -r targets level probe package; do
        case ",$targets," in *",$target,"*) ;; *) continue ;; esac
        [ "$level" != "$1" ] || found "$probe" || echo "$package"
    done
}

apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 \
        "$@" >/dev/null </dev/null 9<&-
}

updated=
install_packages() {
    say "installing with apt: $*"
    [ -n "$updated" ] || apt update || say "apt-get update failed; going on with the lists at hand"
    updated=yes
    apt install -y --no-install-recommends "$@"
}

command_to_type() { echo "    sudo apt-get update && sudo apt-get install -y $*" >&2; }

# Unquoted lists below are meant: package names hold no blanks.
need_packages() {
    needed=$(missing_python_packages; missing_packages needed)
    [ -n "$needed" ] || return 0
    if ! command -v apt-get >/dev/null; then
        [ -n "$python" ] || stop "no Python from 3.11 to 3.13 was found; install one, or set PYTHON"
        say "this system has no apt; should something fail, install what Debian calls:" $needed
    elif [ "$(id -u)" = 0 ]; then
        install_packages $needed || stop "apt could not install (no network?):" $needed
    else
        say "some system packages are missing. Type this, then the same make command again:"
        command_to_type $(echo $needed $(missing_packages wanted))
        exit 1
    fi
}

want_packages() {
    wanted=$(missing_packages wanted)
    [ -n "$wanted" ] && command -v apt-get >/dev/null || return 0
    if [ "$(id -u)" = 0 ]; then
        install_packages $wanted || say "going on without:" $wanted
    else
        say "going on without some system packages that would be of use. To have them, type:"
        command_to_type $wanted
    fi
}

prepare_system() {
    find_python
    if [ -z "$python" ] && [ -n "${PYTHON:-}" ]; then
        stop "PYTHON=$PYTHON does not run, is not Python 3.11 to 3.13, or lacks modules"
    fi
    need_packages
    want_packages
    find_python
    [ -n "$python" ] || stop "this system's Python is not 3.11 to 3.13; install one, or set PYTHON"
}

make_venv() {
    [ -z "$ready" ] || return 0
    say "making the virtual environment $venv with $("$python" -V)"
    "$python" -m venv --clear "$venv" || stop "the virtual environment could not be made"
    echo "$PWD" >"$venv/.made-in"
}

# One stamp an extra, written last: an install that was interrupted is done again.
install_python_packages() {
    wished=$(cksum <pyproject.toml)
    [ "$(for extra in $(echo "$extras" | tr , ' '); do
        cat "$venv/.installed-$extra" 2>/dev/null || echo no
    done | sort -u)" != "$wished" ] || return 0
    say "installing Python packages into $venv (the first time takes a few minutes)"
    "$venv/bin/python" -m pip install --quiet --no-input --disable-pip-version-check \
        --editable ".[$extras]" </dev/null 9<&- ||
        stop "Python packages could not be installed (no network?). Run the same make command again"
    for extra in $(echo "$extras" | tr , ' '); do
        echo "$wished" >"$venv/.installed-$extra"
    done
}

wait_for_others
prepare_system
make_venv
install_python_packages
