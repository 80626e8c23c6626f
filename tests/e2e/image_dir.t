#!/bin/bash
# SPDX-License-Identifier: MIT
#
# OCI image layouts that are directories.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/trees.sh"

# make OPTION...: of ./tree.
make() {
	capture 0 --profile none --arch amd64 --format oci "$@" tree
}

# What an archive of the same tree holds, but for the file of `docker load`.
same_as_archive() {
	tree_basic tree
	for compression in none gzip zstd; do
		make --compress "$compression" --tag some:1 -o x.tar
		make --compress "$compression" --tag some:1 -o img/
		mkdir unpacked
		tar -xf x.tar -C unpacked
		rm unpacked/manifest.json
		diff -r unpacked img
		make --compress "$compression" --tag some:1 --jobs 1 --confine none -o again/
		diff -r img again
		rm -r unpacked img again
	done
}

# For its owner alone; an empty directory that is there is replaced, also through a symlink.
takes_its_place() {
	umask 002
	tree_basic tree
	mkdir here there
	ln -s there link
	make -o new/
	make -o here
	make -o link
	make -o 'new2///'
	for dir in new here there new2; do
		eq "$(find $dir -type d -printf '%m ' -o -type f -printf '%m ')" \
			'700 600 700 700 600 600 600 600 '
		diff -r new $dir
	done
	[ -L link ] || fail 'the symlink is gone'
	has report '"output_bytes": '"$(find new -type f -printf '%s\n' | awk '{ n += $1 } END { print n }')"
	eq "$(ls -A)" "$(printf '%s\n' err here link new new2 out report there tree)"
}

others_read_it() {
	tree_basic tree
	make --tag some/image:1 --cmd '["/bin/id"]' -o img/
	eq "$(skopeo inspect --config oci:img:some/image:1 | jq -c .config.Cmd)" '["/bin/id"]'
	skopeo copy -q --insecure-policy oci:img:some/image:1 oci:copy:1
	eq "$(jq -r '.manifests[0].digest' copy/index.json)" "$(jq -r '.manifests[0].digest' img/index.json)"
	skopeo copy -q --insecure-policy oci:img:some/image:1 docker-archive:x.tar:some/image:1
	tar -xOf x.tar manifest.json | jq -e '.[0].Layers | length == 1' >/dev/null
}

umoci_unpacks_it() {
	tree_meta tree
	make --tag image:1 -o img/
	umoci unpack --image img:image:1 bundle
	describe tree | sed '/^security.selinux=/d' >want
	describe bundle/rootfs | sed '/^security.selinux=/d' | diff -u want -
}

refused() {
	mkdir tree full
	echo x >tree/x
	touch full/.hidden
	expect 3 "$ROOTLIFT" capture --format oci -o full tree
	eq "$(cat err)" "rootlift: cannot create 'full': the directory that is there is not empty"
	expect 3 "$ROOTLIFT" capture --format oci -o tree/x/ tree
	eq "$(cat err)" "rootlift: cannot create 'tree/x/': what is there is no directory"
	expect 3 "$ROOTLIFT" capture --format oci -o no/where/ tree
	eq "$(cat err)" "rootlift: cannot create 'no/where/': No such file or directory"
	expect 2 "$ROOTLIFT" capture --format docker -o new/ tree
	eq "$(cat err)" "rootlift: 'new/' is a directory, which only --format oci writes: name a file"
	expect 2 "$ROOTLIFT" capture -o new/ tree
	has err "^rootlift: 'new/' is a directory, which only --format oci writes: name a file$"
	expect 3 "$ROOTLIFT" capture -o tree tree
	has err "^rootlift: cannot create 'tree': Is a directory$"
	eq "$(ls -A . full)" "$(printf '%s\n' .: err full out tree '' full: .hidden)"
}

