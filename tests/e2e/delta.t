#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root engine
# takes: 160 s
#
# Layers over a parent image, and since an earlier capture: parent and delta give exactly the full capture.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/engine.sh"
. "$TOP/tests/lib/trees.sh"
engine_start || exit 1

# A root with what can change in many ways.
make_root() {
	tree_meta root/srv
	tree_weird_names root/weird
	mkdir -p root/same/deep root/gone/sub root/emptied root/thinned root/to-file root/to-link root/acl root/wide
	for name in 1 2 3; do
		for dir in same same/deep gone/sub emptied thinned to-file to-link acl wide; do
			echo "$dir $name" >"root/$dir/$name"
		done
	done
	echo file >root/to-dir
	echo file >root/from-link
	ln -s same root/link-to-dir
	ln -s same root/retarget
	head -c 9000000 /dev/urandom >root/large-same
	head -c 9000000 /dev/urandom >root/large-changed
	head -c 200000 /dev/urandom >root/middling
	truncate -s 3M root/hole
	for set in kept split grown shrunk moved changed; do
		mkdir -p "root/sets/$set/other"
		echo "$set" >"root/sets/$set/1"
		ln "root/sets/$set/1" "root/sets/$set/2"
		ln "root/sets/$set/1" "root/sets/$set/other/3"
	done
	echo merged >root/sets/m1
	cp root/sets/m1 root/sets/m2
	mkfifo root/fifo
	mknod root/device c 1 5
	setfacl -d -m u:77:rwx root/acl
	find root -exec touch -h -d '2020-01-02 03:04:05.5 UTC' {} +
}

# Dates stay as they are unless it is they that change.
change_root() {
	(
		cd root || exit
		# Content: of another size; of the same size and date; of what is large.
		echo other >>same/1
		echo 'samE 2' >same/2
		printf x | dd of=large-changed bs=1 seek=7000000 conv=notrunc status=none
		printf x | dd of=middling bs=1 seek=100 conv=notrunc status=none
		touch -d '2020-01-02 03:04:05.5 UTC' same/2 large-changed middling
		# Metadata, one at a time.
		chmod 600 same/3
		chown 5:6 same/deep/1
		touch -d '2021-01-01 UTC' same/deep/2
		setfattr -n user.new -v value same/deep/3
		setfattr -x user.note srv/alpha
		setfacl -m u:9:r thinned/1
		setfacl -b srv/dir/large
		setfattr -x security.capability srv/capable
		setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 to-dir
		setfattr -h -n security.selinux -v 'system_u:object_r:tmp_t:s0\000' srv/alpha
		chmod 1777 wide
		# Removed, emptied, replaced.
		rm -r gone emptied/* to-file to-link thinned/2
		echo now a file >to-file
		ln -s same to-link
		rm to-dir from-link link-to-dir
		mkdir to-dir link-to-dir
		echo inside >to-dir/inside
		echo inside >link-to-dir/1
		ln -s same from-link
		ln -sfn same/deep retarget
		rm -r wide/*
		echo fresh >wide/fresh
		# Hardlinks.
		cp -a sets/split/2 sets/split/copy
		mv sets/split/copy sets/split/2
		ln sets/grown/1 sets/grown/other/4
		mkdir sets/new
		ln sets/grown/1 sets/new/5
		rm sets/shrunk/1
		mv sets/moved/1 sets/moved/9
		echo more >>sets/changed/2
		ln -f sets/m1 sets/m2
		# Special files, names, and a directory whose default ACL is passed on.
		rm fifo device srv/null-too
		mkfifo device
		mknod fifo b 7 9
		rm $'weird/new\nline' $'weird/\377\376bytes'
		echo new >$'weird/new\nline\nagain'
		rm "weird/$(printf 'n%.0s' {1..255})"
		echo new >$'weird/\376'
		echo new >acl/new
		mkdir acl/below
		touch .wh. .wh.file
	)
}

# What can be told of all files, with their dates, and which names are of one file; without the numbers of names:
# overlayfs tells those of the layer.
tell() {
	describe "$1" | sed -E 's/^([^\t]*\t[^d] [0-9]* [0-9:]* [0-9]*) [0-9]*/\1/'
	find "$1" -mindepth 1 -printf '%P %Ts\n' | sort
	find "$1" ! -type d ! -type l -printf '%i/%P\0' | LC_ALL=C sort -z -t/ -k2 | tr '\n\0' '\001\n' |
		awk '{ n = index($0, "/"); i = substr($0, 1, n - 1); p = substr($0, n + 1)
			if (i in first) print first[i] " is " p; else first[i] = p }'
}

