#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root
# takes: 70 s
#
# ROOT is the disk of somebody who wants to harm the host: by names, symlinks, special files and crafted
# databases.
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/roots.sh
. "$TOP/tests/lib/roots.sh"

# All that a capture looks for by its path.
LOOKED_AT='etc/os-release usr/lib/os-release etc/oracle-release etc/enterprise-release etc/centos-release
	etc/redhat-release etc/system-release etc/SuSE-release etc/alpine-release etc/arch-release
	etc/gentoo-release etc/debian_version etc/passwd etc/group etc/shadow etc/fstab etc/machine-id
	etc/hostname etc/hosts etc/resolv.conf var/lib/dpkg/status var/lib/dpkg/diversions
	var/lib/dpkg/info/a.list var/lib/dpkg/status.d/x var/lib/apt/extended_states
	lib/apk/db/installed usr/lib/apk/db/installed lib/apk/db/triggers etc/apk/world
	var/lib/pacman/local/d-1/desc var/lib/pacman/local/d-1/files var/lib/rpm/rpmdb.sqlite
	var/lib/rpm/Packages var/lib/rpm/Packages.db usr/lib/sysimage/rpm/rpmdb.sqlite usr/bin/env
	bin/sh bin/busybox sbin/init usr/lib/systemd/systemd bin/ls sbin/ldconfig
	root/.ssh/authorized_keys root/.ssh/id_rsa home/u/.bash_history srv/home/key'

# Directories of those.
DIRECTORIES='etc usr usr/lib usr/bin var var/lib var/lib/dpkg var/lib/dpkg/info var/lib/dpkg/status.d
	var/lib/pacman var/lib/pacman/local var/lib/rpm lib lib/apk lib/apk/db bin sbin root home
	usr/lib/sysimage usr/lib/sysimage/rpm usr/lib/apk'

CANARY='CANARY-OF-THE-HOST'

# outside: a tree beside ROOT where all has the canary in it.
outside() {
	local path
	for path in $LOOKED_AT; do
		mkdir -p "outside/${path%/*}"
		echo "$CANARY" >"outside/$path"
	done
	printf 'ID=%s\n' "$CANARY" >outside/etc/os-release
	printf 'Package: %s\nStatus: install ok installed\nArchitecture: all\n\n' "$CANARY" \
		>outside/var/lib/dpkg/status
}

# put KIND PATH: a file of that kind in ./root.
put() {
	local kind=$1 path=root/$2 up
	up=$(sed 's:[^/]*:..:g' <<<"$path")
	mkdir -p "${path%/*}"
	case $kind in
	fifo) mkfifo "$path" ;;
	socket) python3 -c '
import os, socket, sys
os.chdir(os.path.dirname(sys.argv[1]))
socket.socket(socket.AF_UNIX).bind(os.path.basename(sys.argv[1]))' "$path" ;;
	char) mknod "$path" c 1 5 ;;
	block) mknod "$path" b 7 77 ;;
	directory) mkdir -p "$path" ;;
	sparse) truncate -s 1G "$path" ;;
	absolute) ln -s "$PWD/outside/$2" "$path" ;;
	upwards) ln -s "$up/$up/$up/../../../../../../../..$PWD/outside/$2" "$path" ;;
	beside) ln -s "${up%/..}/outside/$2" "$path" ;;
	self) ln -s "${path##*/}" "$path" ;;
	proc) ln -s /proc/self/root/etc/passwd "$path" ;;
	fd) ln -s /proc/self/fd/0 "$path" ;;
	esac
}

# How each of the runs that a hostile ROOT gets is done; they may find fault with it, no more.
RUNS=('capture --profile parent-image --report report -o x.tar'
	'capture --profile parent-image --no-clone --package-db keep -n'
	'plan --profile secrets --json')

