# SPDX-License-Identifier: MIT
title Red Hat Enterprise Linux and its family: CentOS, Rocky, Alma, Oracle, Amazon, Scientific
for rhel centos rocky almalinux ol amzn scientific eurolinux cloudlinux virtuozzo
include fedora

[drop cache]
/var/lib/yum/plugins/*          what yum's plugins remember, mirrors by their speed
/var/lib/amazon/ssm/*           this instance's state in a management service
/var/lib/up2date/*              downloaded package lists of old releases
/var/spool/up2date/*            downloaded packages of old releases

[drop kernel]
/etc/sysconfig/kernel           which kernel this machine boots
/etc/modprobe.conf              modules that this machine's devices want

[truncate log]
/var/log/rpmpkgs                a list of packages that cron makes
/var/log/up2date                content of a log

[empty log]
/var/log/amazon/ssm/audits      what a management service did on this instance

[drop log]
/var/log/anaconda.*             how this machine was installed
/root/install.log               how this machine was installed
/root/install.log.syslog        how this machine was installed

[drop identity]
/etc/sysconfig/hwconf           this machine's hardware
/etc/sysconfig/uuid             this machine's hardware
/etc/sysconfig/rhn/systemid.old this machine's former registration
