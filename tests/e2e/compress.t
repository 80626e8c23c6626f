#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root engine
#
# Tars that are compressed on their way: what engines and programs make of them, whole and given up.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/engine.sh"
. "$TOP/tests/lib/trees.sh"
engine_start || exit 1

ways='gzip gzip:9 zstd zstd:12'

# Something of everything, in several blocks of each method.
make_root() {
	mkdir -p root/srv
	tree_meta root/srv
	head -c 5000000 /dev/urandom >root/srv/random
	head -c 9000000 /dev/zero | tr '\0' x >root/srv/same
	find root -exec touch -h -d '2020-01-02 03:04:05 UTC' {} +
}

# unpack WAY FILE: what was compressed, on standard output.
unpack() {
	case $1 in
	gzip*) gzip -dc "$2" ;;
	*) zstd -qdc "$2" ;;
	esac
}

# The same tar as without, and the same bytes however they come about.
same_bytes() {
	make_root
	capture 0 --profile none -o plain.tar root
	for way in $ways; do
		capture 0 --profile none --compress "$way" -o x root
		eq "$(jq .output_bytes report)" "$(stat -c %s x)" 'size in the report'
		has err ' to x in '
		unpack "$way" x | cmp - plain.tar
		for jobs in 1 8; do
			capture 0 --profile none --compress "$way" --jobs $jobs -o again root
			cmp x again
			"$ROOTLIFT" capture -q --profile none --compress "$way" --jobs $jobs root | cmp - x
		done
	done
	# Nothing in it is a tar too.
	mkdir empty
	capture 0 --profile none --compress zstd -o x empty
	capture 0 --profile none -o plain.tar empty
	unpack zstd x | cmp - plain.tar
	capture 0 --profile none --compress none -o x root
	capture 0 --profile none -o plain.tar root
	cmp x plain.tar
}

programs_take_it() {
	make_root
	podman_() {
		podman --root "$PWD/podman" --runroot "$PWD/podman-run" --storage-driver vfs "$@"
	}
	describe root >want
	for way in $ways; do
		capture 0 --profile none --compress "$way" -o x root
		"${way%:*}" -tq <x
		mkdir unpacked
		tar -xpf x --"${way%:*}" --xattrs --xattrs-include='*' --acls --selinux --numeric-owner -C unpacked
		describe unpacked | diff -u want -
		eq "$(bsdtar -tf x | wc -l)" "$(tar -tf x --"${way%:*}" | wc -l)"
		podman_ import -q x compressed:1 >out 2>&1 || fail "podman: $(cat out)"
		cmp root/srv/random "$(podman_ image mount compressed:1)/srv/random"
		podman_ image umount compressed:1 >out
		podman_ rmi -f compressed:1 >out
		rm -rf unpacked
		# Docker 20.10 knows no zstd; that which knows it is not in Debian 12.
		[[ $way == gzip* ]] || continue
		docker import x compressed:1 >out
		describe "$(layer compressed:1)" | diff -u want -
		docker rmi compressed:1 >out
		"$ROOTLIFT" capture -q --profile none --compress "$way" root | docker import - compressed:1 >out
		describe "$(layer compressed:1)" | diff -u want -
		docker rmi compressed:1 >out
	done
}

holes_stay() {
	mkdir root
	truncate -s 50M root/holes
	echo end >>root/holes
	echo x >root/x
	capture 0 --profile none --sparse --compress zstd -o x root
	capture 0 --profile none --sparse -o plain.tar root
	unpack zstd x | cmp - plain.tar
	mkdir unpacked
	tar -xf x --zstd -C unpacked
	cmp root/holes unpacked/holes
	[ "$(stat -c %b unpacked/holes)" -lt 1000 ] || fail 'the holes are filled'
}

refused() {
	mkdir root
	expect 2 "$ROOTLIFT" capture --compress lzma -o x root
	has err "^rootlift: --compress takes none, gzip\[:1-12\] or zstd\[:1-19\], not 'lzma'$"
	expect 2 "$ROOTLIFT" capture --compress gzip --reflink -o x root
	has err '^rootlift: --reflink shares what is in files: that is not for --compress$'
	[ ! -e x ] || fail 'there is an output'
	capture 0 --compress none --reflink -o x root
}

