#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# Whether time and memory stay in bounds as trees grow: scale ROOTLIFT FLOOR [OPTION...]
#
# The same mix of files in trees of 3,000 to 3,000,000, a directory of a million names, and inodes of
# several names. All is read from memory: what a disk takes is not what is asked here. So the floor, which
# only makes the calls that a capture cannot do without, reads each tree before each round, and is measured
# beside: if it gets slower a file, the machine does. Time a file is what is taken beyond that for an empty
# directory. `make bench-scale`, as root.
import argparse, json, multiprocessing, os, shutil, statistics, subprocess, sys, tempfile

# No cache of this beside the sources.
sys.dont_write_bytecode = True
import speed

MIX = [3000, 30000, 300000, 3000000]
MILLION = 1000000


def arguments():
    parser = argparse.ArgumentParser(prog="scale")
    parser.add_argument("rootlift")
    parser.add_argument("floor")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--trees", help="some of: " + ",".join(TREES))
    parser.add_argument("--tools", default="floor,rootlift,tar", help="some of: floor,rootlift,tar")
    parser.add_argument("--also", help="a further rootlift to compare with")
    parser.add_argument("--json", help="where to write all figures")
    parser.add_argument("--work", help="a directory to make trees in, kept for the next time")
    return parser.parse_args()


