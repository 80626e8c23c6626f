# SPDX-License-Identifier: MIT
# What an image wants to be built upon, and to run in a container: no daemons that start while packages
# are installed, no terminals and devices to wait for, the device nodes that every program expects.
title Ready to be built upon and run in a container
include detected

# A program that starts without an engine's own /dev has these.
[mknod container]
node=c:1:3 mode=666 /dev/null   what is written here is gone
node=c:1:5 mode=666 /dev/zero   zeroes
node=c:1:7 mode=666 /dev/full   a full disk
node=c:1:8 mode=666 /dev/random randomness
node=c:1:9 mode=666 /dev/urandom  randomness
node=c:5:0 mode=666 /dev/tty    the terminal of a program
node=c:5:1 mode=600 /dev/console  where the first program writes
node=c:5:2 mode=666 /dev/ptmx   makes terminals

[link container]
to=/proc/self/fd /dev/fd        open files of a program
to=/proc/self/fd/0 /dev/stdin   open files of a program
to=/proc/self/fd/1 /dev/stdout  open files of a program
to=/proc/self/fd/2 /dev/stderr  open files of a program

# pam_loginuid fails where the kernel does not let a container set who has logged in.
[edit container]
/etc/pam.d/*                    logins and jobs would fail without a kernel's leave
| replace /^([[:space:]]*-?session[[:space:]]+)required([[:space:]]+pam_loginuid\.so)/\1optional\2/

match exists:/var/lib/dpkg/status
[write container]
mode=755 /usr/sbin/policy-rc.d  services are not started while packages are installed
| #!/bin/sh
| # Asked by invoke-rc.d: no service is started by the installation of its package, for an image is
| # built without an init that would look after it.
| exit 101

match exists:/etc/dpkg/dpkg.cfg.d
[write container]
/etc/dpkg/dpkg.cfg.d/docker-apt-speedup  a build that breaks off is done again
| # A build that breaks off is done again: there is no need to wait for the disk after each file.
| force-unsafe-io

match exists:/etc/apt/apt.conf.d
[write container]
/etc/apt/apt.conf.d/docker-clean  downloaded packages would stay in an image's layers
| // What apt downloads and computes would stay in the layer that it is called in.
| DPkg::Post-Invoke { "find /var/cache/apt -type f ! -name lock -delete || :"; };
| APT::Update::Post-Invoke { "find /var/cache/apt -type f ! -name lock -delete || :"; };
| Dir::Cache::pkgcache "";
| Dir::Cache::srcpkgcache "";
/etc/apt/apt.conf.d/docker-gzip-indexes  package lists take less room in an image's layers
| // Package lists are kept as they are downloaded, and downloaded small.
| Acquire::GzipIndexes "true";
| Acquire::CompressionTypes::Order:: "gz";
/etc/apt/apt.conf.d/docker-no-languages  nobody reads descriptions of packages in a build
| // Descriptions of packages in other languages are not downloaded.
| Acquire::Languages "none";
/etc/apt/apt.conf.d/docker-autoremove-suggests  what was installed for a build's step goes with it
| // autoremove takes away what is merely suggested by something else, too.
| APT::AutoRemove::SuggestsImportant "false";

# initctl has nobody to speak to. The diversion lets dpkg put new versions aside.
match package:upstart exists:/var/lib/dpkg/diversions !exists:/sbin/initctl.distrib
[rename container]
name=initctl.distrib /sbin/initctl  upstart does not run in a container
[link container]
to=/bin/true /sbin/initctl      upstart does not run in a container
[edit container]
/var/lib/dpkg/diversions        a new version of upstart goes to the diverted name
| append /sbin/initctl
| append /sbin/initctl.distrib
| append rootlift

match exists:/etc/init
[drop container]
/etc/init/tty[0-9]*.conf        there are no terminals to log in at
/etc/init/tty.conf              there are no terminals to log in at
/etc/init/start-ttys.conf       there are no terminals to log in at
/etc/init/serial.conf           there are no terminals to log in at
/etc/init/console.conf          there are no terminals to log in at
/etc/init/console-*.conf        there are no terminals to log in at
/etc/init/prefdm.conf           there are no screens to log in at
/etc/init/udev*.conf            devices are the host's to look after
/etc/init/upstart-udev-bridge.conf  devices are the host's to look after
/etc/init/plymouth*.conf        nobody sees the start
/etc/init/quit-plymouth.conf    nobody sees the start
/etc/init/splash-manager.conf   nobody sees the start
/etc/init/hwclock*.conf         the clock is the host's to look after
/etc/init/mountall-net.conf     disks are the host's to look after

match exists:/etc/inittab
[edit container]
/etc/inittab                    there are no terminals to log in at
| delete /^[^#].*:(respawn|askfirst|ondemand):.*(getty|prefdm)/

match exists:/etc/systemd/system
[link container]
to=/dev/null /etc/systemd/system/getty.target  there are no terminals to log in at
to=/dev/null /etc/systemd/system/getty@.service  there are no terminals to log in at
to=/dev/null /etc/systemd/system/serial-getty@.service  there are no terminals to log in at
to=/dev/null /etc/systemd/system/console-getty.service  there are no terminals to log in at
to=/dev/null /etc/systemd/system/container-getty@.service  there are no terminals to log in at
to=/dev/null /etc/systemd/system/systemd-firstboot.service  nobody answers questions at the start
to=/dev/null /etc/systemd/system/systemd-ask-password-console.path  nobody answers questions at the start
to=/dev/null /etc/systemd/system/systemd-udevd.service  devices are the host's to look after
to=/dev/null /etc/systemd/system/systemd-udevd-control.socket  devices are the host's to look after
to=/dev/null /etc/systemd/system/systemd-udevd-kernel.socket  devices are the host's to look after
to=/dev/null /etc/systemd/system/systemd-udev-trigger.service  devices are the host's to look after
to=/dev/null /etc/systemd/system/systemd-udev-settle.service  devices are the host's to look after
to=/dev/null /etc/systemd/system/systemd-hwdb-update.service  devices are the host's to look after
to=/dev/null /etc/systemd/system/kmod-static-nodes.service  devices are the host's to look after
to=/dev/null /etc/systemd/system/systemd-modules-load.service  modules are the host's to look after
to=/dev/null /etc/systemd/system/systemd-remount-fs.service  disks are the host's to look after
to=/dev/null /etc/systemd/system/dev-hugepages.mount  a container must not mount it
to=/dev/null /etc/systemd/system/sys-fs-fuse-connections.mount  a container must not mount it
to=/dev/null /etc/systemd/system/sys-kernel-config.mount  a container must not mount it
to=/dev/null /etc/systemd/system/sys-kernel-debug.mount  a container must not mount it
to=/dev/null /etc/systemd/system/sys-kernel-tracing.mount  a container must not mount it

# Links that start services, where neither systemd nor upstart does.
match always
[drop container]
/etc/rc[S0-9].d/[SK][0-9][0-9]udev*  devices are the host's to look after
/etc/rc[S0-9].d/[SK][0-9][0-9]mtab*  disks are the host's to look after
/etc/rc[S0-9].d/[SK][0-9][0-9]hwclock*  the clock is the host's to look after
/etc/rc.d/rc[S0-9].d/[SK][0-9][0-9]kudzu  devices are the host's to look after
/etc/rc.d/rc[S0-9].d/[SK][0-9][0-9]lvm2-monitor  disks are the host's to look after
/etc/rc.d/rc[S0-9].d/[SK][0-9][0-9]mdmonitor  disks are the host's to look after
/etc/rc.d/rc[S0-9].d/[SK][0-9][0-9]blk-availability  disks are the host's to look after
/etc/runlevels/*/udev*          devices are the host's to look after
/etc/runlevels/*/mdev           devices are the host's to look after
/etc/runlevels/*/hwdrivers      devices are the host's to look after
/etc/runlevels/*/modloop        modules are the host's to look after
/etc/runlevels/*/modules        modules are the host's to look after
/etc/runlevels/*/hwclock        the clock is the host's to look after
/etc/runlevels/*/agetty*        there are no terminals to log in at
/etc/runlevels/*/keymaps        there are no terminals to log in at
/etc/runlevels/*/consolefont    there are no terminals to log in at
/etc/runit/runsvdir/*/agetty-*  there are no terminals to log in at
/etc/runit/runsvdir/*/udevd     devices are the host's to look after

[edit container]
/etc/rc.conf                    OpenRC leaves out what a container's host does
| replace /^#?[[:space:]]*rc_sys=.*/rc_sys="docker"/

match exists:/etc/pacman.conf
[edit container]
/etc/pacman.conf                a container's kernel and disks are not pacman's to ask
| replace /^#(DisableSandbox(Filesystem)?)[[:space:]]*$/\1/
| replace /^CheckSpace[[:space:]]*$/#CheckSpace/

match exists:/etc/dnf/vars
[write container]
/etc/dnf/vars/infra             mirrors count containers apart from machines
| container

match exists:/etc/yum/vars
[write container]
/etc/yum/vars/infra             mirrors count containers apart from machines
| container

# An engine on a registered host lends its registration to containers there.
match id:rhel exists:/etc/rhsm
[link container]
to=/run/secrets/etc-pki-entitlement /etc/pki/entitlement-host  the subscription of the container's host
to=/run/secrets/rhsm /etc/rhsm-host  the subscription of the container's host

match always
