"""Make the virtual environment in .venv, and install into it only what changed since the last time.

    python3 scripts/environment.py run    what the running system needs
    python3 scripts/environment.py dev    and what testing and checking need

Written for any Python 3, so that one that is too old gets a sentence instead of a traceback.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time

OLDEST = (3, 11)
NEEDS = {"run": ["requirements.txt", "constraints.txt"]}
NEEDS["dev"] = ["requirements-dev.txt", *NEEDS["run"]]
VENV = ".venv"
PYTHON = os.path.join(VENV, "bin", "python")
NO_VENV = """
This Python can't make virtual environments: its venv module or ensurepip is missing.
On Debian and Ubuntu: apt-get install python3-venv
"""
NO_INSTALL = """
Installing failed; what pip said is above. It needs the network the first time, or after a requirements file changed.
Once it is mended, give the same command again: it goes on from here.
"""


def fingerprint(kind, version):
    """What the environment must hold: the requirement files' content and the Python they are installed for."""
    digest = hashlib.sha256(version.encode())
    for name in NEEDS[kind]:
        with open(name, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def stamp(kind):
    """The file that says what was installed."""
    return os.path.join(VENV, "installed-" + kind)


def is_installed(kind, wanted):
    """Whether the same was installed before and the environment still stands."""
    try:
        with open(stamp(kind), encoding="ascii") as file:
            return file.read() == wanted
    except OSError:
        return False


def version_of_environment():
    """The version of the Python in the environment, or "" when it is missing, broken or too old."""
    ask = "import sys, pip; print(sys.version) if sys.version_info >= %r else sys.exit(1)" % (OLDEST,)  # noqa: UP031
    try:
        answer = subprocess.check_output([PYTHON, "-c", ask], stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return answer.decode()


def make_environment():
    """Make the environment anew."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        sys.exit(NO_VENV)
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.call([sys.executable, "-m", "venv", VENV]) != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(NO_VENV)


def install(kind, version):
    """Install the requirements and note what was installed."""
    purpose = "the system needs to run" if kind == "run" else "testing and checking need"
    print("Installing what " + purpose + " (once; a minute or so) ...", flush=True)
    began = time.time()
    command = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "-r", NEEDS[kind][0]]
    if subprocess.call(command) != 0:
        sys.exit(NO_INSTALL)
    for done in ["run", "dev"] if kind == "dev" else ["run"]:
        with open(stamp(done), "w", encoding="ascii") as file:
            file.write(fingerprint(done, version))
    print("Installed in %d s." % (time.time() - began), flush=True)  # noqa: UP031


def main(kind):
    """Bring the environment to what `kind` needs."""
    if sys.version_info < OLDEST:
        sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ".")
    os.chdir(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    version = version_of_environment()
    if not version:
        make_environment()
        version = version_of_environment()
    if not is_installed(kind, fingerprint(kind, version)):
        install(kind, version)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
