#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root engine
#
# `rootlift convert` with what engines make: their layers flattened, their configs kept.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/engine.sh"
. "$TOP/tests/lib/trees.sh"
engine_start || exit 1

convert() {
	expect 0 "$ROOTLIFT" convert --report report "$@"
}

# An image of several layers, each of which takes away or replaces something of those below.
build_image() {
	mkdir -p root/bin root/etc
	cp "$(command -v busybox)" root/bin/busybox
	for name in sh rm mkdir ln mv chmod chown cat touch; do
		ln -s busybox root/bin/$name
	done
	tree_meta root/srv
	tree_weird_names root/names
	"$ROOTLIFT" capture -q --profile none -o base.tar root
	docker import base.tar convert-base:1 >/dev/null
	cat >Dockerfile <<-'EOD'
		FROM convert-base:1
		RUN rm -r /srv/empty /srv/alpha && mkdir /srv/alpha && touch /srv/alpha/inside
		RUN rm -r /srv/dir && mkdir /srv/dir && cat /bin/busybox > /srv/dir/new
		RUN mv /names /moved && chmod 700 /moved && chown 12:34 /srv/null
		RUN ln /srv/dir/new /srv/hard && ln -s nowhere /srv/alpha/link && rm /srv/disk
		ENV WORD=said
		LABEL a=b
		EXPOSE 80
		VOLUME /data
		USER 65534
		WORKDIR /srv
		STOPSIGNAL SIGINT
		CMD ["sh", "-c", "echo $WORD"]
	EOD
	DOCKER_BUILDKIT=0 docker build -q --network=none -t convert-test:1 -f Dockerfile . >/dev/null
	docker save -o saved.tar convert-test:1
}

# What the image holds by the book: umoci's, which is no part of any of the others. It drops labels.
describe_wanted() {
	skopeo copy -q --insecure-policy docker-archive:saved.tar oci:layout:1
	umoci unpack --image layout:1 bundle
	describe bundle/rootfs | sed '/^security.selinux=/d' >want
}

unpacked() {
	rm -rf unpacked
	mkdir unpacked
	tar -C unpacked --xattrs --xattrs-include='*' --acls --numeric-owner -xpf "$1"
	describe unpacked
}

flattens() {
	build_image
	describe_wanted
	convert saved.tar flat.tar
	unpacked flat.tar | sed '/^security.selinux=/d' | diff -u want -
	has err 'of commands and the like is lost'
	# The same by any way to it.
	for in in oci:layout:1 layout docker-archive:saved.tar:convert-test:1; do
		convert "$in" again.tar
		cmp flat.tar again.tar
	done
	skopeo copy -q --insecure-policy docker-archive:saved.tar oci-archive:archive.tar:1
	convert oci-archive:archive.tar:1 again.tar
	cmp flat.tar again.tar
	skopeo copy -q --insecure-policy --dest-compress-format zstd oci:layout:1 oci:zstd:1
	convert zstd again.tar
	cmp flat.tar again.tar
}

keeps_configs() {
	build_image
	for format in oci docker; do
		convert --format $format --tag convert-flat:1 saved.tar flat.image
		docker load -q -i flat.image >/dev/null
		docker image inspect convert-test:1 | jq -S '.[0].Config | del(.Image, .Hostname)' >want
		docker image inspect convert-flat:1 | jq -S '.[0].Config | del(.Image, .Hostname)' | diff -u want -
		eq "$(docker image inspect convert-flat:1 | jq '.[0].RootFS.Layers | length')" 1
		eq "$(docker run --rm --network=none convert-flat:1)" said
		docker rmi convert-flat:1 >/dev/null
	done
	convert --format oci --env WORD=else --cmd '["id"]' --label c=d --user 0 saved.tar flat.image
	skopeo inspect --config oci-archive:flat.image >config
	eq "$(jq -c '[.config.Cmd, .config.User, .config.Labels, (.config.Env[] | select(startswith("WORD")))]' config)" \
		'[["id"],"0",{"a":"b","c":"d"},"WORD=else"]'
}

# A container's file system as docker exports it, and back.
exported() {
	build_image
	container=$(docker create convert-test:1)
	docker export -o exported.tar "$container"
	docker rm "$container" >/dev/null
	convert exported.tar flat.tar
	unpacked exported.tar >want
	unpacked flat.tar | diff -u want -
	docker export "$(docker create --name convert-export convert-test:1)" | "$ROOTLIFT" convert -q - - >piped.tar
	docker rm convert-export >/dev/null
	docker import piped.tar convert-piped:1 >/dev/null
	docker run --rm --network=none convert-piped:1 cat /srv/dir/new | cmp - root/bin/busybox
}

t 'layers are laid over each other' flattens
t 'the config stays' keeps_configs
t 'what docker exports' exported
engine_stop
done_testing