# rejected WAY FILE: no reader takes it for whole; neither does one that only gets what was decompressed.
rejected() {
	local program=${1%:*} what
	what="$1, $(stat -c %s "$2") bytes"
	! "$program" -tq <"$2" 2>/dev/null || fail "$program takes it ($what)"
	! tar -tf "$2" --"$program" >/dev/null 2>&1 || fail "GNU tar takes it ($what)"
	! bsdtar -tf "$2" >/dev/null 2>&1 || fail "bsdtar takes it ($what)"
	! docker import "$2" broken:1 >/dev/null 2>&1 || fail "docker import takes it ($what)"
	"$program" -dcq <"$2" >inside 2>/dev/null || :
	! tar -tf inside >/dev/null 2>&1 || fail "GNU tar takes what is in it ($what)"
	! bsdtar -tf inside >/dev/null 2>&1 || fail "bsdtar takes what is in it ($what)"
	! docker import inside broken:1 >/dev/null 2>&1 || fail "docker import takes what is in it ($what)"
}

# What is found out in the middle, wherever that is in a block: one of gzip has 1 MiB, one of zstd 4.
given_up() {
	mkdir root
	touch root/.wh.z
	for size in 0 1 512 100000 1048064 4193792 9000000; do
		head -c $size /dev/urandom >root/.a
		for way in gzip zstd; do
			status=0
			"$ROOTLIFT" capture -q --profile none --fail-on skipped --compress $way root 2>err >x || status=$?
			eq $status 3 status
			rejected $way x
			status=0
			"$ROOTLIFT" capture -q --profile none --fail-on skipped --compress $way root 2>err | cat >x || status=$?
			eq $status 3 status
			rejected $way x
			expect 3 "$ROOTLIFT" capture -q --profile none --fail-on skipped --compress $way -o y root
			[ ! -e y ] || fail 'there is an output'
		done
	done
}

# What is found out when all but the end has come through the pipe.
given_up_at_the_end() {
	mkdir root small
	for i in $(seq 3000); do : >"root/.wh.$i"; done
	mount -t tmpfs -o size=100k none small
	trap 'umount small' EXIT
	for size in 0 100000 5000000; do
		head -c $size /dev/urandom >root/a
		for way in gzip zstd; do
			status=0
			"$ROOTLIFT" capture -q --profile none --report small/report --compress $way root 2>err |
				cat >x || status=$?
			eq $status 3 status
			has err "^rootlift: cannot write to 'small/report': No space left on device$"
			rejected $way x
		done
	done
}

stopped() {
	make_root
	head -c 30000000 /dev/urandom >root/z
	for way in gzip zstd; do
		"$ROOTLIFT" capture -q --profile none --bwlimit 20M --compress $way root 2>err >x &
		pid=$!
		sleep 0.7
		kill -TERM $pid
		status=0
		wait $pid || status=$?
		eq $status 3 status
		has err '^rootlift: stopped by a signal$'
		rejected $way x
	done
}

# Without room, and without a reader.
no_room() {
	make_root
	head -c 30000000 /dev/urandom >root/z
	mkdir small
	mount -t tmpfs -o size=16000k none small
	trap 'umount small' EXIT
	for way in gzip zstd; do
		for jobs in 1 8; do
			expect 3 "$ROOTLIFT" capture -q --profile none --jobs $jobs --compress $way -o small/x root
			has err "^rootlift: cannot write to 'small/x': No space left on device$"
			eq "$(ls -A small)" ''
			status=0
			"$ROOTLIFT" capture -q --profile none --jobs $jobs --compress $way root >small/x 2>err || status=$?
			eq $status 3 status
			has err '^rootlift: cannot write to .*: No space left on device$'
			rejected $way small/x
			rm small/x
			for bytes in 0 100 3000000; do
				{
					status=0
					"$ROOTLIFT" capture -q --profile none --jobs $jobs --compress $way root 2>err || status=$?
					echo $status >status
				} | head -c $bytes >part
				eq "$(cat status)" 3 "status after $bytes bytes"
				has err '^rootlift: cannot write to .*: Broken pipe$'
			done
		done
	done
}

t 'the same tar, in the same bytes by any number of threads' same_bytes
t 'GNU tar, bsdtar and docker import take it' programs_take_it
t 'holes stay' holes_stay
t 'what is refused' refused
t 'a capture that is given up no reader takes for whole' given_up
t 'one that is given up at the very end neither' given_up_at_the_end
t 'one that is stopped neither' stopped
t 'no room, no reader' no_room
engine_stop
done_testing
