#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root
#
# What changes while a capture runs. None of it is left to chance: tests/lib/holdcall.c holds the
# capture at the call before which, or after which, the change is to come.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/stuck.sh"

PRELOAD=$(dirname "$ROOTLIFT")/tests/lib/holdcall.so
SECRET=OUTSIDE-OF-ROOT

# A tree whose walk comes to "a" first and to "z" last, and what lies outside of it.
make_tree() {
	mkdir -p tree/a tree/m/sub/deep tree/z outside/sub/deep
	echo before >tree/a/file
	echo victim >tree/m/file
	echo other >tree/m/other
	echo sub >tree/m/sub/file
	echo last >tree/m/sub/last
	echo deep >tree/m/sub/deep/file
	echo after >tree/z/file
	for file in file last new other sub/file sub/last sub/deep/file; do
		echo $SECRET >outside/$file
	done
}

# held CALL NAME [OPTION...]: starts a capture of ./tree into ./x.tar, which does one thing after the other,
# that stops, as $pid, at the first such call for the file NAME: before it, if CALL is "-openat" or "-preadv2", after it with "+". go_on lets it go on.
held() {
	local call=$1 name=$2
	shift 2
	[ -e "$PRELOAD" ] || skip "make $PRELOAD"
	mkfifo held go
	exec 7<>held 8<>go
	env LD_PRELOAD="$PRELOAD" HOLD_CALL="$call" HOLD_NAME="$name" HOLD_HELD=held HOLD_GO=go \
		"$ROOTLIFT" capture -q --profile none --jobs 1 --report report "$@" -o x.tar tree \
		2>err 7<&- 8<&- &
	pid=$!
	read -r -t 60 -n 1 -u 7 _ || {
		cat err
		fail "the capture did not come to $call $name"
	}
}

# go_on STATUS
go_on() {
	echo >&8
	status=0
	wait $pid || status=$?
	[ "$status" = "$1" ] || {
		cat err
		fail "status $status, not $1"
	}
	hasnt x.tar $SECRET
	tar -tf x.tar >/dev/null
	bsdtar -tf x.tar >/dev/null
	# Nothing around the change has suffered.
	eq "$(tar -xOf x.tar a/file z/file)" $'before\nafter'
}

# content NAME WANTED
content() {
	eq "$(tar -xOf x.tar "$1")" "$2" "content of $1"
}

# way cloned|plain: the option that has it so.
way() {
	if [ "$1" = plain ]; then echo --no-clone; else echo --selinux=keep; fi
}

# A file that was listed, and is not opened yet, makes place for something else. Where mounts are cloned,
# what is known of a file is learned from the open file: what has taken its place is captured. Elsewhere
# it has been looked at before, and is no longer there.
replaced() {
	make_tree
	held -openat file-m "$(way "$1")"
	rm tree/m/file-m
	"$2"
	go_on 0
	if [ "$1" = plain ]; then
		eq "$(kinds)" 'vanished m/file-m'
		hasnt <(names x.tar) '^m/file-m'
	else
		eq "$(kinds)" "$3"
		eq "$(tar -tvf x.tar | sed -n 's/^\(.\).* m\/file-m\( -> .*\)*$/\1\2/p')" "$4"
	fi
	content m/other other
}

by_link_to_shadow() { ln -s /etc/shadow tree/m/file-m; }
by_link_outside() { ln -s ../../outside/file tree/m/file-m; }
by_fifo() { mkfifo tree/m/file-m; }
by_device() { mknod tree/m/file-m c 1 5; }
by_directory() { mkdir tree/m/file-m && echo $SECRET >tree/m/file-m/file; }
by_socket() {
	python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("tree/m/file-m")'
}
by_nothing() { :; }
# Made before the other is removed: it is not to get the same inode number.
by_file() { mv new tree/m/file-m; }

make_replaced() {
	mkdir -p tree/m
	echo victim >tree/m/file-m
	echo moved in >new
	replaced "$@"
	[ "${4:-}" != - ] || [ "$1" = plain ] || content m/file-m 'moved in'
}

# A directory that was listed, and is not opened yet.
directory_replaced() {
	make_tree
	held -openat sub "$(way "$1")"
	mv tree/m/sub moved
	"$2"
	go_on 0
	eq "$(kinds)" "$3"
	eq "$(names x.tar | grep '^m/sub' | tr '\n' ' ')" "$4"
}

link_to_outside() { ln -s ../../outside/sub tree/m/sub; }
nothing() { :; }
another_directory() { mkdir tree/m/sub && echo another >tree/m/sub/file; }

# The walk is within: m/sub has been listed, and "file" in it is about to be opened.
within() {
	make_tree
	held -openat file-s
	"$@"
}

