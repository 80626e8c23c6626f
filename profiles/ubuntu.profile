# SPDX-License-Identifier: MIT
title Ubuntu and its family
for ubuntu linuxmint pop elementary neon zorin
include debian

[empty engine]
/var/lib/snapd                  snaps: images that snapd mounts, and its state
/snap                           where snaps are mounted

[drop cache]
/var/cache/snapd/*              downloaded descriptions of snaps
/var/lib/update-notifier/updates-available  what is to be said at the next login
/var/lib/update-notifier/fsck-at-reboot  what is to be said at the next login
/var/lib/update-notifier/hwe-eol  what is to be said at the next login
/var/lib/update-notifier/*-stamp  when something was done last
/var/lib/ubuntu-release-upgrader/*  what is to be said at the next login
/var/lib/command-not-found/*    an index that is made from package lists

[drop identity]
/var/lib/ubuntu-advantage/private/*  this machine's subscription, with its tokens
/var/lib/ubuntu-advantage/machine-id  this machine's identity to a subscription
/var/lib/ubuntu-advantage/*.json  this machine's state of a subscription
/var/lib/ubuntu-drivers-common/*  drivers that this machine wants
/etc/netplan/00-installer-config.yaml  network cards of this machine
/etc/netplan/50-cloud-init.yaml network cards of this instance
/etc/cloud/cloud.cfg.d/90-installer-network.cfg  network cards of this machine
/etc/cloud/cloud.cfg.d/99-installer.cfg  accounts that the installer was told of
/var/lib/landscape/*            this machine's state in a management service

[drop log]
/var/log/cloud-init-output.log  what cloud-init did on this instance
