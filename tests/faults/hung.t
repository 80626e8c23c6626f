#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root
# takes: 60 s
#
# Mounts that do not answer. A capture never hangs: one that is left out is not asked, one that is wanted
# is given up after --mount-timeout, and told of.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/faulty.sh"

# Whatever hangs after all fails the case, by a status that no capture has.
LIMIT=60
REAL=$ROOTLIFT
export LIMIT REAL FAULTFS
limited() {
	cat >bounded <<END
#!/bin/sh
exec timeout -k 5 $LIMIT "$REAL" "\$@"
END
	chmod +x bounded
	ROOTLIFT=$PWD/bounded
}

# hung_at DIRECTORY: a tree with a file system mounted there that answers nothing.
hung_at() {
	limited
	mkdir -p far "tree/$1" tree/etc tree/usr/bin
	echo far >far/file
	echo near >tree/etc/near
	echo 'ID=debian' >tree/usr/os-release
	[ "$1" = etc ] || printf 'root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n' \
		>tree/etc/passwd
	[ "$1" = etc ] || cp tree/usr/os-release tree/etc/os-release
	faulty far "tree/$1"
	rules 'any * hang'
}

# By default, and however else it is left out, nothing is asked of it, and nothing is missing.
left_out() {
	hung_at "$1"
	local args
	for args in '' --no-clone --one-file-system "--no-mount $1" '--confine none' '--profile none'; do
		# shellcheck disable=SC2086
		capture 0 $args -o x.tar tree
		eq "$(kinds)" '' "$args"
		has <(names x.tar) "^$1/$"
		hasnt <(names x.tar) "^$1/."
		rm x.tar
		# shellcheck disable=SC2086
		expect 0 "$ROOTLIFT" plan ${args/--profile none/} tree
	done
	expect 0 "$ROOTLIFT" profile explain tree "/$1/file" "/$1" /etc/near /home/ann/x
	[ ! -e rules.log ] || fail "it was asked: $(cat rules.log)"
}

# Processes that stand in it or have its files open are looked at for databases, but it is not.
with_processes_in_it() {
	limited
	mkdir -p far tree/far
	echo far >far/file
	faulty far tree/far
	python3 -c '
import os, time
file = open("tree/far/file", "r+")
os.chdir("tree/far")
open("../../ready", "w").close()
time.sleep(1000)' &
	until [ -e ready ]; do sleep 0.1; done
	rules 'any * hang'
	capture 0 -o x.tar tree
	[ ! -e rules.log ] || fail "it was asked: $(cat rules.log)"
}

# wanted_tree: a mount at tree/far with some of everything, and files before and behind it.
wanted_tree() {
	limited
	mkdir -p tree/far tree/a tree/z far/dir/sub
	echo before >tree/a/file
	echo behind >tree/z/file
	for name in a b c; do echo "$name" >far/dir/$name; done
	echo sub >far/dir/sub/file
	ln -s a far/dir/link
	echo last >far/last
	setfattr -n user.x -v 1 far/dir/b
	setfacl -m u:12345:rw far/dir/c
	chmod 750 far
	faulty far tree/far
	capture 0 --profile none --mount far -o reference.tar tree
	eq "$(kinds)" ''
	eq "$(names reference.tar | tr '\n' ' ')" 'a/ a/file far/ far/dir/ far/dir/a far/dir/b far/dir/c far/dir/link far/dir/sub/ far/dir/sub/file far/last z/ z/file '
	rm report
}

# gives_up EXCEPTIONS DIFFERING [ARGUMENT...]
gives_up() {
	local exceptions=$1 differing=$2
	shift 2
	capture 1 --profile none --mount far --mount-timeout 1 "$@" -o x.tar tree
	eq "$(kinds)" "$exceptions"
	eq "$(differing x.tar reference.tar)" "$differing"
	tar -tf x.tar >/dev/null
	bsdtar -tf x.tar >/dev/null
	rm x.tar report
	eq "$(left_over)" '' 'left over'
}

# again RULE...: a new file system, since those that hang have answered nothing that came behind either.
again() {
	faulty_end
	faulty far tree/far
	rules "$@"
}

