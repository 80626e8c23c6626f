#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root engine
#
# Images with a config: what docker, podman, skopeo and umoci make of them.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/engine.sh"
. "$TOP/tests/lib/trees.sh"
engine_start || exit 1

# A root that can run, with all kinds of metadata, and content that compresses and that does not.
make_root() {
	mkdir -p root/bin root/etc root/srv
	cp "$(command -v busybox)" root/bin/busybox
	for name in sh cat id env pwd; do
		ln -s busybox root/bin/$name
	done
	printf 'ID=debian\nVERSION_ID=12\n' >root/etc/os-release
	echo root:x:0:0:root:/root:/bin/sh >root/etc/passwd
	tree_meta root/srv
	head -c 3000000 /dev/urandom >root/srv/random
	head -c 9000000 /dev/zero | tr '\0' x >root/srv/same
	find root -exec touch -h -d '2020-01-02 03:04:05 UTC' {} +
}

ways=('docker none' 'docker gzip:1' 'oci none' 'oci gzip' 'oci zstd')

# make FORMAT COMPRESSION OPTION...: x.tar
make() {
	local format=$1 compression=$2
	shift 2
	capture 0 --profile none --format "$format" --compress "$compression" -o x.tar "$@" root
}

blob() {
	tar -xOf x.tar "blobs/sha256/${1#sha256:}"
}

# Each blob is named by its digest, and the layer's content has the one of the config.
whole() {
	local name manifest config
	for name in $(tar -tf x.tar | grep '^blobs/sha256/.'); do
		eq "$(tar -xOf x.tar "$name" | sha256sum | cut -d ' ' -f 1)" "${name##*/}"
	done
	manifest=$(tar -xOf x.tar index.json | jq -r '.manifests[0].digest')
	config=$(blob "$manifest" | jq -r .config.digest)
	blob "$(blob "$manifest" | jq -r '.layers[0].digest')" >layer
	case $(blob "$manifest" | jq -r '.layers[0].mediaType') in
	*+gzip) gzip -dc layer ;;
	*+zstd) zstd -dc layer ;;
	*) cat layer ;;
	esac >layer.tar
	eq "$(blob "$config" | jq -r '.rootfs.diff_ids[0]')" "sha256:$(sha256sum layer.tar | cut -d ' ' -f 1)"
	capture 0 --profile none -o plain.tar root
	cmp plain.tar layer.tar
	eq "$(blob "$manifest" | jq -r '.layers[0].size')" "$(stat -c %s layer)"
}

every_way_is_whole() {
	make_root
	for way in "${ways[@]}"; do
		# shellcheck disable=SC2086
		make $way --tag test/image:1
		whole
	done
}

# The same bytes however often, and by however many threads.
same_bytes() {
	make_root
	for way in "${ways[@]}"; do
		# shellcheck disable=SC2086
		make $way
		mv x.tar first.tar
		# shellcheck disable=SC2086
		make $way --jobs 1 --confine none
		cmp first.tar x.tar
	done
}

docker_runs_it() {
	make_root
	for way in 'docker none' 'docker gzip' 'oci gzip'; do
		# shellcheck disable=SC2086
		make $way --tag rootlift-image:1 --tag rootlift-image:2 --cmd 'id -u; pwd; echo $WORD' \
			--env WORD=said --user 65534 --workdir /srv --label a=b --expose 80 --volume /data \
			--change 'STOPSIGNAL SIGINT'
		docker load -q -i x.tar >out
		eq "$(cat out)" $'Loaded image: rootlift-image:1\nLoaded image: rootlift-image:2'
		eq "$(docker run --rm --network=none rootlift-image:1)" $'65534\n/srv\nsaid'
		docker image inspect rootlift-image:2 >inspected
		eq "$(jq -c '.[0].Config | [.ExposedPorts, .Volumes, .Labels, .StopSignal]' inspected)" \
			'[{"80/tcp":{}},{"/data":{}},{"a":"b"},"SIGINT"]'
		eq "$(jq -r '.[0].Architecture' inspected)" "$(dpkg --print-architecture)"
		describe root >want
		describe "$(layer rootlift-image:1)" | diff -u want -
		docker save -o saved.tar rootlift-image:1
		docker rmi rootlift-image:1 rootlift-image:2 >/dev/null
	done
}

podman_loads_it() {
	make_root
	podman_() {
		podman --root "$PWD/podman" --runroot "$PWD/podman-run" --storage-driver vfs "$@"
	}
	for way in 'docker none' 'oci gzip' 'oci zstd'; do
		# shellcheck disable=SC2086
		make $way --tag rootlift-image:1 --cmd '["/bin/id"]'
		podman_ load -q -i x.tar >out 2>&1 || fail "$(cat out)"
		image=$(sed -n 's/^Loaded image[^:]*: *//p' out)
		eq "$(podman_ image inspect "$image" | jq -c '.[0].Config.Cmd')" '["/bin/id"]'
		cmp root/srv/random "$(podman_ image mount "$image")/srv/random"
		podman_ image umount "$image" >/dev/null
		podman_ rmi -f "$image" >/dev/null
	done
}

