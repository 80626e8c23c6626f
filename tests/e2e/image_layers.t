#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root engine
#
# Images of several layers: all of them, one above the other, are what one layer is.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/engine.sh"
. "$TOP/tests/lib/trees.sh"
engine_start || exit 1

# package NAME PRIORITY SECTION PATH...: in the database of the root, with all that is at or below the paths.
package() {
	local info=root/var/lib/dpkg/info
	mkdir -p $info
	printf 'Package: %s\nStatus: install ok installed\nPriority: %s\nSection: %s\nInstalled-Size: %s\n' \
		"$1" "$2" "$3" 10000 >>root/var/lib/dpkg/status
	printf 'Version: 1\nArchitecture: all\nDescription: x\n\n' >>root/var/lib/dpkg/status
	{
		echo /.
		(cd root && find "${@:4}" -printf '/%p\n')
	} >$info/"$1".list
}

# A root that can run, with all kinds of metadata in the files of packages, of none, and across both.
make_root() {
	mkdir -p root/bin root/etc root/usr/lib root/usr/share root/srv root/home/me
	cp "$(command -v busybox)" root/bin/busybox
	for name in sh cat id; do
		ln -s busybox root/bin/$name
	done
	printf 'ID=debian\nVERSION_ID=12\n' >root/etc/os-release
	echo root:x:0:0:root:/root:/bin/sh >root/etc/passwd
	tree_meta root/usr/lib/base
	tree_meta root/usr/lib/tool
	tree_weird_names root/usr/share/names
	tree_meta root/srv/data
	# Default ACLs, above what packages own.
	setfacl -m u:1:rwx -d -m u:4321:rwx,g::r-x,o::--- root/usr/lib root/usr/lib/tool/dir root/home
	mkdir root/usr/lib/tool/dir/deep
	cp root/bin/busybox root/usr/lib/tool/dir/deep/program
	chmod 6751 root/usr/lib/tool/dir/deep/program
	# Names of one file in several packages, and in none.
	ln root/usr/lib/base/alpha root/usr/lib/tool/dir/deep/hard
	ln root/usr/lib/base/alpha root/srv/hard
	ln root/srv/data/alpha root/usr/lib/tool/hard
	chown 12345:54321 root/usr/lib/tool/dir
	chmod 3775 root/usr/lib/tool/dir
	head -c 3000000 /dev/urandom >root/home/me/random
	package busybox required utils bin
	package base important libs usr/lib/base
	package tool optional python usr/lib/tool usr/share/names
	find root -exec touch -h -d '2020-01-02 03:04:05 UTC' {} +
	touch -d '2021-02-03 04:05:06 UTC' root/usr/lib/tool root/usr/lib
}

make() {
	capture 0 --profile none "$@" root
}

# view IMAGE: mounts all layers of it at ./view, as the engine does for a container.
view() {
	local lower
	mkdir -p view
	lower=$(docker image inspect "$1" |
		jq -r '.[0].GraphDriver.Data | .UpperDir + (if .LowerDir then ":" + .LowerDir else "" end)')
	case $lower in
	*:*) mount -t overlay -o "ro,lowerdir=$lower" overlay view ;;
	*) mount --bind "$lower" view ;;
	esac
}

everything() {
	describe "$1"
	(cd "$1" && find . -mindepth 1 -printf '%P %T@\n' | sort)
}

docker_stacks_them() {
	make_root
	make --format docker --tag rootlift-single:1 -o x.tar
	docker load -q -i x.tar >/dev/null
	view rootlift-single:1
	everything view >want
	umount view
	for way in 'docker none auto' 'docker gzip 3' 'oci gzip auto' 'oci gzip 2'; do
		read -r format compression layers <<<"$way"
		make --format "$format" --compress "$compression" --layers "$layers" --tag rootlift-several:1 \
			--cmd 'id -u' -o x.tar
		docker load -q -i x.tar >/dev/null
		count=$(docker image inspect rootlift-several:1 | jq '.[0].RootFS.Layers | length')
		[ "$count" -gt 1 ] || fail "$way: one layer"
		[ "$layers" = auto ] || [ "$count" -le "$layers" ] || fail "$way: $count layers"
		eq "$(docker history rootlift-several:1 --format '{{.CreatedBy}}' | grep -c '^rootlift: .')" "$count"
		view rootlift-several:1
		everything view | diff want - || fail "$way"
		umount view
		eq "$(docker run --rm --network=none rootlift-several:1)" 0
		docker save -o saved.tar rootlift-several:1
		docker rmi rootlift-several:1 >/dev/null
	done
	docker rmi rootlift-single:1 >/dev/null
}

# umoci unpacks one over the other. (As podman does with vfs, where it copies layers without ACLs and attributes.)
others_stack_them() {
	make_root
	podman_() {
		podman --root "$PWD/podman" --runroot "$PWD/podman-run" --storage-driver overlay "$@"
	}
	make --format oci --tag image:1 -o single/
	make --format oci --layers auto --tag image:1 -o several/
	for name in single several; do
		umoci unpack --image $name:image:1 $name-bundle
	done
	everything single-bundle/rootfs >want
	everything several-bundle/rootfs | diff want -
	for layers in single auto; do
		make --format oci --layers $layers --tag rootlift-image:1 -o x.tar
		podman_ load -q -i x.tar >out 2>&1 || fail "$(cat out)"
		image=$(sed -n 's/^Loaded image[^:]*: *//p' out)
		everything "$(podman_ image mount "$image")" >$layers-view
		podman_ image umount "$image" >/dev/null
		podman_ rmi -f "$image" >/dev/null
	done
	[ -s single-view ] || fail 'nothing is there'
	diff single-view auto-view
}

# The same layers in a directory and in an archive, and by however many threads.
same_bytes() {
	make_root
	for compression in none gzip zstd; do
		make --format oci --compress $compression --layers auto --tag image:1 -o img/
		make --format oci --compress $compression --layers auto --tag image:1 --jobs 1 -o x.tar
		mkdir unpacked
		tar -xf x.tar -C unpacked
		rm unpacked/manifest.json
		diff -r img unpacked
		rm -r img unpacked
	done
	make --format oci --layers single -o x.tar
	make --format oci -o y.tar
	cmp x.tar y.tar
}

# What of two hosts is the same has the same layers.
layers_are_shared() {
	make_root
	make --format oci --layers auto -o first/
	# Another machine, some time later.
	echo "other" >root/etc/hostname
	head -c 10000 /dev/urandom >root/home/me/random
	touch root/usr/lib root/usr/share root/etc root/home/me
	make --format oci --layers auto -o second/
	find first/blobs/sha256 -type f -printf '%f\n' | sort >one
	find second/blobs/sha256 -type f -printf '%f\n' | sort >two
	shared=$(comm -12 one two | wc -l)
	[ "$shared" -ge 3 ] || fail "only $shared are shared"
}

refused() {
	make_root
	for number in 0 101 x 1x -1 ''; do
		expect 2 "$ROOTLIFT" capture --format oci --layers "$number" -o x.tar root
		has err '^rootlift: --layers'
	done
	expect 2 "$ROOTLIFT" capture --layers auto -o x.tar root
	has err '^rootlift: --layers is for an image \(--format oci or docker\): a tar is one layer$'
	[ ! -e x.tar ] || fail 'there is an output'
	make --layers single -o x.tar
	make --format oci --layers auto --dry-run
}

t 'docker stacks them' docker_stacks_them
t 'podman and umoci unpack them' others_stack_them
t 'the same bytes' same_bytes
t 'layers are shared' layers_are_shared
t 'what is refused' refused
engine_stop
done_testing
