# SPDX-License-Identifier: MIT
"""Whether a report says exactly in what a tar differs from one that lacks nothing.

tar_compare.py REFERENCE TAR REPORT [REFERENCE_REPORT]: prints each fault; status 1 if there is one.
"""
import hashlib
import json
import sys
import tarfile

# Told, and yet all may be there: what could not be looked at may not have differed.
PERHAPS = {"facts", "metadata", "torn", "database", "unlistable", "vanished", "holes", "date", "secret"}


def read(path):
    """Each member's name, with all that is to be the same; and which names are one inode."""
    members, inodes = {}, {}
    with tarfile.open(path, errors="surrogateescape") as tar:
        for member in tar:
            name = member.name
            if name in members:
                raise ValueError("twice in the tar: %r" % name)
            if member.islnk():
                # What the first name is, this is.
                members[name] = members[member.linkname]
                inodes[name] = inodes[member.linkname]
                continue
            content = hashlib.sha256()
            if member.isreg():
                file = tar.extractfile(member)
                for piece in iter(lambda: file.read(1 << 20), b""):
                    content.update(piece)
            extra = {k: v for k, v in member.pax_headers.items() if k not in ("path", "linkpath")}
            members[name] = (member.type, member.mode, member.uid, member.gid, member.mtime, member.size,
                             member.linkname, member.devmajor, member.devminor, sorted(extra.items()),
                             content.digest())
            inodes[name] = name
    return members, inodes


def without_acls(member):
    """What is the same of two members but for their ACLs."""
    records = [record for record in member[-2] if "acl" not in record[0]]
    return member[:-2] + (records, member[-1])


def told(report):
    """The report's exceptions as (kind, path)."""
    found = set()
    for exception in report["exceptions"]:
        path = exception["path"]
        if "path_hex" in exception:
            path = bytes.fromhex(exception["path_hex"]).decode("utf-8", "surrogateescape")
        found.add((exception["kind"], path))
    return found


def compare(reference, output, report, reference_report=None):
    """A line for each fault."""
    wanted, wanted_inodes = reference
    members, inodes = output
    exceptions = told(report) - (told(reference_report) if reference_report else set())
    paths = {path for kind, path in exceptions}
    unlisted = {path for kind, path in exceptions if kind in ("unlistable", "unreadable", "vanished")}
    faults = []

    def is_below(name):
        return any(name.startswith(path + "/") for path in unlisted)

    def is_told(name):
        # What the first name of an inode has lost, is not told of its others again.
        if name in paths or is_below(name) or inodes.get(name) in paths:
            return True
        # What a directory without its default ACL no longer passes on need not be taken away.
        parent = name.rpartition("/")[0]
        return ("metadata", parent) in exceptions and name in members and \
            without_acls(members[name]) == without_acls(wanted[name])

    differing = {name for name in wanted if members.get(name) != wanted[name]}
    for name in sorted(set(members) - set(wanted)):
        faults.append("only in the output: %r" % name)
    for name in sorted(differing):
        if not is_told(name):
            faults.append("%s, and not told: %r" % ("missing" if name not in members else "differs", name))
    for kind, path in sorted(exceptions):
        if kind not in PERHAPS and path not in differing:
            faults.append("told as %s, and all there: %r" % (kind, path))
    firsts = {}
    for name in sorted(set(members) & set(wanted)):
        if wanted[name][0] != tarfile.SYMTYPE and \
                firsts.setdefault(wanted_inodes[name], inodes[name]) != inodes[name]:
            faults.append("no longer one inode with its other names: %r" % name)
    return faults


def main():
    reports = []
    for path in sys.argv[3:]:
        with open(path, encoding="utf-8") as file:
            reports.append(json.load(file))
    faults = compare(read(sys.argv[1]), read(sys.argv[2]), *reports)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
