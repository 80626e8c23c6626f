#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root
#
# Images of programs have what these need, and nothing else.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/scratch.sh"

# What ldd says, which runs programs, of fifty at once.
as_ldd_says() {
	local program
	for program in /usr/bin/*; do
		[ -L "$program" ] || ! head -c 4 "$program" 2>/dev/null | cmp -s - <(printf '\177ELF') ||
			echo "$program"
	done | awk 'NR % 7 == 1' | head -n 50 >programs
	{ xargs -a programs ldd 2>/dev/null || :; } | grep -oE '/[^ ]+ \(0x' | sed 's/ (0x//' | sort -u |
		xargs realpath | sort -u >libraries
	cat programs libraries | sed 's,^/,,' | sort -u >want
	mapfile -t list <programs
	scratch 0 "${list[@]}" -o x.tar
	tar -tvf x.tar | grep -E '^[-h]' | awk '{print $6}' | sort >got
	eq "$(comm -23 want got)" '' 'what is missing'
	# Modules of the name service switch are loaded by name.
	comm -13 want got >extra
	for module in $(grep -o 'usr/lib/.*/libnss_.*' extra); do
		ldd "/$module" | grep -oE '/[^ ]+ \(0x' | sed 's/ (0x//' | xargs realpath | sed 's,^/,,'
		echo "$module"
	done | sort -u >modules
	eq "$(comm -23 extra modules)" etc/nsswitch.conf
	note "$(wc -l <programs) programs, $(wc -l <libraries) libraries"
}

# A root for a machine that this one is not.
make_arm() {
	ln -s usr/lib root/lib
	elf root/usr/bin/tool machine=183 interpreter=/lib/ld-linux-aarch64.so.1 needed=liba.so.1 \
		needed=libc.so.6
	elf root/usr/lib/ld-linux-aarch64.so.1 machine=183
	elf root/usr/lib/aarch64-linux-gnu/libc.so.6 machine=183 soname=libc.so.6
	# As in a real one, the loader tells its directories.
	printf '\0/lib/aarch64-linux-gnu/\0/usr/lib/aarch64-linux-gnu/\0' >>root/usr/lib/ld-linux-aarch64.so.1
	elf root/usr/lib/aarch64-linux-gnu/liba.so.1.5 machine=183 soname=liba.so.1
	ln -s liba.so.1.5 root/usr/lib/aarch64-linux-gnu/liba.so.1
	elf root/usr/lib/liba.so.1 machine=62
	echo secret >root/usr/lib/other
}

foreign_programs() {
	mkdir -p root
	make_arm
	scratch 0 --root root /usr/bin/tool --format oci --tag x:1 -o x.tar
	eq "$(skopeo inspect --config oci-archive:x.tar | jq -c '[.architecture, .variant, .config.Cmd]')" \
		'["arm64","v8",["/usr/bin/tool"]]'
	scratch 0 --root root /usr/bin/tool -o x.tar
	eq "$(files x.tar | paste -sd ' ')" "lib usr/bin/tool usr/lib/aarch64-linux-gnu/liba.so.1 $(:
		)usr/lib/aarch64-linux-gnu/liba.so.1.5 usr/lib/aarch64-linux-gnu/libc.so.6 usr/lib/ld-linux-aarch64.so.1"
	# A program of this directory has its libraries in ROOT.
	elf mine machine=183 interpreter=/lib/ld-linux-aarch64.so.1 needed=libc.so.6
	scratch 0 --root root ./mine --format oci -o x.tar
	eq "$(skopeo inspect --config oci-archive:x.tar | jq -c '[.architecture, .config.Cmd]')" '["arm64",["/mine"]]'
	# ROOT may be for another one.
	elf alone machine=22 data=big
	scratch 0 ./alone --format oci -o x.tar
	eq "$(skopeo inspect --config oci-archive:x.tar | jq -r .architecture)" s390x
	scratch 0 ./alone --format oci --arch arm/v7 -o x.tar
	eq "$(skopeo inspect --config oci-archive:x.tar | jq -r '.architecture + .variant')" armv7
	# 32 bits, the highest byte first; and musl.
	elf root/bin/old class=32 data=big machine=20 interpreter=/lib/ld.so.1 needed=libm.so.6
	elf root/lib/ld.so.1 class=32 data=big machine=20
	elf root/lib/libm.so.6 class=32 data=big machine=20
	scratch 0 --root root /bin/old -o x.tar
	eq "$(files x.tar | paste -sd ' ')" 'bin/old lib usr/lib/ld.so.1 usr/lib/libm.so.6'
	elf root/bin/busybox interpreter=/lib/ld-musl-x86_64.so.1 needed=libc.musl-x86_64.so.1
	elf root/lib/ld-musl-x86_64.so.1 soname=libc.musl-x86_64.so.1
	ln -s ld-musl-x86_64.so.1 root/lib/libc.musl-x86_64.so.1
	ln -s busybox root/bin/sh
	scratch 0 --root root /bin/sh -o x.tar
	eq "$(files x.tar | paste -sd ' ')" \
		'bin/busybox bin/sh lib usr/lib/ld-musl-x86_64.so.1 usr/lib/libc.musl-x86_64.so.1'
}

