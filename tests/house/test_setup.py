"""tools/setup.sh on made-up systems: every program it would call is a fake that takes notes."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REAL = ("cat", "chmod", "cksum", "cp", "dirname", "flock", "grep", "mkdir", "rm", "sort", "tr")

LDCONFIG = """for name in $(cat "$FAKES/libraries"); do echo "$name (libc6) => /lib/$name"; done"""
APT = """echo "apt-get $*" >>"$FAKES/notes"
[ ! -e "$FAKES/no-network" ] || exit 100
case "$*" in *" install "*)
    cat "$FAKES/all-libraries" >"$FAKES/libraries"
: >"$FAKES/dciodvfy" && chmod +x "$FAKES/dciodvfy" ;;
esac"""
PYTHON = """case "$1 $2" in
"-V "*) echo "Python ${VERSION:-3.12.1}" ;;
"-c "*ensurepip*) [ ! -e "$FAKES/no-ensurepip" ] ;;
"-c "*print*) echo 3.12 ;;
"-c "*) exit 0 ;;
"-m venv") rm -rf "$4" && mkdir -p "$4/bin" && cp "$0" "$4/bin/python"
    echo venv >>"$FAKES/notes" ;;
"-m pip") echo "pip ${8}" >>"$FAKES/notes"; [ ! -e "$FAKES/no-network" ] ;;
esac"""


@dataclass(frozen=True)
class System:
    """A checkout and a folder of fake programs that is the whole PATH."""

    checkout: Path
    fakes: Path

    @property
    def jar(self) -> Path:
        """The validator in Java, which is no program."""
        return self.fakes / "usr" / "share" / "java" / "pixelmed.jar"

    def fake(self, name: str, script: str) -> None:
        (self.fakes / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.fakes / name).chmod(0o755)

    def become(self, user: str) -> None:
        self.fake("id", f"echo {0 if user == 'root' else 1000}")

    def set_up(self, target: str = "test", **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", "tools/setup.sh", target],
            cwd=self.checkout,
            env={
                "PATH": str(self.fakes),
                "FAKES": str(self.fakes),
                "SYSTEM_ROOT": str(self.fakes),
                **variables,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def notes(self) -> list[str]:
        """What was called since the last look, options of apt left out."""
        notes = self.fakes / "notes"
        lines = notes.read_text().splitlines() if notes.exists() else []
        notes.unlink(missing_ok=True)
        words = [line.split() for line in lines]
        return [" ".join(w for w in line if not w.startswith(("-", "D"))) for line in words]


def libraries() -> list[str]:
    lines = (ROOT / "tools" / "system-packages.txt").read_text().splitlines()
    probes = [line.split()[2] for line in lines if line and not line.startswith("#")]
    return [probe.removeprefix("lib:") for probe in probes if probe.startswith("lib:")]


@pytest.fixture
def system(tmp_path: Path) -> System:
    """A root's machine with a Python and every library, but nothing of ours set up."""
    made = System(tmp_path / "check out", tmp_path / "fakes")
    (made.checkout / "tools").mkdir(parents=True)
    made.fakes.mkdir()
    for name in ("setup.sh", "system-packages.txt"):
        shutil.copy(ROOT / "tools" / name, made.checkout / "tools")
    (made.checkout / "pyproject.toml").write_text("[project]\n")
    for name in REAL:
        (made.fakes / name).symlink_to(shutil.which(name) or pytest.skip(f"no {name} here"))
    for file in ("libraries", "all-libraries"):
        (made.fakes / file).write_text("\n".join(libraries()) + "\n")
    made.fake("ldconfig", LDCONFIG)
    made.fake("apt-get", APT)
    made.fake("python3", PYTHON)
    made.fake("dciodvfy", "")
    made.fake("pg_ctlcluster", "")
    made.fake("dcmmkdir", "")
    made.fake("java", "")
    made.jar.parent.mkdir(parents=True)
    made.jar.touch()
    made.become("root")
    return made


def test_a_first_run_makes_an_environment_and_a_second_does_nothing(system: System) -> None:
    assert system.set_up().returncode == 0
    assert system.notes() == ["venv", "pip .[cpu,dev,openvino,train]"]
    assert system.set_up().returncode == 0
    assert system.notes() == []


def test_each_target_adds_what_it_lacks(system: System) -> None:
    system.set_up("run")
    assert system.notes() == ["venv", "pip .[cpu]"]
    system.set_up("test")
    assert system.notes() == ["pip .[cpu,dev,openvino,train]"]
    system.set_up("bench")
    assert system.notes() == []


def test_a_file_that_is_missing_brings_its_package(system: System) -> None:
    system.jar.unlink()
    assert system.set_up().returncode == 0
    assert "apt-get install libpixelmed-java" in system.notes()


