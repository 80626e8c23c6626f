#!/bin/bash
# SPDX-License-Identifier: MIT
# `rootlift profile` and `rootlift plan`.
# shellcheck disable=SC2238 # plan is no command's name here
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"

# A root with a dpkg database: a package with a file of its own and one shared, and one that stays.
tree_root() {
	mkdir -p root/etc root/usr/lib/firm root/usr/share/doc root/var/lib/dpkg/info root/srv \
		root/var/cache/apt/archives
	ln -s usr/lib root/lib
	printf 'ID=debian\nVERSION_ID="12"\n' >root/etc/os-release
	head -c 5000 /dev/zero >root/usr/lib/firm/blob
	head -c 3000 /dev/zero >root/usr/lib/firm/shared
	head -c 70000 /dev/zero >root/var/cache/apt/archives/x_1_all.deb
	echo doc >root/usr/share/doc/base
	echo mine >root/srv/mine
	cat >root/var/lib/dpkg/status <<-'EOF'
		Package: firmware-iwlwifi
		Status: install ok installed
		Architecture: all
		Version: 1

		Package: base
		Status: install ok installed
		Architecture: all
		Version: 2

	EOF
	printf '/.\n/lib\n/lib/firm\n/lib/firm/blob\n/lib/firm/shared\n' \
		>root/var/lib/dpkg/info/firmware-iwlwifi.list
	printf '/.\n/lib/firm/shared\n/usr/share/doc/base\n' >root/var/lib/dpkg/info/base.list
}

rootlift() {
	local wanted=$1
	shift
	expect "$wanted" "$ROOTLIFT" "$@"
}

listing() {
	rootlift 0 profile list
	for name in common debian ubuntu fedora rhel suse arch alpine gentoo void parent-image \
		legacy-server slim container-ready audit secrets none; do
		has out "^$name +[0-9]+ rules  "
	done
	mkdir mine
	printf 'title Ours\n[drop temp]\n/x  reason\n' >mine/ours.profile
	printf 'broken\n' >mine/bad.profile
	rootlift 0 profile list --profile-dir mine
	has out '^ours +1 rules  Ours \(mine/ours.profile\)$'
	has err "^rootlift: mine/bad.profile:1:1: expected"
	rootlift 0 profile list --json --profile-dir mine
	eq "$(jq -r '.[] | select(.name == "ours") | "\(.title) \(.rules) \(.origin)"' out)" \
		'Ours 1 mine/ours.profile'
	eq "$(jq -r '.[] | select(.name == "debian").for[0]' out)" debian
}

showing() {
	rootlift 0 profile show slim
	has out '^title '
	cmp out "$TOP/profiles/slim.profile"
	rootlift 2 profile show nothing
	has err "^rootlift: there is no profile 'nothing'$"
	rootlift 2 profile show
	rootlift 2 profile
	rootlift 2 profile dance
	has err "not 'dance'"
	rootlift 0 profile --help
	has out '^Usage: rootlift profile list'
}

