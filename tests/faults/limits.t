#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root
#
# What is needed and is not there: descriptors, memory, system calls that fail. tests/lib/sweep.py judges.
# ALLOC_STEP, CALL_STEP and LIMIT_STEP (default 1, 1 and a hundredth) make it coarser; .ci/run does.
# A process asks mounts that may not answer, so that other calls fail: those of tests that run beside are none of these.
if [ -z "${LIMITS_APART:-}" ]; then
	LIMITS_APART=1 exec unshare -m bash "$0" "$@"
fi
findmnt -rno TARGET,FSTYPE | sed -n 's/ fuse.*//p' | sort -r | xargs -r -d '\n' umount -l
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/trees.sh"

PRELOAD=$(dirname "$ROOTLIFT")/tests/lib/failmalloc.so
alloc_step=${ALLOC_STEP:-1}
call_step=${CALL_STEP:-1}
limit_step=${LIMIT_STEP:-1}

# sweep ARGUMENT...: the figures of all go to the file FIGURES.
sweep() {
	python3 "$TOP/tests/lib/sweep.py" --rootlift "$ROOTLIFT" "$@" | tee -a "${FIGURES:-/dev/null}"
}

# A small tree that has all there is.
make_tree() {
	tree_meta tree
	truncate -s 1M tree/holes
	echo end >>tree/holes
	ln tree/holes tree/dir/holes-too
}

# The same, with a dpkg database, whose packages rules take away.
make_debian() {
	make_tree
	mkdir -p tree/etc tree/var/lib/dpkg/info tree/boot tree/var/log
	printf 'ID=debian\nVERSION_ID=12\nPRETTY_NAME="Debian 12"\n' >tree/etc/os-release
	echo root:x:0:0:root:/root:/bin/sh >tree/etc/passwd
	for package in bash linux-image-6.1.0-1-amd64 tool; do
		printf 'Package: %s\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n%s\n' \
			$package "Maintainer: A Tester <a@example.org>
Description: made for a test
"
		printf '/.\n/boot\n/boot/%s\n' $package >tree/var/lib/dpkg/info/$package.list
		echo $package >tree/boot/$package
	done >tree/var/lib/dpkg/status
	echo line >tree/var/log/syslog
}

allocations() {
	[ -e "$PRELOAD" ] || skip "make $PRELOAD"
	local make=$1
	shift
	$make
	sweep --preload "$PRELOAD" "$@"
}

# Errors within the libraries, and reading what was released: few of the places, since it is slow.
allocations_valgrind() {
	[ -e "$PRELOAD" ] || skip "make $PRELOAD"
	make_tree
	sweep --name 'allocations, valgrind' --preload "$PRELOAD" --step $((alloc_step * 19)) --start 40 \
		--wrapper 'valgrind -q --error-exitcode=99 --leak-check=no' -- --profile none
}

calls() {
	local name=$1 calls=$2 errors=$3
	shift 3
	make_tree
	sweep --name "$name" --call "$calls" --errors "$errors" --step "$call_step" "$@" -- --profile none
}

# Few are made, and each matters.
each_call() {
	call_step=1 calls "$@"
}

compressed() {
	make_tree
	sweep --name 'writing, gzip, to a pipe' --call write --errors EIO,ENOSPC,EPIPE --to pipe \
		-- --profile none --compress gzip
}

descriptors() {
	make_tree
	sweep --name "descriptors, $1" --verbose --limit nofile --values 3:40:1 --to "$1" \
		-- --profile none >log
	cat log
	has log '3: rootlift: cannot .*: Too many open files'
	has log '1: rootlift: written with exceptions: .* unreadable'
}

# A tree that is deeper than there are descriptors gives the same bytes with few.
few_descriptors() {
	mkdir tree
	python3 -c '
import os
os.chdir("tree")
for level in range(700):
    with open("a", "w") as file:
        file.write("%d\n" % level)
    os.mkdir("d")
    os.mkdir("z")
    os.chdir("d")
'
	capture 0 --profile none -o many.tar tree
	for limit in 24 40 70 100 300; do
		(
			ulimit -n $limit
			capture 0 --profile none -o few.tar tree
		)
		cmp many.tar few.tar
	done
}

# memory FIRST LAST MAKE ARGUMENT...: in kB.
memory() {
	local first=$1 last=$2 make=$3 step
	shift 3
	$make
	step=$(((last - first) / 100 * limit_step))
	last=$((first + (last - first) / step * step))
	sweep --limit as --values $((first * 1024)):$((last * 1024)):$((step * 1024)) "$@"
}

t 'no memory at one place, into a file' allocations make_tree \
	--name 'allocations, one, file' --step "$alloc_step" -- --profile none
t 'no memory from one place on, into a pipe' allocations make_tree --mode on \
	--name 'allocations, from one on, pipe' --step $((alloc_step * 2)) --to pipe -- --profile none
t 'no memory from one place on, compressed, into a pipe' allocations make_tree --mode on \
	--name 'allocations, from one on, gzip' --step $((alloc_step * 2)) --to pipe \
	-- --profile none --compress gzip
t 'no memory at one place, with the profile of Debian' allocations make_debian \
	--name 'allocations, one, Debian' --step $((alloc_step * 11)) -- --profile debian
t 'no memory, under valgrind' allocations_valgrind
t 'looking fails' calls 'looking' statx,readlinkat EIO,ENOMEM,EACCES
t 'listing fails' calls 'listing' getdents64 EIO,ENOMEM
t 'opening fails' calls 'opening' openat,openat2 EIO,EMFILE,ENOMEM
t 'reading fails' calls 'reading' preadv2,read,lseek EIO,EINTR,EAGAIN
t 'attributes fail' calls 'attributes' flistxattr,fgetxattr,listxattr,getxattr EIO,ENOMEM
t 'all attributes fail from one on' calls 'attributes, all from one on' flistxattr,fgetxattr EIO --mode on
t 'writing fails' each_call 'writing' write EIO,ENOSPC,EINTR
t 'writing what is compressed to a pipe fails' compressed
t 'writing to a pipe fails' each_call 'writing to a pipe' write EIO,EPIPE --to pipe
t 'completing fails' each_call 'completing' fsync,linkat,renameat,ftruncate EIO,ENOSPC
t 'completing a pipe and its report fails' each_call 'completing, pipe and report' \
	fsync,linkat,renameat EIO --to pipe
t 'mapping memory fails' calls 'mapping' mmap ENOMEM
t 'clones and rights fail' calls 'clones, rights' \
	open_tree,mount_setattr,seccomp,landlock_create_ruleset,landlock_add_rule,landlock_restrict_self,capset,fcntl \
	EPERM,EINVAL,ENOMEM
t 'no descriptors, into a file' descriptors file
t 'no descriptors, into a pipe' descriptors pipe
t 'few descriptors, a deep tree' few_descriptors
t 'little memory, into a file' memory 8000 90000 make_tree --name 'memory, file' -- --profile none
t 'little memory, into a pipe' memory 20000 90000 make_tree --name 'memory, pipe' --to pipe \
	--no-report -- --profile none
t 'little memory, with the profile of Debian' memory 20000 90000 make_debian --name 'memory, Debian' \
	-- --profile debian
done_testing
