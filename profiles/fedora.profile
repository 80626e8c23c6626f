# SPDX-License-Identifier: MIT
title Fedora, and what all RPM distributions of its family share
for fedora
include common

[drop cache]
/var/cache/dnf/*                downloaded packages and package lists
/var/cache/libdnf5/*            downloaded packages and package lists
/var/cache/yum/*                downloaded packages and package lists
/var/lib/dnf/repos/*            which mirrors were used
/var/lib/yum/repos/*            which mirrors were used
/var/lib/rpm/__db.*             locks and shared memory of a running rpm; the database itself stays
/usr/lib/sysimage/rpm/__db.*    locks and shared memory of a running rpm
/var/lib/rpm/.rpm.lock          the lock of a running rpm
/usr/lib/sysimage/rpm/.rpm.lock the lock of a running rpm
/var/cache/ibus/*               caches of the input method
/var/lib/mlocate/*              an index of this machine's files
/var/lib/plocate/*.db           an index of this machine's files
/var/lib/PackageKit/transactions.db  which packages were installed through a desktop

[truncate log]
/var/log/yum.log                content of a log
/var/log/dnf*.log               content of a log
/var/log/hawkey.log             content of a log
/var/log/spooler                content of a log
/var/log/boot.log               content of the log of booting

[drop kernel]
/etc/grub2.cfg                  a link to the boot loader's configuration
/etc/grub2-efi.cfg              a link to the boot loader's configuration
/etc/grub.conf                  a link to the boot loader's configuration
/etc/lilo.conf.anaconda         the boot loader's configuration

[empty kernel]
/usr/lib/grub                   the boot loader's modules
/var/lib/kdump                  an initramfs for crashes

[drop identity]
/etc/iscsi/initiatorname.iscsi  this machine's name to storage servers
/etc/sysconfig/network-scripts/ifcfg-e*  network cards of this machine
/etc/sysconfig/network-scripts/ifcfg-w*  network cards of this machine
/etc/sysconfig/rhn/systemid     this machine's registration
/etc/pki/consumer/*             this machine's registration
/etc/pki/entitlement/*          this machine's subscriptions
/var/lib/rhsm/*                 this machine's subscriptions
/var/lib/yum/uuid               this machine's number in statistics
/var/lib/dnf/uuid               this machine's number in statistics
/etc/sysconfig/hw-uuid          this machine's hardware
/etc/smolt/hw-uuid              this machine's hardware
/etc/nvme/hostid                this machine's name to storage servers
/etc/nvme/hostnqn               this machine's name to storage servers

[empty identity]
/etc/multipath/                 this machine's disks