checking() {
	for name in "$TOP"/profiles/*.profile; do
		rootlift 0 profile check "$name"
		has out 'no faults$'
	done
	printf '%s\n' '[drop cache]' '/var/cache  all of it' '/var/cache/apt/*  nothing left to drop' \
		'[keep cache]' '/srv/a  kept' '[drop cache]' '/srv/*  overrules' \
		'[drop log]' '/srv/b  before' 'type:f /srv/**  not all of it' >p.profile
	rootlift 1 profile check p.profile
	eq "$(cat out)" './p.profile:3: warning: /var/cache/apt/* does nothing, since all that it matches is dropped by: /var/cache (./p.profile:2)
./p.profile:5: warning: /srv/a never decides, since a later rule matches all that it matches: /srv/* (./p.profile:7)
./p.profile:9: warning: /srv/b does nothing, since all that it matches is dropped by: /srv/* (./p.profile:7)'
	printf '[drop cahce]\n' >p.profile
	rootlift 2 profile check p.profile
	has err "^rootlift: ./p.profile:1:7: expected a category .*did you mean 'cache'\?$"
	printf 'include p\n' >p.profile
	rootlift 2 profile check --profile-dir . p
	has err "'p' includes itself"
}

explaining() {
	tree_root
	rootlift 0 profile explain root /var/cache/apt/archives/x_1_all.deb /srv/mine
	has out '^/var/cache/apt/archives/x_1_all.deb: dropped$'
	has out '^  by +\[drop cache\] /var/cache/apt/archives/\*.deb  downloaded packages$'
	has out '^ +built-in debian.profile:[0-9]+$'
	has out '^/srv/mine: kept$'
	has out '^  no rule matches$'
	# The same by way of a symlink; and what lies in a directory that a rule is about.
	rootlift 0 profile explain --exclude /srv --include /srv/mine root /srv/mine /lib/firm/blob \
		/srv/none /lib/firm/shared
	has out '^/srv/mine: kept$'
	has out '^  by +\[keep user\] /srv/mine'
	has out '^  over +\[drop user\] /srv  '
	has out '^/usr/lib/firm/blob: dropped$'
	has out '^  by +\[drop kernel\] package:firmware-iwlwifi /\*\*  '
	has out '^  package +firmware-iwlwifi$'
	has out '^/srv/none: dropped \(it is not there\)$'
	has out ', for /srv, which it is in$'
	has out '^/usr/lib/firm/shared: kept'
	rootlift 0 profile explain root /var/lib/dpkg/info/firmware-iwlwifi.list
	has out 'as what the package database says of a package that is dropped'
	rootlift 0 profile explain --json --exclude /srv root /srv/mine
	eq "$(jq -r '.[0] | "\(.path) \(.decision) \(.rule.category) \(.rule.rule)"' out)" \
		'srv/mine drop user /srv'
	rootlift 2 profile explain
	rootlift 0 profile explain --profile none root /etc
}

planning() {
	tree_root
	rootlift 0 plan root
	has out '^Plan for .*/root, debian, with profile debian$'
	has out '^ +kept  left out$'
	has out '^ +[0-9.]+ kB +[0-9.]+ kB  /$'
	has out '^ +[-0-9 B]+ +70.0 kB +cache/$'
	has out '70.0 kB .* entries  cache$'
	has out '5.0 kB .* entries  kernel$'
	has out '^ +3.0 kB +5.0 kB  firmware-iwlwifi, which leaves the package database$'
	hasnt out $'\033'
	rootlift 0 plan --json --depth 4 root
	jq -e '.dropped.cache.bytes == 70000 and .dropped.kernel.bytes >= 5000' out >/dev/null
	eq "$(jq -r '.tree[] | select(.path == "var/cache/apt/archives").dropped.bytes' out)" 70000
	eq "$(jq -r '.tree[] | select(.path == "usr/lib").kept.bytes' out)" 3000
	eq "$(jq -r '.packages[] | select(.name == null).dropped.bytes' out)" \
		$((70000 + $(stat -c %s root/var/lib/dpkg/info/firmware-iwlwifi.list)))
	eq "$(jq -r '.profiles[0]' out)" debian
	# It agrees with what is captured.
	mv out plan.json
	capture 0 -o x.tar root
	eq "$(jq .kept.entries plan.json)" "$(names x.tar | wc -l)"
	eq "$(jq -c '.kept, .dropped' plan.json)" "$(jq -c '{entries: .kept.entries, bytes: .kept.bytes}, .dropped' report)"
	rootlift 2 plan --depth 0 root
	rootlift 2 plan -o x root
	rootlift 3 plan nowhere
	rootlift 0 plan --help
	script -qec "'$ROOTLIFT' plan root" /dev/null >tty
	has tty $'\033\[3[12]m'
	NO_COLOR=1 script -qec "'$ROOTLIFT' plan root" /dev/null >tty
	hasnt tty $'\033\[3[12]m'
}

package_database() {
	tree_root
	mkdir -p root/var/lib/dpkg/triggers
	printf '/usr/lib/x firmware-iwlwifi/noawait\n/usr/lib/y base\n' >root/var/lib/dpkg/triggers/File
	capture 0 -o x.tar root
	eq "$(tar -xOf x.tar var/lib/dpkg/status)" "$(sed '1,5d' root/var/lib/dpkg/status)"
	eq "$(tar -xOf x.tar var/lib/dpkg/triggers/File)" '/usr/lib/y base'
	hasnt <(names x.tar) 'firmware-iwlwifi|firm/blob'
	has <(names x.tar) '^usr/lib/firm/shared$'
	has <(names x.tar) '^var/lib/dpkg/info/base.list$'
	jq -e '.dropped_packages == 1' report >/dev/null
	has err '^  packages +1 left the package database$'
	capture 0 --package-db keep -o x.tar root
	cmp <(tar -xOf x.tar var/lib/dpkg/status) root/var/lib/dpkg/status
	has <(names x.tar) '^var/lib/dpkg/info/firmware-iwlwifi.list$'
	# A package that another one needs stays, files and all.
	sed -i 's/^Version: 2/Version: 2\nDepends: nothing, firmware-iwlwifi (>= 1)/' \
		root/var/lib/dpkg/status
	capture 0 -o x.tar root
	has <(names x.tar) 'firm/blob'
	cmp <(tar -xOf x.tar var/lib/dpkg/status) root/var/lib/dpkg/status
}

t 'profile list' listing
t 'profile show, and wrong usage' showing
t 'profile check' checking
t 'profile explain' explaining
t 'plan' planning
t 'the package database of the image' package_database
done_testing
