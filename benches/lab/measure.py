"""Programs run in turn: time, CPU and memory of each, and proof that it did the work."""

import os
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass, field


@dataclass
class Sample:
    """One run of a program."""

    wall: float
    cpu: float


@dataclass
class Case:
    """A program and the work it is given."""

    name: str
    command: list
    environment: dict = field(default_factory=dict)
    samples: list = field(default_factory=list)
    memory: float = 0.0

    def median(self, what="wall"):
        """The middle one of what was measured, in seconds."""
        return statistics.median(getattr(sample, what) for sample in self.samples)

    def spread(self):
        """The quickest and the slowest run, in seconds."""
        walls = [sample.wall for sample in self.samples]
        return min(walls), max(walls)


def run(case):
    """Runs it once."""
    environment = {**os.environ, **case.environment}
    started = time.perf_counter()
    process = subprocess.Popen(
        case.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, env=environment,
    )
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{case.name}: {case.command}\n{said.decode(errors='replace')}")
    return Sample(wall, usage.ru_utime + usage.ru_stime)


def peak(case):
    """Runs it once more under GNU time, which is small: a child of ours begins with our own peak.
    In MB."""
    with tempfile.NamedTemporaryFile("r") as said:
        under = ["/usr/bin/time", "-o", said.name, "-f", "%M", *case.command]
        run(Case(case.name, under, case.environment))
        return int(said.read().split()[-1]) / 1024


def in_turn(cases, rounds, proof):
    """Runs the cases one after the other, `rounds` times. `proof` gives a count before and after
    each run and checks what lies between. The first round warms caches; memory is looked at there, time in the others."""
    for number in range(rounds + 1):
        for case in cases:
            check = proof(case)
            if number == 0:
                case.memory = peak(case)
            else:
                case.samples.append(run(case))
            check()


def requests(server, expected):
    """Proof by a server's own count."""

    def begin(case):
        before = server.count()

        def end():
            # nginx counts the question that gave `before`, too.
            done = server.count() - before - server.counts_itself
            assert done == expected, f"{case.name}: {done} requests, expected {expected}"

        return end

    return begin


def nothing(_case):
    """No proof is needed: a program that does not do the work fails."""
    return lambda: None
