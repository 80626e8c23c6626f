#!/bin/bash
# SPDX-License-Identifier: MIT
#
# needs: root engine
#
# What `rootlift capture --format docker --change` puts into an image's config, beside what `docker import
# --change` makes of the same instructions. The list of them is that of tests/unit/test_dockerfile.c.
. "$(dirname "$0")/../lib/tap.sh"
. "$TOP/tests/lib/engine.sh"
engine_start || exit 1
list=$TOP/tests/lib/dockerfile_changes.jsonl

# changes KIND: those of a kind into $changes, which may be of several lines.
changes() {
	mapfile -d '' changes < <(jq -j "select(.$1) | .$1 + \"\\u0000\"" "$list")
	[ ${#changes[@]} -gt 5 ] || fail "only ${#changes[@]} are $1"
}

make_root() {
	mkdir -p root/etc
	echo x >root/etc/x
	tar -cf root.tar -C root etc
}

# lift NUMBER: an image lifted:NUMBER of ${changes[NUMBER]}, put beside the others into ./all.
lift() {
	"$ROOTLIFT" capture -q --profile none --format docker --tag "lifted:$1" --change "${changes[$1]}" \
		-o x.tar root || fail "refused: ${changes[$1]}"
	mkdir -p all
	tar -xf x.tar -C all
	mv all/manifest.json "manifest.$1"
}

# Has the engine load all images that were put together.
load_all() {
	jq -cs add manifest.* >all/manifest.json
	rm all/index.json all/oci-layout
	tar -cf all.tar -C all .
	docker load -q -i all.tar >out
}

# configs REPOSITORY NUMBER...: the images' configs as docker shows them, one a line, without what is empty
# and without the PATH that rootlift gives each image.
configs() {
	local repository=$1
	shift
	docker image inspect "${@/#/$repository:}" | jq -cS '.[].Config |
		if .Env then .Env -= ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"] else . end |
		with_entries(select(.value | . != null and . != "" and . != false and . != []))'
}

# same FILE WANTED: the lines are the same; of those that are not, the instructions are shown.
same() {
	local i got wanted differing=0
	mapfile -t got <"$1"
	mapfile -t wanted <"$2"
	eq "${#got[@]}" "${#changes[@]}"
	for i in "${!changes[@]}"; do
		[ "${got[i]}" = "${wanted[i]}" ] || {
			printf '%s\nis     %s\nis not %s\n' "${changes[i]}" "${got[i]}" "${wanted[i]}"
			differing=1
		}
	done
	[ $differing = 0 ] || fail "$1 is not $2"
}

# wanted KIND FIELD: the list's own word on each.
wanted() {
	jq -cS "select(.$1) | .$2" "$list"
}

what_docker_takes() {
	make_root
	changes taken
	for i in "${!changes[@]}"; do
		lift "$i"
		docker import --change "${changes[i]}" root.tar "imported:$i" >out 2>&1 ||
			fail "docker refuses ${changes[i]}: $(cat out)"
	done
	load_all
	numbers=("${!changes[@]}")
	configs lifted "${numbers[@]}" >lifted
	configs imported "${numbers[@]}" >imported
	same lifted imported
	wanted taken config >listed
	same imported listed
	docker rmi -f "${numbers[@]/#/lifted:}" "${numbers[@]/#/imported:}" >/dev/null
}

what_docker_refuses() {
	make_root
	changes refused
	for change in "${changes[@]}"; do
		! docker import --change "$change" root.tar imported:no >out 2>&1 || fail "docker takes $change"
		expect 2 "$ROOTLIFT" capture --format docker --change "$change" -o x.tar root
		[ ! -e x.tar ] || fail "there is an image of $change"
	done
}

# Where rootlift is not docker, for the reasons in the list.
what_is_meant_to_differ() {
	make_root
	changes differs
	eq "$(jq -r 'select(.differs) | .why // "" | length > 10' "$list" | sort -u)" true
	wanted differs docker >docker
	wanted differs config >config
	for i in "${!changes[@]}"; do
		if docker import --change "${changes[i]}" root.tar imported:x >out 2>&1; then
			configs imported x
		else
			echo null
		fi >>imported
		if "$ROOTLIFT" capture -q --profile none --format docker --tag lifted:x \
			--change "${changes[i]}" -o x.tar root >out 2>err; then
			docker load -q -i x.tar >out
			configs lifted x
		else
			echo null
		fi >>lifted
	done
	same imported docker
	same lifted config
	eq "$(paste -d '\001' imported lifted | awk -F '\001' '$1 == $2')" '' 'what does not differ'
}

t 'what docker import takes becomes the same config' what_docker_takes
t 'what docker import refuses is refused' what_docker_refuses
t 'where rootlift is meant to differ it does' what_is_meant_to_differ
engine_stop
done_testing
