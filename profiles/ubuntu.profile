# SPDX-License-Identifier: MIT
title Ubuntu and its family
for ubuntu ubuntu-core linuxmint pop elementary neon zorin tuxedo
include debian

[empty engine]
/var/lib/snapd                  snaps: images that snapd mounts, and its state
/snap                           where snaps are mounted

[drop cache]
/var/cache/snapd/*              downloaded descriptions of snaps
/var/lib/update-notifier/updates-available  what is to be said at the next login
/var/lib/update-notifier/fsck-at-reboot  what is to be said at the next login
/var/lib/update-notifier/hwe-eol  what is to be said at the next login
/var/lib/ubuntu-release-upgrader/*  what is to be said at the next login
/var/lib/command-not-found/*    an index that is made from package lists

/var/lib/update-notifier/package-data-downloads/partial/*  downloads in part
/var/lib/update-manager/meta-release*  which releases there are
/var/cache/motd-news            news that were shown at a login
/var/lib/linuxmint/mintupdate/* what updates there are

[drop identity]
/var/lib/ubuntu-advantage/private/*  this machine's subscription, with its tokens
/var/lib/ubuntu-advantage/machine-id  this machine's identity to a subscription
/var/lib/ubuntu-advantage/*.json  this machine's state of a subscription
/var/lib/ubuntu-drivers-common/*  drivers that this machine wants
/etc/cloud/cloud.cfg.d/90-installer-network.cfg  network cards of this machine
/etc/cloud/cloud.cfg.d/99-installer.cfg  accounts that the installer was told of
/etc/cloud/cloud.cfg.d/curtin-*.cfg  what the installer told this instance
/etc/cloud/cloud.cfg.d/50-curtin-networking.cfg  network cards of this machine
/etc/cloud/cloud.cfg.d/subiquity-*.cfg  network cards of this machine
/etc/cloud/ds-identify.cfg      where this instance came from
/var/lib/ubuntu-advantage/messages/*  what is to be said at the next login
/var/lib/ubuntu-advantage/marker-*  this machine's state of a subscription
/var/lib/ubuntu-pro/*           this machine's state of a subscription
/etc/apt/auth.conf.d/90ubuntu-advantage  passwords of this machine's subscription
/var/lib/ubuntu-report/*        what was told of this machine in a survey
/var/lib/apport/coredump/*      core dumps of this machine
/etc/whoopsie                   this machine's number in crash reports
/var/lib/whoopsie/*             this machine's number in crash reports
/var/lib/landscape/*            this machine's state in a management service

[drop log]
/var/log/cloud-init-output.log  what cloud-init did on this instance
/var/log/landscape/             what a management service did on this machine
/var/log/ubuntu-advantage*.log  what a subscription did on this machine

[truncate log]
/var/log/dist-upgrade/*         content of logs
/var/log/upstart/*              content of services' logs
/var/log/apport.log             content of a log
/var/log/udev                   devices of this machine

# linux-image-* and its like are in debian's; these are the packages that only pull them in.
[drop kernel]
package:linux-generic* /**      kernels: a container runs on its host's
package:linux-virtual* /**      kernels: a container runs on its host's
package:linux-server /**        kernels: a container runs on its host's
package:linux-ec2 /**           kernels: a container runs on its host's
package:linux-lowlatency* /**   kernels: a container runs on its host's
package:linux-realtime* /**     kernels: a container runs on its host's
package:linux-aws* /**          kernels: a container runs on its host's
package:linux-azure* /**        kernels: a container runs on its host's
package:linux-gcp* /**          kernels: a container runs on its host's
package:linux-gke* /**          kernels: a container runs on its host's
package:linux-ibm* /**          kernels: a container runs on its host's
package:linux-kvm* /**          kernels: a container runs on its host's
package:linux-oem* /**          kernels: a container runs on its host's
package:linux-oracle* /**       kernels: a container runs on its host's
package:linux-raspi* /**        kernels: a container runs on its host's
package:linux-nvidia* /**       kernels: a container runs on its host's
package:linux-hwe-* /**         kernels: a container runs on its host's
package:linux-restricted-modules* /**  modules of this machine's kernels
package:linux-ubuntu-modules* /**  modules of this machine's kernels
package:linux-backports-modules* /**  modules of this machine's kernels
package:linux-objects-* /**     modules of this machine's kernels
package:linux-crashdump /**     dumps this machine's kernel
package:linux-system76 /**      kernels: a container runs on its host's
package:kernelstub /**          sets what this machine's firmware boots
package:nvidia-kernel-* /**     modules of this machine's kernels
package:ubuntu-drivers-common /**  looks for drivers of this machine's devices
