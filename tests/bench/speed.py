#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# How fast a capture is, beside what people use and what cannot be beaten: speed ROOTLIFT FLOOR [OPTION...]
#
# All programs run in turn, in an order that changes from round to round, on the same tree, into a pipe to
# `cat >/dev/null` or to a file. Ratios are those of one round, so that what a machine does beside this
# touches both sides. As root, for cold caches; `make bench`.
import argparse, json, os, random, shutil, statistics, subprocess, sys, tempfile, time

FULL = ["--format=posix", "--xattrs", "--xattrs-include=*", "--acls", "--selinux", "--numeric-owner",
        "--sort=name"]


def arguments():
    parser = argparse.ArgumentParser(prog="speed")
    parser.add_argument("rootlift")
    parser.add_argument("floor")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--trees", default="small,usr,sparse", help="small, usr, sparse")
    parser.add_argument("--states", default="warm,cold", help="warm, cold")
    parser.add_argument("--targets", default="pipe,file", help="pipe, file, docker")
    parser.add_argument("--files", type=int, default=300000, help="of the tree of small ones")
    parser.add_argument("--jobs", default="", help="further numbers of --jobs to try: 1,2,4")
    parser.add_argument("--json", help="where to write all figures")
    parser.add_argument("--work", help="a directory to make trees in, kept for the next time")
    return parser.parse_args()


def make_small(path, count):
    """So many files of 0 to 4 KiB, 100 in a directory."""
    chance = random.Random(1)
    blob = chance.randbytes(8192)
    for number in range(count):
        if number % 100 == 0:
            directory = "%s/%02x/%04x" % (path, number // 10000, number // 100)
            os.makedirs(directory)
        with open("%s/file-%07d.txt" % (directory, number), "wb") as file:
            file.write(blob[:chance.randrange(4097)])


def make_sparse(path):
    """Four files of 1 GiB, and one of 10 GiB that holds 64 MiB of data."""
    blob = random.Random(1).randbytes(1 << 20)
    os.makedirs(path)
    for number in range(4):
        with open("%s/full%d" % (path, number), "wb") as file:
            for _ in range(1024):
                file.write(blob)
    with open(path + "/sparse", "wb") as file:
        for number in range(64):
            file.seek(number * 160 << 20)
            file.write(blob)
        file.truncate(10 << 30)


def make_trees(options, work):
    trees = {}
    for name in options.trees.split(","):
        if name == "usr":
            trees[name] = "/usr"
            continue
        path = "%s/%s" % (work, name)
        if not os.path.exists(path):
            print("Making the tree of %s files" % name, file=sys.stderr)
            if name == "small":
                make_small(path, options.files)
            else:
                make_sparse(path)
            os.sync()
        trees[name] = path
    return trees


def commands(options, tree, name):
    """What is compared: (what it is called, its arguments; it writes to standard output)."""
    sparse = name == "sparse"
    rootlift = [options.rootlift, "capture", "-q", "--profile", "none"]
    rootlift += ["--sparse"] if sparse else []
    found = [
        ("tar, all metadata", ["tar", *FULL, *(["-S"] if sparse else []), "-C", tree, "-cf", "-", "."]),
        ("tar, plain", ["tar", *(["-S"] if sparse else []), "-C", tree, "-cf", "-", "."]),
        ("bsdtar, pax", ["bsdtar", "--format=pax", "-C", tree, "-cf", "-", "."]),
        ("rootlift", [*rootlift, tree]),
        ("floor, read, 1 thread", [options.floor, "read", tree, "1"]),
        ("floor, read, 2 threads", [options.floor, "read", tree, "2"]),
        ("floor, splice", [options.floor, "splice", tree]),
    ]
    for jobs in filter(None, options.jobs.split(",")):
        found.append(("rootlift --jobs " + jobs, [*rootlift, "--jobs", jobs, tree]))
    return found


def drop_caches():
    os.sync()
    with open("/proc/sys/vm/drop_caches", "w") as file:
        file.write("3")


def finish(process, what):
    if process.wait() not in (0, 1):
        sys.exit("%s failed: status %d" % (what, process.returncode))


def run(name, command, target, work):
    """One run: seconds, seconds of processor of the producer, its largest size in MiB."""
    output, usage = work + "/output.tar", work + "/usage"
    # Started by a small program: what is said of a child is at least what its parent had.
    command = ["/usr/bin/time", "-q", "-o", usage, "-f", "%U %S %M", *command]
    begin = time.monotonic()
    if target == "file":
        with open(output, "wb") as file:
            process = subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL)
            finish(process, name)
    else:
        reader = {"pipe": ["cat"], "docker": ["docker", "import", "-", "rootlift-bench"]}[target]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        consumer = subprocess.Popen(reader, stdin=process.stdout, stdout=subprocess.DEVNULL)
        process.stdout.close()
        finish(process, name)
        finish(consumer, reader[0])
    seconds = time.monotonic() - begin
    if target == "file":
        os.unlink(output)
    if target == "docker":
        subprocess.run(["docker", "rmi", "rootlift-bench"], stdout=subprocess.DEVNULL, check=True)
    with open(usage) as file:
        user, system, kib = file.read().split()
    return {"seconds": seconds, "cpu": float(user) + float(system), "mib": int(kib) / 1024}


