# SPDX-License-Identifier: MIT
# What no image of any distribution wants. The profiles of the distributions include this one.
title What no image wants, whatever the distribution

# First of all, so that what is in such a directory is still up to the rules below.
[drop temp]
/core                           a core dump

[keep temp]
/core/                          a directory of that name is no core dump

[empty temp]
/tmp                            temporary files: gone at the next boot anyway
/var/tmp                        temporary files of a running system
/run                            the running system's own state, made anew at each start
/var/run/                       the same on systems where it is a directory of its own
/var/lock/                      locks of running processes
/var/spool/abrt                 crash reports of this machine
/var/crash                      crash dumps of this machine
/var/lib/systemd/coredump       core dumps of this machine

[drop temp]
lost+found/                     what fsck found on this disk
/.autorelabel                   asks for relabelling this machine's disk
/.autofsck                      asks for checking this machine's disk
/forcefsck                      asks for checking this machine's disk
.nfs[0-9a-f][0-9a-f][0-9a-f][0-9a-f]*  files that an NFS client deleted while they were open

[empty pseudo]
/proc                           the kernel's view of running processes
/sys                            the kernel's view of this machine's devices
/dev                            devices: engines make their own

[truncate log]
/var/log/**/*.log               content of logs; the file stays, for daemons that expect it
/var/log/**/*_log               content of logs: web servers and CUPS name them so
/var/log/**/*.err               content of logs
/var/log/**/*.out               content of logs: Tomcat names them so
/var/log/samba/log.*            content of logs
/var/log/syslog                 content of the system's log
/var/log/messages               content of the system's log
/var/log/debug                  content of the system's log
/var/log/secure                 content of the log of logins
/var/log/maillog                content of the mail server's log
/var/log/mail.*                 content of the mail server's log
/var/log/cron                   content of cron's log
/var/log/boot                   content of the log of booting
/var/log/dmesg                  messages of this machine's kernel
/var/log/lastlog                who logged in last on this machine
/var/log/faillog                who failed to log in on this machine
/var/log/tallylog               who failed to log in on this machine
/var/log/wtmp                   who logged in on this machine
/var/log/btmp                   who failed to log in on this machine
/var/log/account/pacct          which commands were run on this machine
/var/account/pacct              which commands were run on this machine

[empty log]
/var/log/journal                the journal of this machine
/var/log/audit                  the audit log of this machine
/var/log/sa                     load figures of this machine
/var/log/sysstat                load figures of this machine
/var/log/atop                   load figures of this machine
/var/log/ntpstats               how this machine's clock went
/var/log/containers             links to the logs of this node's containers
/var/log/pods                   logs of this node's pods

# A letter before the number: a directory like tomcat-8.5 stays for the daemon that expects it.
[drop log]
/var/log/**/*[a-zA-Z_].[0-9]    logs that were rotated away
/var/log/**/*[a-zA-Z_].[0-9][0-9]  logs that were rotated away
/var/log/**/*.gz                logs that were rotated away
/var/log/**/*.xz                logs that were rotated away
/var/log/**/*.bz2               logs that were rotated away
/var/log/**/*.zst               logs that were rotated away
/var/log/**/*.old               logs that were rotated away
/var/log/**/*-20[0-9][0-9][0-9][0-9][0-9][0-9]  logs that were rotated away
/var/log/installer/             how this machine was installed
/var/log/anaconda/              how this machine was installed
/root/anaconda-ks.cfg           how this machine was installed
/root/original-ks.cfg           how this machine was installed

