# SPDX-License-Identifier: MIT
title SUSE Linux Enterprise and openSUSE
for opensuse opensuse-leap opensuse-tumbleweed opensuse-slowroll opensuse-microos opensuse-leap-micro opensuse-aeon opensuse-kalpa sles sled sle-micro sl-micro sles_sap sle_hpc suse
include common

[drop cache]
/var/cache/zypp/*               downloaded packages and package lists
/var/cache/zypp-*/*             downloaded packages and package lists
/var/cache/zypper/*             which packages there were at the last completion
/var/lib/zypp/cache/*           package lists of old releases
/var/lib/zypp/db/*              package lists of old releases
/var/lib/zypp/history/*         what old releases installed
/var/lib/zypp/LastDistributionFlavor  what was told to servers last
/var/adm/fillup-backup/*        copies of the configuration before an update
/var/adm/backup/rpmdb/*         copies of the package database that cron makes
/var/adm/backup/sysconfig/*     copies of the configuration that cron makes
/var/lib/rpm/__db.*             locks and shared memory of a running rpm; the database itself stays
/usr/lib/sysimage/rpm/__db.*    locks and shared memory of a running rpm
/var/lib/rpm/.rpm.lock          the lock of a running rpm
/usr/lib/sysimage/rpm/.rpm.lock the lock of a running rpm
/var/cache/dnf/*                downloaded packages and package lists
/var/cache/libdnf5/*            downloaded packages and package lists
/var/cache/transactional-update/*  what an update keeps

[empty temp]
/.snapshots                     former states of this system's disk

[truncate log]
/var/log/zypp/history           what was installed on this machine
/var/log/alternatives.log       content of a log
/var/log/pk_backend_zypp        content of a log
/var/log/mcelog                 content of a log
/var/log/NetworkManager         content of the system's log
/var/log/acpid                  content of the system's log
/var/log/xinetd.log             content of a log

[empty log]
/var/log/YaST2                  how this machine was installed and set up
/var/log/tuned                  content of logs

[drop log]
type:f /var/log/zypp/history-*  logs that were rotated away
type:f /var/log/pk_backend_zypp-[0-9]*  logs that were rotated away
type:f /var/log/boot.*          content of the log of booting
/root/autoinst.xml              how this machine was installed
/root/inst-sys/                 how this machine was installed
/var/adm/autoinstall/           how this machine was installed
/etc/install.inf                how this machine was installed
/var/lib/YaST2/install.inf      how this machine was installed
/var/lib/YaST2/reconfig_system  asks for setting this machine up

[drop kernel]
package:kernel-default* /**     kernels: a container runs on its host's
package:kernel-longterm* /**    kernels: a container runs on its host's
package:kernel-preempt* /**     kernels: a container runs on its host's
package:kernel-rt* /**          kernels: a container runs on its host's
package:kernel-azure* /**       kernels: a container runs on its host's
package:kernel-ec2* /**         kernels: a container runs on its host's
package:kernel-pae* /**         kernels: a container runs on its host's
package:kernel-xen* /**         kernels: a container runs on its host's
package:kernel-desktop* /**     kernels: a container runs on its host's
package:kernel-bigsmp* /**      kernels: a container runs on its host's
package:kernel-smp* /**         kernels: a container runs on its host's
package:kernel-debug* /**       kernels: a container runs on its host's
package:kernel-trace* /**       kernels: a container runs on its host's
package:kernel-vanilla* /**     kernels: a container runs on its host's
package:kernel-kvmsmall* /**    kernels: a container runs on its host's
package:kernel-lpae* /**        kernels: a container runs on its host's
package:kernel-64kb* /**        kernels: a container runs on its host's
package:kernel-zfcpdump* /**    kernels: a container runs on its host's
package:kernel-ppc64* /**       kernels: a container runs on its host's
package:kernel-iseries64* /**   kernels: a container runs on its host's
package:kernel-devel* /**       headers for building modules
package:kernel-source* /**      headers for building modules
package:kernel-syms* /**        headers for building modules
package:kernel-macros /**       headers for building modules
package:kernel-docs* /**        documentation of this machine's kernels
package:kernel-livepatch-* /**  patches this machine's running kernel
package:kgraft-patch-* /**      patches this machine's running kernel
package:*-kmp-* /**             modules of this machine's kernels
package:dkms /**                builds modules for this machine's kernels
package:kernel-firmware* /**    firmware for this machine's devices
package:*-firmware /**          firmware for this machine's devices
package:ucode-amd /**           microcode for this machine's processors
package:ucode-intel /**         microcode for this machine's processors
package:microcode_ctl /**       microcode for this machine's processors
package:dracut /**              tools for making an initramfs
package:dracut-* /**            tools for making an initramfs
package:mkinitrd /**            tools for making an initramfs
package:grub2* /**              the boot loader
package:grub /**                the boot loader
package:lilo /**                the boot loader
package:elilo /**               the boot loader
package:systemd-boot* /**       the boot loader
package:sdbootutil* /**         the boot loader
package:perl-Bootloader* /**    the boot loader
package:update-bootloader* /**  the boot loader
package:yast2-bootloader /**    the boot loader
package:trustedgrub* /**        the boot loader
package:shim /**                the boot loader that firmware trusts
package:mokutil /**             sets what this machine's firmware trusts and boots
package:efibootmgr /**          sets what this machine's firmware trusts and boots
package:os-prober /**           looks for other systems on this machine's disks
package:plymouth /**            pictures while a machine boots
package:plymouth-* /**          pictures while a machine boots
package:bootsplash* /**         pictures while a machine boots
package:gfxboot* /**            pictures while a machine boots
package:kexec-tools /**         dumps this machine's kernel
package:kdump /**               dumps this machine's kernel
package:purge-kernels-service /**  removes kernels of this machine
package:memtest86+ /**          tests this machine's memory at boot
unowned /etc/sysconfig/kernel   which modules this machine's initramfs has
unowned /etc/sysconfig/bootloader  the boot loader's configuration
unowned /etc/default/grub_installdevice  the boot loader's disk
unowned /etc/grub.conf          the boot loader's configuration
unowned /etc/elilo.conf         the boot loader's configuration
/var/lib/bootloader/            the boot loader's configuration
unowned /usr/src/linux-*-obj    headers of this machine's kernels
unowned /usr/src/linux-*-obj/** headers of this machine's kernels
unowned /usr/src/linux-obj      headers of this machine's kernels
unowned /usr/src/linux-obj/**   headers of this machine's kernels
unowned /lib/mkinitrd/**        how this machine's initramfs is made

[drop identity]
/etc/sysconfig/network/ifcfg-e* network cards of this machine
/etc/sysconfig/network/ifcfg-w* network cards of this machine
/etc/sysconfig/network/ifroute-e*  routes of this machine's network cards
/etc/sysconfig/network/ifcfg-*.bak  copies of the configuration before a change
/etc/udev/rules.d/30-net_persistent_names.rules  names of this machine's network cards
/etc/udev/rules.d/70-net-provider-*  names of this machine's network cards
/etc/sysconfig/hardware/hwcfg-* devices of this machine
/var/lib/hardware/*             devices of this machine
/var/lib/dhcpv6/*               addresses that this machine was given
/var/lib/zypp/AnonymousUniqueId this machine's number in statistics
/etc/zypp/credentials.d/SCCcredentials  this machine's registration, with its password
/etc/zypp/credentials.d/NCCcredentials  this machine's registration, with its password
/etc/SUSEConnect                this machine's registration
/var/lib/suseRegister/*         this machine's registration
/var/cache/SuseRegister/*       this machine's registration
/var/cache/cloudregister/*      this instance's registration
/var/lib/cloudregister/*        this instance's registration
/etc/salt/minion_id             this machine's name to a management service
/etc/sysconfig/rhn/systemid     this machine's registration
/var/lib/health-checker/*       which states of this system's disk were good
/var/lib/misc/transactional-update.state  which state of this system's disk is used
/etc/snapper/configs/*          which disks of this machine are snapshot

[truncate identity]
/etc/HOSTNAME                   this machine's name; engines give each container one

[edit identity]
/etc/sysconfig/snapper          which disks of this machine are snapshot
| replace /^SNAPPER_CONFIGS=.*/SNAPPER_CONFIGS=""/
/etc/sysconfig/network/ifcfg-*  network cards of this machine
| delete /^(LLADDR|UNIQUE|_nm_name)=/