# To a registry and back the digests stay.
skopeo_copies_it() {
	make_root
	start_registry
	trap 'kill $registry' EXIT
	# What is not compressed skopeo compresses on the way, so that it has another digest.
	for way in 'oci gzip' 'oci zstd'; do
		# shellcheck disable=SC2086
		make $way --tag test/image:1
		want=$(tar -xOf x.tar index.json | jq -r '.manifests[0].digest')
		skopeo copy -q --insecure-policy --dest-tls-verify=false oci-archive:x.tar \
			"docker://127.0.0.1:$port/test/image:1"
		eq "$(skopeo inspect --tls-verify=false "docker://127.0.0.1:$port/test/image:1" | jq -r .Digest)" "$want"
		rm -rf back
		skopeo copy -q --insecure-policy --src-tls-verify=false \
			"docker://127.0.0.1:$port/test/image:1" oci:back:1
		eq "$(jq -r '.manifests[0].digest' back/index.json)" "$want"
	done
	make docker none --tag test/image:1
	skopeo copy -q --insecure-policy docker-archive:x.tar oci:from-docker:1
	eq "$(skopeo inspect --config oci:from-docker:1 | jq -r '.rootfs.diff_ids[0]')" \
		"$(skopeo inspect --config oci-archive:x.tar | jq -r '.rootfs.diff_ids[0]')"
}

umoci_unpacks_it() {
	make_root
	describe root | sed '/^security.selinux=/d' >want
	for way in 'oci gzip' 'oci none'; do
		rm -rf layout bundle
		# shellcheck disable=SC2086
		make $way --tag image:1
		mkdir layout
		tar -xf x.tar -C layout
		umoci unpack --image "layout:image:1" bundle
		describe bundle/rootfs | sed '/^security.selinux=/d' | diff -u want -
	done
}

# The newest file says how old it is, unless SOURCE_DATE_EPOCH does.
dates() {
	make_root
	touch -d '2021-02-03 04:05:06 UTC' root/srv/random
	make oci none
	eq "$(skopeo inspect oci-archive:x.tar | jq -r .Created)" 2021-02-03T04:05:06Z
	SOURCE_DATE_EPOCH=1600000000 make oci none
	eq "$(skopeo inspect oci-archive:x.tar | jq -r .Created)" 2020-09-13T12:26:40Z
	# An annotation that says else is the user's, with either date.
	for epoch in '' 1600000000; do
		SOURCE_DATE_EPOCH=$epoch make oci none --annotation org.opencontainers.image.created=then
		eq "$(blob "$(tar -xOf x.tar index.json | jq -r '.manifests[0].digest')" |
			jq -r '.annotations["org.opencontainers.image.created"]')" 'then'
	done
}

refused() {
	make_root
	expect 2 "$ROOTLIFT" capture --format oci root >out
	has err '^rootlift: --format oci puts an image together in a file: name one \(-o FILE\)$'
	expect 2 "$ROOTLIFT" capture --cmd x -o x.tar root
	has err '^rootlift: --cmd needs --format oci or docker: '
	expect 2 "$ROOTLIFT" capture --format oci --compress lzma -o x.tar root
	has err "^rootlift: --compress takes none, gzip\[:1-12\] or zstd\[:1-19\], not 'lzma'$"
	expect 2 "$ROOTLIFT" capture --format oci --sparse -o x.tar root
	has err '^rootlift: --sparse is for a tar, not for the layers of an image$'
	expect 2 "$ROOTLIFT" capture --format oci --tag UPPER -o x.tar root
	[ ! -e x.tar ] || fail 'there is an output'
	# What is too much for the disk leaves nothing.
	(
		ulimit -f 2000
		trap '' XFSZ
		expect 3 "$ROOTLIFT" capture -q --profile none --format oci --compress none -o x.tar root
	)
	[ ! -e x.tar ] || fail 'there is an output'
	eq "$(find . -maxdepth 1 -name '.rootlift*')" ''
}

t 'all blobs have their digests' every_way_is_whole
t 'the same bytes by any number of threads' same_bytes
t 'docker loads and runs it' docker_runs_it
t 'podman loads it' podman_loads_it
t 'skopeo copies it to a registry and back' skopeo_copies_it
t 'umoci unpacks it' umoci_unpacks_it
t 'how old an image is' dates
t 'what is refused' refused
engine_stop
done_testing