# unpacked ARCHIVE: what umoci makes of it, in words.
unpacked() {
	rm -rf layout bundle
	mkdir layout
	tar -xf "$1" -C layout
	umoci unpack --image layout:image:1 bundle >/dev/null
	tell bundle/rootfs
}

# engine NAME: what lies in docker's layers of it, in words.
engine() {
	local upper lower
	upper=$(docker image inspect --format '{{.GraphDriver.Data.UpperDir}}' "$1")
	lower=$(docker image inspect --format '{{.GraphDriver.Data.LowerDir}}' "$1")
	mkdir -p merged
	mount -t overlay -o "ro,lowerdir=$upper:$lower" overlay merged
	tell merged
	umount merged
}

# make STATUS OUTPUT OPTION...
make() {
	local status=$1 output=$2
	shift 2
	capture "$status" --profile none -q -o "$output" "$@" root
}

parent_and_delta_are_the_whole() {
	make_root
	make 0 parent.tar --format oci --tag image:1
	change_root
	make 1 whole.tar --format oci --tag image:1
	make 1 delta.tar --format oci --tag image:1 --parent oci-archive:parent.tar --with-parent-layers
	unpacked whole.tar >want
	unpacked delta.tar | diff -u want -
	# What is the same is not in it, and what cannot be said in a layer is told.
	tar -xOf delta.tar "$(tar -xOf delta.tar manifest.json | jq -r '.[0].Layers[1]')" | tar -tzf - >list
	hasnt list '^(large-same|hole|sets/kept|srv/dir/beta|sets/shrunk/other)'
	has list '^wide/\.wh\.\.wh\.\.opq$'
	eq "$(jq -r '.exceptions[] | select(.kind == "whiteout-name") | .path' report)" $'.wh.\n.wh.file'
}

docker_takes_the_delta_alone() {
	make_root
	make 0 parent.tar --format docker --tag rootlift-parent:1 --cmd '["/x"]' --env A=1 --env B=1 --label l=1
	change_root
	make 1 whole.tar --format docker --tag rootlift-whole:1
	make 1 delta.tar --format docker --tag rootlift-delta:1 --parent docker-archive:parent.tar --env B=2
	[ "$(stat -c %s delta.tar)" -lt $(($(stat -c %s whole.tar) * 6 / 10)) ] || fail 'it has too much'
	# Only who has the parent can take it.
	expect 1 docker load -i delta.tar
	docker load -q -i parent.tar >/dev/null
	docker load -q -i delta.tar >/dev/null
	docker load -q -i whole.tar >/dev/null
	tell "$(layer rootlift-whole:1)" >want
	engine rootlift-delta:1 | diff -u want -
	docker image inspect rootlift-delta:1 >inspected
	eq "$(jq -c '.[0].Config | [.Cmd, .Env[:2], .Labels]' inspected)" '[["/x"],["A=1","B=2"],{"l":"1"}]'
	eq "$(docker history -q rootlift-delta:1 | wc -l)" 2
	docker save rootlift-delta:1 >saved.tar
	docker rmi rootlift-parent:1 rootlift-whole:1 rootlift-delta:1 >/dev/null
}

