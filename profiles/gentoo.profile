# SPDX-License-Identifier: MIT
title Gentoo and its family
for gentoo funtoo calculate redcore pentoo sabayon chromeos cos
include common

# The tree is not part of stage archives either: emerge --sync fetches it.
[empty cache]
/var/db/repos/gentoo            the tree of ebuilds: old by the time the image runs
/var/git/meta-repo              the tree of ebuilds of Funtoo
/usr/portage                    the tree of ebuilds, where older releases have it
/var/cache/distfiles            sources of packages
/var/cache/binpkgs              built packages
/var/cache/edb                  an index of the tree
/var/cache/eix                  an index of the tree
/var/cache/genkernel            kernels being built
/var/tmp/portage                packages being built
/var/log/portage                output of package installations
/var/cache/ccache               objects that were compiled before
/var/cache/revdep-rebuild       what checking libraries remembers

[drop cache]
/var/lib/portage/preserved_libs_registry.bak  a copy that emerge keeps
/var/lib/portage/config.lock    the lock of a running emerge
/var/db/.pkg.portage_lockfile   the lock of a running emerge
/var/db/pkg/**/.*.portage_lockfile  the lock of a running emerge
/etc/config-archive/*           copies of the configuration before an update
/var/cache/rc/*                 what OpenRC makes anew
/lib/rc/init.d/*                state of this machine's services

[truncate log]
/var/log/emerge.log             content of a log
/var/log/emerge-fetch.log       content of a log
/var/log/rc.log                 content of the log of booting
/var/log/genkernel.log          content of a log
/var/log/eix-sync.log           content of a log

# The database has a directory for each package. Those whose files are all in the directories of
# kernels, firmware and sources go with them.
[drop kernel]
/var/db/pkg/sys-kernel/*-sources-[0-9]*  the kernel's source, as emerge knows it
/var/db/pkg/sys-kernel/*-kernel-[0-9]*  a kernel, as emerge knows it
/var/db/pkg/sys-kernel/*-kernel-bin-[0-9]*  a kernel, as emerge knows it
/var/db/pkg/sys-kernel/linux-firmware-[0-9]*  firmware, as emerge knows it
/var/db/pkg/sys-firmware/*-firmware-[0-9]*  firmware, as emerge knows it
/var/db/pkg/sys-firmware/intel-microcode-[0-9]*  microcode, as emerge knows it
/var/db/pkg/virtual/dist-kernel-[0-9]*  a kernel, as emerge knows it
/var/db/pkg/virtual/linux-sources-[0-9]*  the kernel's source, as emerge knows it
/etc/kernels/                   configuration of this machine's kernels
/etc/portage/savedconfig/sys-kernel/  which firmware this machine wants
/usr/src/linux-*                the kernel's source
/usr/src/initramfs/             what this machine's initramfs is made of

[edit kernel]
/var/lib/portage/world          kernels and firmware that were asked for
| delete %^(sys-kernel/[a-z-]*-(sources|kernel|kernel-bin)|sys-kernel/linux-firmware|sys-firmware/[a-z-]*-firmware|sys-firmware/intel-microcode)([:@].*)?$%

[drop identity]
/etc/conf.d/net                 network cards of this machine
/etc/conf.d/net.[ew]*           network cards of this machine
/etc/hostid                     this machine's number
/var/lib/seedrng/*              this machine's seed of randomness

[edit identity]
/etc/conf.d/hostname            this machine's name
| replace /^hostname=.*/hostname="localhost"/