# run_all: each run on ./root, traced. Nothing that blocks, crashes, or is opened outside.
run_all() {
	local run status files
	files=$(find root ! -type d ! -type f ! -type l -printf '%f\n' | sort -u | paste -sd '|' | sed 's/[.]/[.]/g')
	for run in "${RUNS[@]}"; do
		status=0
		set -f
		# shellcheck disable=SC2086
		# A file for each thread, so that no call is told in two parts.
		rm -rf traces
		mkdir traces
		strace -ff -yy -qq -s 4096 -e trace=open,openat,openat2,creat -o traces/of timeout -k 5 300 \
			"$ROOTLIFT" $run root >out 2>err || status=$?
		set +f
		cat traces/* >trace
		[ $status -le 1 ] || { cat -v err; fail "status $status: $run"; }
		hasnt trace "= [0-9]+<$PWD/outside"
		# What is a device, a FIFO or a socket in ROOT is never opened but for its path.
		[ -z "$files" ] || ! grep -vE 'O_PATH|ENOENT|O_DIRECTORY' trace |
			grep -E "$PWD/root.*\"($files)\"" || fail "opened: $run"
		! grep -v O_PATH trace | grep -E "= [0-9]+<$PWD/root[^>]*<(char|block) " ||
			fail "a device was opened: $run"
		! grep -aq "$CANARY" out err || fail "told what is outside: $run"
		[ ! -e x.tar ] || ! tar -xOf x.tar 2>/dev/null | grep -aq "$CANARY" ||
			fail 'what is outside is in the image'
		rm -f x.tar
	done
}

everywhere() {
	local path
	outside
	for path in $LOOKED_AT; do
		put "$1" "$path"
	done
	# Their content would be 40 GB: but for what is looked at, nothing is read.
	if [ "$1" = sparse ]; then
		RUNS=('capture --profile parent-image --exclude /*/**/** -n' plan)
	fi
	run_all
}

# Each directory in turn leads out.
directories() {
	local path
	RUNS=('capture --profile parent-image --report report -o x.tar')
	outside
	for path in $DIRECTORIES; do
		rm -rf root
		put "$1" "$path"
		[ "$path" = etc ] || mkdir -p root/etc
		[ "$path" = etc ] || echo 'ID=debian' >root/etc/os-release
		run_all
	done
}

# Farms of symlinks: more of them than anybody follows, and all ways through them.
farm() {
	local i
	outside
	mkdir -p root/etc root/var/lib
	for i in {1..60}; do
		ln -s "l$((i + 1))" "root/l$i"
	done
	ln -s /l1 root/var/lib/dpkg
	ln -s ../l1/../l1/../l1 root/etc/os-release
	ln -s .. root/l61
	ln -s a/b root/a
	ln -s / root/usr
	mkdir -p root/lib/apk
	ln -s ../../../../../../usr/usr/usr/usr/etc root/lib/apk/db
	for i in {1..12}; do
		ln -s "m$((i + 1))/m$((i + 1))/m$((i + 1))/m$((i + 1))" "root/m$i"
	done
	ln -s /m1/etc/passwd root/etc/passwd
	ln -s "$(printf './%.0s' {1..2000})x" root/etc/group
	run_all
}

# What a program that is called rpm, and has been taken over, can do.
shut_in() {
	command -v rpm >/dev/null || skip 'no rpm'
	rm -f /var/tmp/rootlift-hostile /usr/rootlift-hostile
	chmod 711 "$WORK" .
	mkdir -p root/var/lib/rpm program/bin outside
	echo x >root/var/lib/rpm/rpmdb.sqlite
	echo "$CANARY" >outside/file
	chmod 755 outside root
	cat >program/bin/rpm <<-'END'
		#!/usr/bin/python3
		import ctypes, os, socket, sys
		libc = ctypes.CDLL(None, use_errno=True)
		found = []
		top = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(sys.argv[0]))))
		def attempt(name, what):
		    try:
		        what()
		        found.append(name)
		    except OSError:
		        pass
		def call(name, *arguments):
		    if getattr(libc, name)(*arguments) != 0:
		        raise OSError
		attempt("reads what is beside", lambda: open(top + "/outside/file").read())
		attempt("reads ROOT", lambda: open(top + "/root/var/lib/rpm/rpmdb.sqlite").read())
		attempt("reads secrets", lambda: open("/etc/shadow").read())
		attempt("writes beside", lambda: open(top + "/outside/file", "a"))
		attempt("writes to /var/tmp", lambda: open("/var/tmp/rootlift-hostile", "w"))
		attempt("writes to /usr", lambda: open("/usr/rootlift-hostile", "w"))
		attempt("uses the network", lambda: socket.socket(socket.AF_INET))
		attempt("uses sockets", lambda: socket.socket(socket.AF_UNIX))
		attempt("signals its parent", lambda: os.kill(os.getppid(), 0))
		attempt("leaves its group", os.setsid)
		attempt("leaves its root", lambda: os.chroot("/"))
		attempt("is root", lambda: os.setuid(0))
		attempt("makes namespaces", lambda: call("unshare", 0x10000000))
		attempt("mounts", lambda: call("mount", b"x", b"/tmp", b"tmpfs", 0, None))
		attempt("makes devices", lambda: os.mknod("/tmp/device", 0o20600, 0x105))
		attempt("traces", lambda: call("ptrace", 0, 0, 0, 0))
		if os.getuid() == 0 or os.getgid() == 0 or os.getgroups():
		    found.append("has the ids of root")
		# PR_GET_NO_NEW_PRIVS, PR_GET_SECCOMP.
		if libc.prctl(39, 0, 0, 0, 0) != 1 or libc.prctl(21) != 2:
		    found.append("may get rights")
		for fd in range(3, 1024):
		    try:
		        os.fstat(fd)
		        found.append("descriptor %d" % fd)
		    except OSError:
		        pass
		if set(os.environ) - {"PATH", "HOME", "LC_ALL", "LC_CTYPE"}:
		    found.append("environment " + " ".join(os.environ))
		dbpath = sys.argv[sys.argv.index("--dbpath") + 1]
		open(dbpath + "/new", "w").write("its own")
		os.remove(dbpath + "/new")
		if open(dbpath + "/rpmdb.sqlite").read() != "x\n":
		    found.append("no copy")
		print("error: found: " + ", ".join(found), file=sys.stderr)
	END
	chmod 755 program program/bin program/bin/rpm
	SECRET=x PATH=$PWD/program/bin:$PATH capture 0 -v --profile parent-image -n root
	# Without Landlock it is a user who may read what anybody may.
	if grep -q '^Confined: Landlock [0-9]' err; then
		has err '^rootlift: rpm: found: $'
	else
		has err '^rootlift: rpm: found: (reads what is beside, reads ROOT)?$'
	fi
	[ ! -e /var/tmp/rootlift-hostile ] && [ ! -e /usr/rootlift-hostile ]
}

# limited SCRIPT MESSAGE: what rpm might use up.
limited() {
	chmod 711 "$WORK" .
	mkdir -p root/var/lib/rpm program/bin
	echo x >root/var/lib/rpm/rpmdb.sqlite
	printf '#!%s\n' "$1" >program/bin/rpm
	chmod 755 program program/bin program/bin/rpm
	PATH=$PWD/program/bin:$PATH capture 0 --profile parent-image -n root
	has err "$2"
}

# A process that rpm leaves behind ends with it.
left_behind() {
	limited '/usr/bin/python3
import os, sys, time
r, w = os.pipe()
if os.fork() == 0:
    os.write(w, b"%d" % os.getpid())
    time.sleep(1000)
print("error: left " + os.read(r, 10).decode(), file=sys.stderr)' '^rootlift: rpm: left [0-9]+$'
	left=$(sed -n 's/^rootlift: rpm: left //p' err)
	for _ in {1..50}; do
		[ -e "/proc/$left" ] || return 0
		sleep 0.1
	done
	fail 'it is still there'
}

# made_rpm: $WORK/rpm, a root with a real rpm database of a few packages.
made_rpm() {
	command -v rpmbuild >/dev/null || skip 'no rpmbuild'
	root_rpm root
	mv root "$WORK/rpm"
}

# What each of many small damages does: an error at most. The seed is fixed, so that what is found once
# is found again.
damaged() {
	python3 - "$WORK/rpm/var/lib/rpm/rpmdb.sqlite" "$1" "$2" <<-'END'
		import os, random, sys
		good, count, seed = open(sys.argv[1], "rb").read(), int(sys.argv[2]), int(sys.argv[3])
		random.seed(seed)
		# Without the package headers, which are most of it, where they are not meant.
		for number in range(count):
		    bad = bytearray(good)
		    where = len(bad) if number % 2 else 4096
		    for _ in range(random.choice((1, 4, 32))):
		        bad[random.randrange(where)] = random.randrange(256)
		    if number % 10 == 0:
		        del bad[random.randrange(len(bad)):]
		    os.makedirs("%d/var/lib/rpm" % number)
		    open("%d/var/lib/rpm/rpmdb.sqlite" % number, "wb").write(bad)
	END
	cat >one <<-'END'
		how='plan'
		[ $(($1 % 4)) != 0 ] || how='capture -n'
		status=0
		timeout -k 5 120 "$ROOTLIFT" $how -q --profile parent-image "$1" >"$1.out" 2>"$1.err" || status=$?
		[ $status -le 1 ] || { echo "$1: status $status"; cat -v "$1.err"; exit 1; }
		! LC_ALL=C grep -aqP '[\x00-\x09\x0b-\x1f\x7f]' "$1.err"
	END
	export ROOTLIFT
	seq 0 $(($1 - 1)) | xargs -P 2 -n 1 bash one
	# The damage is seen, and some of it is not.
	grep -lq '^rootlift: .*rpm' ./*.err
}

# crafted HOW [N]: the headers of the database say what no packager would have them say.
crafted() {
	cp -a "$WORK/rpm" root
	python3 "$TOP/tests/lib/rpmdb.py" root/var/lib/rpm/rpmdb.sqlite "$@"
	outside
	run_all
	# They have been read, and what is dropped of them is taken out, or it is told that it cannot be.
	"$ROOTLIFT" plan --profile parent-image root >plan 2>err
	hasnt err '^rootlift: '
}

# Scripts of packages that are taken out of the database: in each language, and at each time.
scripts() {
	command -v rpmbuild >/dev/null || skip 'no rpmbuild'
	local when
	mkdir rpms
	{
		printf 'Name: kernel-core\nVersion: 1\nRelease: 1\nSummary: x\nLicense: MIT\n'
		printf 'BuildArch: noarch\nAutoReqProv: no\n%%description\nx\n'
		for when in preun postun verifyscript; do
			printf '%%%s -p <lua>\nio.stderr:write("error: RAN\\n")\n' "$when"
		done
		printf '%%triggerun -p <lua> -- kernel-core\nio.stderr:write("error: RAN\\n")\n'
		printf '%%triggerpostun -p /bin/sh -- kernel-core\necho error: RAN >&2\n'
		printf '%%filetriggerun -p <lua> -- /boot\nio.stderr:write("error: RAN\\n")\n'
		printf '%%transfiletriggerun -p /bin/sh -- /boot\necho error: RAN >&2\n'
		printf '%%transfiletriggerpostun -p <lua> -- /boot\nio.stderr:write("error: RAN\\n")\n'
		printf '%%install\nmkdir -p %%{buildroot}/boot\necho x >%%{buildroot}/boot/vmlinuz\n'
		printf '%%files\n/boot/vmlinuz\n'
	} >rpms/k.spec
	rpmbuild --quiet --define "_topdir $PWD/rpms" --define '__os_install_post %{nil}' -bb rpms/k.spec \
		>rpmbuild.log 2>&1 || { cat rpmbuild.log; exit 1; }
	mkdir -p root/var/lib/rpm root/etc
	rpm --root "$PWD/root" --dbpath /var/lib/rpm --nodeps --noscripts --notriggers \
		-i rpms/RPMS/noarch/*.rpm
	# Where it is erased as it was meant to be, they do run.
	cp -a root asked
	rpm --root "$PWD/asked" --dbpath /var/lib/rpm -e kernel-core 2>ran || :
	has ran RAN
	printf 'ID=rocky\nID_LIKE="rhel fedora"\nVERSION_ID="9.3"\n' >root/etc/os-release
	# Settings of ROOT's and of a user are none of ours.
	mkdir -p root/etc/rpm root/root
	# shellcheck disable=SC2016
	echo '%_dbpath %(echo error: RAN >&2)' | tee root/etc/rpm/macros.x >root/root/.rpmmacros
	cp root/root/.rpmmacros .
	HOME=$PWD strace -f -qq -e trace=execve -o trace "$ROOTLIFT" capture --profile parent-image \
		--report report -o x.tar root >out 2>err
	hasnt err RAN
	jq -e '.dropped_packages == 1' report >/dev/null
	# rpm itself is all that was executed.
	eq "$(grep -c 'execve(.*) = 0' trace)" 3
	eq "$(grep 'execve(.*) = 0' trace | grep -c '"[^"]*/rpm"')" 2
}

