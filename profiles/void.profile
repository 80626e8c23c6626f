# SPDX-License-Identifier: MIT
title Void Linux
for void
include common

# By path alone: xbps' database is none that packages are selected by, and its base-system wants a
# kernel anyhow.

[drop cache]
/var/cache/xbps/*               downloaded packages
/var/db/xbps/http*              downloaded package lists: old by the time the image runs
/var/db/xbps/ftp*               downloaded package lists
/var/db/xbps/lock               the lock of a running xbps
/var/cache/xlocate/*            downloaded lists of what packages contain

[empty log]
/var/log/socklog                content of the system's log
/var/log/nanoklogd              messages of this machine's kernel

[drop kernel]
/usr/src/kernel-headers-*       headers of this machine's kernels
/etc/dracut.conf                how this machine's initramfs is made
/etc/dracut.conf.d/             how this machine's initramfs is made
/etc/default/efibootmgr-kernel-hook  what this machine's firmware boots
/etc/zfsbootmenu/               the boot loader's configuration
/etc/refind_linux.conf          the boot loader's configuration

[drop identity]
/var/lib/seedrng/*              this machine's seed of randomness
/etc/hostid                     this machine's number
/etc/sv/*/supervise/            state of a running service
/etc/sv/*/log/supervise/        state of a running service

[edit identity]
/etc/rc.conf                    this machine's name
| delete /^HOSTNAME=/