given_up() {
	local all='far/dir far/dir/a far/dir/b far/dir/c far/dir/link far/dir/sub far/dir/sub/file far/last'
	wanted_tree
	for clone in '' --no-clone; do
		again 'any * hang'
		# The mount point is what lies beneath, or what is known of the mount without asking.
		gives_up 'no-answer far' "far $all" $clone
		again 'readdir dir at 3 hang'
		gives_up 'no-answer far' "${all#far/dir }" $clone
		again 'read dir/b hang'
		gives_up $'unreadable far/dir/b\nno-answer far' "${all#far/dir far/dir/a }" $clone
	done
	again 'lookup dir hang'
	gives_up 'no-answer far' "$all"
	again 'opendir dir hang'
	gives_up 'no-answer far' "$all"
	again 'readdir dir hang'
	gives_up 'no-answer far' "${all#far/dir }"
	again 'lookup dir/b hang'
	gives_up 'no-answer far' "${all#far/dir far/dir/a }"
	again 'open dir/b hang'
	gives_up 'no-answer far' "${all#far/dir far/dir/a }"
	again 'readlink dir/link hang'
	gives_up 'no-answer far' 'far/dir/link far/dir/sub far/dir/sub/file far/last'
	again 'listxattr dir/b hang'
	gives_up 'no-answer far' "${all#far/dir far/dir/a }"
	# All of the file had been read by then.
	again 'flush dir/b hang'
	gives_up 'no-answer far' 'far/dir/c far/dir/link far/dir/sub far/dir/sub/file far/last'
	# The kernel waits for no answer to this one.
	again 'release dir/b hang'
	capture 0 --profile none --mount far --mount-timeout 5 -o x.tar tree
	eq "$(differing x.tar reference.tar)" ''
}

# A file whose attributes cannot all be read for that is left out like those behind it.
metadata_given_up() {
	wanted_tree
	again 'getxattr dir/b:user.x hang'
	gives_up 'no-answer far' \
		'far/dir/b far/dir/c far/dir/link far/dir/sub far/dir/sub/file far/last'
	again 'getxattr dir/c:system.posix_acl_access hang'
	gives_up 'no-answer far' \
		'far/dir/c far/dir/link far/dir/sub far/dir/sub/file far/last'
}

# In the middle of a large file the stream goes on with zeros, as for what cannot be read.
in_the_middle() {
	limited
	mkdir -p tree/far far
	head -c 70000000 /dev/urandom >far/large
	echo last >far/last
	echo behind >tree/z
	faulty far tree/far
	capture 0 --profile none --mount far -o reference.tar tree
	rules 'read large at 35000000 hang'
	gives_up $'damaged far/large\nno-answer far' 'far/large far/last'
	again 'read large at 35000000 hang'
	status=0
	"$ROOTLIFT" capture -q --profile none --mount far --mount-timeout 1 tree 2>err | cat >x.tar || status=$?
	eq "$status" 1
	eq "$(tar -xOf x.tar far/large | head -c 34000000 | cksum)" "$(head -c 34000000 far/large | cksum)"
	has <(names x.tar) '^z$'
}

# ROOT itself: no output, one line.
root_hangs() {
	local rule
	limited
	mkdir -p tree/dir/sub
	echo file | tee tree/file >tree/dir/file
	head -c 3000000 /dev/urandom >tree/large
	faulty tree root
	for rule in 'any *' 'opendir .' 'readdir .' 'lookup dir' 'opendir dir' 'lookup file' 'open large' \
		'read large at 2000000' 'listxattr *' 'flush large'; do
		faulty_end
		faulty tree root
		rules "$rule hang"
		expect 3 "$ROOTLIFT" capture --profile none --mount-timeout 1 --report report -o x.tar root
		has err "^rootlift: cannot .* '.*root': no answer in time$"
		eq "$(grep -c ^rootlift: err)" 1
		[ ! -e x.tar ] && [ ! -e report ] || fail 'there is an output'
		eq "$(left_over)" '' 'left over'
		faulty_end
		faulty tree root
		rules "$rule hang"
		status=0
		"$ROOTLIFT" capture -q --mount-timeout 1 root 2>err | cat >x.tar || status=$?
		eq "$status" 3
		rejected x.tar
		rm x.tar
	done
	# A directory in it.
	faulty_end
	faulty tree root
	rules 'lookup dir hang'
	expect 3 "$ROOTLIFT" capture --mount-timeout 1 -o x.tar root/dir
	has err "^rootlift: cannot open 'root/dir': no answer in time$"
	expect 3 "$ROOTLIFT" plan --mount-timeout 1 root
	expect 3 "$ROOTLIFT" profile explain --mount-timeout 1 root/dir /file
}

