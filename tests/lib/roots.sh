# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Whole roots, made by the distributions' own tools where they run here, and made dirty as machines
# are after some years.

# The mirror that this machine's apt uses; none: mmdebstrap's own.
debian_mirror() {
	# The parentheses are apt's.
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Created-By: Packages' 2>/dev/null |
		sed -n 's/ bookworm$//p' | sort -u | sed -n 1p
}

# root_debian SUITE DIR: a Debian with a kernel, a boot loader, sshd and cron.
root_debian() {
	local suite=$1 dir=$2 mirror
	mirror=$(debian_mirror)
	mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Languages "none"' \
		--include=linux-image-amd64,grub2-common,initramfs-tools,openssh-server,cron,systemd \
		"$suite" "$dir" ${mirror:+"$mirror"} >mmdebstrap.log 2>&1 || {
		tail -n 20 mmdebstrap.log
		return 1
	}
	dirty "$dir"
	mkdir -p "$dir/var/cache/apt/archives" "$dir/var/lib/apt/lists"
	head -c 300000 /dev/urandom >"$dir/var/cache/apt/archives/old_1_all.deb"
	head -c 200000 /dev/urandom >"$dir/var/cache/apt/pkgcache.bin"
	head -c 100000 /dev/urandom >"$dir/var/lib/apt/lists/mirror_dists_Packages"
}

# dirty DIR: what a machine gathers that no image should have. Each secret has NEVER in it.
dirty() {
	(
		cd "$1" || exit
		mkdir -p etc/ssh etc/netplan etc/udev/rules.d root/.ssh home/ann/.aws var/log/journal/1 \
			var/lib/dhcp var/lib/cloud/instance var/lib/systemd boot tmp var/tmp
		echo 0123456789abcdef0123456789abcdef >etc/machine-id
		echo NEVER-host >etc/hostname
		rm -f etc/ssh/ssh_host_*
		ssh-keygen -q -t ed25519 -N '' -f etc/ssh/ssh_host_ed25519_key
		ssh-keygen -q -t ed25519 -N '' -f root/.ssh/id_ed25519
		# By its content alone can this one be known.
		cp root/.ssh/id_ed25519 home/ann/notes
		echo 'aws_secret_access_key = NEVER' >home/ann/.aws/credentials
		echo 'mysql -pNEVER' | tee root/.bash_history >home/ann/.bash_history
		echo NEVER-log | tee var/log/syslog var/log/syslog.1 var/log/wtmp >var/log/journal/1/x.journal
		echo NEVER-log | gzip >var/log/syslog.2.gz
		echo 'SUBSYSTEM=="net" NEVER' >etc/udev/rules.d/70-persistent-net.rules
		echo 'lease NEVER' >var/lib/dhcp/dhclient.leases
		echo 'network: NEVER' >etc/netplan/50-cloud-init.yaml
		echo NEVER >var/lib/cloud/instance/user-data
		head -c 512 /dev/urandom >var/lib/systemd/random-seed
		echo NEVER | tee tmp/x >var/tmp/y
		echo 'ann:x:1000:1000::/home/ann:/bin/sh' >>etc/passwd
		[ ! -e etc/shadow ] || sed -i 's/^root:[^:]*:/root:$6$NEVER$abcdefghijklmnop:/' etc/shadow
	)
}

# content_size DIR: bytes of all regular files' content, names of one inode once.
content_size() {
	find "$1" -xdev -type f -printf '%D:%i %s\n' | sort -u | awk '{ n += $2 } END { print n + 0 }'
}

# told_size NAME BEFORE AFTER
told_size() {
	echo "# size $1 $2 $3" >&3
}

# state DIR: all that could be seen of a root, but atimes.
state() {
	find "$1" -xdev -printf '%P %y %m %U:%G %s %T@ %C@ %l\n' | sort | sha256sum
}