def make_warm(options, tree):
    """All of it in memory: some of what runs leaves what it reads from the disk there, some does not."""
    subprocess.run([options.floor, "read", tree, "2"], stdout=subprocess.DEVNULL, check=True)


def measure(options, name, tree, state, target, work):
    candidates = commands(options, tree, name)
    if target != "pipe":
        candidates = [c for c in candidates if not c[0].startswith("floor")]
    results = {c[0]: [] for c in candidates}
    for number in range(options.rounds + (state == "warm")):
        order = candidates[number % len(candidates):] + candidates[:number % len(candidates)]
        for title, command in order:
            drop_caches() if state == "cold" else make_warm(options, tree)
            result = run(title, command, target, work)
            # The first round warms.
            if state == "cold" or number > 0:
                results[title].append(result)
    return results


def show(name, state, target, results):
    reference = [r["seconds"] for r in results["tar, all metadata"]]
    print("\n%s, %s, into a %s: %d rounds" % (name, state, target, len(reference)))
    print("%-24s %8s %8s %8s %22s %8s %8s" % ("", "min s", "median", "max", "tar's time / its own",
                                              "CPU s", "MiB"))
    for title, runs in results.items():
        seconds = [r["seconds"] for r in runs]
        ratios = sorted(a / b for a, b in zip(reference, seconds))
        print("%-24s %8.2f %8.2f %8.2f %8.2f %6.2f %6.2f %8.2f %8.1f" % (
            title, min(seconds), statistics.median(seconds), max(seconds),
            ratios[0], statistics.median(ratios), ratios[-1],
            statistics.median(r["cpu"] for r in runs), max(r["mib"] for r in runs)))
    sys.stdout.flush()


def main():
    options = arguments()
    work = options.work or tempfile.mkdtemp(prefix="rootlift-bench.", dir=os.environ.get("TMPDIR", "/var/tmp"))
    os.makedirs(work, exist_ok=True)
    everything = []
    try:
        trees = make_trees(options, work)
        for name, tree in trees.items():
            for state in options.states.split(","):
                for target in options.targets.split(","):
                    results = measure(options, name, tree, state, target, work)
                    show(name, state, target, results)
                    everything.append({"tree": name, "state": state, "target": target, "runs": results})
    finally:
        if not options.work:
            shutil.rmtree(work)
    if options.json:
        with open(options.json, "w") as file:
            json.dump(everything, file, indent=1)


if __name__ == "__main__":
    main()
