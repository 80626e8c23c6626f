#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root
#
# File system images: mounted by the kernel they are the tree, and a capture that fails leaves none.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/trees.sh"

formats='squashfs erofs'
for format in $formats; do
	modprobe -q "$format" 2>/dev/null || :
done

# Metadata of all kinds, hard names, a large file with holes. No name of 255 bytes: mkfs.erofs 1.5 fails at that.
make_tree() {
	mkdir tree
	tree_meta tree/meta
	tree_weird_names tree/weird
	rm tree/weird/nnnn* tree/weird/lnnnn*
	ln -s "/$(printf 'x/%.0s' {1..100})end" tree/long
	ln -s "../../$(printf 'x/%.0s' {1..100})end" tree/long-too
	ln -s '../ünïcode' tree/utf8
	ln -s $'/\377' tree/bytes
	ln $'tree/weird/\377\376bytes' tree/hardlink
	mkdir $'tree/\377dir'
	echo below >$'tree/\377dir/file'
	truncate -s 20M tree/holes
	echo end >>tree/holes
	head -c 3000000 /dev/urandom >tree/random
	find tree ! -path tree/meta/empty -exec touch -h -d '2020-01-02 03:04:05 UTC' {} +
	chmod 751 tree
}

# mounted FORMAT FILE COMMAND...: with the image at ./mnt.
mounted() {
	local format=$1 file=$2
	shift 2
	grep -qw "$format" /proc/filesystems || skip "no $format in the kernel"
	mkdir -p mnt
	mount -t "$format" -o loop,ro "$file" mnt
	(
		trap 'umount mnt' EXIT
		"$@"
	)
}

# shows COMMAND WANTED: what is to be seen in what is mounted.
shows() {
	eq "$(eval "$1")" "$2" "$1"
}

dates() {
	(cd "$1" && find . -printf '%P %T@\n' | sort | sed 's/\.0*$//')
}

holds_all() {
	describe mnt | diff -u want -
	dates mnt | diff -u dates -
	eq "$(stat -c '%a %u:%g' mnt)" '751 0:0'
	[ "$(stat -c %b mnt/holes)" -gt 0 ]
}

# All that a tar has.
erofs_holds_all() {
	make_tree
	describe tree >want
	dates tree >dates
	for compress in none lz4 lz4hc; do
		capture 0 --profile none --format erofs --compress $compress -o x tree
		eq "$(kinds)" ''
		eq "$(jq .output_bytes report)" "$(stat -c %s x)"
		has err ' to x in '
		mounted erofs x holds_all
	done
	touch -d '2020-01-02 03:04:05.678901234 UTC' tree/ns
	capture 0 --profile none --mtime ns --format erofs -o y tree
	mounted erofs y shows 'stat -c %y mnt/ns' "$(stat -c %y tree/ns)"
	fsck.erofs x >out
	eq "$(find . -maxdepth 1 -name '.rootlift*')" ''
}

# What the ACLs' masks have put into modes does not become a right of the group.
without_acls() {
	cp -a tree plain
	find tree -printf '%P\0' | while IFS= read -rd '' path; do
		[ -L "plain/$path" ] || setfacl -b "plain/$path"
	done
	touch -h -d @4294967295 plain/meta/empty
	describe plain >want
}

squashfs_holds_the_rest() {
	make_tree
	without_acls
	for compress in none gzip gzip:1 zstd zstd:3; do
		capture 1 --profile none --format squashfs --compress $compress -o x tree
		eq "$(kinds | sort | uniq -c | sed 's/^ *//')" "$(printf '%s\n' '1 format meta/dir/large' \
			'2 format meta/dir/sub' '1 format meta/empty' '1 format meta/null')"
		eq "$(jq .output_bytes report)" "$(stat -c %s x)"
		touch -d @1577934245 plain
		dates plain >dates
		chmod 751 plain
		mounted squashfs x holds_all
	done
	has report 'access ACL'
	has report 'default ACL'
	has report 'date after 2106'
	unsquashfs -s x >out
	has out 'Compression zstd'
	# What it can hold is no exception.
	setfacl -Rbk tree/meta
	touch -d @5 tree/meta/empty
	capture 0 --profile none --format squashfs -o x tree
	eq "$(kinds)" ''
}

