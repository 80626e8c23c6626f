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

# bootstrap_debian SUITE DIR: with what apt has downloaded still in it.
bootstrap_debian() {
	local suite=$1 dir=$2 mirror cache packages=linux-image-amd64,initramfs-tools,grub2-common
	packages+=,grub-pc-bin,grub-efi-amd64-bin,openssh-server,cron,logrotate,systemd
	# Kept between runs: it takes a minute, and hundreds of downloads.
	cache=$TOP/build/root-$suite-$(cksum <<<"$packages" | cut -d ' ' -f 1).tar
	if [ -f "$cache" ]; then
		mkdir -p "$dir"
		tar -xpf "$cache" --numeric-owner --xattrs --xattrs-include='*' --acls -C "$dir"
		return
	fi
	mirror=$(debian_mirror)
	mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Languages "none"' \
		--skip=cleanup/apt --include=$packages \
		"$suite" "$dir" ${mirror:+"$mirror"} >mmdebstrap.log 2>&1 || {
		tail -n 20 mmdebstrap.log
		return 1
	}
	# apt's own caches, which it makes when it is asked something.
	chroot "$dir" apt-get check >/dev/null
	mkdir -p "${cache%/*}"
	tar -cf "$cache.new" --numeric-owner --xattrs --xattrs-include='*' --acls -C "$dir" .
	mv "$cache.new" "$cache"
}

# root_debian SUITE DIR: a Debian with a kernel, boot loaders, sshd, cron and logs.
root_debian() {
	bootstrap_debian "$1" "$2"
	old_kernel "$2"
	dirty "$2"
}

# local_deb DIR NAME [FIELD...]: makes DIR/NAME.deb of what is in DIR/NAME, with these fields.
local_deb() {
	local dir=$1 name=$2
	shift 2
	mkdir -p "$dir/$name/DEBIAN"
	printf '%s\n' "Package: $name" 'Version: 1' 'Architecture: all' \
		'Maintainer: A Tester <a@example.org>' 'Description: made for a test' "$@" \
		>"$dir/$name/DEBIAN/control"
	dpkg-deb --build --root-owner-group "$dir/$name" "$dir/$name.deb" >/dev/null
}

# old_kernel DIR: a kernel that was removed but not purged: dpkg still knows of its configuration.
old_kernel() {
	local dir=$1 name=linux-image-5.0.0-1-test
	mkdir -p "debs/$name/etc/old-kernel" "debs/$name/boot" "debs/$name/DEBIAN"
	echo 'old' >"debs/$name/etc/old-kernel/conf"
	echo 'old kernel' >"debs/$name/boot/config-5.0.0-1-test"
	echo /etc/old-kernel/conf >"debs/$name/DEBIAN/conffiles"
	local_deb debs "$name"
	cp "debs/$name.deb" "$dir/tmp/"
	chroot "$dir" dpkg -i "/tmp/$name.deb" >dpkg.log 2>&1
	chroot "$dir" dpkg -r "$name" >>dpkg.log 2>&1
	# What depmod has left behind.
	mkdir -p "$dir/usr/lib/modules/5.0.0-1-test"
	echo "$NEVER" >"$dir/usr/lib/modules/5.0.0-1-test/modules.dep.bin"
}

# The marks of what no image should have.
NEVER='NEVER-IN-AN-IMAGE'
OLD_MACHINE_ID=7c1e93b05ad84f26be4170d9a3862f5c