# text_databases: those that are text, as large and as odd as they can be made.
text_databases() {
	local run status
	mkdir -p root/etc root/var/lib/dpkg/info root/lib/apk/db root/var/lib/pacman/local/{a-1,..x-1}
	python3 - <<-'END'
		big = b"x" * 10_000_000
		with open("root/var/lib/dpkg/status", "wb") as f:
		    f.write(b"Package: " + big + b"\nStatus: install ok installed\nDepends: " + b"a," * 1_000_000 + b"\n\n")
		    f.write(b"Package: a\0b\nStatus: \0\nVersion: \x1b[31m\n\n" + b"\0" * 30_000 + b"\n")
		    f.write(b"Package: ../../../../etc/passwd\nArchitecture: ../x\nStatus: install ok installed\n\n")
		    for i in range(10_000):
		        f.write(b"Package: linux-image-%d\nStatus: install ok installed\nDepends: linux-image-%d\n\n"
		                % (i, (i - 1) % 10_000))
		    f.write(b"Package: last\nStatus: install ok installed\nDepends: linux-image-9999\n")
		with open("root/var/lib/dpkg/diversions", "wb") as f:
		    for i in range(30_000):
		        f.write(b"/x/%d\n/y/%d\n:\n" % (i, i))
		with open("root/var/lib/dpkg/info/a.list", "wb") as f:
		    f.write(b"/x/1\n" * 30_000 + b"/../../x\n" + b"/" * 1_000_000)
		with open("root/lib/apk/db/installed", "wb") as f:
		    f.write(b"P:" + big + b"\nF:" + big + b"\nR:" + big + b"\nD:" + b"a " * 1_000_000 + b"\n\nP:\nF:../..\nR:..\n")
		for name in "desc", "files":
		    with open("root/var/lib/pacman/local/a-1/" + name, "wb") as f:
		        f.write(b"%NAME%\n" + big + b"\n%FILES%\n" + big + b"\n%DEPENDS%\n" + b"a\n" * 1_000_000)
		with open("root/etc/passwd", "wb") as f:
		    for i in range(30_000):
		        f.write(b"u%d:x:%d:0::/home/u%d:\n" % (i, i, i))
		    f.write(b":" * 1_000_000 + b"\n" + big)
	END
	for run in "${RUNS[@]}"; do
		status=0
		# shellcheck disable=SC2086
		timeout -k 5 300 "$ROOTLIFT" $run root >out 2>err || status=$?
		[ $status -le 1 ] || { cat -v err; fail "status $status: $run"; }
	done
}

