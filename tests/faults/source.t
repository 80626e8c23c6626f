#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root
#
# Faults of what is captured: each kind of call fails, and what becomes of the output, the report and the
# exit status is what README.md says. All other files have to be as without the fault.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/faulty.sh"

EIO=5

make_tree() {
	mkdir -p tree/dir/sub tree/etc
	echo one >tree/dir/one
	echo two >tree/dir/sub/two
	seq 200000 >tree/dir/middle
	ln -s one tree/dir/link
	echo 'data' >tree/file
	ln tree/file tree/hardlink
	seq -f 'name-%g' 60 | (mkdir tree/many && cd tree/many && xargs touch)
	setfattr -n user.first -v 1 tree/file
	setfattr -n user.second -v 2 tree/file
	setfacl -m u:12345:rw tree/dir/one
	setfacl -d -m u:12345:rwx tree/dir/sub
	setfattr -h -n trusted.link -v 3 tree/dir/link
	echo 'root:x:0:0::/root:/bin/sh' >tree/etc/passwd
	# So that no file counts as having been changed just now.
	find tree -exec touch -h -d '2020-01-01 UTC' {} +
}

# begin: ./tree, seen through faults at ./root, and what it is without them in reference.tar.
begin() {
	make_tree
	faulty tree root
	capture 0 --profile none -o reference.tar root
	eq "$(kinds)" '' 'without faults'
	rm report
}

# told STATUS EXCEPTIONS DIFFERING [WAY]: a capture, to a file and into a pipe, ends so.
told() {
	local way
	for way in ${4:-file pipe}; do
		rm -f rules.log
		if [ "$way" = file ]; then
			capture "$1" --profile none -o x.tar root
		else
			status=0
			"$ROOTLIFT" capture --profile none --report report root 2>err | cat >x.tar || status=$?
			eq "$status" "$1" 'status into a pipe'
		fi
		eq "$(kinds)" "$2" "what the report of a capture into a $way names"
		eq "$(differing x.tar reference.tar)" "$3" "what differs in a $way"
		eq "$(jq .exit_status report)" "$1"
		tar -tf x.tar >/dev/null
		bsdtar -tf x.tar >/dev/null
		rm -f x.tar report
	done
	eq "$(left_over)" '' 'left over'
}

listing_fails() {
	begin
	rules "readdir many errno $EIO"
	told 1 'unlistable many' "$(seq -f 'many/name-%g' 60 | sort | tr '\n' ' ' | sed 's/ $//')"
	fired readdir many
	rules "readdir many at 30 errno $EIO"
	told 1 'unlistable many' "$(seq -f 'many/name-%g' 60 | sort | tr '\n' ' ' | sed 's/ $//')"
	fired readdir many
	rules "opendir dir/sub errno $EIO"
	told 1 'unreadable dir/sub' 'dir/sub dir/sub/two'
	fired opendir dir/sub
}

looking_fails() {
	begin
	rules "lookup dir/one errno $EIO"
	told 1 'unreadable dir/one' dir/one
	fired lookup dir/one
	rules "lookup dir errno $EIO"
	told 1 'unreadable dir' 'dir dir/link dir/middle dir/one dir/sub dir/sub/two'
	# One name of two: the other has the content.
	rules "lookup file errno $EIO"
	told 1 'unreadable file' 'file hardlink'
	rules "lookup file errno 2"
	told 0 'vanished file' 'file hardlink'
}

opening_fails() {
	begin
	rules "open dir/one errno $EIO"
	told 1 'unreadable dir/one' dir/one
	fired open dir/one
	rules "open dir/one errno 2"
	told 0 'vanished dir/one' dir/one
	# Refused: its metadata can be read all the same, but not its content.
	rules "open dir/one errno 13"
	told 1 'unreadable dir/one' dir/one
	rules "readlink dir/link errno $EIO"
	told 1 'unreadable dir/link' dir/link
	fired readlink dir/link
}

# Of a file that fits into memory nothing is written if it cannot be read; the next name of it is tried.
reading_fails() {
	begin
	for at in 0 600000 1288893; do
		rules "read dir/middle at $at errno $EIO"
		told 1 'unreadable dir/middle' dir/middle
		fired read dir/middle
	done
	rules "read file errno $EIO"
	told 1 'unreadable file' 'file hardlink'
	rules "read file errno $EIO" "read hardlink errno $EIO"
	told 1 $'unreadable file\nunreadable hardlink' 'file hardlink'
}

# A large file is written as it is read: zeros stand for the rest, and the stream holds together.
reading_a_large_file_fails() {
	make_tree
	head -c 70000000 /dev/urandom >tree/large
	faulty tree root
	capture 0 --profile none -o reference.tar root
	for at in 0 35000000 69999999; do
		rules "read large at $at errno $EIO"
		capture 1 --profile none -o x.tar root
		eq "$(kinds)" 'damaged large'
		eq "$(differing x.tar reference.tar)" large
		tar -xOf x.tar large >got
		eq "$(stat -c %s got)" 70000000
		from=$(jq -r '.exceptions[] | select(.kind == "damaged").detail' report |
			sed -n 's/^Input\/output error, zeros from byte \([0-9]*\) on$/\1/p')
		[ "$from" -le $at ] && [ "$from" -gt $((at - 1100000)) ] || fail "zeros from $from on"
		cmp <(head -c "$from" got) <(head -c "$from" tree/large)
		eq "$(tail -c +$((from + 1)) got | tr -d '\0' | wc -c)" 0
		rm x.tar report
	done
	rules "read large at 35000000 errno $EIO"
	told 1 'damaged large' large pipe
}