# What answers in time is no fault, however slow.
slow() {
	wanted_tree
	again 'lookup dir/a slow 1500' 'readdir dir slow 30' 'read * slow 300' 'getxattr * slow 100' \
		'open dir/* slow 300 once'
	capture 0 --profile none --mount far --mount-timeout 20 -o x.tar tree
	eq "$(differing x.tar reference.tar)" ''
	fired read dir/c
	fired lookup dir/a
}

# A signal ends the run at once, though a call goes on waiting.
signals() {
	local signal
	wanted_tree
	for signal in INT TERM HUP; do
		again 'lookup dir/b hang'
		python3 -c '
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
' "$REAL" capture -q --profile none --mount far --mount-timeout 1000 -o x.tar tree 2>err &
		pid=$!
		until [ -e rules.log ]; do sleep 0.1; done
		kill -s $signal $pid
		status=0
		wait $pid || status=$?
		eq $status 3 status
		has err '^rootlift: stopped by a signal$'
		[ ! -e x.tar ] || fail 'there is an output'
		eq "$(left_over)" '' 'left over'
	done
}

# What was left behind in a call ends with it: nothing stays once the mount has answered.
nothing_stays() {
	wanted_tree
	again 'lookup dir/b hang'
	gives_up 'no-answer far' 'far/dir/b far/dir/c far/dir/link far/dir/sub far/dir/sub/file far/last'
	faulty_end
	local tries=0
	while pgrep -f "capture.* $PWD/tree" >/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || fail 'a process is left'
		sleep 0.1
	done
}

# guestmount and sshfs show a ROOT like that: all of it is known, packages too.
root_is_fuse() {
	limited
	mkdir -p tree/etc tree/var/lib/dpkg/info tree/boot tree/usr/bin tree/home/ann tree/var/lib/pacman/local
	printf 'ID=debian\nVERSION_ID=12\n' >tree/etc/os-release
	printf 'root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n' >tree/etc/passwd
	printf 'Package: linux-image-1\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n' \
		>tree/var/lib/dpkg/status
	printf '/boot\n/boot/vmlinuz-1\n' >tree/var/lib/dpkg/info/linux-image-1.list
	echo kernel >tree/boot/vmlinuz-1
	ln -s usr/bin tree/bin
	cp /bin/true tree/usr/bin/env
	setfattr -n trusted.x -v 1 tree/etc/passwd
	chmod 751 tree/home/ann
	faulty tree root
	capture 0 -o far.tar root
	capture 0 -o near.tar tree
	cmp far.tar near.tar
	capture 0 --no-clone -o far.tar root
	cmp far.tar near.tar
	expect 0 "$ROOTLIFT" plan --json root
	mv out far.json
	expect 0 "$ROOTLIFT" plan --json tree
	eq "$(jq -c '[.kept, .dropped]' far.json)" "$(jq -c '[.kept, .dropped]' out)"
}

usage() {
	mkdir tree
	expect 2 "$ROOTLIFT" capture --mount-timeout 0 -n tree
	expect 2 "$ROOTLIFT" plan --mount-timeout x tree
	expect 0 "$ROOTLIFT" capture --mount-timeout 1 -n tree
}

for place in mnt/x var/lib/dpkg etc home; do
	# Whoever else looks at all mounts would ask it something.
	t "a hung mount at $place that is left out" private left_out $place
done
t 'processes that hang in one that is left out' with_processes_in_it
t 'a wanted one is given up' given_up
t 'a wanted one is given up between attributes' metadata_given_up
t 'a wanted one is given up in the middle of a file' in_the_middle
t 'ROOT hangs' root_hangs
t 'slow mounts are waited for' slow
t 'signals do not wait' signals
t 'nothing stays behind' nothing_stays
t 'ROOT is a FUSE mount' root_is_fuse
t '--mount-timeout' usage
done_testing