def test_changed_dependencies_are_installed_again(system: System) -> None:
    system.set_up()
    system.notes()
    (system.checkout / "pyproject.toml").write_text("[project]\ndependencies = []\n")
    system.set_up()
    assert system.notes() == ["pip .[cpu,dev,openvino,train]"]


def test_an_install_that_failed_is_not_taken_for_done(system: System) -> None:
    (system.fakes / "no-network").touch()
    run = system.set_up()
    assert run.returncode == 1
    assert "could not be installed" in run.stderr
    (system.fakes / "no-network").unlink()
    system.notes()
    assert system.set_up().returncode == 0
    assert system.notes() == ["pip .[cpu,dev,openvino,train]"]


def test_root_gets_missing_libraries_through_apt(system: System) -> None:
    (system.fakes / "libraries").write_text("libGL.so.1\n")
    assert system.set_up().returncode == 0
    update, install, *_ = system.notes()
    assert update == "apt-get update"
    assert "libegl1" in install.split()
    assert "libgl1" not in install.split()


def test_a_plain_user_gets_the_whole_command_to_type(system: System) -> None:
    system.become("reader")
    (system.fakes / "libraries").write_text("libGL.so.1\nlibEGL.so.1\nlibglib-2.0.so.0\n")
    (system.fakes / "dciodvfy").unlink()
    (system.fakes / "no-ensurepip").touch()
    run = system.set_up(PYTHON="python3")
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].strip() == (
        "sudo apt-get update && sudo apt-get install -y python3.12-venv libfontconfig1"
        " libdbus-1-3 libxkbcommon0 dicom3tools"
    )
    assert system.notes() == []


def test_what_is_only_wanted_stops_nobody(system: System) -> None:
    system.become("reader")
    (system.fakes / "dciodvfy").unlink()
    run = system.set_up()
    assert run.returncode == 0
    assert "install -y dicom3tools" in run.stderr


def test_a_wanted_package_that_apt_lacks_stops_nobody(system: System) -> None:
    (system.fakes / "dciodvfy").unlink()
    system.fake("apt-get", "exit 100")
    run = system.set_up()
    assert run.returncode == 0
    assert "going on without: dicom3tools" in run.stderr


def test_a_needed_package_that_apt_lacks_ends_with_its_name(system: System) -> None:
    (system.fakes / "libraries").write_text("")
    system.fake("apt-get", "exit 100")
    run = system.set_up()
    assert run.returncode == 1
    assert "apt could not install (no network?): libegl1" in run.stderr.splitlines()[-1]


def test_a_shim_that_does_not_run_is_passed_over(system: System) -> None:
    system.fake("python3", "echo 'pyenv: python3: command not found' >&2; exit 127")
    system.fake("python3.13", PYTHON)
    run = system.set_up(VERSION="3.13.7")
    assert run.returncode == 0
    assert "Python 3.13.7" in run.stderr


def test_a_python_that_was_asked_for_and_does_not_fit_is_an_error(system: System) -> None:
    system.fake("python3.10", "exit 1")
    run = system.set_up(PYTHON="python3.10")
    assert run.returncode == 1
    assert "PYTHON=python3.10 does not run, is not Python 3.11 to 3.13" in run.stderr
    assert system.notes() == []


def test_another_python_makes_the_environment_anew(system: System) -> None:
    system.set_up()
    system.notes()
    system.fake("python3.13", PYTHON.replace("3.12", "3.13"))
    system.set_up(PYTHON="python3.13")
    assert system.notes()[0] == "venv"


def test_a_checkout_that_moved_makes_its_environment_anew(system: System) -> None:
    system.set_up()
    system.notes()
    moved = System(system.checkout.with_name("moved"), system.fakes)
    system.checkout.rename(moved.checkout)
    moved.set_up()
    assert moved.notes() == ["venv", "pip .[cpu,dev,openvino,train]"]


def test_two_set_ups_at_once_install_once(system: System) -> None:
    slow = PYTHON.replace('"-m pip") ', '"-m pip") /bin/sleep 0.5; ')
    system.fake("python3", slow)
    command = ["/bin/sh", "tools/setup.sh", "test"]
    env = {"PATH": str(system.fakes), "FAKES": str(system.fakes)}
    both = [subprocess.Popen(command, cwd=system.checkout, env=env) for _ in range(2)]
    assert [one.wait(timeout=60) for one in both] == [0, 0]
    assert system.notes() == ["venv", "pip .[cpu,dev,openvino,train]"]


def test_an_unknown_purpose_is_refused(system: System) -> None:
    run = system.set_up("dance")
    assert run.returncode == 2
    assert "usage" in run.stderr
