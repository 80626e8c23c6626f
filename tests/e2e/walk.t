#!/bin/bash
# SPDX-License-Identifier: MIT
#
# Which members come out of a tree, in which order, and what happens while it changes.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/trees.sh"

cap() {
	capture 0 --profile none -o x.tar "$@"
}

order() {
	mkdir -p tree/a tree/B tree/a.b
	touch tree/a/z tree/a/Z tree/a-b tree/b tree/a.b/x $'tree/\377' tree/é
	cap tree
	names x.tar >got
	printf 'B/\na/\na/Z\na/z\na-b\na.b/\na.b/x\nb\né\n\377\n' >want
	# Bytewise within a directory: "a" comes before "a-b".
	cmp got want || { cat -v got; exit 1; }
}

no_prefixes() {
	tree_basic tree
	cap tree
	hasnt <(names x.tar) '^(\./|/)'
	eq "$(names x.tar | sort | uniq -d)" '' 'names that come twice'
	hasnt <(names x.tar) '^\.?$'
}

every_directory() {
	mkdir -p tree/a/b/c/d
	touch tree/a/b/c/d/file
	cap tree
	eq "$(names x.tar | tr '\n' ' ')" 'a/ a/b/ a/b/c/ a/b/c/d/ a/b/c/d/file '
}

weird_names() {
	tree_weird_names tree
	cap tree
	names x.tar | sort >got
	python3 - tree >want <<'PY'
import os, sys
root = os.fsencode(sys.argv[1])
for dir, dirs, files in os.walk(root):
    for name in dirs + files:
        path = os.path.relpath(os.path.join(dir, name), root)
        sys.stdout.buffer.write(path + (b"/" if name in dirs else b"") + b"\n")
PY
	cmp got <(sort want)
	mkdir out.dir
	tar -xf x.tar -C out.dir
	diff -r --no-dereference tree out.dir
}

deeper_than_path_max() {
	mkdir tree
	# 60 levels of 200 bytes: three times PATH_MAX.
	python3 - <<'PY'
import os
os.chdir("tree")
for i in range(60):
    os.mkdir("d" * 200)
    os.chdir("d" * 200)
open("bottom", "w").close()
PY
	capture 1 --profile none -o x.tar tree
	eq "$(kinds | cut -d' ' -f1)" path-too-long
	# What is too long for engines is left out where it begins, and the rest is there.
	names x.tar | awk '{ print length }' | sort -n | tail -n 1 >longest
	[ "$(cat longest)" -gt 3500 ] && [ "$(cat longest)" -le 3802 ]
	rm -rf tree
}

few_descriptors() {
	mkdir tree
	python3 - <<'PY'
import os
os.chdir("tree")
for i in range(900):
    open("a", "w").close()
    open("z", "w").close()
    os.mkdir("m")
    os.chdir("m")
PY
	bash -c 'ulimit -n 80; exec "$@"' - "$ROOTLIFT" capture -q --profile none tree -o x.tar
	eq "$(names x.tar | wc -l)" 2700
	bash -c 'ulimit -n 80; exec "$@"' - "$ROOTLIFT" capture -q --no-clone --profile none tree -o y.tar
	cmp x.tar y.tar
}

hardlinks() {
	mkdir -p tree/a tree/b
	echo one >tree/a/first
	ln tree/a/first tree/b/second
	ln tree/a/first tree/third
	ln -s x tree/sym
	ln tree/sym tree/sym2
	mkfifo tree/fifo
	ln tree/fifo tree/fifo2
	cap tree
	tar -tvf x.tar >list
	has list '^-.* a/first$'
	has list '^h.* b/second link to a/first$'
	has list '^h.* third link to a/first$'
	has list '^l.* sym -> x$'
	has list '^l.* sym2 -> x$'
	has list '^p.* fifo$'
	has list '^h.* fifo2 link to fifo$'
	eq "$(kinds)" 'symlink-hardlink sym2'
	# The first kept name has the content.
	cap --exclude /a tree
	tar -tvf x.tar >list
	has list '^-.* b/second$'
	has list '^h.* third link to b/second$'
}

