# SPDX-License-Identifier: MIT
title Debian and its family
for debian raspbian devuan kali
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
/var/cache/locate/*             an index of this machine's files
/var/cache/plocate/*            an index of this machine's files
/var/lib/mlocate/*              an index of this machine's files
/var/lib/plocate/*.db           an index of this machine's files
/var/cache/pbuilder/*           roots and packages for building packages
/var/lib/dpkg/*-old             copies that dpkg keeps; the database itself stays
/var/lib/dpkg/lock              the lock of a running dpkg
/var/lib/dpkg/lock-frontend     the lock of a running apt
/var/lib/dpkg/triggers/Lock     the lock of a running dpkg
/var/backups/*                  backups that cron makes of what is in /etc and /var/lib
/var/lib/ucf/*.[0-9]            copies that ucf keeps

[truncate log]
/var/log/apt/term.log           output of package installations
/var/log/alternatives.log       content of a log
/var/log/auth.log               content of the log of logins
/var/log/exim4/*log             content of the mail server's logs

[drop log]
/var/log/apt/eipp.log.xz        how apt planned an installation

[drop identity]
/etc/network/interfaces.d/50-cloud-init  network cards of this instance
/etc/network/interfaces.d/50-cloud-init.cfg  network cards of this instance
/etc/iscsi/initiatorname.iscsi  this machine's name to storage servers
/etc/initramfs-tools/conf.d/resume  this machine's swap device
/var/lib/popularity-contest/*   this machine's answers to a survey
/etc/popularity-contest.conf    this machine's number in a survey

[empty kernel]
/usr/lib/grub                   the boot loader's modules
/boot/efi                       boot loaders
/var/lib/shim-signed            keys for signing modules on this machine
