#!/bin/bash
# SPDX-License-Identifier: MIT
# needs: root engine
#
# A root that pacman itself installed packages to, and what pacman says of its image.
exec 3>&1
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/engine.sh
. "$TOP/tests/lib/engine.sh"
# shellcheck source=tests/lib/roots.sh
. "$TOP/tests/lib/roots.sh"

ROOT=$WORK/root
LOCAL=var/lib/pacman/local

made() {
	command -v pacman >/dev/null || skip 'no pacman'
	root_pacman root
	mv root "$ROOT"
	pacman_in "$ROOT" -Q >"$WORK/packages"
	has "$WORK/packages" '^linux-lts 1.0-1$'
	pacman_in "$ROOT" -Qkk >"$WORK/verify" 2>&1 || :
	hasnt "$WORK/verify" '[1-9][0-9]* altered'
	unwanted "$ROOT" >"$WORK/unwanted"
}

captured() {
	state "$ROOT" >before
	capture 0 --profile parent-image -o x.tar "$ROOT"
	state "$ROOT" | cmp - before
	eq "$(jq .dropped_packages report)" 6
	import x.tar rootlift-test-pacman
	exported rootlift-test-pacman "$WORK/image"
	docker rmi rootlift-test-pacman >/dev/null
	told_size 'arch (by pacman), parent-image' "$(content_size "$ROOT")" \
		"$(content_size "$WORK/image")"
}

clean() {
	no_dirt "$WORK/image" "$WORK/unwanted"
}

pacman_agrees() {
	pacman_in "$WORK/image" -Q >packages
	grep -vE '^(linux-lts|linux-lts-headers|linux-hardened|linux-firmware|mkinitcpio|grub) ' "$WORK/packages" |
		diff - packages
	pacman_in "$WORK/image" -Dk >check 2>&1 || { cat check; fail 'pacman -Dk'; }
	# No file of theirs is missing or changed, by its sums, mode and owner.
	pacman_in "$WORK/image" -Qkk >verify 2>&1 || { cat verify; fail 'pacman -Qkk'; }
	hasnt verify '^warning|[1-9][0-9]* altered'
	# What is said of those that stay is as it was.
	while read -r name version; do
		diff -r "$ROOT/$LOCAL/$name-$version" "$WORK/image/$LOCAL/$name-$version"
	done <packages
	cmp "$ROOT/$LOCAL/ALPM_DB_VERSION" "$WORK/image/$LOCAL/ALPM_DB_VERSION"
}

installs() {
	pacman_package local bash '' usr/share/local/file
	cp -a "$WORK/image" image
	pacman_in "$PWD/image" -U pkgs/local-1.0-1-x86_64.pkg.tar.gz >out 2>&1 || { cat out; fail 'pacman -U'; }
	has image/usr/share/local/file 'content of'
}

shared() {
	cmp "$ROOT/usr/share/shared/both" "$WORK/image/usr/share/shared/both"
	[ ! -e "$WORK/image/usr/bin/mkinitcpio" ]
}

kept() {
	capture 0 --profile parent-image --package-db keep -o x.tar "$ROOT"
	mkdir image
	tar -xpf x.tar --numeric-owner -C image
	diff -r "$ROOT/$LOCAL" "image/$LOCAL"
	eq "$(find image/usr/lib/modules -type f)" ''
}

detected() {
	capture 0 -o x.tar "$ROOT"
	mkdir image
	tar -xpf x.tar --numeric-owner -C image
	told_size 'arch (by pacman), arch' "$(content_size "$ROOT")" "$(content_size image)"
	pacman_in "$PWD/image" -Qkk >verify 2>&1 || { cat verify; fail 'pacman -Qkk'; }
	pacman_in "$PWD/image" -Q | cmp - <(pacman_in "$WORK/image" -Q)
}

# What a package that stays depends on stays, with its files: those too that lie where kernels do.
rescued() {
	cp -a "$ROOT" root
	pacman_package fw-needer 'linux-firmware grub' '' usr/bin/fw-needer
	pacman_in "$PWD/root" -U pkgs/fw-needer-*.gz >out 2>&1
	capture 0 --profile parent-image -o x.tar root
	mkdir image
	tar -xpf x.tar --numeric-owner -C image
	pacman_in "$PWD/image" -Q linux-firmware grub
	pacman_in "$PWD/image" -Qkk >verify 2>&1 || { cat verify; fail 'pacman -Qkk'; }
}

engine_start || exit 1
t 'a root that pacman made, and made dirty' made
t 'captured, and the root is as it was' captured
t 'no secret, no kernel, no cache, no log in the image' clean
t 'pacman agrees with the image' pacman_agrees
t 'a package can be installed' installs
t 'what a package that stays owns too stays' shared
t '--package-db keep' kept
t "the distribution's profile" detected
t 'what a package that stays depends on stays' rescued
engine_stop
done_testing