vanishing_files() {
	mkdir tree
	(cd tree && seq -f 'file%05g' 20000 | xargs touch)
	# The reader of the pipe lets the capture begin, then files that it has listed are removed.
	mkfifo pipe
	"$ROOTLIFT" capture --profile none --report report tree >pipe 2>err &
	pid=$!
	{
		head -c 512 >first
		rm -f tree/file15* tree/file19*
		cat
	} <pipe >rest
	status=0
	wait $pid || status=$?
	cat err
	eq $status 0 status
	cat first rest >x.tar
	tar -tf x.tar >list
	eq "$(jq .exception_counts.vanished report)" 2000
	eq "$(wc -l <list)" 18000
}

symlink_swap() {
	mkdir -p tree/z outside
	echo secret >outside/secret
	(cd tree && seq -f 'a%05g' 20000 | xargs touch)
	mkdir tree/y
	touch tree/y/inside tree/z/inside
	mkfifo pipe
	"$ROOTLIFT" capture --profile none --report report tree >pipe 2>err &
	pid=$!
	{
		head -c 512
		# Listed as directories and a file; now they lead outside.
		mv tree/y tree.y
		ln -s ../outside tree/y
		rm tree/a19999
		ln -s ../outside/secret tree/a19999
		mv tree/z tree.z
		ln -s "$PWD/outside" tree/z
		cat
	} <pipe >x.tar
	wait $pid || true
	tar -tf x.tar >list
	hasnt list secret
	hasnt x.tar secret$
	has list '^y$'
}

swapped_while_opened() {
	strace -qq -o /dev/null true 2>/dev/null || skip 'no strace'
	mkdir tree
	echo listed >tree/file
	echo other >other
	setfattr -n user.other -v x other
	# The kernel is made to wait before it opens the file that has been looked at.
	strace -f -qq -o /dev/null -P file -e trace=openat -e inject=openat:delay_enter=1000000 \
		"$ROOTLIFT" capture --no-clone --profile none --report report -o x.tar tree 2>err &
	pid=$!
	sleep 0.6
	mv other tree/file
	wait $pid || true
	eq "$(kinds)" 'vanished file'
	eq "$(names x.tar)" ''
}

old_kernel() {
	type -P strace >/dev/null || skip 'no strace'
	tree_basic tree
	cap tree
	mv x.tar new.tar
	# A kernel without statx, open_tree and openat2.
	strace -f -qq -o /dev/null -e trace=statx,open_tree,openat2 \
		-e inject=statx,open_tree,openat2:error=ENOSYS \
		"$ROOTLIFT" capture -v --profile none -o x.tar tree 2>err ||
		{ grep -q 'ptrace' err && skip 'no ptrace'; cat err; exit 1; }
	has err 'plain paths.*Function not implemented'
	cmp x.tar new.tar
}

unlistable() {
	mkdir -p tree/closed tree/open
	echo x >tree/open/secret
	echo y >tree/open/public
	touch tree/closed/inside
	chmod 000 tree/closed tree/open/secret
	as_user 1 "$ROOTLIFT" capture --report report --profile none -o x.tar tree
	eq "$(kinds | sort | tr '\n' ' ')" 'unlistable closed unreadable open/secret '
	eq "$(names x.tar | tr '\n' ' ')" 'closed/ open/ open/public '
	has err 'not running as root'
}

t 'names come bytewise sorted, directories before what is in them' order
t 'no ./ or / before names, no name twice' no_prefixes
t 'every directory is a member' every_directory
t 'names of all kinds of bytes' weird_names
t 'a tree deeper than PATH_MAX' deeper_than_path_max
t 'a deep tree with few descriptors' few_descriptors
t 'hardlinks, to symlinks and FIFOs too' hardlinks
t 'files that vanish are counted, no error' vanishing_files
t 'directories and files swapped for symlinks lead nowhere' symlink_swap
t 'a file that another takes the place of, while it is being opened' swapped_while_opened
t 'a kernel without statx, open_tree, openat2' old_kernel
t 'what may not be read is named, and the rest is captured' unlistable
done_testing
