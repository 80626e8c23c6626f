# SPDX-License-Identifier: MIT
title Red Hat Enterprise Linux and its family: CentOS, Rocky, Alma, Oracle, Amazon, Scientific
for rhel centos rocky almalinux ol amzn scientific eurolinux cloudlinux virtuozzo xenenterprise xcp-ng miraclelinux openEuler anolis circle navylinux azurelinux mariner
include fedora

[drop cache]
/var/lib/yum/plugins/*          what yum's plugins remember, mirrors by their speed
/var/lib/up2date/*              downloaded package lists of old releases
/var/spool/up2date/*            downloaded packages of old releases

[drop kernel]
package:kernel[0-9]*.[0-9] /**  kernels: a container runs on its host's
package:kernel[0-9]*.[0-9][0-9] /**  kernels: a container runs on its host's
package:kernel[0-9]*-modules* /**  kernels: a container runs on its host's
package:kernel[0-9]*-devel /**  headers for building modules
package:kernel[0-9]*-livepatch* /**  patches this machine's running kernel
package:kernel-module-* /**     modules of this machine's kernels
package:kmod-uek* /**           modules of this machine's kernels
package:kmod-lustre* /**        modules of this machine's kernels
package:kmod-zfs* /**           modules of this machine's kernels
package:dtrace-modules-* /**    patches and traces this machine's running kernel
package:ksplice* /**            patches and traces this machine's running kernel
package:kudzu /**               looks for new devices of this machine
unowned /etc/sysconfig/kernel   which kernel this machine boots
unowned /etc/modprobe.conf      modules that this machine's devices want

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
/etc/sysconfig/rhn/up2date-uuid this machine's number in a management service
/etc/sysconfig/up2date-uuid     this machine's number in a management service
/var/lib/rhn/*                  what a management service did on this machine
/var/spool/rhn/*                what a management service is to do on this machine
/var/lib/insights/*             what was told of this machine
/etc/insights-client/machine-id this machine's number in a management service
/etc/insights-client/.registered  this machine's registration
/etc/insights-client/.unregistered  this machine's registration
/var/lib/kcare/*                patches of this machine's running kernel
/etc/sysconfig/kcare/systemid   this machine's registration
