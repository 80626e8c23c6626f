#!/bin/bash
# SPDX-License-Identifier: MIT
# needs: root engine
# takes: 50 s
#
# A Debian that debootstrap made, used a little, captured with its profile, and run by an engine.
# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"
# shellcheck source=tests/lib/trees.sh
. "$TOP/tests/lib/trees.sh"
# shellcheck source=tests/lib/engine.sh
. "$TOP/tests/lib/engine.sh"

ROOT=$WORK/root
IMAGE=rootlift-test-debian
# Kept between runs: a bootstrap takes half a minute and hundreds of downloads.
CACHE=$TOP/build/debian-bookworm.tar

# The mirror that this machine's apt uses, if it is one of Debian's; else debootstrap's own.
mirror() {
	# The parentheses are apt's.
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' 2>/dev/null |
		sed -n 's/ bookworm$//p' | sort -u
}

bootstrap() {
	mkdir "$ROOT"
	if [ -f "$CACHE" ]; then
		tar -xpf "$CACHE" --numeric-owner --xattrs --xattrs-include='*' --acls -C "$ROOT"
		return
	fi
	command -v debootstrap >/dev/null || skip 'no debootstrap'
	local from
	from=$(mirror | sed -n 1p)
	debootstrap --variant=minbase bookworm "$ROOT" ${from:+"$from"} >log 2>&1 ||
		{ tail -n 20 log; fail 'debootstrap failed'; }
	mkdir -p "${CACHE%/*}"
	tar -cf "$CACHE.new" --numeric-owner --xattrs --xattrs-include='*' --acls -C "$ROOT" .
	mv "$CACHE.new" "$CACHE"
}

# What a machine gathers in its life.
live_in() {
	(
		cd "$ROOT"
		echo 0123456789abcdef0123456789abcdef >etc/machine-id
		echo oldhost >etc/hostname
		mkdir -p etc/ssh var/log/journal/0123 boot/grub lib/modules/6.1/kernel root/.cache/x \
			var/lib/docker/overlay2/1 home/me/.cache srv/app var/log/nginx
		echo secret >etc/ssh/ssh_host_rsa_key
		echo config >etc/ssh/sshd_config
		echo line | tee var/log/syslog var/log/auth.log var/log/nginx/access.log >var/log/dpkg.log
		gzip -c var/log/syslog >var/log/syslog.2.gz
		echo entry >var/log/journal/0123/system.journal
		echo kernel >boot/vmlinuz-6.1
		echo module >lib/modules/6.1/kernel/ext4.ko
		echo deb >var/cache/apt/archives/foo_1_amd64.deb
		echo layer >var/lib/docker/overlay2/1/file
		echo cached | tee root/.cache/x/y >home/me/.cache/z
		echo precious | tee srv/app/data var/lib/misc/data >home/me/notes
		echo temporary | tee tmp/x >var/tmp/y
		cp bin/true usr/local/bin/capable
		setcap cap_net_bind_service+ep usr/local/bin/capable
		setfacl -m u:33:rwx -d -m u:33:rwx srv/app
		setfattr -n user.origin -v somewhere srv/app/data
	)
}

captured() {
	live_in
	capture 0 -o x.tar "$ROOT"
	eq "$(jq -r '"\(.distro.id) \(.distro.version) \(.profiles[0].name)"' report)" 'debian 12 debian'
	eq "$(jq -r '.exception_counts | keys | join(" ")' report)" ''
	import x.tar "$IMAGE"
}

os_release() {
	run "$IMAGE" cat /etc/os-release >out
	diff out "$ROOT/etc/os-release"
	has out '^VERSION_CODENAME=bookworm$'
}

packages() {
	run "$IMAGE" apt-get --version >out
	has out '^apt [0-9]'
	eq "$(run "$IMAGE" dpkg --audit 2>&1)" '' 'dpkg --audit'
	eq "$(run "$IMAGE" dpkg --configure -a 2>&1)" '' 'dpkg --configure -a'
	run "$IMAGE" apt-get check >out 2>&1
	hasnt out '^[EW]:'
	eq "$(run "$IMAGE" dpkg -l | grep -c ^ii)" "$(dpkg --root="$ROOT" -l | grep -c ^ii)" 'packages'
	# No file of a package is missing or changed.
	eq "$(run "$IMAGE" dpkg --verify 2>&1)" '' 'dpkg --verify'
}