# However often, by however many threads, and whatever the clock says.
same_bytes() {
	make_tree
	for format in $formats; do
		"$ROOTLIFT" capture -q --profile none --format "$format" -o 1 tree || [ $? = 1 ]
		sleep 1.1
		TZ=Asia/Tokyo "$ROOTLIFT" capture -q --profile none --format "$format" --jobs 1 -o 2 tree ||
			[ $? = 1 ]
		cmp 1 2
		SOURCE_DATE_EPOCH=1000000000 "$ROOTLIFT" capture -q --profile none --format "$format" \
			-o 3 tree || [ $? = 1 ]
		mounted "$format" 3 shows 'find mnt -printf "%T@\n" | sort -u' 1000000000.0000000000
	done
}

# The output, and what it is made of meanwhile, is not in it.
into_itself() {
	mkdir tree
	tree_basic tree/basic
	for format in $formats; do
		capture 0 --profile none --format "$format" -o tree/x tree
		mounted "$format" tree/x shows 'ls -A mnt' basic
		rm tree/x
		eq "$(ls -A tree)" basic
	done
}

as_a_user() {
	mkdir tree
	tree_basic tree/basic
	chmod 777 .
	as_user 0 "$ROOTLIFT" capture -q --profile none --format squashfs -o x tree
	unsquashfs -lls x >out
	has out 'squashfs-root/basic/dir/beta'
	as_user 2 "$ROOTLIFT" capture -q --profile none --format erofs -o y tree
	has err '^rootlift: --format erofs has to be root: '
}

refused() {
	mkdir tree
	for format in $formats; do
		expect 2 "$ROOTLIFT" capture --format "$format" tree
		has err "^rootlift: --format $format puts an image together in a file: name one \(-o FILE\)$"
		expect 2 "$ROOTLIFT" capture --format "$format" --compress bzip2 -o x tree
		has err "^rootlift: --compress takes none, .* with --format $format, not 'bzip2'$"
		expect 2 "$ROOTLIFT" capture --format "$format" --sparse -o x tree
		has err '^rootlift: --sparse is for a tar, not for a file system$'
		expect 2 "$ROOTLIFT" capture --format "$format" --cmd x -o x tree
		has err '^rootlift: --cmd needs --format oci or docker: a file system has no config$'
		expect 3 "$ROOTLIFT" capture --profile none --format "$format" -o /dev/null tree
		has err "^rootlift: '/dev/null' is no regular file, which an image has to be$"
		mkdir -p bin
		PATH=$PWD/bin expect 2 "$ROOTLIFT" capture --format "$format" -o x tree
		has err "^rootlift: --format $format needs .*, which is not here: install the package .*-"
	done
	[ ! -e x ] || fail 'there is an output'
}

nothing_left() {
	eq "$(find . -maxdepth 1 \( -name '.rootlift*' -o -name x \) | sort)" '' 'what is left'
}