# No more homes than any system has: each gets rules of its own.
homes() {
	mkdir -p root/etc
	python3 -c 'for i in range(20000): print("u%d:x:%d:0::/srv/u%d:" % (i, i, i))' >root/etc/passwd
	capture 2 --profile parent-image -o x.tar root
	has err "^rootlift: .*ROOT's etc/passwd names more than [0-9]+ home directories"
	[ ! -e x.tar ]
}

# A database that is larger than the host's disk may be.
huge() {
	mkdir -p root/var/lib/rpm tmp
	truncate -s 1T root/var/lib/rpm/rpmdb.sqlite
	TMPDIR=$PWD/tmp capture 0 --profile parent-image -n --exclude /var/lib root
	has err '^rootlift: cannot copy the rpm database aside: File too large$'
	eq "$(find tmp -mindepth 1)" ''
}

# spoken COMMAND...: what a terminal would get of it.
spoken() {
	printf '%q ' "$@" >words
	# Quoted for bash, and script takes the user's shell.
	SHELL=/bin/bash timeout -k 5 60 script -qec "stty cols 200; $(cat words)" typescript >/dev/null 2>&1 </dev/null || :
	python3 - typescript "$NAME" <<-'END'
		import re, sys
		text = open(sys.argv[1], "rb").read()
		text = re.sub(rb"^Script started.*\n|\nScript done.*\n?", b"", text)
		# What rootlift itself says to a terminal.
		text = re.sub(rb"\x1b\[(K|[0-9;]*m)", b"", text).decode("utf-8")
		bad = [c for c in text if (ord(c) < 32 and c not in "\r\n") or 127 <= ord(c) < 160
		       or ord(c) in (0x61c, 0x200e, 0x200f) or 0x2028 <= ord(c) <= 0x202e or 0x2066 <= ord(c) <= 0x2069]
		if bad:
		    sys.exit("raw: %r in %r" % (bad, text))
		# The name was in it, made safe.
		if "EVIL" not in text:
		    sys.exit("not spoken of: %r" % text)
	END
}