users() {
	eq "$(run --user nobody "$IMAGE" id -un)" nobody
	! run --user nobody "$IMAGE" cat /etc/shadow >/dev/null 2>&1 || fail 'nobody reads shadow'
	eq "$(run "$IMAGE" stat -c '%a %u' /usr/bin/su)" '4755 0'
	eq "$(run "$IMAGE" stat -c '%a' /tmp)" 1777
}

dropped() {
	local file dir
	dir=$(layer "$IMAGE")
	for file in etc/ssh/ssh_host_rsa_key boot/vmlinuz-6.1 lib/modules/6.1 root/.cache \
		home/me/.cache var/cache/apt/archives/foo_1_amd64.deb var/log/syslog.2.gz \
		var/log/journal/0123 var/lib/docker/overlay2 tmp/x var/tmp/y; do
		[ ! -e "$dir/$file" ] || fail "$file is there"
	done
	for file in etc/machine-id etc/hostname var/log/syslog var/log/auth.log var/log/dpkg.log \
		var/log/nginx/access.log; do
		[ -f "$dir/$file" ] || fail "$file is not there"
		[ ! -s "$dir/$file" ] || fail "$file is not empty"
		eq "$(stat -c '%a %u:%g' "$dir/$file")" "$(stat -c '%a %u:%g' "$ROOT/$file")"
	done
	for file in boot lib/modules var/log/journal var/lib/docker tmp var/tmp var/cache/apt/archives \
		var/cache/apt/archives/partial var/lib/apt/lists/partial proc sys dev run; do
		[ -d "$dir/$file" ] || fail "$file is not there"
	done
	capture 0 -n "$ROOT"
	eq "$(jq -r '.dropped | keys | sort | join(" ")' report)" 'cache engine identity kernel log pseudo temp'
}

kept() {
	local file dir
	dir=$(layer "$IMAGE")
	for file in srv/app/data var/lib/misc/data home/me/notes etc/ssh/sshd_config; do
		cmp "$dir/$file" "$ROOT/$file"
	done
	eq "$(getfattr --only-values -n user.origin "$dir/srv/app/data")" somewhere
	has <(getfacl -np "$dir/srv/app") '^default:user:33:rwx'
	has <(getcap "$dir/usr/local/bin/capable") cap_net_bind_service
}

all_of_it() {
	capture 0 --profile none -o x.tar "$ROOT"
	import x.tar "$IMAGE-all"
	describe "$ROOT" >want
	describe "$(layer "$IMAGE-all")" >got
	diff -u want got
	docker rmi "$IMAGE-all" >/dev/null
	# Read in the plain way, it is the same.
	mv x.tar cloned.tar
	capture 0 --profile none --no-clone -o x.tar "$ROOT"
	cmp x.tar cloned.tar
	# With nothing but what is in ROOT, and twice the same.
	"$ROOTLIFT" capture -q --profile none "$ROOT" >y.tar
	cmp x.tar y.tar
}

as_the_readme_says() {
	"$ROOTLIFT" capture -q "$ROOT" | docker import - "$IMAGE-pipe" >/dev/null
	run "$IMAGE-pipe" /bin/true
	eq "$(docker image inspect --format '{{index .RootFS.Layers 0}}' "$IMAGE-pipe")" \
		"$(docker image inspect --format '{{index .RootFS.Layers 0}}' "$IMAGE")"
	docker save "$IMAGE-pipe" | tar -tf - >/dev/null
	docker rmi "$IMAGE-pipe" >/dev/null
}

engine_start || exit 1
t 'a Debian is bootstrapped' bootstrap
t 'used, captured and imported' captured
t 'it runs, and is the Debian it was' os_release
t 'apt and dpkg work, and miss nothing' packages
t 'users and their rights' users
t 'what no image wants is not there' dropped
t 'what is wanted is there, with its attributes' kept
t 'without a profile all of it arrives' all_of_it
t 'through a pipe the image is the same' as_the_readme_says
docker rmi "$IMAGE" >/dev/null 2>&1
engine_stop
done_testing