# What docker imported and saved, without attributes and in members of other forms.
an_image_of_docker_is_a_parent() {
	make_root
	tar -C root -cf - . | docker import --change 'CMD ["/y"]' - rootlift-parent:1 >/dev/null
	docker save -o parent.tar rootlift-parent:1
	change_root
	make 1 whole.tar --format docker --tag rootlift-whole:1
	make 1 delta.tar --format docker --tag rootlift-delta:1 --parent docker-archive:parent.tar
	docker load -q -i delta.tar >/dev/null
	docker load -q -i whole.tar >/dev/null
	tell "$(layer rootlift-whole:1)" >want
	engine rootlift-delta:1 | diff -u want -
	eq "$(docker image inspect rootlift-delta:1 | jq -c '.[0].Config.Cmd')" '["/y"]'
	docker rmi rootlift-parent:1 rootlift-whole:1 rootlift-delta:1 >/dev/null
}

nothing_changed() {
	make_root
	make 0 parent.tar --format oci --tag image:1
	make 0 delta.tar --format oci --tag image:1 --parent oci-archive:parent.tar
	eq "$(tar -xOf delta.tar "$(tar -xOf delta.tar manifest.json | jq -r '.[0].Layers[1]')" |
		gzip -dc | sha256sum)" "$(head -c 1024 /dev/zero | sha256sum)"
	make 0 all.tar --format oci --tag image:1 --parent oci-archive:parent.tar --with-parent-layers
	docker load -q -i all.tar >/dev/null
	start_registry
	trap 'kill $registry' EXIT
	skopeo copy -q --insecure-policy --dest-tls-verify=false oci-archive:all.tar "docker://127.0.0.1:$port/all:1"
	skopeo copy -q --insecure-policy --src-tls-verify=false "docker://127.0.0.1:$port/all:1" oci:back:1
	unpacked parent.tar >want
	umoci unpack --image back:1 back-bundle >/dev/null
	tell back-bundle/rootfs | diff -u want -
}

# By a manifest alone: a layer's tar, put over the first image by umoci.
since_a_manifest() {
	make_root
	# Files that were changed a minute ago can be known again.
	sleep 62
	make 0 parent.tar --format oci --tag image:1 --manifest first.json
	change_root
	make 1 whole.tar --format oci --tag image:1
	make 1 layer.tar --since first.json --manifest second.json
	make 1 delta.tar --format oci --tag image:1 --since first.json --parent oci-archive:parent.tar \
		--with-parent-layers
	unpacked whole.tar >want
	unpacked delta.tar | diff -u want -
	unpacked parent.tar >/dev/null
	umoci raw add-layer --image layout:image:1 layer.tar
	rm -rf bundle
	umoci unpack --image layout:image:1 bundle >/dev/null
	tell bundle/rootfs | diff -u want -
	# The list is that of the whole, as if it had been written at once.
	make 1 again.tar --manifest whole.json
	diff -u <(sed 's/,"host":"[^"]*"//' whole.json) <(sed 's/,"host":"[^"]*"//' second.json)
}