NAME=$(printf 'EVIL\033[31m\033]0;x\007\302\233\342\200\256\330\234\177\r\n\377')

terminal() {
	local name=$NAME
	mkdir -p "root/$name/$name" root/etc root/var/lib/dpkg/info
	printf 'ID=debian\nPRETTY_NAME="%s"\n' "${name%%$'\r'*}" >root/etc/os-release
	printf 'Package: linux-image-%s\nStatus: install ok installed\nArchitecture: all\n' "${name%%$'\r'*}" \
		>root/var/lib/dpkg/status
	printf '/%s/file\n' "${name%%$'\r'*}" >"root/var/lib/dpkg/info/linux-image-${name%%$'\r'*}.list"
	head -c 3000000 /dev/urandom >"root/$name/$name/$name"
	(cd root && python3 -c '
import socket, sys
socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "s$name")
	mkdir "profiles-$name"
	printf '[drop %s]\n' "$name" >"profiles-$name/bad.profile"
	printf '# x\n[drop cache]\n/%s/**  %s\n' "${name%%$'\r'*}" "EVIL ${name%%$'\r'*}" >"good.profile"
	spoken "$ROOTLIFT" capture --profile none --bwlimit 3M -o x.tar root
	spoken "$ROOTLIFT" capture -v --report /dev/stdout -n --exclude "/$name/**" root
	spoken "$ROOTLIFT" capture --fail-on skipped -n root
	spoken "$ROOTLIFT" plan --depth 5 root
	spoken "$ROOTLIFT" plan --json root
	spoken "$ROOTLIFT" plan "$name"
	spoken "$ROOTLIFT" capture -n --profile "$name" root
	spoken "$ROOTLIFT" capture -n --profile "./profiles-$name/bad.profile" root
	spoken "$ROOTLIFT" capture -n --profile ./good.profile "--$name" root
	spoken "$ROOTLIFT" capture -n --mount "$name" root
	spoken "$ROOTLIFT" capture -n --bwlimit "$name" root
	spoken "$ROOTLIFT" capture -o "no/$name" root
	spoken "$ROOTLIFT" profile explain "/$name/$name/$name" root
	spoken "$ROOTLIFT" profile explain --json "/$name/$name/$name" root
	spoken "$ROOTLIFT" profile explain --profile ./good.profile "/${name%%$'\r'*}/x" root
	spoken "$ROOTLIFT" profile check ./good.profile "./profiles-$name/bad.profile"
	spoken "$ROOTLIFT" "$name"
}

