#!/bin/bash
# SPDX-License-Identifier: MIT
# needs: root engine
# takes: 50 s
#
# What README.md and --help say to type is typed. So that this machine is captured often enough in
# little time, `rootlift` is told to leave most of / out, and nothing else about it is changed.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/trees.sh
. "$TOP/tests/lib/trees.sh"
# shellcheck source=tests/lib/engine.sh
. "$TOP/tests/lib/engine.sh"

# What `cat` in a container needs.
FEW=(--exclude '/*' --include /etc/os-release --include '/usr/lib/os-release' --include /bin
	--include /lib --include /lib64 --include /usr/lib64 --include /usr/bin/cat
	--include '/usr/lib/*-linux-gnu/libc.so*' --include '/usr/lib/*-linux-gnu/ld-*')
BIN=$WORK/bin
PLACE=$WORK/place

programs() {
	mkdir -p "$BIN" "$PLACE/tree" "$PLACE/mnt/old-server/etc" "$PLACE/srv/root/srv/backup" "$BIN"
	mkdir -p "$PLACE/mnt/golden/etc" "$PLACE/srv/data" "$PLACE/var/backups"
	printf 'ID=debian\nVERSION_ID="12"\n' >"$PLACE/mnt/golden/etc/os-release"
	echo data | tee "$PLACE/tree/file" >"$PLACE/srv/root/srv/backup/file"
	printf 'ID=debian\nVERSION_ID="7"\n' >"$PLACE/mnt/old-server/etc/os-release"
	{
		echo '#!/bin/bash'
		echo '[ "$1" = capture ] || exec "'"$ROOTLIFT"'" "$@"'
		echo 'shift'
		# A ROOT of one's own is captured whole.
		echo '[[ " $* " =~ \ (tree|/[^ ]*/(old-server|golden|srv/root|srv/data))\  ]] && few=() ||'
		printf '\tfew=('
		printf '%q ' "${FEW[@]}"
		echo ')'
		echo 'exec "'"$ROOTLIFT"'" capture "${few[@]}" "$@"'
	} >"$BIN/rootlift"
	printf '#include <stdio.h>\nint main(void) { return puts("Hello!") < 0; }\n' |
		gcc -static -x c -o "$PLACE/hello" -
	tar -C "$PLACE/mnt/golden" -cJf "$PLACE/root.tar.xz" .
	printf '#!/bin/sh\nexec "$@"\n' >"$BIN/sudo"
	chmod 755 "$BIN/rootlift" "$BIN/sudo"
}

