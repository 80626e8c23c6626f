#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root
# takes: 60 s
#
# Trees of extreme shapes. SHAPES=full makes them larger: a million names in one directory.
. "$(dirname "$0")/../lib/tap.sh"

names=200000
attributes=20000
pairs=65000
if [ "${SHAPES:-}" = full ]; then
	names=1000000
	attributes=100000
	pairs=500000
fi

# Makes what it reads on standard input, with the words that follow as sys.argv.
python() {
	python3 - "$@"
}

# figure WHAT COUNT: peak memory and time of the last capture.
figure() {
	jq -r --arg what "$1" --argjson count "$2" '"shape: \($what): \($count) entries, peak memory \(
		.peak_memory_bytes / 1000 | round) kB, \(.duration_seconds * 1000 | round) ms"' report |
		tee -a "${FIGURES:-/dev/null}"
}

# at_most BYTES: the last capture's peak memory.
at_most() {
	local peak
	peak=$(jq .peak_memory_bytes report)
	[ "$peak" -le "$1" ] || fail "peak memory $peak, more than $1"
}

# Makes a chain of so many directories of this name, each with a file "f", and writes the paths that are
# to be in the tar, those that are to be told, and how deep it goes.
chain() {
	mkdir tree
	python "$1" "$2" <<-'END'
		import os, sys
		levels, name = int(sys.argv[1]), sys.argv[2]
		os.chdir("tree")
		for level in range(levels):
		    open("f", "w").close()
		    os.mkdir(name)
		    os.chdir(name)
		os.chdir(os.environ["PWD"])
		kept, told, path = [], [], ""
		while True:
		    here = [path + "f"] + [path + name]
		    kept += [p + ("/" if p.endswith(name) else "") for p in here if len(p) <= 3800]
		    told += ["path-too-long " + p for p in here if len(p) > 3800]
		    path += name + "/"
		    if len(path) > 3801 or len(kept) >= 2 * levels:
		        break
		with open("kept", "w") as file:
		    file.write("".join(p + "\n" for p in sorted(kept)))
		with open("told", "w") as file:
		    file.write("".join(p + "\n" for p in sorted(told)))
	END
}

deep() {
	chain 10000 d
	capture 1 --profile none -o x.tar tree
	figure 'a tree 10,000 levels deep' 20000
	names x.tar | sort >got
	cmp kept got
	kinds | sort >got
	cmp told got
	at_most 40000000
	(
		ulimit -n 24
		capture 1 --profile none -o few.tar tree
	)
	cmp x.tar few.tar
	# Gone through, and left out by rules: no path is too long for that.
	capture 0 --profile none --exclude /d -o x.tar tree
	eq "$(names x.tar)" f
	eq "$(jq '.dropped | map(.entries) | add' report)" 19999
	at_most 40000000
}

long_names() {
	chain 20 "$(printf 'n%.0s' {1..255})"
	capture 1 --profile none -o x.tar tree
	names x.tar | sort >got
	cmp kept got
	kinds | sort >got
	cmp told got
}

wide() {
	mkdir tree
	python "$names" <<-'END'
		import os, sys
		os.chdir("tree")
		for number in range(int(sys.argv[1])):
		    os.close(os.open("%08d" % number, os.O_CREAT | os.O_WRONLY, 0o644))
	END
	capture 0 --profile none tree
	figure 'a directory' "$names"
	eq "$(tar -tf out | wc -l)" "$names"
	eq "$(jq .kept.regular report)" "$names"
	# A name of 8 bytes takes 17, twice that while the list grows, and 8 for sorting.
	at_most $((20000000 + names * 42))
}

one_inode() {
	local links
	mkdir tree
	links=$(python <<-'END'
		import os
		os.chdir("tree")
		open("00000", "w").close()
		count = 1
		try:
		    while count < 65000:
		        os.link("00000", "%05d" % count)
		        count += 1
		except OSError:
		    pass
		print(count)
	END
	)
	[ "$links" -gt 1000 ] || fail "only $links links"
	capture 0 --profile none -o x.tar tree
	figure 'hardlinks of one inode' "$links"
	eq "$(jq .kept.hardlinks report)" $((links - 1))
	python <<-'END'
		import tarfile
		with tarfile.open("x.tar") as tar:
		    members = tar.getmembers()
		assert members[0].isreg() and members[0].name == "00000"
		assert all(m.islnk() and m.linkname == "00000" for m in members[1:])
	END
	bsdtar -tf x.tar | wc -l >count
	eq "$(cat count)" "$links"
	at_most $((20000000 + links * 42))
}

many_pairs() {
	# Of the directory that they are in nothing is kept with each.
	mkdir -p "tree/a/$(printf 'a%.0s' {1..200})" tree/b
	python "$pairs" <<-'END'
		import os, sys
		for number in range(int(sys.argv[1])):
		    path = "tree/a/%s/%06d" % ("a" * 200, number)
		    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))
		    os.link(path, "tree/b/%06d" % number)
	END
	capture 0 --profile none tree
	figure 'inodes with two names' "$pairs"
	eq "$(jq .kept.hardlinks report)" "$pairs"
	eq "$(tar -tvf out | grep -c '^h.* b/\([0-9]*\) link to a/a*/\1$')" "$pairs"
	# Of each inode its number and its last name are kept, and while they are listed its names.
	at_most $((14000000 + pairs * 100))
}

many_attributes() {
	mkdir tree
	python "$attributes" <<-'END'
		import os, sys
		for number in range(int(sys.argv[1])):
		    path = "tree/%06d" % number
		    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))
		    os.setxattr(path, "user.number", b"%d" % number)
	END
	capture 0 --profile none tree
	figure 'files with an attribute' "$attributes"
	eq "$(grep -ac 'SCHILY.xattr.user.number=' out)" "$attributes"
	at_most $((20000000 + attributes * 42))
}

# The test that walks a listing which only the test makes up.
listing() {
	local program count=1000000
	program=$(dirname "$ROOTLIFT")/tests/unit/test_listing
	[ -e "$program" ] || skip "make $program"
	[ "${SHAPES:-}" != full ] || count=10000000
	LISTING=$count expect 0 "$program"
	grep -a '^shape: ' out err | cut -d : -f 2- | tee -a "${FIGURES:-/dev/null}"
}

t 'a tree 10,000 levels deep' deep
t 'names of 255 bytes at all levels' long_names
t "a directory of $names names" wide
t '65,000 names of one inode' one_inode
t "$pairs inodes with two names" many_pairs
t "$attributes files with an attribute" many_attributes
t 'a listing of millions of names' listing
done_testing
