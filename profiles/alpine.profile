# SPDX-License-Identifier: MIT
title Alpine Linux and its family
for alpine postmarketos adelie wolfi chimera
include common

[drop cache]
/var/cache/apk/*                downloaded packages and package lists
/etc/apk/cache/*                downloaded packages and package lists
/lib/apk/db/lock                the lock of a running apk
/usr/lib/apk/db/lock            the lock of a running apk
/lib/apk/exec/*                 scripts of a running apk
/usr/lib/apk/exec/*             scripts of a running apk
/var/cache/distfiles/*          sources of packages
/var/cache/rc/*                 what OpenRC makes anew
/lib/rc/cache/*                 what OpenRC makes anew
/usr/lib/rc/cache/*             what OpenRC makes anew
/lib/rc/init.d/*                state of this machine's services

[truncate log]
/var/log/rc.log                 content of the log of booting
/var/log/apk.log                content of a log

[drop kernel]
package:linux-lts /**           kernels: a container runs on its host's
package:linux-virt /**          kernels: a container runs on its host's
package:linux-edge /**          kernels: a container runs on its host's
package:linux-stable /**        kernels: a container runs on its host's
package:linux-hardened /**      kernels: a container runs on its host's
package:linux-virthardened /**  kernels: a container runs on its host's
package:linux-vanilla /**       kernels: a container runs on its host's
package:linux-grsec /**         kernels: a container runs on its host's
package:linux-virtgrsec /**     kernels: a container runs on its host's
package:linux-rpi /**           kernels: a container runs on its host's
package:linux-rpi[0-9]* /**     kernels: a container runs on its host's
package:linux-asahi /**         kernels: a container runs on its host's
package:linux-elm /**           kernels: a container runs on its host's
package:linux-openpax /**       kernels: a container runs on its host's
package:linux-starfive /**      kernels: a container runs on its host's
package:linux-octeon /**        kernels: a container runs on its host's
package:linux-postmarketos-* /**  kernels: a container runs on its host's
package:linux-next /**          kernels: a container runs on its host's
package:linux-lts-* /**         headers and documentation of this machine's kernels
package:linux-virt-* /**        headers and documentation of this machine's kernels
package:linux-vanilla-* /**     headers and documentation of this machine's kernels
package:linux-edge-* /**        headers and documentation of this machine's kernels
package:linux-hardened-* /**    headers and documentation of this machine's kernels
package:linux-grsec-* /**       headers and documentation of this machine's kernels
package:linux-rpi-* /**         headers and documentation of this machine's kernels
package:linux-asahi-* /**       headers and documentation of this machine's kernels
package:linux-stable-* /**      headers and documentation of this machine's kernels
package:dtbs-* /**              descriptions of this machine's devices
if-id:postmarketos package:device-[!m]* /**  descriptions of this machine's devices
if-id:postmarketos package:device-m[!a]* /**  descriptions of this machine's devices
package:linux-firmware /**      firmware for this machine's devices
package:linux-firmware-* /**    firmware for this machine's devices
package:sof-firmware /**        firmware for this machine's devices
package:alsa-firmware /**       firmware for this machine's devices
package:*-firmware /**          firmware for this machine's devices
package:wireless-regdb /**      radio frequencies for this machine's devices
package:amd-ucode /**           microcode for this machine's processors
package:intel-ucode /**         microcode for this machine's processors
package:iucode-tool /**         microcode for this machine's processors
package:mkinitfs /**            tools for making an initramfs
package:mkinitfs-* /**          tools for making an initramfs
package:dracut /**              tools for making an initramfs
package:dracut-* /**            tools for making an initramfs
package:booster /**             tools for making an initramfs
package:postmarketos-mkinitfs* /**  tools for making an initramfs
package:postmarketos-initramfs* /**  tools for making an initramfs
package:postmarketos-update-kernel /**  tools for making an initramfs
package:boot-deploy* /**        tools for making an initramfs
package:kernel-hooks* /**       tools for making an initramfs
package:akms /**                tools for making an initramfs
package:grub /**                the boot loader
package:grub-* /**              the boot loader
package:syslinux /**            the boot loader
package:syslinux-* /**          the boot loader
package:systemd-boot /**        the boot loader
package:gummiboot /**           the boot loader
package:gummiboot-* /**         the boot loader
package:refind /**              the boot loader
package:efibootmgr /**          the boot loader
package:secureboot-hook /**     the boot loader
package:efi-mkuki /**           the boot loader
package:u-boot /**              the boot loader
package:raspberrypi-bootloader* /**  the boot loader
package:yaboot /**              the boot loader
package:s390-tools-zipl /**     the boot loader
package:limine /**              the boot loader
package:limine-* /**            the boot loader
package:shim /**                the boot loader that firmware trusts
package:mokutil /**             the boot loader that firmware trusts
package:os-prober /**           looks for other systems on this machine's disks
package:plymouth /**            pictures while a machine boots
package:plymouth-* /**          pictures while a machine boots
package:kexec-tools /**         boots another kernel
unowned /etc/mkinitfs           how this machine's initramfs is made
unowned /etc/mkinitfs/**        how this machine's initramfs is made
unowned /etc/update-extlinux.conf  the boot loader's configuration
unowned /etc/update-extlinux.d  the boot loader's configuration
unowned /etc/update-extlinux.d/**  the boot loader's configuration
unowned /.modloop               where the kernel's modules were mounted
unowned /.modloop/**            where the kernel's modules were mounted
unowned /media/*/boot           kernels of the disk that this machine was started from
unowned /media/*/boot/**        kernels of the disk that this machine was started from

[drop identity]
/etc/lbu/lbu.conf               the disk that this machine's changes are stored on
/etc/hostid                     this machine's number
/var/lib/seedrng/*              this machine's seed of randomness
/var/lib/tiny-cloud/*           what the instance's set-up did

[edit identity]
/etc/conf.d/hostname            this machine's name
| replace /^hostname=.*/hostname="localhost"/
