# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Trees that fail where they are told to, by the FUSE file system of tests/lib/faultfs.c.

FAULTFS=${FAULTFS:-$TOP/build/tests/lib/faultfs}

# faulty TREE MOUNTPOINT: shows TREE there; rules go to ./rules by `rules LINE...`.
faulty() {
	[ -x "$FAULTFS" ] || make -s -C "$TOP" "$FAULTFS" >/dev/null
	mkdir -p "$2"
	: >rules
	rm -f rules.log
	ASAN_OPTIONS=detect_leaks=0 "$FAULTFS" "$PWD/$1" "$PWD/$2" "$PWD/rules" >faultfs.log 2>&1 &
	faulty_pid=$!
	faulty_place=$PWD/$2
	trap 'faulty_end' EXIT
	local tries=0
	until grep -qF " $faulty_place fuse" /proc/self/mounts; do
		kill -0 "$faulty_pid" 2>/dev/null || {
			cat faultfs.log
			skip 'no FUSE'
		}
		tries=$((tries + 1))
		[ $tries -lt 200 ] || fail 'faultfs does not mount'
		sleep 0.05
	done
}

# Its end answers all calls that wait for it.
faulty_end() {
	kill -9 "$faulty_pid" 2>/dev/null || :
	wait "$faulty_pid" 2>/dev/null || :
	umount -l "$faulty_place" 2>/dev/null || :
	jobs -p | xargs -r kill 2>/dev/null || :
}

# rules [LINE...]: from now on these hold.
rules() {
	printf '%s\n' "$@" >rules.new
	mv rules.new rules
	rm -f rules.log
}

# fired OP PATH: that rule has been met, so that a case cannot pass for having asked nothing.
fired() {
	grep -qxF "$1 $2" rules.log 2>/dev/null || {
		echo "FAILED: no call of $1 on $2 was met; those met:"
		cat rules.log 2>/dev/null || :
		exit 1
	}
}

# left_over: the hidden names here, as those of temporary files are. Nothing is asked of a file itself.
left_over() {
	local name
	for name in .[!.]*; do
		[ "$name" = '.[!.]*' ] || echo "$name"
	done
}

# differing TAR REFERENCE: the members that are other than in REFERENCE or missing, and "+NAME" for those
# that are in TAR alone; in one line.
differing() {
	python3 - "$@" <<'END'
import hashlib, sys, tarfile

def members(path):
    found = {}
    with tarfile.open(path) as tar:
        for m in tar:
            content = hashlib.sha256(tar.extractfile(m).read()).hexdigest() if m.isreg() else ""
            pax = {k: v for k, v in m.pax_headers.items() if k != "path"}
            found[m.name] = (m.type, m.mode, m.uid, m.gid, m.size, m.mtime, m.linkname, content, pax)
    return found

tar, reference = members(sys.argv[1]), members(sys.argv[2])
print(" ".join([n for n in sorted(reference) if tar.get(n) != reference[n]] +
               ["+" + n for n in sorted(tar) if n not in reference]))
END
}

# rejected FILE: neither GNU tar nor libarchive takes the stream for a whole archive.
rejected() {
	if tar -tf "$1" >/dev/null 2>&1; then fail "GNU tar takes $1 ($(stat -c %s "$1") bytes)"; fi
	if bsdtar -tf "$1" >/dev/null 2>&1; then fail "bsdtar takes $1 ($(stat -c %s "$1") bytes)"; fi
}