make_within() {
	mkdir -p tree/m/sub/deep
	echo sub >tree/m/sub/file-s
	within "$@"
}

moved_out() {
	make_within mv tree/m/sub outside/moved
	# What was opened is gone through: it was in ROOT when it was. What lies around it is not.
	go_on 0
	content m/sub/file-s sub
	content m/other other
	hasnt <(names x.tar) 'outside|moved'
}

# With so few descriptors that the way back is "..", which leads elsewhere now: two of the directories that
# the walk is in are moved out, one from within the other.
moved_out_with_few_descriptors() {
	local level path=tree/m/sub
	make_tree
	for level in $(seq 12); do
		path=$path/d
		mkdir "$path"
		echo "$level" >"$path/z"
	done
	echo in >"$path/file-s"
	echo $SECRET >outside/z
	ulimit -n 20
	held -openat file-s
	mv tree/m/sub/d/d/d/d/d/d outside/six
	mv tree/m/sub/d/d/d outside/three
	go_on 0
	hasnt <(names x.tar) 'outside|three|six'
	content m/other other
	content m/sub/d/z 1
	content m/sub/d/d/z 2
	# What cannot be come back to: from above it is gone, and ".." of what has left ROOT's clone leads nowhere.
	eq "$(kinds | sort)" "$(for level in 3 4 5 6 7 8 9 10; do
		printf 'vanished m/sub%sz\n' "$(printf '/d%.0s' $(seq $level))/"
	done | sort)"
	eq "$(tar -xOf x.tar "m/sub$(printf '/d%.0s' {1..12})/file-s")" in
}

moved_within() {
	make_within mv tree/m/sub tree/z/sub
	go_on 0
	content m/sub/file-s sub
	# It comes again at its new place, as other files would.
	content z/sub/file-s sub
}

renamed() {
	make_within mv tree/m/sub tree/m/subway
	go_on 0
	content m/sub/file-s sub
	hasnt <(names x.tar) subway
}

removed() {
	make_within rm -r tree/m/sub
	go_on 0
	has <(kinds) '^vanished m/sub/file-s$'
	hasnt <(names x.tar) '^m/sub/(file-s|last)$'
	content m/other other
}

# The directory that the walk is in makes place for a symlink.
replaced_by_link() {
	make_within eval 'mv tree/m/sub moved; ln -s ../../outside/sub tree/m/sub'
	go_on 0
	content m/sub/file-s sub
	has <(names x.tar) '^m/sub/$'
}

# reading CHANGE...: a file of 3 MB changes after its first megabyte has been read.
reading() {
	make_tree
	head -c 3000000 /dev/urandom >tree/m/large
	cp tree/m/large was
	held +preadv2 large
	"$@"
}

truncated() {
	reading truncate -s 1500000 tree/m/large
	# It is read again, and holds still then.
	go_on 0
	cmp <(tar -xOf x.tar m/large) <(head -c 1500000 was)
}

truncated_to_nothing() {
	reading truncate -s 0 tree/m/large
	go_on 0
	content m/large ''
}

truncated_before_reading() {
	make_tree
	head -c 3000000 /dev/urandom >tree/m/large
	cp tree/m/large was
	held -preadv2 large
	truncate -s 1500000 tree/m/large
	go_on 0
	cmp <(tar -xOf x.tar m/large) <(head -c 1500000 was)
}

truncated_before_opening() {
	make_tree
	head -c 3000000 /dev/urandom >tree/m/large
	cp tree/m/large was
	held -openat large
	truncate -s 1500000 tree/m/large
	go_on 0
	cmp <(tar -xOf x.tar m/large) <(head -c 1500000 was)
}

grown() {
	reading eval 'echo more >>tree/m/large'
	go_on 0
	cmp <(tar -xOf x.tar m/large) <(cat was; echo more)
}

removed_while_read() {
	reading rm tree/m/large
	# Its content is there until it is closed; that it has no name any more is a change as any.
	go_on 0
	cmp <(tar -xOf x.tar m/large) was
}

replaced_while_read() {
	reading eval 'echo new >tree/new; mv tree/new tree/m/large'
	go_on 0
	cmp <(tar -xOf x.tar m/large) was
}

# Its blocks have been shared as they were, its end has not been read yet.
grown_when_shared() {
	truncate -s 400M image
	mkfs.xfs -q -m reflink=1 image
	mkdir mnt
	mount -o loop image mnt
	trap 'exec 7>&- 8>&-; cd .. && umount mnt' EXIT
	cd mnt || fail "no mount"
	make_tree
	head -c 3000001 /dev/urandom >tree/m/large
	touch -d '2020-01-01 UTC' tree/m/large
	held -preadv2 large --reflink
	printf new | dd of=tree/m/large conv=notrunc bs=1 seek=1000 status=none
	echo more >>tree/m/large
	go_on 0
	tar -xOf x.tar m/large | cmp - tree/m/large
	eq "$(jq .shared_bytes report)" 2998272
}