# The program's own word, in one line.
program_fails() {
	mkdir tree bin
	head -c 30000000 /dev/urandom >tree/random
	for name in mksquashfs mkfs.erofs; do
		printf '#!/bin/sh\n[ "$1" != -version ] || { echo mksquashfs version 4.5.1; exit; }\n%s\n' \
			'echo first >&2; echo "cannot do it" >&2; exit 3' >bin/$name
		chmod 755 bin/$name
	done
	for format in $formats; do
		PATH=$PWD/bin:$PATH expect 3 "$ROOTLIFT" capture -q --profile none --format "$format" -o x tree
		eq "$(cat err)" "rootlift: $(basename bin/mk*"$format"): first;cannot do it"
		nothing_left
	done
	sed -i 's/^echo first.*/kill -9 $$/' bin/*
	for format in $formats; do
		PATH=$PWD/bin:$PATH expect 3 "$ROOTLIFT" capture -q --profile none --format "$format" -o x tree
		eq "$(cat err)" "rootlift: $(basename bin/mk*"$format") was ended by signal 9"
		nothing_left
	done
	# What mksquashfs complains of is not in the image, whatever its status.
	sed -i 's/^kill.*/cat >\/dev\/null; echo "ignoring that" >\&2/' bin/mksquashfs
	PATH=$PWD/bin:$PATH expect 3 "$ROOTLIFT" capture -q --profile none --format squashfs -o x tree
	eq "$(cat err)" 'rootlift: mksquashfs: ignoring that'
	nothing_left
}

no_room() {
	mkdir tree small
	head -c 30000000 /dev/urandom >tree/random
	mount -t tmpfs -o size=20M none small
	trap 'umount small' EXIT
	for format in $formats; do
		expect 3 "$ROOTLIFT" capture -q --profile none --format "$format" -o small/x tree
		eq "$(wc -l <err)" 1
		eq "$(ls -A small)" ''
		(
			ulimit -f 10000
			expect 3 "$ROOTLIFT" capture -q --profile none --format "$format" -o x tree
		)
		eq "$(wc -l <err)" 1
		nothing_left
	done
	# Room for the tree, but not for the image of it.
	mount -o remount,size=40M small
	expect 3 "$ROOTLIFT" capture -q --profile none --format erofs -o small/x tree
	eq "$(ls -A small)" ''
}

# gone PATTERN: no process of that command line is left, or soon none.
gone() {
	local tries=0
	while pgrep -f "$1" >pids; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || fail "there are processes: $(xargs ps -o args= -p <pids)"
		sleep 0.1
	done
}

# While the tree is read, and while the program is at work on it.
stopped() {
	mkdir tree bin
	head -c 30000000 /dev/urandom >tree/random
	for name in mksquashfs mkfs.erofs; do
		printf '#!/bin/sh\n[ "$1" != -version ] || { echo mksquashfs version 4.5.1; exit; }\n%s\n' \
			"cat >/dev/null; exec sleep 86399" >bin/$name
		chmod 755 bin/$name
	done
	for format in $formats; do
		for signal in TERM INT KILL; do
			for when in reading making; do
				arguments=(-q --profile none --format "$format" -o x tree)
				if [ $when = reading ]; then
					"$ROOTLIFT" capture --bwlimit 10M "${arguments[@]}" 2>err &
				else
					PATH=$PWD/bin:$PATH "$ROOTLIFT" capture "${arguments[@]}" 2>err &
				fi
				pid=$!
				sleep 0.5
				# Not by the shell's own means: it starts such with SIGINT ignored.
				kill -$signal $pid
				status=0
				wait $pid || status=$?
				if [ $signal = KILL ]; then
					eq $status 137 "status ($format, $when)"
					gone 'sleep 86399'
					tries=0
					while [ -n "$(find . -maxdepth 1 -name '.rootlift*')" ] && [ $tries -lt 50 ]; do
						tries=$((tries + 1))
						sleep 0.1
					done
				else
					eq $status 3 "status ($format, $when, $signal)"
					has err '^rootlift: stopped by a signal$'
				fi
				gone 'sleep 86399'
				nothing_left
			done
		done
	done
}

t 'an erofs holds all that a tar does' erofs_holds_all
t 'a squashfs holds the rest, and what it does not is told' squashfs_holds_the_rest
t 'the same bytes, whatever the clock says' same_bytes
t 'the image is not in the image' into_itself
t 'what a user can do' as_a_user
t 'what is refused' refused
t 'the program fails' program_fails
t 'no room' no_room
t 'stopped and killed' stopped
done_testing