missing_libraries() {
	mkdir -p root
	make_arm
	elf root/usr/bin/lost machine=183 interpreter=/lib/ld-linux-aarch64.so.1 needed=libnone.so.1 \
		needed=$'lib\e[31m.so'
	scratch 3 --root root /usr/bin/lost -o x.tar
	eq "$(cat err)" "rootlift: the library 'libnone.so.1', which '/usr/bin/lost' needs, is not where it is looked for in ROOT, and neither is another (--allow-missing goes on without)"
	[ ! -e x.tar ] || fail 'there is an output'
	expect 3 "$ROOTLIFT" scratch --root root /usr/bin/lost
	! tar -tf out >/dev/null 2>&1 || fail 'a tar came through the pipe'
	scratch 1 --root root /usr/bin/lost --allow-missing -o x.tar
	has err '^  2 kept without what it needs$'
	hasnt err $'\e'
	eq "$(jq -r '.exceptions[] | select(.kind == "missing") | "\(.path) \(.detail)"' report | head -n 1)" \
		'usr/bin/lost libnone.so.1'
	eq "$(files x.tar | paste -sd ' ')" 'lib usr/bin/lost usr/lib/ld-linux-aarch64.so.1'
	elf root/usr/bin/alone machine=183 interpreter=/lib/ld.so
	scratch 3 --root root /usr/bin/alone -o y.tar
	has err "^rootlift: the loader '/lib/ld.so', which '/usr/bin/alone' needs, is not "
	printf '#!/usr/bin/env perl\n' >script
	scratch 3 --root root script -o y.tar
	has err "^rootlift: the interpreter '/usr/bin/env', which '/script' needs, is not "
	printf '\177ELF\2\1\1 and no more' >root/usr/bin/cut
	scratch 3 --root root /usr/bin/cut -o y.tar
	has err "^rootlift: '/usr/bin/cut' is no whole ELF file: "
	[ ! -e y.tar ] || fail 'there is an output'
}

commands() {
	make_hello
	for row in 'a  "b  c" d\ e'\''f "g"'\''\"\h|["a","b  c","d ef \"g\"\"h"]' '["x y","$z"]|["x y","$z"]' \
		'/hello "" #a|' '/hello $HOME|' '/hello | cat|' "/hello 'a|" '/hello "a$b"|' ' |' '["a|' \
		'/hello a#b *.c ~ "\$x\`" \$y "a\b"|["/hello","a#b","*.c","~","$x`","$y","a\\b"]'; do
		want=${row##*|}
		if [ -n "$want" ]; then
			scratch 0 ./hello --format oci --cmd "${row%|*}" -o x.tar
			eq "$(skopeo inspect --config oci-archive:x.tar | jq -c .config.Cmd)" "$want"
		else
			scratch 2 ./hello --format oci --cmd "${row%|*}" -o y.tar
			has err '^rootlift: --cmd: '
		fi
	done
	scratch 0 ./hello --format oci --entrypoint '/hello -v' -o x.tar
	eq "$(skopeo inspect --config oci-archive:x.tar | jq -c '[.config.Entrypoint, .config.Cmd]')" \
		'[["/hello","-v"],null]'
	scratch 2 ./hello --format oci --cmd 'a | b' -o y.tar
	eq "$(head -n 1 err)" "rootlift: --cmd: '|' is for a shell, and there is none in the image: quote it, or give a JSON array of words"
}

# What comes along by itself is what everybody may read, and no key.
no_secrets() {
	mkdir -p root/opt/app/keys root/etc root/lib64
	elf root/bin/p interpreter=/lib64/ld-linux-x86-64.so.2
	elf root/lib64/ld-linux-x86-64.so.2
	echo host:x:0:0::/:/bin/sh >root/etc/passwd
	echo host:hash:1:::::: >root/etc/shadow
	chmod 600 root/etc/shadow
	echo public >root/etc/app.conf
	ln -s /etc/shadow root/opt/app/shadow
	ln -s /etc root/opt/app/etc
	ln -s /etc/app.conf root/opt/app/conf
	printf -- '-----BEGIN PRIVATE KEY-----\nx\n' >root/opt/app/keys/server
	printf -- '-----BEGIN PRIVATE KEY-----\nx\n' >root/opt/app/named
	mkdir -p root/home/me/.ssh
	echo key >root/home/me/.ssh/id_rsa.pub
	scratch 0 --root root /bin/p --also /opt/app --also /opt/app/named --with passwd -o x.tar
	eq "$(files x.tar | paste -sd ' ')" "bin/p etc/app.conf etc/group etc/passwd $(:
		)lib64/ld-linux-x86-64.so.2 opt/app/conf opt/app/etc opt/app/named opt/app/shadow"
	eq "$(tar -xOf x.tar etc/passwd)" "root:x:0:0:root:/root:/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin"
	eq "$(tar -xOf x.tar etc/group)" 'root:x:0:
