#!/bin/bash
# SPDX-License-Identifier: MIT
# needs: root
#
# The directories in which profiles are looked for, in a mount namespace in which they are the
# test's own: --profile-dir, the administrator's, the installed ones, then what is built in.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"

private() {
	export -f "${1?}" capture expect eq has hasnt fail skip names over chosen
	export ROOTLIFT
	unshare --mount --propagation private bash -c "set -eu -o pipefail; cd '$PWD'; $1"
}

# over DIR: what is written to DIR from now on is the test's own.
over() {
	mkdir -p "layers$1/upper" "layers$1/work"
	mount -t overlay -o "lowerdir=$1,upperdir=$PWD/layers$1/upper,workdir=$PWD/layers$1/work" o "$1" ||
		skip 'no overlay'
}

# chosen: where the profile debian was found.
chosen() {
	capture 0 -v "$@" -o x.tar root
	sed -n 's/^Profile: debian (\(.*\))$/\1/p' err
}

order() {
	# What `make install` installs to by default; the binary has it in it.
	installed=/usr/local/share/rootlift/profiles
	grep -qa "$installed" "$ROOTLIFT" || fail 'installed elsewhere'
	mkdir -p root/etc mine
	echo 'ID=debian' >root/etc/os-release
	echo x >root/file
	over /etc
	over /usr/local
	eq "$(chosen)" 'built-in debian.profile'
	mkdir -p "$installed"
	printf 'for debian\n[drop docs]\n/file  installed\n' >"$installed/debian.profile"
	eq "$(chosen)" "$installed/debian.profile"
	eq "$(names x.tar | tr '\n' ' ')" 'etc/ etc/os-release '
	mkdir -p /etc/rootlift/profiles
	printf 'for debian\n' >/etc/rootlift/profiles/debian.profile
	eq "$(chosen)" /etc/rootlift/profiles/debian.profile
	eq "$(names x.tar | tr '\n' ' ')" 'etc/ etc/os-release file '
	printf 'for debian\n' >mine/debian.profile
	eq "$(chosen --profile-dir mine)" mine/debian.profile
	# One of another name, but made for this distribution, comes in the same order.
	printf 'for debian\n' >mine/aaa.profile
	capture 0 -v --profile-dir mine -o x.tar root
	has err '^Profile: aaa \(mine/aaa.profile\)$'
}

t 'profiles are looked for in four places, in order' private order
done_testing
