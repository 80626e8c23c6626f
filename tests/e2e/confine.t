#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root gdb
#
# A capture that has begun to read can do nothing else any more: tried from the inside.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/stuck.sh"
. "$TOP/tests/lib/trees.sh"

# Starts a capture that is stuck in a pipe, as $pid; the options are the arguments.
begin() {
	mkdir -p tree
	[ -e tree/large ] || head -c 5000000 /dev/urandom >tree/large
	stuck -v --profile none "$@" tree
}

# inside EXPRESSION: what it comes to in the capture's process, with errno: "-1 13".
inside() {
	gdb -q -nx -batch -p "$pid" -ex 'set unwindonsignal on' -ex "print (int)$1" \
		-ex 'print *((int *(*)(void))__errno_location)()' 2>/dev/null |
		sed -n 's/^\$[0-9]* = //p' | tr '\n' ' '
}

status_of() {
	awk -v key="$1:" '$1 == key { print $2 }' "/proc/$pid/status"
}

what_is_left() {
	begin
	eq "$(status_of NoNewPrivs)" 1
	eq "$(status_of Seccomp)" 2
	# dac_read_search and sys_admin: 2 and 21.
	eq "$(status_of CapEff)" 0000000000200004
	eq "$(status_of CapPrm)" 0000000000200004
	unstick
	has err '^Confined: capabilities: left: dac_read_search sys_admin$'
	has err '^Confined: Landlock [0-9]+: nothing else can be written than the output$'
	has err '^Confined: seccomp: [0-9]+ system calls left$'
	begin --xattrs user
	eq "$(status_of CapEff)" 0000000000000004
	unstick
	begin --no-clone --xattrs user
	eq "$(status_of CapEff)" 000000000000000c
	unstick
}

not_wanted() {
	begin --confine none
	eq "$(status_of Seccomp)" 0
	[ "$(status_of CapEff)" != 0000000000200004 ] || fail 'rights were given up'
	unstick
	eq "$(grep -c '^Confined: .*: not wanted$' err)" 3
	expect 2 "$ROOTLIFT" capture --confine seccomp,selinux -n tree
	has err 'rootlift: --confine takes capabilities, landlock, seccomp, all or none'
}

writing_is_refused() {
	echo old >victim
	victim=$PWD/victim
	# 1 is O_WRONLY, 65 with O_CREAT. 38 is ENOSYS (seccomp), 13 EACCES (Landlock), 1 EPERM.
	begin
	eq "$(inside "open(\"$victim\", 1)")" '-1 38 '
	eq "$(inside "open(\"$PWD/new\", 65, 0600)")" '-1 38 '
	eq "$(inside "unlink(\"$victim\")")" '-1 38 '
	# 512 is O_RDONLY with O_TRUNC; 437 is openat2, whose flags a filter cannot see.
	eq "$(inside "open(\"$victim\", 512)")" '-1 38 '
	eq "$(inside "truncate(\"$victim\", 0)")" '-1 38 '
	eq "$(inside "syscall(437, -100, \"$victim\", 0, 24)")" '-1 38 '
	eq "$(inside "chmod(\"$victim\", 0)")" '-1 38 '
	eq "$(inside 'socket(2, 1, 0)')" '-1 38 '
	eq "$(inside 'execl("/bin/true", "true", 0)')" '-1 38 '
	eq "$(inside "unlinkat(-100, \"$victim\", 0)")" '-1 13 '
	unstick
	begin --confine landlock
	eq "$(inside "open(\"$victim\", 1)")" '-1 13 '
	eq "$(inside "open(\"$PWD/new\", 65, 0600)")" '-1 13 '
	eq "$(inside "unlink(\"$victim\")")" '-1 13 '
	eq "$(inside "mkdir(\"$PWD/new\", 0700)")" '-1 13 '
	eq "$(inside "truncate(\"$victim\", 0)")" '-1 13 '
	eq "$(inside "open(\"$victim\", 512)")" '-1 13 '
	unstick
	begin --confine capabilities --xattrs none
	eq "$(inside "chown(\"$victim\", 1, 1)")" '-1 1 '
	eq "$(inside 'mount("none", "/mnt", "tmpfs", 0, 0)')" '-1 1 '
	unstick
	# The same calls work where nothing is confined: the test can tell the difference.
	begin --confine none
	inside "unlink(\"$victim\")" | grep -q '^0 ' || fail 'gdb cannot call into the process'
	unstick
	[ ! -e victim ] || fail 'gdb cannot call into the process'
	[ ! -e new ] || fail 'a file was made'
}

# Root without its rights could not name the output in the directories of others.
places_of_others() {
	tree_basic tree
	mkdir -m 755 mine
	mkdir -m 1777 sticky
	echo old >sticky/x.tar
	chown -R 65534 mine sticky
	capture 0 -v --profile none -o mine/x.tar tree
	has err '^Confined: capabilities: left: dac_override dac_read_search sys_admin$'
	capture 0 --profile none -o wanted.tar tree
	cmp wanted.tar mine/x.tar
	capture 0 -v --profile none -o sticky/x.tar tree
	has err '^Confined: capabilities: left: dac_read_search fowner sys_admin$'
	cmp wanted.tar sticky/x.tar
	expect 0 "$ROOTLIFT" capture --profile none --report mine/report -o x.tar tree
	eq "$(jq -r .exit_status mine/report)" 0
}

every_measure_gives_the_same() {
	tree_basic tree
	for measures in none all capabilities landlock seccomp capabilities,seccomp; do
		capture 0 --profile none --confine $measures -o $measures.tar tree
		cmp none.tar $measures.tar
		capture 0 --profile none --no-clone --confine $measures -o $measures.tar tree
		cmp none.tar $measures.tar
	done
	expect 0 "$ROOTLIFT" plan -v --profile none tree
	has err '^Confined: seccomp: [0-9]+ system calls left$'
}

t 'what is left while a capture reads' what_is_left
t 'it can be left to the user' not_wanted
t 'writing elsewhere is refused' writing_is_refused
t 'outputs in the directories of others' places_of_others
t 'every measure gives the same tar' every_measure_gives_the_same
done_testing
