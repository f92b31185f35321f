"""The programs that are measured: ours, the floor, and others from their registries.

What cannot be had here is left out, and the table says so.
"""

import os
import shutil
import subprocess
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
TOOLS = REPO / "target" / "bench-tools"
HURL = "8.0.1"


def ours():
    """The release build, or what `RUNNER` names."""
    if given := os.environ.get("RUNNER"):
        return given
    subprocess.run(["cargo", "build", "--release", "--bin", "runner"], cwd=REPO, check=True)
    return str(REPO / "target" / "release" / "runner")


def floor():
    """The raw socket loop, which is the delay server too."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    program = TOOLS / "floor"
    source = REPO / "benches" / "lab" / "floor.rs"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        command = ["rustc", "--edition", "2024", "-O", "-o", str(program), str(source)]
        subprocess.run(command, check=True)
    return str(program)


def quietly(*command, seconds, environment=None):
    """Whether a command could be run to a good end in that time."""
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False,
            env={**os.environ, **(environment or {})},
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def from_apt(name):
    """A Debian package's program of the same name."""
    if not shutil.which(name):
        quietly("apt-get", "install", "-y", "--no-install-recommends", name, seconds=120)
    return shutil.which(name)


def hurl():
    """Hurl: the one on the path, else from npm, else built by cargo."""
    own = TOOLS / "hurl" / "bin" / "hurl"
    npm = TOOLS / "npm" / "node_modules" / ".bin" / "hurl"
    known = [os.environ.get("HURL"), shutil.which("hurl"), str(own), str(npm)]
    if found := next((path for path in known if path and Path(path).exists()), None):
        return found
    package = "@orangeopensource/hurl"
    npm_options = ["--no-audit", "--no-fund", "--prefix", str(TOOLS / "npm")]
    if quietly("npm", "install", *npm_options, package, seconds=120) and npm.exists():
        return str(npm)
    libraries = ["libxml2-dev", "libcurl4-openssl-dev", "libclang1-14"]
    quietly("apt-get", "install", "-y", "--no-install-recommends", *libraries, seconds=300)
    # libclang alone, without clang, does not know where the compiler's own headers are.
    headers = sorted(Path("/usr/lib/gcc/x86_64-linux-gnu").glob("*/include"))
    clang = {"BINDGEN_EXTRA_CLANG_ARGS": f"-I{headers[-1]}"} if headers else {}
    command = ["cargo", "install", "hurl", "--version", HURL, "--locked"]
    if quietly(*command, "--root", str(TOOLS / "hurl"), seconds=3600, environment=clang):
        return str(own)
    return None


def version(program, *arguments):
    """The first line a program says of itself."""
    done = subprocess.run(
        [program, *(arguments or ["--version"])], capture_output=True, text=True, check=False
    )
    return (done.stdout or done.stderr).strip().splitlines()[0]
