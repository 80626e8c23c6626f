#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root engine
#
# Images that rootlift, docker, podman, skopeo and umoci have made, as they are read: every layer of them.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/engine.sh"
engine_start || exit 1

READ_IMAGE=${READ_IMAGE:-$(dirname "$ROOTLIFT")/tests/lib/read_image}

make_root() {
	mkdir -p root/bin root/etc root/srv
	cp "$(command -v busybox)" root/bin/busybox
	ln -s busybox root/bin/sh
	head -c 2000000 /dev/urandom >root/srv/random
	head -c 3000000 /dev/zero | tr '\0' x >root/srv/same
	find root -exec touch -h -d '2020-01-02 03:04:05 UTC' {} +
}

# make FORMAT COMPRESSION: x.tar
make() {
	capture 0 --profile none --format "$1" --compress "$2" --tag test/image:1 --cmd '["/bin/sh", "-c"]' \
		--entrypoint '["/bin/busybox"]' --env 'B=c d' --user 7 --workdir /srv --label a=b --expose 80 --volume /v \
		--annotation k=v -o x.tar root
}

# read_image STATUS ARGUMENT...: what it says is in ./read
read_image() {
	local wanted=$1
	shift
	expect "$wanted" "$READ_IMAGE" "$@"
	mv out read
}

# facts FILE WORD: what is told as WORD.
facts() {
	sed -n "s/^$2 //p" "$1"
}

# What of a config survives all ways is there; the program itself has looked at all digests. The layers
# have these diff_ids.
judge() {
	local reference=$1
	shift
	read_image 0 "$reference"
	eq "$(facts read layer | cut -d ' ' -f 1 | tr '\n' ' ')" "$*"
	eq "$(facts read cmd | tr '\n' ' ')" '/bin/sh -c '
	eq "$(facts read entrypoint)" '/bin/busybox'
	eq "$(facts read env | grep ^B)" 'B=c d'
	eq "$(facts read user) $(facts read workdir) $(facts read label)" '7 /srv a=b'
	eq "$(facts read port) $(facts read volume)" '80/tcp /v'
	eq "$(facts read architecture)" "$(dpkg --print-architecture)"
}

plain_digest() {
	capture 0 --profile none -o plain.tar root
	echo "sha256:$(sha256sum plain.tar | cut -d ' ' -f 1) "
}

own_images() {
	make_root
	want=$(plain_digest)
	for way in 'oci none' 'oci gzip' 'oci zstd' 'docker none' 'docker gzip'; do
		# shellcheck disable=SC2086
		make $way
		judge x.tar "$want"
		eq "$(facts read kind)" 'oci-archive'
		eq "$(facts read annotation | grep ^k)" 'k=v'
		eq "$(facts read tag)" 'test/image:1'
		eq "$(facts read digest)" "$(tar -xOf x.tar index.json | jq -r '.manifests[0].digest')"
		eq "$(facts read layer | cut -d ' ' -f 2)" "${way#* }"
		judge docker-archive:x.tar:test/image:1 "$want"
		rm -rf layout blobs
		mkdir layout blobs
		tar -xf x.tar -C layout
		judge oci:layout:test/image:1 "$want"
		# The blob as it is.
		read_image 0 -c blobs layout
		digest=$(facts read layer | cut -d ' ' -f 3)
		cmp blobs/0 "layout/blobs/sha256/${digest#sha256:}"
		read_image 0 -c blobs docker-archive:x.tar
		eq "$(facts read copied | cut -d ' ' -f 1)" "$digest"
		cmp blobs/0 "layout/blobs/sha256/${digest#sha256:}"
		# The archive itself may be compressed.
		zstd -qf x.tar -o x.tar.zst
		judge x.tar.zst "$want"
	done
	read_image 0 plain.tar
	eq "$(cat read)" $'kind tar\nbytes '"$(stat -c %s plain.tar)"
}