for kind in fifo socket char block directory sparse absolute upwards self proc fd; do
	t "each file that is looked at is: $kind" everywhere $kind
done
for kind in absolute upwards beside fifo char; do
	t "each directory that is looked into is: $kind" directories $kind
done
t 'a farm of symlinks' farm
t 'what rpm can do if it is taken over' shut_in
t 'what rpm may use: output' limited '/bin/sh
exec yes NNNNNNNNNNNNNNNNNNNNNNNNNNNNNNNN' '^rootlift: rpm was ended by signal 25$'
t 'what rpm may use: memory' limited '/usr/bin/python3
x = bytearray(5 << 30)' '^rootlift: rpm failed with status 1$'
t 'what rpm may use: processes' limited '/usr/bin/python3
import os, sys
try:
    while os.fork(): pass
except OSError:
    print("error: no more", file=sys.stderr)
import time; time.sleep(0)' '^rootlift: rpm: no more$'
t 'what rpm leaves behind' left_behind
t 'a root with an rpm database' made_rpm
t 'many damages of it' damaged 200 1
for how in names large 'claims 200000'; do
	# shellcheck disable=SC2086
	t "a crafted rpm database: $how" crafted $how
done
t 'nothing of an rpm database is executed' scripts
t 'crafted databases that are text' text_databases
t 'more homes than there are' homes
t 'an rpm database larger than a disk' huge
t 'no name reaches a terminal raw' terminal
done_testing