# type COMMAND: as somebody would, in a directory that has what the examples name.
type_() {
	local status=0
	cd "$PLACE"
	command=${1//\/mnt\/old-server/$PLACE/mnt/old-server}
	command=${command//\/mnt\/golden/$PLACE/mnt/golden}
	command=${command// \/srv\/root/ $PLACE/srv/root}
	command=${command// \/srv\/data/ $PLACE/srv/data}
	command=${command// \/var\/backups/ $PLACE/var/backups}
	if [[ "$command" == *--fsfreeze* ]]; then
		truncate -s 8M "$PLACE/image"
		mkfs.ext4 -q "$PLACE/image"
		mount -o loop "$PLACE/image" "$PLACE/srv/data"
		trap 'umount "$PLACE/srv/data"' EXIT
		echo data >"$PLACE/srv/data/file"
	fi
	PATH=$BIN:$PATH bash -c "set -o pipefail; $command" >out 2>err || status=$?
	cat out err
	# This machine changes: that some files were torn is a result too.
	[ $status -le 1 ] || fail "status $status: $command"
	if [[ "$command" =~ -o\ ([^ ]+) ]]; then
		case ${BASH_REMATCH[1]} in
		*/) skopeo inspect "oci:${BASH_REMATCH[1]%/}" >list ;;
		*.squashfs) unsquashfs -l "${BASH_REMATCH[1]}" >list ;;
		*) tar -tf "${BASH_REMATCH[1]}" >list ;;
		esac
		[ -s list ] || fail 'nothing in it'
	fi
	if [[ "$command" =~ --report\ ([^ ]+) ]]; then
		jq -e '.format == "rootlift-report"' "${BASH_REMATCH[1]}"
	fi
	if [[ "$command" == *'docker run'*os-release* ]]; then
		cmp out /etc/os-release
	fi
	if [[ "$command" =~ docker\ import\ -\ ([a-z]+) ]]; then
		docker image inspect "${BASH_REMATCH[1]}" >/dev/null
	fi
	if [[ "$command" == *'docker load -i myhost'* ]]; then
		docker run --rm --network=none myhost:1 | cmp - /etc/os-release
	fi
	if [[ "$command" == *'run --rm hello' ]]; then
		has out '^Hello!$'
	fi
	if [[ "$command" == *--parent* ]]; then
		has err '^  unchanged '
	fi
	if [[ "$command" == *'rootlift convert'* ]]; then
		has err '^Converted '
		tar -tf "${command##* }" >list
	fi
	if [[ "$command" == *--dry-run* ]]; then
		has err '^Would capture'
	fi
	if [[ "$command" == *'rootlift plan'* ]]; then
		has out 'Left out, by category|"dropped"'
	fi
	if [[ "$command" == *'profile explain'* ]]; then
		has out '^/var/log/syslog: '
	fi
}

make_snapshot() {
	local args
	printf -v args '%q ' "${FEW[@]}"
	# The make that runs this must not hand its own flags on.
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -C "$TOP" snapshot SNAPSHOT_OUTPUT="$PWD/host.tar" \
		SNAPSHOT_ARGS="$args" >out 2>&1 || { cat out; fail 'make snapshot'; }
	cat out
	image=$(sed -n 's/^Imported as \([^:]*\):.*/\1/p' out)
	[ -n "$image" ] || fail 'no image is named'
	run "$image" cat /etc/os-release | cmp - /etc/os-release
	docker rmi "$image" >/dev/null
	jq -e '.root == "/"' host.tar.report.json
}

targets() {
	local target
	for target in $(sed -n 's/^.*`\{0,1\}sudo make \([a-z-]*\).*/\1/p' "$TOP/README.md" | sort -u); do
		has "$TOP/Makefile" "^$target:"
	done
	make -C "$TOP" help >out
	has out '^  snapshot '
	has out '^  check '
}

# Every option that the README names is one.
options() {
	local option
	"$ROOTLIFT" capture --help >help
	for option in $(grep -o -- '`--[a-z-]*' "$TOP/README.md" | tr -d '`' | sort -u); do
		has help "(^| )$option( |$)"
	done
	[ -n "$option" ]
}

# Links lead to files that are there.
links() {
	local link
	for link in $(grep -o ']([^)#]*' "$TOP/README.md" | cut -c 3- | grep -v :); do
		[ -e "$TOP/$link" ] || fail "README.md leads to $link"
	done
}

engine_start || exit 1
programs
mapfile -t recipes < <(
	sed -n 's/^    \(\(sudo \)\{0,1\}\(rootlift\|docker\|SOURCE_DATE_EPOCH=[0-9]*\) .*\)/\1/p' \
		"$TOP/README.md" | uniq
	"$ROOTLIFT" capture --help | sed -n '/^Examples:/,$s/^  \(rootlift .*\)/\1/p'
)
t 'there are recipes' [ "${#recipes[@]}" -gt 8 ]
for recipe in "${recipes[@]}"; do
	t "$recipe" type_ "$recipe"
done
t 'sudo make snapshot' make_snapshot
t 'the targets of make are there' targets
t 'the options are there' options
t 'the links lead somewhere' links
docker rmi myhost myhost:1 parent server >/dev/null 2>&1
engine_stop
done_testing