# skopeo's own kinds, from each other.
skopeo_images() {
	make_root
	want=$(plain_digest)
	copy() {
		rm -rf to
		skopeo copy -q --insecure-policy "$1" "$2"
	}
	for way in 'oci gzip' 'oci zstd' 'docker none'; do
		# shellcheck disable=SC2086
		make $way
		copy oci-archive:x.tar oci:to:some:1
		judge oci:to:some:1 "$want"
		eq "$(facts read digest)" "$(jq -r '.manifests[0].digest' to/index.json)"
		judge to "$want"
		copy oci-archive:x.tar oci-archive:to:some:1
		judge to "$want"
		eq "$(facts read kind) $(facts read tag)" 'oci-archive some:1'
		# A docker archive with zstd skopeo does not make.
		[ "$way" != 'oci zstd' ] || continue
		copy oci-archive:x.tar docker-archive:to:some/name:1
		judge docker-archive:to:some/name:1 "$want"
		judge to "$want"
		eq "$(facts read kind) $(facts read id)" "docker-archive $(skopeo inspect --raw docker-archive:to |
			jq -r .config.digest)"
	done
	# docker's own manifest in a layout; layers of other kinds.
	make oci gzip
	copy oci-archive:x.tar dir:to
	copy docker-archive:x.tar oci:to:1
	judge oci:to:1 "$want"
	for method in gzip zstd; do
		rm -rf to
		skopeo copy -q --insecure-policy --dest-compress --dest-compress-format $method oci-archive:x.tar oci:to:1
		judge to "$want"
	done
	# Several in one layout.
	make oci gzip
	rm -rf to
	skopeo copy -q --insecure-policy oci-archive:x.tar oci:to:one
	touch root/etc/more
	other=$(plain_digest)
	make oci gzip
	skopeo copy -q --insecure-policy oci-archive:x.tar oci:to:two
	judge oci:to:one "$want"
	judge oci:to:two "$other"
	read_image 3 to
	has err "'to' has several images: say which, .*: one, two \(22\)$"
}

# A second layer on top of the one that was loaded.
add_layer() {
	local container
	container=$(docker create --network=none rootlift-read:1)
	echo more >further
	docker cp -q further "$container:/srv/more" 2>/dev/null || docker cp further "$container:/srv/more"
	docker commit "$container" "rootlift-read:$1" >/dev/null
	docker rm "$container" >/dev/null
}

docker_images() {
	make_root
	capture 0 --profile none --format docker --compress none --tag rootlift-read:1 --cmd '["/bin/sh", "-c"]' \
		--entrypoint '["/bin/busybox"]' --env 'B=c d' --user 7 --workdir /srv --label a=b --expose 80 --volume /v \
		-o x.tar root
	docker load -q -i x.tar >/dev/null
	add_layer 2
	docker tag rootlift-read:2 rootlift-read:also
	# The same content as another image: a link to the layer of the first in what docker save writes.
	container=$(docker create --network=none rootlift-read:2)
	docker commit -m again "$container" rootlift-read:3 >/dev/null
	docker rm "$container" >/dev/null
	docker save -o saved rootlift-read:1
	judge saved "$(docker image inspect rootlift-read:1 | jq -r '.[0].RootFS.Layers | join(" ")') "
	eq "$(facts read id)" "$(docker image inspect rootlift-read:1 | jq -r '.[0].Id')"
	eq "$(facts read tag)" 'rootlift-read:1'
	docker save -o saved rootlift-read:1 rootlift-read:2 rootlift-read:also rootlift-read:3
	has <(tar -tvf saved) '^l.*/layer\.tar -> '
	for tag in 1 2 3 also; do
		judge "docker-archive:saved:rootlift-read:$tag" \
			"$(docker image inspect rootlift-read:$tag | jq -r '.[0].RootFS.Layers | join(" ")') "
		eq "$(facts read id)" "$(docker image inspect rootlift-read:$tag | jq -r '.[0].Id')"
	done
	read_image 3 saved
	has err "^read_image: 'saved' has several images: say which, .*rootlift-read:1"
	gzip -k saved
	judge docker-archive:saved.gz:rootlift-read:2 \
		"$(docker image inspect rootlift-read:2 | jq -r '.[0].RootFS.Layers | join(" ")') "
	# What skopeo makes of docker's.
	skopeo copy -q --insecure-policy docker-archive:saved:rootlift-read:2 oci:to:2
	judge oci:to:2 "$(docker image inspect rootlift-read:2 | jq -r '.[0].RootFS.Layers | join(" ")') "
	docker rmi rootlift-read:1 rootlift-read:2 rootlift-read:also rootlift-read:3 >/dev/null
}

