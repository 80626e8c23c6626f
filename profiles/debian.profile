# SPDX-License-Identifier: MIT
title Debian and its family
for debian raspbian devuan kali proxmox pureos parrot deepin mx antix
include common

[drop cache]
/var/cache/apt/*.bin            apt makes its index of packages anew
/var/cache/apt/archives/*.deb   downloaded packages
/var/cache/apt/archives/partial/*  packages downloaded in part
/var/cache/apt/archives/lock    the lock of a running apt
/var/lib/apt/lists/*            downloaded package lists: old by the time the image runs

[keep cache]
/var/lib/apt/lists/partial/     apt wants the directory
/var/lib/apt/lists/auxfiles/    apt wants the directory

[drop cache]
/var/lib/apt/lists/auxfiles/*   what belongs to package lists
/var/lib/apt/lists/partial/*    package lists downloaded in part
/var/cache/apt-file/*           downloaded lists of what packages contain
/var/lib/apt-file/*             downloaded lists of what packages contain
/var/cache/apt-show-versions/*  an index that is made anew
/var/cache/apt-xapian-index/*   an index that is made anew
/var/cache/debconf/*-old        copies that debconf keeps; the answers themselves stay
/var/cache/dictionaries-common/*.bak  backups of what is made from the dictionaries
/var/cache/pbuilder/*           roots and packages for building packages
/var/lib/dpkg/*-old             copies that dpkg keeps; the database itself stays
/var/lib/dpkg/lock              the lock of a running dpkg
/var/lib/dpkg/lock-frontend     the lock of a running apt
/var/lib/dpkg/triggers/Lock     the lock of a running dpkg
/var/backups/*                  backups that cron makes of what is in /etc and /var/lib
/var/lib/ucf/*.[0-9]            copies that ucf keeps
/var/lib/apt/periodic/*         when apt did something last
/var/lib/apt/daily_lock         the lock of a running apt
type:f /var/lib/apt/mirrors/**  which mirrors were used
/var/lib/apt/cdroms.list~       a copy that apt keeps
/var/lib/aptitude/pkgstates.old a copy that aptitude keeps
/var/lib/apt-xapian-index/*     an index that is made anew
/var/state/apt/lists/*          package lists of old releases
/var/lib/unattended-upgrades/kept-back  what the last upgrade kept back
/var/lib/update-notifier/*-stamp  when something was done last
/var/lib/apt-listchanges/*      what changes were shown already
/var/cache/apt-build/*          packages that were built here
/var/cache/apt-cacher-ng/*      packages kept for other machines
/var/cache/apt-cacher/*         packages kept for other machines
/var/cache/approx/*             packages kept for other machines
/etc/apt/trusted.gpg~           a copy that apt-key keeps
/etc/apt/trusted.gpg.d/*~       copies that apt-key keeps
/etc/apt/trustdb.gpg            trust that apt does not look at

[truncate log]
/var/log/aptitude               content of a log
/var/log/user.log               content of the system's log
/var/log/kern.log               messages of this machine's kernel
/var/log/unattended-upgrades/*  content of logs
/var/log/apt/term.log           output of package installations
/var/log/alternatives.log       content of a log
/var/log/auth.log               content of the log of logins

[drop log]
/var/log/apt/eipp.log*          how apt planned an installation
/var/log/fsck/*                 how checks of this machine's disks went
/var/log/bootstrap.log          how this system was made

[drop identity]
/etc/network/interfaces.d/50-cloud-init  network cards of this instance
/etc/network/interfaces.d/50-cloud-init.cfg  network cards of this instance
/etc/initramfs-tools/conf.d/resume  this machine's swap device
/etc/network/run/*              state of this machine's network cards
/var/lib/ifupdown/*             state of this machine's network cards
/var/lib/initscripts/*          state of this machine's start
/var/lib/urandom/*              this machine's seed of randomness
/var/lib/os-prober/*            other systems on this machine's disks
/var/lib/sendsigs/*             processes of this machine
/var/lib/reportbug/*            this machine's number in bug reports
/etc/apt/apt.conf.d/01autoremove-kernels  kernels of this machine
/var/lib/popularity-contest/*   this machine's answers to a survey
/etc/popularity-contest.conf    this machine's number in a survey

[drop kernel]
package:linux-image* /**        kernels: a container runs on its host's
package:linux-signed-image* /** kernels: a container runs on its host's
package:kernel-image-* /**      kernels of old releases: a container runs on its host's
package:linux-modules-* /**     modules of this machine's kernels
package:linux-headers-* /**     headers for building modules
package:linux-kbuild-* /**      tools for building modules
package:linux-source* /**       the kernel's source
package:linux-base /**          tools that kernels' installations use
package:linux-firmware* /**     firmware for this machine's devices
package:firmware-linux* /**     firmware for this machine's devices
package:firmware-misc-nonfree /**  firmware for this machine's devices
package:firmware-amd-graphics /**  firmware for this machine's devices
package:firmware-ast /**        firmware for this machine's devices
package:firmware-ath* /**       firmware for this machine's devices
package:firmware-b43* /**       firmware for this machine's devices
package:firmware-bnx2* /**      firmware for this machine's devices
package:firmware-brcm80211 /**  firmware for this machine's devices
package:firmware-carl9170 /**   firmware for this machine's devices
package:firmware-cavium /**     firmware for this machine's devices
package:firmware-cirrus /**     firmware for this machine's devices
package:firmware-intel-* /**    firmware for this machine's devices
package:firmware-ipw2x00 /**    firmware for this machine's devices
package:firmware-ivtv /**       firmware for this machine's devices
package:firmware-iwlwifi /**    firmware for this machine's devices
package:firmware-libertas /**   firmware for this machine's devices
package:firmware-marvell-* /**  firmware for this machine's devices
package:firmware-mediatek /**   firmware for this machine's devices
package:firmware-mellanox-* /** firmware for this machine's devices
package:firmware-myricom /**    firmware for this machine's devices
package:firmware-netronome /**  firmware for this machine's devices
package:firmware-netxen /**     firmware for this machine's devices
package:firmware-nvidia-* /**   firmware for this machine's devices
package:firmware-qcom-* /**     firmware for this machine's devices
package:firmware-qlogic /**     firmware for this machine's devices
package:firmware-ralink /**     firmware for this machine's devices
package:firmware-realtek* /**   firmware for this machine's devices
package:firmware-samsung /**    firmware for this machine's devices
package:firmware-siano /**      firmware for this machine's devices
package:firmware-sof-signed /** firmware for this machine's devices
package:firmware-ti-connectivity /**  firmware for this machine's devices
package:firmware-zd1211 /**     firmware for this machine's devices
package:atmel-firmware /**      firmware for this machine's devices
package:bluez-firmware /**      firmware for this machine's devices
package:dahdi-firmware-nonfree /**  firmware for this machine's devices
package:alsa-firmware-loaders /**  firmware for this machine's devices
package:intel-microcode /**     microcode for this machine's processors
package:amd64-microcode /**     microcode for this machine's processors
package:microcode.ctl /**       microcode for this machine's processors
package:iucode-tool /**         microcode for this machine's processors
package:initramfs-tools* /**    tools for making an initramfs
package:dracut* /**             tools for making an initramfs
package:tiny-initramfs* /**     tools for making an initramfs
package:cryptsetup-initramfs /**  what an initramfs opens disks with
package:klibc-utils /**         programs of an initramfs
package:libklibc* /**           programs of an initramfs
package:grub-pc* /**            the boot loader
package:grub-efi* /**           the boot loader
package:grub-xen* /**           the boot loader
package:grub-coreboot* /**      the boot loader
package:grub-ieee1275* /**      the boot loader
package:grub-cloud-* /**        the boot loader
package:grub-common /**         the boot loader
package:grub2-common /**        the boot loader
package:grub2 /**               the boot loader
package:grub /**                the boot loader
package:grub-legacy* /**        the boot loader
package:grub-theme-* /**        the boot loader's looks
package:grub2-splashimages /**  the boot loader's looks
package:grub-splashimages /**   the boot loader's looks
package:grub-gfxpayload-lists /**  the boot loader's looks
package:shim-signed* /**        the boot loader that firmware trusts
package:shim-helpers-* /**      the boot loader that firmware trusts
package:shim-unsigned /**       the boot loader that firmware trusts
package:shim /**                the boot loader that firmware trusts
package:mokutil /**             sets keys in this machine's firmware
package:efibootmgr /**          sets what this machine's firmware boots
package:systemd-boot* /**       the boot loader
package:lilo /**                the boot loader
package:elilo /**               the boot loader
package:extlinux /**            the boot loader
package:refind /**              the boot loader
package:flash-kernel /**        writes kernels to flash memory
package:u-boot-menu /**         the boot loader's menu
package:zipl /**                the boot loader
package:os-prober /**           looks for other systems on this machine's disks
package:plymouth /**            pictures while a machine boots
package:plymouth-* /**          pictures while a machine boots
package:kexec-tools /**         boots another kernel
package:kdump-tools /**         dumps this machine's kernel
package:dkms /**                builds modules for this machine's kernels
package:*-dkms /**              modules built for this machine's kernels
package:module-assistant /**    builds modules for this machine's kernels
package:memtest86* /**          tests this machine's memory at boot
package:raspberrypi-kernel* /** kernels: a container runs on its host's
package:raspberrypi-bootloader* /**  the boot loader
package:raspi-firmware /**      the boot loader and its firmware
package:rpi-eeprom* /**         firmware for this machine's devices
package:pve-kernel-* /**        kernels: a container runs on its host's
package:proxmox-kernel-* /**    kernels: a container runs on its host's
package:proxmox-default-kernel /**  kernels: a container runs on its host's
package:pve-firmware /**        firmware for this machine's devices
unowned /etc/kernel-img.conf    how this machine's kernels are installed
unowned /usr/src/linux-source-* the kernel's source
unowned /usr/src/linux-source-*/**  the kernel's source
/var/lib/grub/                  copies of the boot loader's configuration

[empty kernel]
/var/lib/shim-signed            keys for signing modules on this machine