# The file says that it is longer than it can be read: a damaged image, a short device.
ending_early() {
	begin
	for at in 0 600000 1288893; do
		rules "read dir/middle short $at"
		told 1 'unreadable dir/middle' dir/middle
		has err 'dir/middle'
	done
	head -c 70000000 /dev/urandom >tree/large
	rules
	capture 0 --profile none -o reference.tar root
	rules 'read large short 35000000'
	capture 1 --profile none -o x.tar root
	eq "$(kinds)" 'damaged large'
	eq "$(jq -r '.exceptions[] | select(.kind == "damaged").detail' report)" \
		'No data available, zeros from byte 35000000 on'
	cmp <(tar -xOf x.tar large) <(head -c 35000000 tree/large && head -c 35000000 /dev/zero)
}

# Less than was asked for is no fault.
short_reads() {
	begin
	rules 'read dir/middle slow 1'
	told 0 '' ''
}

metadata_fails() {
	begin
	rules "listxattr file errno $EIO"
	told 1 'metadata file' 'file'
	fired listxattr file
	rules "getxattr file:user.first errno $EIO"
	told 1 'metadata file' 'file'
	fired getxattr file:user.first
	has err 'user.first: Input/output error'
	rules "getxattr dir/one:system.posix_acl_access errno $EIO"
	told 1 'metadata dir/one' 'dir/one'
	rules "getxattr dir/sub:system.posix_acl_default errno $EIO"
	# The directory has no default ACL then, so that what is in it does not have to do without.
	told 1 'metadata dir/sub' 'dir/sub dir/sub/two'
	rules "listxattr dir/link errno $EIO"
	told 1 'metadata dir/link' 'dir/link'
	rules "getxattr *:trusted.link errno $EIO"
	told 1 'metadata dir/link' 'dir/link'
}

# A file system that cannot tell of holes has none.
seeking_fails() {
	make_tree
	truncate -s 3M tree/sparse
	echo end >>tree/sparse
	faulty tree root
	capture 0 --profile none -o reference.tar root
	rules "lseek sparse errno $EIO"
	told 0 '' ''
	fired lseek sparse
}

# failed PATTERN: no output, one line, nothing left; a pipe gets what no reader takes for whole.
failed() {
	expect 3 "$ROOTLIFT" capture --profile none --report report -o x.tar root
	eq "$(grep -c ^rootlift: err)" 1
	has err "$1"
	[ ! -e x.tar ] && [ ! -e report ] || fail 'there is an output'
	eq "$(left_over)" '' 'left over'
	status=0
	"$ROOTLIFT" capture --profile none root 2>err | cat >x.tar || status=$?
	eq "$status" 3 'status into a pipe'
	rejected x.tar
	rm x.tar
}

root_fails() {
	begin
	rules "opendir . errno $EIO"
	failed "^rootlift: cannot list '.*root': Input/output error$"
	rules "readdir . errno $EIO"
	failed "^rootlift: cannot list '.*root': Input/output error$"
	rules "readdir . at 2 errno $EIO"
	failed "^rootlift: cannot list '.*root': Input/output error$"
	rules "listxattr . errno $EIO"
	told 1 'metadata ' ''
	rules "any * errno $EIO"
	failed "^rootlift: cannot .* '.*root': Input/output error$"
}

# What is known of ROOT by a file that cannot be read is not known: the rules that ask for it say nothing.
facts_fail() {
	mkdir -p tree/etc tree/var/lib/dpkg/info tree/home/ann
	printf 'ID=debian\nVERSION_ID=12\n' >tree/etc/os-release
	printf 'root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n' >tree/etc/passwd
	echo 'ann:x:1000:' >tree/etc/group
	printf 'Package: x\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n' \
		>tree/var/lib/dpkg/status
	echo /etc/passwd >tree/var/lib/dpkg/info/x.list
	faulty tree root
	capture 0 -o reference.tar root
	for path in etc/os-release etc/passwd etc/group var/lib/dpkg/status var/lib/dpkg/info/x.list; do
		rules "open $path errno $EIO once"
		capture 1 --profile debian -o x.tar root
		fired open $path
		has err "Input/output error"
		case $path in
		var/lib/dpkg/*) eq "$(kinds)" 'facts var/lib/dpkg' "$path" ;;
		*) eq "$(kinds)" "facts $path" "$path" ;;
		esac
		eq "$(differing x.tar reference.tar)" '' "$path"
		rm x.tar report
	done
}

t 'a directory cannot be listed' listing_fails
t 'a file cannot be looked at' looking_fails
t 'a file cannot be opened' opening_fails
t 'a file cannot be read' reading_fails
t 'a large file cannot be read' reading_a_large_file_fails
t 'a file ends before its size' ending_early
t 'reading takes its time' short_reads
t 'attributes, ACLs and labels cannot be read' metadata_fails
t 'holes cannot be found' seeking_fails
t 'ROOT cannot be read' root_fails
t 'what is known of ROOT cannot be read' facts_fail
done_testing