mount_points_are_refused() {
	tree_basic tree
	mkdir mounted
	mount -t tmpfs none mounted
	expect 3 "$ROOTLIFT" capture --format oci -o mounted/ tree
	eq "$(cat err)" \
		"rootlift: cannot create 'mounted/': a file system is mounted there; name a directory in it"
	make -o mounted/img/
	umount mounted
}

# Neither it nor what it will replace, and it is made beside.
not_captured_itself() {
	tree_basic tree
	make -o before.tar
	mkdir tree/here
	touch -d '2020-01-02 03:04:05.678901234 UTC' tree
	make -o tree/new/
	make -o tree/here
	make -o after.tar --exclude /new --exclude /here
	cmp before.tar after.tar
	for dir in new here; do
		layer=$(find "tree/$dir/blobs/sha256" -type f -printf '%s %p\n' | sort -n | tail -n 1)
		gzip -dc "${layer#* }" | tar -tf - >names
		hasnt names "^($dir|\.rootlift.*)/"
		has names '^dir/large$'
	done
}

# stopped SIGNAL: it has been begun; what is left is nothing.
stopped() {
	mkdir place tree
	head -c 20000000 /dev/urandom >tree/noise
	"$ROOTLIFT" capture -q --profile none --format oci --bwlimit 1M -o place/img/ tree 2>err &
	pid=$!
	for _ in $(seq 500); do
		[ -z "$(ls -A place)" ] || break
		sleep 0.02
	done
	eq "$(find place -maxdepth 1 -name '.rootlift-*.part' | wc -l)" 1
	eq "$(stat -c %a place/.root*)" 700
	sleep 0.2
	kill -s "$1" $pid
	status=0
	wait $pid || status=$?
	eq $status 3
	has err '^rootlift: stopped by a signal$'
	eq "$(ls -A place)" ''
}

no_room() {
	mkdir place tree
	head -c 5000000 /dev/urandom >tree/noise
	(
		ulimit -f 2000
		trap '' XFSZ
		expect 3 "$ROOTLIFT" capture -q --profile none --format oci -o place/img/ tree
	)
	has err "^rootlift: cannot write to 'place/img/': File too large$"
	eq "$(ls -A place)" ''
}

# Something has come to be there meanwhile: it stays, and nothing else is.
too_late() {
	mkdir place place/img tree
	head -c 3000000 /dev/urandom >tree/noise
	"$ROOTLIFT" capture -q --profile none --format oci --bwlimit 1M -o place/img/ --report place/report tree \
		2>err &
	pid=$!
	for _ in $(seq 500); do
		[ "$(ls -A place)" = img ] || break
		sleep 0.02
	done
	touch place/img/mine
	status=0
	wait $pid || status=$?
	eq $status 3
	has err "^rootlift: cannot complete 'place/img/': Directory not empty$"
	eq "$(find place | sort | tr '\n' ' ')" 'place place/img place/img/mine '
}

# With all rights given up, in a directory of somebody else.
confined() {
	tree_basic tree
	mkdir place
	chown 65534:65534 place
	make -v -o place/img/
	has err '^Confined: capabilities: left: .*dac_override'
	has err '^Confined: seccomp: '
	eq "$(ls -A place)" img
	mkdir sticky sticky/img
	chown 65534:65534 sticky sticky/img
	chmod 1777 sticky
	make -v -o sticky/img
	has err '^Confined: capabilities: left: .*fowner'
	diff -r place/img sticky/img
}

t 'the same as in an archive' same_as_archive
t 'what it replaces, and who may read it' takes_its_place
t 'skopeo reads it' others_read_it
t 'what is refused' refused
t 'it is not captured itself' not_captured_itself
for signal in TERM INT; do
	t "SIG$signal leaves nothing" stopped $signal
done
t 'no room leaves nothing' no_room
t 'a directory that is filled meanwhile' too_late
is_root && t 'umoci unpacks it' umoci_unpacks_it
is_root && t 'mount points are refused' mount_points_are_refused
is_root && t 'with rights given up' confined
done_testing