# dirty DIR: what a machine gathers that no image should have.
dirty() {
	(
		cd "$1" || exit
		mkdir -p etc/ssh etc/netplan etc/udev/rules.d etc/default root/.ssh home/ann/.aws \
			home/ann/.cache/pip opt/app/conf var/log/journal/1 var/log/apt var/log/nginx \
			var/lib/dhcp var/lib/dbus var/lib/cloud/instance var/lib/systemd var/backups \
			boot/grub tmp var/tmp
		echo $OLD_MACHINE_ID | tee etc/machine-id >var/lib/dbus/machine-id
		echo $NEVER-host >etc/hostname
		rm -f etc/ssh/ssh_host_*
		ssh-keygen -A -f "$PWD" >/dev/null
		ssh-keygen -q -t ed25519 -N '' -C "$NEVER" -f root/.ssh/id_ed25519
		ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -C "$NEVER" -f root/.ssh/id_rsa
		ssh-keygen -q -t rsa -b 2048 -m PKCS8 -N '' -C "$NEVER" -f app
		# By their content alone can these be known.
		cp root/.ssh/id_ed25519 home/ann/notes
		cp root/.ssh/id_rsa opt/app/conf/other
		mv app opt/app/conf/settings
		rm app.pub
		echo "aws_secret_access_key = $NEVER" >home/ann/.aws/credentials
		echo "mysql -p$NEVER" | tee root/.bash_history >home/ann/.bash_history
		echo $NEVER >home/ann/.cache/pip/x
		[ ! -d var/lib/dpkg ] || echo $NEVER >var/backups/dpkg.status.0
		echo $NEVER | tee var/log/syslog var/log/syslog.1 var/log/wtmp var/log/auth.log \
			var/log/apt/history.log var/log/nginx/access.log >var/log/journal/1/x.journal
		for log in syslog.2 apt/term.log.1 nginx/access.log.3; do
			echo $NEVER-$log | gzip >var/log/$log.gz
		done
		echo "SUBSYSTEM==\"net\" $NEVER" >etc/udev/rules.d/70-persistent-net.rules
		echo "lease $NEVER" | tee var/lib/dhcp/dhclient.leases >var/lib/dhcp/dhclient.eth0.leases
		echo "network: $NEVER" >etc/netplan/50-cloud-init.yaml
		echo $NEVER >var/lib/cloud/instance/user-data
		echo "linux /vmlinuz root=UUID=$NEVER" >boot/grub/grub.cfg
		head -c 512 /dev/urandom >var/lib/systemd/random-seed
		echo $NEVER | tee tmp/x >var/tmp/y
		echo 'ann:x:1000:1000::/home/ann:/bin/sh' >>etc/passwd
		[ ! -e etc/shadow ] ||
			sed -i "s/^root:[^:]*:/root:\$6\$$NEVER\$abcdefghijklmnop:/" etc/shadow
		cp etc/passwd etc/passwd-
		[ ! -e etc/shadow ] || cp etc/shadow etc/shadow-
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

# state DIR: all that could be seen of a root, but atimes; of a database also its bytes.
state() {
	find "$1" -xdev -printf '%P %y %m %U:%G %s %T@ %C@ %l\n' | sort
	(
		cd "$1" || exit
		find var/lib/dpkg var/lib/rpm usr/lib/sysimage/rpm lib/apk etc/apk var/lib/pacman \
			-type f -exec sha256sum {} + 2>/dev/null | sort || :
	)
}

# sums DIR PATH...: of the content of all files there, below DIR; what there is not is passed over.
sums() {
	(
		cd "$1" || exit
		shift
		find "$@" -xdev -type f -size +0 -exec sha256sum {} + 2>/dev/null |
			cut -c 1-64 | sort -u || :
	)
}

# unwanted DIR: the sums of what no image has, under whatever name.
unwanted() {
	sums "$1" boot lib/modules usr/lib/modules lib/firmware usr/lib/firmware usr/lib/grub \
		var/cache/apt var/lib/apt/lists var/cache/dnf var/cache/zypp var/cache/apk \
		var/cache/pacman var/log tmp var/tmp root/.ssh home/ann var/lib/cloud var/lib/dhcp
}

# looks_like_kernel DIR: files that are a kernel, a module, or an initramfs by their content, perhaps
# compressed.
looks_like_kernel() {
	python3 - "$1" <<-'END'
		import gzip, lzma, os, sys

		def kind(file):
		    head = file.read(1024)
		    # Linux' boot.rst: the mark of a bzImage.
		    if head[0x202:0x206] == b"HdrS":
		        return "kernel"
		    if head[:6] in (b"070701", b"070702"):
		        return "initramfs"
		    if head[:6] == b"\xfd7zXZ\0" or head[:3] == b"\x1f\x8b\x08":
		        file.seek(0)
		        opened = lzma.open(file) if head[0] == 0xfd else gzip.open(file)
		        try:
		            return kind(opened)
		        except (OSError, EOFError, lzma.LZMAError):
		            return None
		    # A relocatable ELF file that says which kernel it is for.
		    if head[:4] == b"\x7fELF" and head[16:18] == b"\1\0":
		        if b"\0vermagic=" in head + file.read():
		            return "module"
		    return None

		for top, _, names in os.walk(os.fsencode(sys.argv[1])):
		    for name in names:
		        path = os.path.join(top, name)
		        if os.path.isfile(path) and not os.path.islink(path):
		            with open(path, "rb") as file:
		                found = kind(file)
		            if found:
		                print(found, os.fsdecode(path))
	END
}

# no_dirt DIR [UNWANTED]: an assertion that scans what is there, whatever the profile says. UNWANTED
# is a file of what unwanted said of the root.
no_dirt() {
	local found
	found=$(grep -rlaE "$NEVER|$OLD_MACHINE_ID" "$1" 2>/dev/null || :)
	eq "$found" '' 'secrets, logs or identity are left'
	# Manuals and programs have the words too.
	found=$(grep -rlaE -e '-----BEGIN [A-Z ]*PRIVATE KEY-----$' "$1" 2>/dev/null |
		grep -vE '/usr/(share|lib|bin|sbin)/' || :)
	eq "$found" '' 'private keys are left'
	found=$(find "$1" \( -name '*.ko' -o -name '*.ko.[xzg]*' -o -name 'vmlinuz*' \
		-o -name 'initrd.img*' -o -name 'initramfs-*' -o -name 'ssh_host_*key*' \) ! -type d)
	eq "$found" '' 'kernel or host keys are left'
	eq "$(looks_like_kernel "$1")" '' 'a kernel by another name'
	eq "$(find "$1/boot" -mindepth 1)" '' '/boot'
	eq "$(find "$1/var/cache/apt" "$1/var/lib/apt/lists" "$1/var/cache/dnf" "$1/var/cache/zypp" \
		"$1/var/cache/apk" "$1/var/cache/pacman/pkg" "$1/var/log" "$1/tmp" "$1/var/tmp" \
		-type f -size +0 2>/dev/null)" '' 'caches, logs or temporary files are left'
	if [ $# -gt 1 ]; then
		(cd "$1" && find . -xdev -type f -size +0 -exec sha256sum {} +) | sort |
			join - "$2" >again || :
		eq "$(cat again)" '' 'what should be gone is there by another name'
	fi
	[ ! -s "$1/etc/machine-id" ] || fail 'machine-id'
}

# exported IMAGE DIR: what the engine says is in the image.
exported() {
	local id
	id=$(docker create --network=none "$1" /none)
	mkdir -p "$2"
	docker export "$id" | tar -xp --numeric-owner -C "$2"
	docker rm "$id" >/dev/null
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

# root_rpm DIR [ID [DBPATH]]: packages that are called like real ones, in a real rpm database; where
# DBPATH is not /var/lib/rpm, that is a symlink to it.
root_rpm() {
	local dir=$1 id=${2:-rocky} db=${3:-/var/lib/rpm}
	mkdir -p rpms "$dir$db" "$dir/var/lib" "$dir/etc" "$dir/var/cache/dnf/baseos"
	[ -e "$dir/var/lib/rpm" ] || ln -s "../..$db" "$dir/var/lib/rpm"
	if [ ! -d rpms/RPMS ]; then
		rpm_package setup '' /etc/profile /etc/services
		rpm_package filesystem setup /usr/share/filesystem/list
		rpm_package glibc filesystem /usr/lib64/libc.so.6
		rpm_package bash 'filesystem, glibc' /usr/bin/bash /etc/skel/.bashrc
		rpm_package systemd bash /usr/lib/systemd/systemd
		rpm_package openssh-server bash /usr/sbin/sshd /etc/ssh/sshd_config
		rpm_package linux-firmware '' /usr/lib/firmware/iwlwifi.ucode \
			/usr/share/licenses/firmware/LICENSE
		rpm_package microcode_ctl '' /usr/lib/firmware/intel-ucode/06-55-04
		rpm_package kernel-core 'linux-firmware' /lib/modules/5.14.0/vmlinuz \
			/boot/config-5.14.0 /usr/share/shared/both
		rpm_package kernel-modules kernel-core /lib/modules/5.14.0/kernel/fs/ext4.ko.xz
		rpm_package kernel kernel-modules /usr/share/doc/kernel/README
		rpm_package dracut bash /usr/bin/dracut \
			/usr/lib/dracut/modules.d/00bash/module-setup.sh
		rpm_package grub2-common '' /usr/lib/grub/i386-pc/boot.img /etc/default/grub
		# One that stays and needs what would go, and one that stays and shares a file.
		rpm_package grubby '' /usr/sbin/grubby
		rpm_package boottool '/usr/sbin/grubby' /usr/bin/boottool
		rpm_package shares '' /usr/share/shared/both
	fi
	rpm --root "$PWD/$dir" --dbpath "$db" --nodeps --noscripts -i rpms/RPMS/noarch/*.rpm \
		>rpm.log 2>&1 || {
		cat rpm.log
		return 1
	}
	printf 'NAME="Made"\nID="%s"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.3"\n' "$id" \
		>"$dir/etc/os-release"
	printf 'root:x:0:0::/root:/bin/bash\n' >"$dir/etc/passwd"
	printf 'root:x:1:::::::\n' >"$dir/etc/shadow"
	head -c 100000 /dev/urandom >"$dir/var/cache/dnf/baseos/x.solv"
	head -c 400000 /dev/urandom >"$dir/boot/initramfs-5.14.0.img"
	dirty "$dir"
}

# rpm_to_bdb DIR: makes the database of DIR, in var/lib/rpm, one of Berkeley DB, as systems have it
# whose rpm is older than 4.16: today's can read it and not write it.
rpm_to_bdb() {
	local db=$1/var/lib/rpm
	python3 - "$db/rpmdb.sqlite" <<-'END' >packages.dump
		import sqlite3, struct, sys
		rows = list(sqlite3.connect(sys.argv[1]).execute("select hnum, blob from Packages"))
		rows.append((0, struct.pack("<I", max(row[0] for row in rows))))
		print("VERSION=3\nformat=bytevalue\ntype=hash\ndb_pagesize=4096\nHEADER=END")
		for number, blob in rows:
		    print(" " + struct.pack("<I", number).hex())
		    print(" " + blob.hex())
		print("DATA=END")
	END
	rm -f "$db"/rpmdb.sqlite* "$db/.rpm.lock"
	db5.3_load -f packages.dump "$db/Packages"
}

# pacman_in DIR ARGUMENT...: the machine's pacman, with no mirror, and the root's own database.
pacman_in() {
	local dir=$1
	shift
	printf '[options]\nArchitecture = x86_64\nSigLevel = Never\nLocalFileSigLevel = Never\n' \
		>pacman.conf
	pacman --config pacman.conf --root "$dir" --dbpath "$dir/var/lib/pacman" --noconfirm \
		--cachedir "$PWD" --hookdir "$PWD" --logfile "$PWD/pacman.log" "$@"
}

# pacman_package NAME DEPENDS PROVIDES FILE...: builds a package, in pkgs.
pacman_package() {
	local name=$1 depends=$2 provides=$3 word file
	shift 3
	rm -rf package
	mkdir -p package pkgs
	for file; do
		mkdir -p "package/${file%/*}"
		echo "content of $file" >"package/$file"
	done
	{
		printf '%s\n' "pkgname = $name" "pkgbase = $name" 'pkgver = 1.0-1' 'pkgdesc = made' \
			'url = x' 'builddate = 1700000000' 'packager = a' 'size = 10' 'arch = x86_64'
		for word in $depends; do echo "depend = $word"; done
		for word in $provides; do echo "provides = $word"; done
	} >package/.PKGINFO
	(
		cd package || exit
		bsdtar -czf .MTREE --format=mtree \
			--options='!all,use-set,type,uid,gid,mode,time,size,md5,sha256,link' .PKGINFO ./*
		bsdtar -czf "../pkgs/$name-1.0-1-x86_64.pkg.tar.gz" .PKGINFO .MTREE \
			[a-z]*
	)
}

# root_pacman DIR: packages that are called like those of Arch Linux, installed by pacman.
root_pacman() {
	local dir=$1 word
	mkdir -p "$dir/var/lib/pacman" "$dir/var/cache/pacman/pkg" "$dir/etc" "$dir/boot" "$dir/usr/lib"
	ln -s usr/lib "$dir/lib"
	pacman_package filesystem '' '' etc/profile
	pacman_package glibc filesystem '' usr/lib/libc.so.6
	pacman_package bash 'glibc filesystem' sh usr/bin/bash etc/bash.bashrc
	pacman_package openssh 'bash' '' usr/bin/sshd etc/ssh/sshd_config
	pacman_package linux-api-headers '' '' usr/include/linux/fs.h
	pacman_package linux-lts 'initramfs bash' 'WIREGUARD-MODULE' usr/lib/modules/6.6/vmlinuz \
		usr/lib/modules/6.6/kernel/fs/ext4.ko.zst
	pacman_package linux-lts-headers '' '' usr/lib/modules/6.6/build/Makefile
	pacman_package linux-firmware '' '' usr/lib/firmware/x.bin.zst usr/share/licenses/firmware/WHENCE
	pacman_package mkinitcpio bash 'initramfs=1' usr/bin/mkinitcpio etc/mkinitcpio.conf
	pacman_package grub 'sh' '' usr/lib/grub/i386-pc/boot.img usr/bin/grub-install
	pacman_in "$PWD/$dir" -U --noscriptlet pkgs/*.pkg.tar.gz >pacman.out 2>&1 || {
		cat pacman.out
		return 1
	}
	# pacman lets two packages own one file only where it is forced to.
	pacman_package shares '' '' usr/share/shared/both
	pacman_package linux-hardened '' '' usr/lib/modules/6.7/vmlinuz usr/share/shared/both
	for word in shares linux-hardened; do
		pacman_in "$PWD/$dir" -U --noscriptlet --overwrite '*' "pkgs/$word"-*.gz >>pacman.out 2>&1
	done
	cp pkgs/*.gz "$dir/var/cache/pacman/pkg/"
	head -c 300000 /dev/urandom >"$dir/boot/initramfs-linux-lts.img"
	printf 'NAME="Arch Linux"\nID=arch\n' >"$dir/etc/os-release"
	printf 'root:x:0:0::/root:/bin/bash\n' >"$dir/etc/passwd"
	printf 'root:x:1:::::::\n' >"$dir/etc/shadow"
	dirty "$dir"
}