# Into a pipe a large file is written once, as it is read: what became of it is told.
torn() {
	make_tree
	head -c 80000000 /dev/urandom >tree/m/large
	stuck -q --profile none --report report tree
	"$@"
	# Open before the other end of it is closed.
	exec 6<pipe
	cat <&6 >/dev/null 9<&- &
	reader=$!
	exec 6<&-
	unstick ''
	wait $reader
	eq "$status" 1
	eq "$(kinds)" 'torn m/large'
}

hardlink_added() {
	make_tree
	ln tree/m/file tree/m/file-m
	held -openat other
	ln tree/m/file tree/z/added
	rm tree/m/file
	# The first name has been written: the others lead to it.
	go_on 0
	content m/file victim
	has <(tar -tvf x.tar) '^h.* m/file-m link to m/file$'
	has <(tar -tvf x.tar) '^h.* z/added link to m/file$'
}

mount_appears() {
	make_tree
	echo $SECRET >outside/hidden
	held -openat other
	mount --bind outside tree/z
	trap 'umount -l tree/z 2>/dev/null || :' EXIT
	# The clone of ROOT shows what was there when it was made.
	go_on 0
	content z/file after
	umount tree/z
}

mount_goes() {
	make_tree
	mkdir tree/n
	mount -t ext4 -o loop,X-mount.mkdir "$1" tree/n 2>/dev/null
	trap 'umount -l tree/n 2>/dev/null || :' EXIT
	echo mounted >tree/n/file
	held -openat other
	umount tree/n
	go_on "$2"
}

mount_goes_before() {
	truncate -s 4M image
	mkfs.ext4 -q image
	mount_goes image 0
	# The directory that lies beneath is captured, which is empty.
	has <(names x.tar) '^n/$'
	hasnt <(names x.tar) '^n/file'
	eq "$(kinds)" 'vanished n'
}

for how in cloned plain; do
	t "$how: a file replaced by a link to shadow" make_replaced $how by_link_to_shadow '' 'l -> /etc/shadow'
	t "$how: a file replaced by a link outside" make_replaced $how by_link_outside '' 'l -> ../../outside/file'
	t "$how: a file replaced by a FIFO" make_replaced $how by_fifo '' p
	t "$how: a file replaced by a device" make_replaced $how by_device '' c
	t "$how: a file replaced by a directory" make_replaced $how by_directory 'vanished m/file-m' ''
	t "$how: a file replaced by a socket" make_replaced $how by_socket 'socket m/file-m' ''
	t "$how: a file replaced by nothing" make_replaced $how by_nothing 'vanished m/file-m' ''
	t "$how: a file replaced by another" make_replaced $how by_file '' -
done
t 'a directory replaced by a symlink' directory_replaced cloned link_to_outside '' 'm/sub '
t 'a directory gone' directory_replaced cloned nothing 'vanished m/sub' ''
t 'a directory replaced by another' directory_replaced cloned another_directory '' 'm/sub/ m/sub/file '
t 'a directory replaced by a symlink, without clones' directory_replaced plain link_to_outside 'vanished m/sub' ''
t 'a directory replaced by another, without clones' directory_replaced plain another_directory 'vanished m/sub' ''
t 'a directory moved out while the walk is in it' moved_out
t 'the same, with few descriptors' moved_out_with_few_descriptors
t 'a directory moved within ROOT while the walk is in it' moved_within
t 'a directory renamed while the walk is in it' renamed
t 'a directory removed while the walk is in it' removed
t 'a directory replaced by a symlink while the walk is in it' replaced_by_link
t 'a file truncated while it is read' truncated
t 'a file emptied while it is read' truncated_to_nothing
t 'a file truncated between stat and read' truncated_before_reading
t 'a file truncated between stat and open' truncated_before_opening
t 'a file grown while it is read' grown
t 'a file grown when its blocks were shared' grown_when_shared
t 'a file removed while it is read' removed_while_read
t 'a file replaced by a rename while it is read' replaced_while_read
t 'a large file into a pipe: truncated' torn truncate -s 100000 tree/m/large
t 'a large file into a pipe: grown' torn eval 'echo more >>tree/m/large'
t 'a large file into a pipe: written' torn eval 'echo X | dd of=tree/m/large conv=notrunc status=none'
t 'names of an inode come and go' hardlink_added
t 'a mount appears' mount_appears
t 'a mount goes away' mount_goes_before
done_testing