# no_dirt DIR: an assertion that scans what is there, whatever the profile says.
no_dirt() {
	local found
	found=$(grep -rlaE 'NEVER|BEGIN [A-Z ]*PRIVATE KEY' "$1" --exclude-dir=proc 2>/dev/null |
		grep -vE '/usr/(share|lib|bin|sbin)/' || :)
	eq "$found" '' 'secrets, logs or identity are left'
	found=$(find "$1" \( -name '*.ko' -o -name '*.ko.[xzg]*' -o -name 'vmlinuz*' \
		-o -name 'initrd.img*' -o -name 'initramfs-*' -o -name 'ssh_host_*key*' \) ! -type d)
	eq "$found" '' 'kernel or host keys are left'
	# A bzImage has its mark at 0x202 (Linux, boot.rst).
	found=$(find "$1" -type f -size +1M -print0 | while IFS= read -r -d '' file; do
		[ "$(tail -c +515 "$file" | head -c 4 | tr -d '\0')" != HdrS ] || echo "$file"
	done)
	eq "$found" '' 'a kernel by another name'
	eq "$(find "$1/var/cache/apt" "$1/var/lib/apt/lists" "$1/var/cache/dnf" "$1/var/cache/apk" \
		"$1/var/cache/pacman/pkg" "$1/var/log" "$1/tmp" "$1/var/tmp" -type f -size +0 2>/dev/null)" \
		'' 'caches, logs or temporary files are left'
	[ ! -s "$1/etc/machine-id" ]
}

# rpm_package NAME REQUIRES FILE...: builds a package; its files have some bytes in them.
rpm_package() {
	local name=$1 requires=$2 file
	shift 2
	{
		printf 'Name: %s\nVersion: 5.14.0\nRelease: 1.el9\nSummary: test\nLicense: MIT\n' "$name"
		printf 'BuildArch: noarch\nAutoReqProv: no\n'
		[ -z "$requires" ] || printf 'Requires: %s\n' "$requires"
		printf '%%description\nA package.\n%%install\n'
		for file; do
			printf 'mkdir -p "%%{buildroot}%s"\n' "${file%/*}"
			# The same bytes in each package, so that two can own one file.
			printf 'echo "content of %s" >"%%{buildroot}%s"\n' "$file" "$file"
			printf 'touch -d @1700000000 "%%{buildroot}%s"\n' "$file"
		done
		printf '%%files\n'
		printf '%s\n' "$@"
	} >"rpms/$name.spec"
	rpmbuild --quiet --define "_topdir $PWD/rpms" --define '_build_id_links none' \
		--define '__os_install_post %{nil}' --define '_binary_payload w1.gzdio' \
		-bb "rpms/$name.spec" >rpmbuild.log 2>&1 || {
		cat rpmbuild.log
		return 1
	}
}

# root_rpm DIR: packages that are called like real ones, in a real rpm database.
root_rpm() {
	local dir=$1
	mkdir -p rpms "$dir/var/lib/rpm" "$dir/etc" "$dir/var/cache/dnf/baseos"
	rpm_package filesystem '' /usr/share/filesystem/list
	rpm_package bash filesystem /usr/bin/bash /etc/skel/.bashrc
	rpm_package openssh-server bash /usr/sbin/sshd /etc/ssh/sshd_config
	rpm_package linux-firmware '' /usr/lib/firmware/iwlwifi.ucode /usr/share/licenses/firmware/LICENSE
	rpm_package kernel-core 'linux-firmware' /lib/modules/5.14.0/vmlinuz /boot/config-5.14.0 \
		/usr/share/shared/both
	rpm_package kernel-modules kernel-core /lib/modules/5.14.0/kernel/fs/ext4.ko.xz
	rpm_package kernel kernel-modules /usr/share/doc/kernel/README
	rpm_package dracut bash /usr/bin/dracut /usr/lib/dracut/modules.d/00bash/module-setup.sh
	rpm_package grub2-common '' /usr/lib/grub/i386-pc/boot.img /etc/default/grub
	# One that stays and needs what would go, and one that stays and shares a file.
	rpm_package grubby '' /usr/sbin/grubby
	rpm_package boottool '/usr/sbin/grubby' /usr/bin/boottool
	rpm_package shares '' /usr/share/shared/both
	rpm --root "$PWD/$dir" --dbpath /var/lib/rpm --nodeps --noscripts -i rpms/RPMS/noarch/*.rpm \
		>rpm.log 2>&1 || {
		cat rpm.log
		return 1
	}
	printf 'NAME="Rocky Linux"\nID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.3"\n' \
		>"$dir/etc/os-release"
	printf 'root:x:0:0::/root:/bin/bash\n' >"$dir/etc/passwd"
	printf 'root:x:1:::::::\n' >"$dir/etc/shadow"
	head -c 100000 /dev/urandom >"$dir/var/cache/dnf/baseos/x.solv"
	head -c 400000 /dev/urandom >"$dir/boot/initramfs-5.14.0.img"
	dirty "$dir"
}