nobody:x:65534:'
	has err '^ *dropped  *secret  *1 entries'
	scratch 0 --root root /bin/p --also /opt/app --secrets keep -o x.tar
	has <(files x.tar) '^opt/app/keys/server$'
}

# Only directories that lead to a file are looked into.
little_is_read() {
	mkdir -p root/bin root/big/inner
	elf root/bin/p
	touch root/big/inner/file root/bin/q
	strace -f -o trace "$ROOTLIFT" scratch -q --root root /bin/p -o x.tar
	hasnt trace '"inner"'
	eq "$(names x.tar | paste -sd ' ')" 'bin/ bin/p'
}

odd_names() {
	mkdir -p 'root/a[b]c*d' root/abcd
	elf 'root/a[b]c*d/p\?'
	elf 'root/abcd/p?'
	elf $'root/abcd/\xff\n'
	scratch 0 --root root '/a[b]c*d/p\?' -o x.tar
	eq "$(files x.tar)" 'a[b]c*d/p\?'
	scratch 0 --root root $'/abcd/\xff\n' -o x.tar
	eq "$(tar --quoting-style=c -tf x.tar | paste -sd ' ')" '"abcd/" "abcd/\377\n"'
	scratch 2 --root root $'/abcd/\xff\n' --format oci -o y.tar
}

# What was found has to arrive.
left_out_mounts() {
	mkdir -p root/mnt
	mount -t tmpfs none root/mnt
	trap 'umount root/mnt' EXIT
	elf root/mnt/p
	scratch 3 --root root /mnt/p -o x.tar --no-mount /mnt
	[ ! -e x.tar ] || fail 'there is an output'
}

same_bytes() {
	scratch 0 /usr/bin/env --format oci -o x.tar
	scratch 0 /usr/bin/env --format oci -o y.tar --jobs 1 --confine none
	cmp x.tar y.tar
	"$ROOTLIFT" scratch -q /usr/bin/env >a.tar
	scratch 0 /usr/bin/env -o b.tar
	cmp a.tar b.tar
	scratch 0 -n /usr/bin/env
	has err '^Would capture '
}

as_nobody() {
	as_user 0 "$ROOTLIFT" scratch /usr/bin/env -o x.tar
	[ "$(files x.tar | grep -c 'usr/bin/env\|libc.so.6')" = 2 ] || fail "$(files x.tar)"
}

refused() {
	make_hello
	mkdir -p root/dir other
	cp hello other
	echo text >root/text
	refuse() {
		local line=$1
		shift
		scratch 2 "$@"
		eq "$(head -n 1 err)" "rootlift: $line"
	}
	refuse 'a FILE is missing: the program to put there' -o x.tar
	refuse "there is no 'curl' in this directory; what is installed is named by its absolute path, as /usr/bin/curl" \
		curl -o x.tar
	refuse "two FILEs would both be '/hello' in the image" hello other/hello -o x.tar
	refuse "'./other' is no regular file" ./other -o x.tar
	refuse "'/dir' is a directory, which --also takes along" --root root /dir -o x.tar
	refuse "--with takes ca-certificates, tzdata and passwd, not 'shadow'" hello --with shadow -o x.tar
	refuse "--also names what is in ROOT, by a path that begins with /, unlike './x'; a file of this directory is a further FILE" \
		hello --also ./x -o x.tar
	refuse '--cmd needs --format oci or docker: a tar has no config, which `docker import --change` gives it' \
		hello --cmd /hello -o x.tar
	scratch 3 --root root /none -o x.tar
	has err "^rootlift: '/none' is not there$"
	scratch 3 --root root /text -o x.tar
	has err "^rootlift: '/text' is no program, "
	scratch 3 --root root hello --also /none -o x.tar
	has err "^rootlift: --also: '/none' is not there$"
	scratch 3 --root root hello --with ca-certificates -o x.tar
	has err '^rootlift: --with ca-certificates: there are none in ROOT'
	scratch 3 --root root hello --with tzdata -o x.tar
	has err "^rootlift: --with tzdata: '/usr/share/zoneinfo' is not there$"
	scratch 3 --root none hello -o x.tar
	expect 2 "$ROOTLIFT" scratch hello --exclude x -o x.tar
	[ ! -e x.tar ] || fail 'there is an output'
	# A directory of ROOT's is where a file is to be.
	mkdir root/hello
	refuse "'/hello' in ROOT is no regular file, so that no FILE can be put there" --root root hello -o x.tar
	[ ! -e x.tar ] || fail 'there is an output'
}

t 'the same libraries as ldd says' as_ldd_says
t 'programs for other machines' foreign_programs
t 'what is missing' missing_libraries
t 'the command' commands
t 'nothing secret comes along' no_secrets
t 'little is read' little_is_read
t 'odd names' odd_names
t 'what is on a mount that is left out' left_out_mounts
t 'the same bytes' same_bytes
t 'without rights' as_nobody
t 'what is refused' refused
done_testing