podman_images() {
	make_root
	podman_() {
		podman --root "$PWD/podman" --runroot "$PWD/podman-run" --storage-driver vfs "$@"
	}
	want=$(plain_digest)
	make oci gzip
	podman_ load -q -i x.tar >out 2>&1 || fail "$(cat out)"
	image=$(sed -n 's/^Loaded image[^:]*: *//p' out)
	podman_ tag "$image" localhost/read:1 localhost/read:2
	for format in docker-archive oci-archive oci-dir docker-dir; do
		rm -rf saved
		podman_ save -q --format $format -o saved localhost/read:1 >out 2>&1 || fail "$(cat out)"
		[ $format != docker-dir ] || continue
		judge saved "$want"
		case $format in
		docker-archive) judge docker-archive:saved:localhost/read:1 "$want" ;;
		oci-archive) judge oci-archive:saved "$want" ;;
		esac
	done
	rm -rf saved
	podman_ save -q --format oci-dir --compress -o saved localhost/read:1 >out 2>&1 || :
	[ ! -e saved/index.json ] || judge saved "$want"
	rm -rf saved
	podman_ save -q -m -o saved localhost/read:1 localhost/read:2 >out 2>&1 || fail "$(cat out)"
	judge docker-archive:saved:localhost/read:2 "$want"
	podman_ rmi -f "$image" localhost/read:1 localhost/read:2 >/dev/null
}

umoci_images() {
	make_root
	want=$(plain_digest)
	make oci gzip
	mkdir layout
	tar -xf x.tar -C layout
	umoci unpack --image layout:test/image:1 bundle
	echo more >bundle/rootfs/srv/more
	rm bundle/rootfs/srv/same
	umoci repack --image layout:new bundle
	umoci config --image layout:new --tag newer --config.label c=d
	read_image 0 oci:layout:newer
	eq "$(facts read layer | wc -l)" 2
	eq "$(facts read layer | head -n 1 | cut -d ' ' -f 1) " "$want"
	eq "$(facts read label | tr '\n' ' ')" 'a=b c=d '
	judge oci:layout:test/image:1 "$want"
}

# A registry's index of platforms.
platforms() {
	make_root
	want=$(plain_digest)
	make oci gzip
	podman_() {
		podman --root "$PWD/podman" --runroot "$PWD/podman-run" --storage-driver vfs "$@"
	}
	podman_ load -q -i x.tar >out 2>&1 || fail "$(cat out)"
	image=$(sed -n 's/^Loaded image[^:]*: *//p' out)
	podman_ manifest create many >/dev/null
	podman_ manifest add many "containers-storage:$image" >/dev/null
	touch root/etc/more
	make oci gzip
	podman_ manifest add --arch s390x --os linux many "oci-archive:x.tar" >/dev/null
	podman_ manifest push -q --all --format oci many oci:to:many >out 2>&1 || fail "$(cat out)"
	judge oci:to:many "$want"
	judge to "$want"
	read_image 0 to "linux/$(dpkg --print-architecture)"
	read_image 3 to linux/sparc64
	has err "'to' has no image for the platform that is wanted; it has: "
	podman_ rmi -f "$image" >/dev/null
}

# How an image that was damaged on its way is told.
damaged() {
	make_root
	make oci gzip
	size=$(stat -c %s x.tar)
	head -c $((size / 2)) x.tar >half
	read_image 3 oci-archive:half
	has err "^read_image: 'half' is no whole tar: "
	mkdir layout
	tar -xf x.tar -C layout
	blob=$(find layout/blobs -size +1000k)
	printf damaged | dd of="$blob" bs=1 seek=500000 conv=notrunc status=none
	read_image 3 layout
	has err "^read_image: 'layout' is damaged: a layer should be sha256:${blob##*/}, but is sha256:"
}

t 'images of rootlift' own_images
t 'images of skopeo' skopeo_images
t 'images of docker save' docker_images
t 'images of podman save' podman_images
t 'layouts of umoci' umoci_images
t 'images for several platforms' platforms
t 'damaged images' damaged
engine_stop
done_testing