# Large files whose content turns out to be another one: into a file, into a pipe, with shared blocks, sparse.
every_way_of_writing() {
	mkdir root
	for size in 100000 5000000 70000000; do
		head -c $size /dev/urandom >"root/changed-$size"
		head -c $size /dev/urandom >"root/same-$size"
	done
	truncate -s 20M root/sparse
	find root -exec touch -d '2020-01-02 UTC' {} +
	make 0 parent.tar --format oci --compress none --tag image:1 --manifest first.json
	for size in 100000 5000000 70000000; do
		printf x | dd of=root/changed-$size bs=1 seek=$((size / 2)) conv=notrunc status=none
	done
	printf x | dd of=root/sparse bs=1 seek=9000000 conv=notrunc status=none
	find root -exec touch -d '2020-01-02 UTC' {} +
	make 0 file.tar --since first.json
	eq "$(tar -tf file.tar | tr '\n' ' ')" 'changed-100000 changed-5000000 changed-70000000 sparse '
	tar -xf file.tar --one-top-level=file
	for name in file/*; do
		cmp "$name" "root/${name#file/}"
	done
	for options in '' '--fast' '--jobs 1' '--no-clone'; do
		# shellcheck disable=SC2086
		"$ROOTLIFT" capture --profile none -q --since first.json $options root | cat >pipe.tar
		cmp file.tar pipe.tar
	done
	make 0 shared.tar --since first.json --reflink
	tar -xf shared.tar --one-top-level=shared
	diff -r file shared
	make 0 sparse.tar --since first.json --sparse
	tar -xf sparse.tar --one-top-level=holes
	diff -r file holes
	# With other metadata nothing is hashed.
	find root -exec touch -d '2020-01-03 UTC' {} +
	make 0 again.tar --since first.json
	tar -xf again.tar --one-top-level=again
	diff -r root again
}

# Files that have been still for long go into a pipe by their pages, once they are known to have changed.
pages_are_moved() {
	"$ROOTLIFT" capture --profile none -q -o first.tar --manifest first.json /usr/sbin
	sed 's/"sha256":"......../"sha256":"00000000/; s/"host":"[^"]*",//' first.json >other.json
	"$ROOTLIFT" capture --profile none -q -o file.tar --since other.json /usr/sbin
	# More than the first 64 KiB of any.
	tar -tvf file.tar | awk '$3 > 100000 { found++ } END { exit found < 3 }'
	strace -f -qq -e trace=splice -o trace "$ROOTLIFT" capture --profile none -q --since other.json /usr/sbin |
		cat >pipe.tar
	cmp file.tar pipe.tar
	has trace 'splice\('
	"$ROOTLIFT" capture --profile none -q -o same.tar --since first.json /usr/sbin
	eq "$(tar -tf same.tar)" ''
}

# Of files that are as they were no content is read.
unchanged_files_are_not_read() {
	mkdir root
	for i in {1..300}; do
		head -c 5000 /dev/urandom >"root/$i"
	done
	head -c 20000000 /dev/urandom >root/large
	# Files that were changed a minute ago can be known again.
	sleep 62
	make 0 first.tar --manifest first.json
	eq "$(grep -c '"host":' first.json)" 301
	echo new >>root/7
	read_bytes() {
		strace -f -qq -e trace=read,pread64,preadv2,mmap,splice,sendfile -y -o trace "$ROOTLIFT" capture \
			--profile none -q --fast --no-clone "$@" root
		awk -F ' = ' '/\/root\/[^>]*>/ { sum += $NF } END { print sum + 0 }' trace
	}
	full=$(read_bytes -o full.tar)
	some=$(read_bytes -o some.tar --since first.json --manifest second.json)
	[ "$full" -ge 21500000 ] || fail "only $full bytes were read"
	eq "$some" 5004
	eq "$(tar -tf some.tar)" 7
	# What has changed too short a time ago is read once more.
	hasnt second.json '"path":"7".*"host"'
	has second.json '"path":"8".*"host"'
	# A file in the place of another with the same date and size.
	cp -a root/8 root/new
	mv root/new root/8
	read_bytes -o some.tar --since first.json >out
	eq "$(cat out)" 10004
	eq "$(tar -tf some.tar)" 7
}

refused() {
	make_root
	make 0 parent.tar --format oci --tag image:1 --manifest first.json
	expect 2 "$ROOTLIFT" capture --parent oci-archive:parent.tar -o x.tar root
	has err '^rootlift: --parent needs --format oci or docker: '
	expect 2 "$ROOTLIFT" capture --format oci --since first.json -o x.tar root
	has err '^rootlift: --since with --format oci or docker needs --parent: '
	expect 2 "$ROOTLIFT" capture --with-parent-layers -o x.tar root
	expect 2 "$ROOTLIFT" capture --dry-run --since first.json root
	expect 3 "$ROOTLIFT" capture --since missing.json -o x.tar root
	has err "^rootlift: --since: cannot open 'missing.json': No such file or directory$"
	sed -i '5s/"mode":"0/"mode":"9/' first.json
	expect 3 "$ROOTLIFT" capture --profile none --since first.json -o x.tar root
	has err "^rootlift: --since: 'first.json', line 5: "
	make 0 y.tar --manifest first.json
	head -n -1 first.json >cut.json
	expect 3 "$ROOTLIFT" capture --profile none --since cut.json -o x.tar root
	has err "^rootlift: --since: 'cut.json' is not complete: "
	expect 3 "$ROOTLIFT" capture --profile none --since cut.json root
	tar -tf out >/dev/null 2>&1 && fail 'what came is taken for a tar'
	expect 3 "$ROOTLIFT" capture --format oci --parent oci-archive:missing.tar -o x.tar root
	# Other rules are told.
	expect 0 "$ROOTLIFT" capture --profile none --mtime ns --since first.json -o ns.tar root
	has err '^rootlift: the manifest of --since was written with other rules or options: '
	[ ! -e x.tar ] || fail 'there is an output'
}

# What a manifest says of one image it does not say of another.
manifest_of_another() {
	mkdir root
	echo a >root/a
	expect 0 "$ROOTLIFT" capture -q --profile none --format oci --manifest 0.list -o 0.tar root
	rm root/a
	echo c >root/c
	expect 0 "$ROOTLIFT" capture -q --profile none --format docker --manifest 1.list -o 1.tar root
	expect 3 "$ROOTLIFT" capture -q --profile none --format oci --parent oci-archive:0.tar --since 1.list \
		--with-parent-layers -o 2.tar root
	eq "$(cat err)" "rootlift: --parent oci-archive:0.tar is not the image of the capture that wrote '1.list'"
	[ ! -e 2.tar ] || fail 'there is an output'
	expect 0 "$ROOTLIFT" capture -q --profile none --format oci --parent docker-archive:1.tar --since 1.list \
		--manifest 2.list --with-parent-layers -o 2.tar root
	echo d >root/d
	expect 0 "$ROOTLIFT" capture -q --profile none --format oci --parent oci-archive:2.tar --since 2.list -o 3.tar root
}

# A squashfs has no date of its own for changes of an inode: the same inode says nothing there.
no_date_of_changes() {
	mkdir a mounted
	echo version-1 >a/file
	mksquashfs a 1.img -quiet -no-progress -all-time 1577836800 >/dev/null
	echo version-2 >a/file
	mksquashfs a 2.img -quiet -no-progress -all-time 1577836800 >/dev/null
	mount -o loop,ro 1.img mounted
	expect 0 "$ROOTLIFT" capture -q --profile none --manifest list -o 1.tar mounted
	umount mounted
	mount -o loop,ro 2.img mounted
	expect 0 "$ROOTLIFT" capture -q --profile none --since list -o 2.tar mounted
	umount mounted
	eq "$(tar -xOf 2.tar file)" version-2
}

# A directory that is written for what is in it has no more ACLs than it has, whatever is above it by now.
above_it_a_default_acl() {
	mkdir -p root/d/e
	echo 1 >root/d/e/f
	expect 0 "$ROOTLIFT" capture -q --profile none --format oci --tag p:1 -o parent.tar root
	setfacl -d -m u:1234:rwx root/d
	echo 2 >root/d/e/f
	expect 0 "$ROOTLIFT" capture -q --profile none --format docker --tag rootlift-delta-acl:1 \
		--parent oci-archive:parent.tar --with-parent-layers -o delta.tar root
	docker load -q -i delta.tar >/dev/null
	eq "$(getfacl -cp "$(layer rootlift-delta-acl:1)/d/e" | grep -c 1234)" 0
	docker rmi rootlift-delta-acl:1 >/dev/null
}

t 'parent and delta are the whole, for umoci' parent_and_delta_are_the_whole
t 'docker takes the delta alone' docker_takes_the_delta_alone
t 'an image of docker is a parent' an_image_of_docker_is_a_parent
t 'nothing changed' nothing_changed
t 'since a manifest' since_a_manifest
t 'every way of writing' every_way_of_writing
t 'pages are moved' pages_are_moved
t 'unchanged files are not read' unchanged_files_are_not_read
t 'what is refused' refused
t 'a manifest and another image' manifest_of_another
t 'file systems without a date of changes' no_date_of_changes
t 'a default ACL above what did not change' above_it_a_default_acl
engine_stop
done_testing
