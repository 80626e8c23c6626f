# SPDX-License-Identifier: MIT
title Arch Linux and its family
for arch archlinux archarm archlinux32 manjaro manjaro-arm endeavouros artix cachyos garuda arcolinux parabola hyperbola blackarch archcraft steamos chimeraos biglinux rebornos
include common

[drop cache]
/var/cache/pacman/pkg/*         downloaded packages
/var/lib/pacman/sync/*          downloaded package lists: old by the time the image runs
/var/lib/pacman/db.lck          the lock of a running pacman
/var/lib/pacman/local/*.lck     the lock of a running pacman
/var/cache/pkgfile/*            downloaded lists of what packages contain
/var/cache/pamac/*              downloaded packages and package lists
/var/lib/pacman-mirrors/status.json  which mirrors were fast
/etc/pacman.d/gnupg/S.*         sockets of running agents
/etc/pacman.d/gnupg/*~          copies that gpg keeps
/etc/pacman.d/gnupg/.#lk*       locks of running programs

# What signs the keys that this machine trusts. pacman-key --init makes another.
[drop identity]
/etc/pacman.d/gnupg/private-keys-v1.d/*  this machine's key for trusting packages' makers
/etc/pacman.d/gnupg/openpgp-revocs.d/*  revocation of this machine's key
/etc/pacman.d/gnupg/secring.gpg*  this machine's key for trusting packages' makers
/etc/netctl/interfaces/*        network cards of this machine
/var/lib/mhwd/*                 drivers of this machine's devices

[truncate log]
/var/log/pacman.log             content of a log

[drop log]
/root/.config/archinstall/      how this machine was installed
/var/log/archinstall/           how this machine was installed
/var/log/endeavour-install.log  how this machine was installed
/var/log/Calamares.log          how this machine was installed

[drop kernel]
package:linux /**               kernels: a container runs on its host's
package:linux-lts /**           kernels: a container runs on its host's
package:linux-zen /**           kernels: a container runs on its host's
package:linux-hardened /**      kernels: a container runs on its host's
package:linux-rt /**            kernels: a container runs on its host's
package:linux-rt-lts /**        kernels: a container runs on its host's
package:linux-mainline /**      kernels: a container runs on its host's
package:linux-libre /**         kernels: a container runs on its host's
package:linux-libre-lts /**     kernels: a container runs on its host's
package:linux-libre-hardened /**  kernels: a container runs on its host's
package:linux-aarch64 /**       kernels: a container runs on its host's
package:linux-aarch64-* /**     kernels: a container runs on its host's
package:linux-armv[57]* /**       kernels: a container runs on its host's
package:linux-rpi* /**          kernels: a container runs on its host's
package:linux-raspberrypi* /**  kernels: a container runs on its host's
package:linux-odroid* /**       kernels: a container runs on its host's
package:linux-asahi* /**        kernels: a container runs on its host's
package:linux-cachyos* /**      kernels: a container runs on its host's
package:linux-clear* /**        kernels: a container runs on its host's
package:linux-xanmod* /**       kernels: a container runs on its host's
package:linux-ck* /**           kernels: a container runs on its host's
package:linux-lqx* /**          kernels: a container runs on its host's
package:linux-surface* /**      kernels: a container runs on its host's
package:linux-t2* /**           kernels: a container runs on its host's
package:linux-g14* /**          kernels: a container runs on its host's
package:linux-neptune* /**      kernels: a container runs on its host's
package:linux[0-9]* /**         kernels: a container runs on its host's
package:linux-headers /**       headers for building modules
package:linux-lts-headers /**   headers for building modules
package:linux-zen-headers /**   headers for building modules
package:linux-hardened-headers /**  headers for building modules
package:linux-rt-headers /**    headers for building modules
package:linux-rt-lts-headers /**  headers for building modules
package:linux-libre-headers /**  headers for building modules
package:linux-libre-*-headers /**  headers for building modules
package:linux-mainline-headers /**  headers for building modules
package:linux-docs /**          documentation of this machine's kernels
package:linux-*-docs /**        documentation of this machine's kernels
package:nvidia /**              modules of this machine's kernels
package:nvidia-lts /**          modules of this machine's kernels
package:nvidia-open /**         modules of this machine's kernels
package:nvidia-open-lts /**     modules of this machine's kernels
package:broadcom-wl /**         modules of this machine's kernels
package:r8168 /**               modules of this machine's kernels
package:r8168-lts /**           modules of this machine's kernels
package:acpi_call /**           modules of this machine's kernels
package:acpi_call-lts /**       modules of this machine's kernels
package:bbswitch /**            modules of this machine's kernels
package:tp_smapi /**            modules of this machine's kernels
package:virtualbox-host-modules-* /**  modules of this machine's kernels
package:vhba-module /**         modules of this machine's kernels
package:*-dkms /**              modules of this machine's kernels
package:dkms /**                modules of this machine's kernels
package:linux-firmware /**      firmware for this machine's devices
package:linux-firmware-* /**    firmware for this machine's devices
package:sof-firmware /**        firmware for this machine's devices
package:alsa-firmware /**       firmware for this machine's devices
package:*-firmware /**          firmware for this machine's devices
package:amd-ucode /**           microcode for this machine's processors
package:intel-ucode /**         microcode for this machine's processors
package:iucode-tool /**         microcode for this machine's processors
package:mkinitcpio /**          tools for making an initramfs
package:mkinitcpio-* /**        tools for making an initramfs
package:dracut /**              tools for making an initramfs
package:dracut-* /**            tools for making an initramfs
package:eos-dracut /**          tools for making an initramfs
package:booster /**             tools for making an initramfs
package:grub /**                the boot loader
package:grub-* /**              the boot loader
package:update-grub /**         the boot loader
package:syslinux /**            the boot loader
package:refind /**              the boot loader
package:limine /**              the boot loader
package:limine-* /**            the boot loader
package:efibootmgr /**          the boot loader
package:systemd-boot-manager /**  the boot loader
package:systemd-boot-pacman-hook /**  the boot loader
package:kernel-install-for-dracut /**  the boot loader
package:shim-signed /**         the boot loader that firmware trusts
package:sbctl /**               the boot loader that firmware trusts
package:uboot-[!t]* /**         firmware and the boot loader
package:raspberrypi-bootloader* /**  firmware and the boot loader
package:firmware-raspberrypi /**  firmware and the boot loader
package:rpi-eeprom /**          firmware and the boot loader
package:os-prober /**           looks for other systems on this machine's disks
package:plymouth /**            pictures while a machine boots
package:plymouth-* /**          pictures while a machine boots
package:kexec-tools /**         boots another kernel
package:memtest86+ /**          tests this machine's memory at boot
package:memtest86+-efi /**      tests this machine's memory at boot
package:mhwd /**                looks for drivers of this machine's devices
package:mhwd-* /**              looks for drivers of this machine's devices
package:chwd /**                looks for drivers of this machine's devices
unowned /etc/mkinitcpio.conf    how this machine's initramfs is made
unowned /etc/mkinitcpio.d       how this machine's initramfs is made
unowned /etc/mkinitcpio.d/**    how this machine's initramfs is made
unowned /etc/mkinitcpio.conf.d  how this machine's initramfs is made
unowned /etc/mkinitcpio.conf.d/**  how this machine's initramfs is made
unowned /usr/src/linux-[a-z]*   headers of this machine's kernels
unowned /usr/src/linux-[a-z]*/**  headers of this machine's kernels

[empty kernel]
/var/lib/sbctl                  keys for signing kernels on this machine
