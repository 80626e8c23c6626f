#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Headers of an rpm database in SQLite, taken apart and put together again as nobody would.

    rpmdb.py DB names      packages get names that no terminal and no path should see
    rpmdb.py DB large      one package has a field of 10 MB
    rpmdb.py DB claims N   one package claims N files, and those of others
"""
import sqlite3
import struct
import sys

NAME, PROVIDES, BASENAMES, DIRNAMES, DIRINDEXES = 1000, 1047, 1117, 1118, 1116
SIZES, MODES, FILE_TAGS = 1028, 1030, (1028, 1030, 1033, 1034, 1035, 1036, 1037, 1039, 1040, 1045, 1095, 1096, 1097, 1140)
INT32, STRING, BIN, ARRAY, I18N = 4, 6, 7, 8, 9
INT_SIZES = {1: 1, 2: 1, 3: 2, INT32: 4, 5: 8}
HOSTILE = [b"\x1b[2J\x1b]0;x\x07", b"../../../etc/passwd", b"/etc/passwd", b"a\nF\t/usr/bin/x\nN\tb",
           "\u202e\u061c\u009b31m".encode(), b"\xff\xfe%{lua:print(1)}%(id)", b"-rf --root=/ *", b"%n%s%n"]


def parse(blob):
    count, size = struct.unpack(">II", blob[:8])
    store = blob[8 + 16 * count:8 + 16 * count + size]
    tags = {}
    for i in range(count):
        tag, kind, offset, n = struct.unpack(">IIiI", blob[8 + 16 * i:24 + 16 * i])
        if kind in INT_SIZES:
            data = store[offset:offset + n * INT_SIZES[kind]]
        elif kind == BIN:
            data = store[offset:offset + n]
        else:
            data, at = b"", offset
            for _ in range(n):
                end = store.index(b"\0", at) + 1
                data, at = data + store[at:end], end
        if tag >= 100:  # not the region that holds them all together
            tags[tag] = (kind, n, data)
    return tags


def dump(tags):
    index, store = b"", b""
    for tag in sorted(tags):
        kind, n, data = tags[tag]
        store += b"\0" * (-len(store) % INT_SIZES.get(kind, 1))
        index += struct.pack(">IIiI", tag, kind, len(store), n)
        store += data
    return struct.pack(">II", len(tags), len(store)) + index + store


def strings(words):
    return (ARRAY, len(words), b"".join(word + b"\0" for word in words))


def numbers(values):
    return (INT32, len(values), b"".join(struct.pack(">I", value) for value in values))


def spoil(tags, how, number):
    if how == "names":
        word = HOSTILE[number % len(HOSTILE)]
        tags[NAME] = (STRING, 1, word + b"\0")
        tags[PROVIDES] = strings([word] * tags[PROVIDES][1])
        tags[DIRNAMES] = strings([b"/" + word + b"/"] * tags[DIRNAMES][1])
    elif how == "large" and number == 0:
        tags[NAME] = (STRING, 1, b"x" * 10_000_000 + b"\0")
    elif how == "claims" and number == 0:
        count = int(sys.argv[3])
        for tag in FILE_TAGS:
            tags.pop(tag, None)
        tags[BASENAMES] = strings([b"sh", b"os-release", b""] + [b"%d" % i for i in range(count)])
        tags[DIRNAMES] = strings([b"/bin/", b"/etc/", b"/usr/lib/"])
        tags[DIRINDEXES] = numbers([0, 1, 0] + [2] * count)
    return tags


db = sqlite3.connect(sys.argv[1])
rows = db.execute("select hnum, blob from Packages order by hnum").fetchall()
for number, (key, blob) in enumerate(rows):
    db.execute("update Packages set blob = ? where hnum = ?",
               (dump(spoil(parse(blob), sys.argv[2], number)), key))
db.commit()
db.execute("pragma wal_checkpoint(truncate)")
db.close()
