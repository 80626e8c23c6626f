# SPDX-License-Identifier: MIT
title Fedora, and what all RPM distributions of its family share
for fedora fedora-asahi-remix nobara ultramarine qubes mageia openmandriva
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
/usr/lib/sysimage/libdnf5/*.lock  the lock of a running dnf
/var/lib/dnf/history.sqlite-shm shared memory of a running dnf
/var/cache/microdnf/*           downloaded packages and package lists
/var/cache/rpm-ostree/*         downloaded packages and package lists
/var/cache/urpmi/*              downloaded packages and package lists
/var/cache/mock/*               roots and packages for building packages
/var/cache/libvirt/*            what libvirt knows of this machine's processors
/var/cache/ibus/*               caches of the input method

[truncate log]
/var/log/yum.log                content of a log
/var/log/dnf*.log               content of a log
/var/log/hawkey.log             content of a log
/var/log/spooler                content of a log
/var/log/boot.log               content of the log of booting

[drop kernel]
package:kernel /**              kernels: a container runs on its host's
package:kernel-core /**         kernels: a container runs on its host's
package:kernel-modules* /**     kernels: a container runs on its host's
package:kernel-debug* /**       kernels: a container runs on its host's
package:kernel-PAE* /**         kernels: a container runs on its host's
package:kernel-xen* /**         kernels: a container runs on its host's
package:kernel-smp* /**         kernels: a container runs on its host's
package:kernel-hugemem* /**     kernels: a container runs on its host's
package:kernel-largesmp* /**    kernels: a container runs on its host's
package:kernel-kdump* /**       kernels: a container runs on its host's
package:kernel-BOOT* /**        kernels: a container runs on its host's
package:kernel-rt* /**          kernels: a container runs on its host's
package:kernel-64k* /**         kernels: a container runs on its host's
package:kernel-16k* /**         kernels: a container runs on its host's
package:kernel-zfcpdump* /**    kernels: a container runs on its host's
package:kernel-automotive* /**  kernels: a container runs on its host's
package:kernel-uki-* /**        kernels: a container runs on its host's
package:kernel-tuxonice* /**    kernels: a container runs on its host's
package:kernel-lpae* /**        kernels: a container runs on its host's
package:kernel-plus* /**        kernels: a container runs on its host's
package:kernel-lt /**           kernels: a container runs on its host's
package:kernel-lt-[cdm]* /**    kernels: a container runs on its host's
package:kernel-ml /**           kernels: a container runs on its host's
package:kernel-ml-[cdm]* /**    kernels: a container runs on its host's
package:kernel-uek /**          kernels: a container runs on its host's
package:kernel-uek-[cdm]* /**   kernels: a container runs on its host's
package:kernel-desktop* /**     kernels: a container runs on its host's
package:kernel-server* /**      kernels: a container runs on its host's
package:kernel-linus* /**       kernels: a container runs on its host's
package:kernel-cachyos* /**     kernels: a container runs on its host's
package:kernel-surface* /**     kernels: a container runs on its host's
package:kernel-devel* /**       headers for building modules
package:kernel-doc* /**         documentation of this machine's kernels
package:kernel-abi-* /**        what modules may use of this machine's kernels
package:kmod-kvdo /**           modules of this machine's kernels
package:kmod-drbd* /**          modules of this machine's kernels
package:kmod-nvidia* /**        modules of this machine's kernels
package:kmod-redhat-* /**       modules of this machine's kernels
package:kmod-gfs* /**           modules of this machine's kernels
package:kmod-wl* /**            modules of this machine's kernels
package:kmod-VirtualBox* /**    modules of this machine's kernels
package:kmod-v4l2loopback* /**  modules of this machine's kernels
package:akmod-* /**             modules of this machine's kernels
package:akmods /**              modules of this machine's kernels
package:dkms /**                modules of this machine's kernels
package:*-dkms /**              modules of this machine's kernels
package:dkms-* /**              modules of this machine's kernels
package:kpatch* /**             patches this machine's running kernel
package:kernel-livepatch* /**   patches this machine's running kernel
package:linux-firmware* /**     firmware for this machine's devices
package:*-firmware /**          firmware for this machine's devices
package:microcode_ctl /**       microcode for this machine's processors
package:dracut* /**             tools for making an initramfs
package:mkinitrd /**            tools for making an initramfs
package:nash /**                tools for making an initramfs
package:grub2* /**              the boot loader
package:grub /**                the boot loader
package:grubby /**              the boot loader
package:grubby-deprecated /**   the boot loader
package:sdubby /**              the boot loader
package:systemd-boot* /**       the boot loader
package:syslinux-extlinux* /**  the boot loader
package:elilo /**               the boot loader
package:lilo /**                the boot loader
package:yaboot /**              the boot loader
package:ostree-grub2 /**        installs the boot loader
package:bootupd /**             installs the boot loader
package:shim /**                the boot loader that firmware trusts
package:shim-* /**              the boot loader that firmware trusts
package:mokutil /**             sets what this machine's firmware trusts and boots
package:efibootmgr /**          sets what this machine's firmware trusts and boots
package:os-prober /**           looks for other systems on this machine's disks
package:plymouth /**            pictures while a machine boots
package:plymouth-* /**          pictures while a machine boots
package:rhgb /**                pictures while a machine boots
package:kexec-tools /**         dumps this machine's kernel
package:kdump-utils /**         dumps this machine's kernel
package:kdump-anaconda-addon /**  dumps this machine's kernel
package:memtest86+ /**          tests this machine's memory at boot
unowned /etc/grub2.cfg          a link to the boot loader's configuration
unowned /etc/grub2-efi.cfg      a link to the boot loader's configuration
unowned /etc/grub.conf          a link to the boot loader's configuration
unowned /etc/sysconfig/bootloader  the boot loader's configuration
unowned /etc/sysconfig/installkernel  how this machine's kernels are installed
unowned /etc/lilo.conf.anaconda the boot loader's configuration

[drop identity]
/etc/sysconfig/network-scripts/ifcfg-e*  network cards of this machine
/etc/sysconfig/network-scripts/ifcfg-w*  network cards of this machine
/etc/sysconfig/network-scripts/route-e*  routes of this machine's network cards
/etc/sysconfig/network-scripts/route6-e*  routes of this machine's network cards
/etc/sysconfig/network-scripts/keys-*  passwords of this machine's networks
/etc/sysconfig/networking/devices/ifcfg-e*  network cards of this machine
/etc/sysconfig/networking/profiles/*/ifcfg-e*  network cards of this machine
/etc/sysconfig/rhn/systemid     this machine's registration
/etc/sysconfig/rhn/osad-auth.conf  this machine's registration
/etc/rhsm/facts/*               what a subscription knows of this machine
/etc/pki/consumer/*             this machine's registration
/etc/pki/entitlement/*          this machine's subscriptions
/var/lib/rhsm/*                 this machine's subscriptions
/var/lib/yum/uuid               this machine's number in statistics
/var/lib/dnf/uuid               this machine's number in statistics
/var/lib/dnf/countme            this machine's number in statistics
/var/lib/rpm-state/*            what a running rpm remembers
/var/lib/setroubleshoot/*       what SELinux forbade on this machine
/var/lib/authselect/backups/*   copies of the configuration before the last change
/etc/sysconfig/hw-uuid          this machine's hardware
/etc/smolt/uuid                 this machine's hardware
/etc/smolt/hw-uuid              this machine's hardware

[empty identity]
/etc/multipath/                 this machine's disks

# Cards that are not the machine's own, bonds and bridges, keep their files without what is.
[edit identity]
/etc/sysconfig/network-scripts/ifcfg-*  network cards and names of this machine
| delete /^(DHCP_)?HOSTNAME=/
| delete /^(HWADDR|MACADDR|UUID)=/
/etc/sysconfig/network          the name of this machine
| delete /^HOSTNAME=/