def put(fd, name, size=0):
    file = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644, dir_fd=fd)
    if size > 0:
        os.write(file, b"content\n" * (size // 8 + 1))
    os.close(file)


def open_directory(path):
    os.makedirs(path, exist_ok=True)
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY)


def make_hundred(job):
    """A directory of 100 files, of which 25 have some content; linked to again elsewhere, if asked."""
    base, number, other = job
    place = "%02x/%04x" % (number // 100, number)
    fd = open_directory("%s/%s" % (base, place))
    further = open_directory("%s/%s" % (other, place)) if other else -1
    for i in range(100):
        name = "file-%07d.txt" % (number * 100 + i)
        put(fd, name, 8 + i * 5 if i % 4 == 0 else 0)
        if other:
            os.link(name, name, src_dir_fd=fd, dst_dir_fd=further)
    os.close(fd)
    if other:
        os.close(further)


def make_mix(path, files, other=None):
    os.makedirs(path)
    with multiprocessing.Pool() as pool:
        for _ in pool.imap_unordered(make_hundred, ((path, n, other) for n in range(files // 100)), 20):
            pass


def make_wide(path, files):
    fd = open_directory(path)
    for number in range(files):
        put(fd, "%08d" % number)
    os.close(fd)


def make_pairs(path, files):
    """All first names come before all second ones."""
    first, second = open_directory(path + "/a"), open_directory(path + "/b")
    for number in range(files // 2):
        name = "%08d" % number
        put(first, name)
        os.link(name, name, src_dir_fd=first, dst_dir_fd=second)
    os.close(first)
    os.close(second)


def make_backups(path, files):
    """Two backups, of which the second has links to the first, at paths of 100 bytes."""
    base = path + "/srv/backup/host.example.com/daily.%d/var/lib/application/attachments/by-number"
    make_mix(base % 0, files // 2, base % 1)


def make_many(path, files):
    """Inodes with a name in each of 1,000 directories."""
    first = open_directory(path + "/000")
    for number in range(1000):
        put(first, "%08d" % number)
    for directory in range(1, files // 1000):
        fd = open_directory("%s/%03d" % (path, directory))
        for number in range(1000):
            name = "%08d" % number
            os.link(name, name, src_dir_fd=first, dst_dir_fd=fd)
        os.close(fd)
    os.close(first)


# What each is called: (what it is, how many names of files it has, what makes it).
TREES = {
    "empty": ("an empty directory", 0, make_wide),
    **{"mix-%d" % n: ("%s files" % format(n, ","), n, make_mix) for n in MIX},
    "wide": ("a directory of 1,000,000 names", MILLION, make_wide),
    "pairs": ("500,000 inodes, 2 names each", MILLION, make_pairs),
    "backups": ("1,000,000 inodes, 2 long names each", 2 * MILLION, make_backups),
    "many": ("1,000 inodes, 1,000 names each", MILLION, make_many),
}


def tree_path(work, name):
    """The tree, which is made if it is not there; half of one never has its name."""
    path = "%s/scale-%s" % (work, name)
    if not os.path.exists(path):
        print("Making " + TREES[name][0], file=sys.stderr)
        shutil.rmtree(path + ".new", ignore_errors=True)
        TREES[name][2](path + ".new", TREES[name][1])
        os.rename(path + ".new", path)
        os.sync()
    return path


def commands(options, tree):
    rootlift = ["capture", "-q", "--profile", "none", tree]
    found = {
        "floor": [options.floor, "read", tree, "2"],
        "rootlift": [options.rootlift, *rootlift],
        "tar": ["tar", *speed.FULL, "-C", tree, "-cf", "-", "."],
    }
    found = {tool: command for tool, command in found.items() if tool in options.tools.split(",")}
    if options.also:
        found["also"] = [options.also, *rootlift]
    return list(found.items())


def measure(options, trees, number, results):
    """One round of all trees; the shorter a run, the more often, as a start takes what many files take."""
    with tempfile.TemporaryDirectory() as scratch:
        for name, tree in trees.items():
            subprocess.run([options.floor, "read", tree, "2"], check=True)
            order = commands(options, tree)
            order = order[number % len(order):] + order[:number % len(order)]
            for _ in range(max(1, min(25, 150000 // max(1, TREES[name][1])))):
                for tool, command in order:
                    result = speed.run(tool, command, "pipe", scratch)
                    results.setdefault((name, tool), []).append({**result, "round": number})


def per_file(results, name, tool, number):
    """Microseconds a file in a round, without what an empty directory takes in it."""
    def median(of):
        return statistics.median(r["seconds"] for r in results[of, tool] if r["round"] == number)

    own = median(name) - (median("empty") if ("empty", tool) in results else 0)
    return own / TREES[name][1] * 1e6


def show(options, results):
    print("\n%-36s %-8s %8s %8s %8s %8s %22s %8s %8s" % (
        "", "", "min s", "median", "max", "us/file", "us/file, to the least", "CPU s", "MiB"))
    for (name, tool), runs in results.items():
        seconds = [r["seconds"] for r in runs]
        line = "%-36s %-8s %8.3f %8.3f %8.3f" % (
            TREES[name][0], tool, min(seconds), statistics.median(seconds), max(seconds))
        files = TREES[name][1]
        if files == 0:
            line += " %8s %22s" % ("", "")
        else:
            rounds = range(options.rounds)
            own = [per_file(results, name, tool, n) for n in rounds]
            line += " %8.2f" % statistics.median(own)
            reference = "mix-%d" % MIX[0]
            if (reference, tool) in results:
                ratios = sorted(own[n] / per_file(results, reference, tool, n) for n in rounds)
                line += " %8.2f %6.2f %6.2f" % (ratios[0], statistics.median(ratios), ratios[-1])
            else:
                line += " %22s" % ""
        print(line + " %8.2f %8.1f" % (statistics.median(r["cpu"] for r in runs), max(r["mib"] for r in runs)))
    sys.stdout.flush()


def main():
    options = arguments()
    work = options.work or tempfile.mkdtemp(prefix="rootlift-bench.", dir=os.environ.get("TMPDIR", "/var/tmp"))
    results, loads = {}, []
    try:
        os.makedirs(work, exist_ok=True)
        trees = {n: tree_path(work, n) for n in (options.trees.split(",") if options.trees else TREES)}
        for number in range(options.rounds):
            loads.append(os.getloadavg())
            measure(options, trees, number, results)
        loads.append(os.getloadavg())
    finally:
        if not options.work:
            shutil.rmtree(work)
    show(options, results)
    print("Load before each round, and after the last: " + ", ".join("%.1f" % load[0] for load in loads))
    if options.json:
        with open(options.json, "w") as file:
            json.dump({"loads": loads, "runs": [{"tree": name, "files": TREES[name][1], "tool": tool, "runs": runs}
                                                for (name, tool), runs in results.items()]}, file, indent=1)


main()