[drop swap]
/swapfile                       swap space
/swapfile[0-9]                  swap space
/.swapfile                      swap space
/swap.img                       swap space
/swap/swapfile                  swap space
/var/swap                       swap space
/var/swapfile                   swap space
/var/cache/swap/*               swap space

[empty kernel]
/boot                           kernel, initramfs and boot loader: a container runs on its host's
/efi                            boot loaders
/lib/modules                    modules of this machine's kernels
/usr/lib/modules                modules of this machine's kernels
/lib/firmware                   firmware for this machine's devices
/usr/lib/firmware               firmware for this machine's devices
/usr/lib/debug/boot             what is for debugging this machine's kernels
/usr/lib/debug/lib/modules      what is for debugging this machine's kernels
/usr/lib/debug/usr/lib/modules  what is for debugging this machine's kernels
/usr/src/kernels                headers of this machine's kernels
/var/lib/initramfs-tools        what initramfs was made for which kernel
/var/lib/dkms                   modules built for this machine's kernels
/var/lib/dracut                 state of making an initramfs

[drop kernel]
/usr/src/linux-headers-*        headers of this machine's kernels
/usr/src/linux-kbuild-*         tools for building modules
/usr/lib/linux-kbuild-*         tools for building modules
/usr/src/linux                  the kernel's source
/usr/src/linux-[0-9]*           the kernel's source
/vmlinuz                        a link to the kernel
/vmlinuz.old                    a link to the former kernel
/initrd.img                     a link to the initramfs
/initrd.img.old                 a link to the former initramfs
/etc/kernel/cmdline             the command line of this machine's kernel

[empty engine]
/var/lib/docker                 images and containers of docker
/var/lib/containerd             images and containers of containerd
/var/lib/containers             images and containers of podman and CRI-O
/var/lib/buildkit               layers that BuildKit keeps
/var/lib/cni                    networks of containers
/var/lib/kubelet                pods of this node
/var/lib/rancher                state of k3s or RKE on this node
/var/lib/lxc                    containers of LXC
/var/lib/lxd                    containers of LXD
/var/snap/lxd                   containers of LXD, as a snap
/var/snap/docker/common/var-lib-docker  images and containers of docker, as a snap
/var/snap/microk8s/common/var/lib/containerd  images and containers of MicroK8s
/var/lib/machines               containers of systemd-nspawn
/var/lib/libvirt/images         disks of virtual machines
/home/**/.local/share/containers  images and containers of a user's podman
/home/**/.local/share/docker    images and containers of a user's docker
/root/.local/share/containers   images and containers of root's podman
/root/.local/share/docker       images and containers of root's docker

[truncate identity]
/etc/machine-id                 this machine's identity; an empty file lets systemd make a new one
/etc/hostname                   this machine's name; engines give each container one
/etc/resolv.conf                this machine's name servers; engines give their own

[drop identity]
/var/lib/dbus/machine-id        this machine's identity; made anew at the first start
/etc/ssh/ssh_host_*_key         this machine's SSH host keys: whoever has the image would have them
/etc/ssh/ssh_host_*_key.pub     this machine's SSH host keys
/etc/ssh/ssh_host_*_key-cert.pub  certificates of this machine's SSH host keys
/etc/ssh/ssh_host_key           this machine's SSH host key, of protocol 1
/etc/ssh/ssh_host_key.pub       this machine's SSH host key, of protocol 1
/var/lib/systemd/random-seed    this machine's seed of randomness, which must not be shared
/var/lib/systemd/credential.secret  the key of this machine's encrypted credentials
/var/lib/random-seed            this machine's seed of randomness
/var/lib/urandom/random-seed    this machine's seed of randomness
/var/lib/misc/random-seed       this machine's seed of randomness
/etc/udev/rules.d/70-persistent-*  names of this machine's network cards and drives
/etc/udev/rules.d/75-persistent-*  names of this machine's network cards and drives
/etc/lvm/devices/system.devices this machine's disks
/etc/lvm/archive/*              this machine's volume groups
/etc/lvm/backup/*               this machine's volume groups
/etc/lvm/cache/.cache           this machine's disks
/etc/blkid.tab                  this machine's disks
/etc/blkid/blkid.tab            this machine's disks
/etc/adjtime                    drift of this machine's clock
/var/lib/hwclock/adjtime        drift of this machine's clock
/var/lib/systemd/backlight/*    settings of this machine's devices
/var/lib/systemd/rfkill/*       settings of this machine's devices
/var/lib/ntp/drift              drift of this machine's clock
/var/lib/ntp/ntp.drift          drift of this machine's clock
/var/lib/ntpsec/ntp.drift       drift of this machine's clock
/var/lib/chrony/drift           drift of this machine's clock
/var/lib/dhcp/dhclient*         addresses that this machine was given
/var/lib/dhcp3/dhclient*        addresses that this machine was given
/var/lib/dhclient/*             addresses that this machine was given
/var/lib/dhcpcd/*               addresses that this machine was given
/var/lib/NetworkManager/*       addresses and connections of this machine
/var/lib/systemd/network/*      addresses that this machine was given
/var/lib/cloud/*                what cloud-init did on this instance

[drop secret]
/etc/NetworkManager/system-connections/*  this machine's networks, with their passwords

[drop cache]
/home/*/.cache/                 caches of users' programs
/root/.cache/                   caches of root's programs
/var/cache/ldconfig/*           ldconfig makes it anew
/var/cache/man/*                index of manual pages, made anew
/var/cache/fontconfig/*         index of fonts, made anew
/var/cache/cups/*               what CUPS knows of printers, made anew
/var/cache/PackageKit/*         downloaded package lists
/var/cache/app-info/*           downloaded descriptions of applications
/var/cache/swcatalog/*          downloaded descriptions of applications
/var/cache/fwupd/*              downloaded firmware
/var/cache/nginx/*              pages that nginx can fetch again
/var/cache/squid/*              pages that squid can fetch again
