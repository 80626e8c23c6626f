# SPDX-License-Identifier: MIT
# A server that runs on in a container: its services, users and data stay, the machine goes.
title A server that moves from its machine into a container
include detected

# Hardware that a container has none of, and programs that look after it.
[drop kernel]
package:irqbalance /**          spreads work over this machine's processors
package:acpid /**               buttons of this machine
package:acpi-support* /**       buttons of this machine
package:apmd /**                batteries of this machine
package:mcelog /**              faults of this machine's memory
package:rasdaemon /**           faults of this machine's memory
package:edac-utils /**          faults of this machine's memory
package:smartmontools /**       disks of this machine
package:hddtemp /**             disks of this machine
package:thermald /**            heat of this machine
package:lm_sensors /**          heat of this machine
package:lm-sensors /**          heat of this machine
package:fancontrol /**          fans of this machine
package:cpuspeed /**            clock of this machine's processors
package:cpufrequtils /**        clock of this machine's processors
package:cpufreqd /**            clock of this machine's processors
package:powernowd /**           clock of this machine's processors
package:tlp /**                 batteries of this machine
package:laptop-mode-tools /**   batteries of this machine
package:usbmuxd /**             devices at this machine's ports
package:usb-modeswitch* /**     devices at this machine's ports
package:usb_modeswitch* /**     devices at this machine's ports
package:pcmciautils /**         devices at this machine's ports
package:pcmcia-cs /**           devices at this machine's ports
package:bolt /**                devices at this machine's ports
package:fwupd* /**              firmware of this machine's devices
package:OpenIPMI /**            the board that watches this machine
package:openipmi /**            the board that watches this machine
package:ModemManager /**        modems of this machine
package:modemmanager /**        modems of this machine
package:bluez /**               radio devices of this machine
package:wpa_supplicant /**      radio devices of this machine
package:wpasupplicant /**       radio devices of this machine
package:rfkill /**              radio devices of this machine
package:crda /**                radio devices of this machine
package:wireless-regdb /**      radio devices of this machine
package:open-vm-tools* /**      the hypervisor of this machine
package:vmware-tools* /**       the hypervisor of this machine
package:VMwareTools /**         the hypervisor of this machine
package:virtualbox-guest-* /**  the hypervisor of this machine
package:qemu-guest-agent /**    the hypervisor of this machine
package:hyperv-daemons* /**     the hypervisor of this machine
package:hypervkvpd /**          the hypervisor of this machine
package:xe-guest-utilities* /** the hypervisor of this machine
package:cloud-init* /**         sets up an instance of a cloud
package:cloud-initramfs-* /**   sets up an instance of a cloud
package:cloud-guest-utils /**   sets up an instance of a cloud
package:cloud-utils-growpart /**  sets up an instance of a cloud
package:walinuxagent /**        sets up an instance of a cloud
package:WALinuxAgent* /**       sets up an instance of a cloud
package:google-guest-agent /**  sets up an instance of a cloud
package:multipath-tools* /**    disks of this machine
package:device-mapper-multipath /**  disks of this machine
package:dmraid /**              disks of this machine
unowned /etc/X11/xorg.conf      screens of this machine
unowned /etc/sensors3.conf      heat of this machine
unowned /etc/sensors.d          heat of this machine
unowned /etc/sensors.d/**       heat of this machine
unowned /etc/smartd.conf        disks of this machine
unowned /etc/hdparm.conf        disks of this machine
unowned /etc/default/smartmontools  disks of this machine

# Whatever a profile before this one says, these are the server's.
[keep identity]
type:f /etc/hostname            services look at their machine's name
type:f /etc/HOSTNAME            services look at their machine's name
/etc/crontab                    jobs of this server
/etc/anacrontab                 jobs of this server
/etc/cron.[a-z]*                jobs of this server
/var/spool/cron/                jobs of this server's users
/var/spool/at/                  jobs of this server's users
/var/spool/atjobs/              jobs of this server's users
/var/spool/atspool/             jobs of this server's users
/var/spool/incron/              jobs of this server's users
/var/spool/mail/                mail of this server's users
/var/mail/                      mail of this server's users
/var/spool/postfix/             mail that waits
/var/spool/exim/                mail that waits
/var/spool/exim4/               mail that waits
/var/spool/mqueue/              mail that waits
/var/spool/clientmqueue/        mail that waits
/var/spool/cups/                what waits for the printer
/var/spool/lpd/                 what waits for the printer
/var/spool/news/                articles of the news server
/var/spool/hylafax/             faxes that were received
/var/spool/uucp/                what waits for other machines
/var/lib/systemd/linger/        whose services run without a login
/var/lib/extrausers/            accounts of this server
/var/lib/samba/                 accounts and shares of this server
/var/lib/dovecot/               what the mail server keeps
/var/lib/dhcpd/                 addresses that this server gave out
/var/lib/dhcp/dhcpd*            addresses that this server gave out
/var/lib/dhcp3/dhcpd*           addresses that this server gave out
/var/lib/kea/                   addresses that this server gave out
/var/lib/etcd/                  data of this server
/var/lib/mysql/                 data of this server
/var/lib/pgsql/                 data of this server
/var/lib/postgresql/            data of this server
/var/lib/mongodb/               data of this server
/var/lib/redis/                 data of this server
/var/lib/ldap/                  data of this server
/var/lib/named/                 data of this server
/var/named/                     data of this server
/var/lib/bind/                  data of this server
/var/lib/git/                   data of this server
/var/lib/svn/                   data of this server
/var/lib/jenkins/               data of this server
/var/lib/tomcat*/               data of this server
/var/lib/asterisk/              data of this server
/var/lib/mailman/               data of this server
/var/lib/imap/                  mail of this server's users
/var/lib/cyrus/                 mail of this server's users
/var/spool/cyrus/               mail of this server's users
/var/spool/imap/                mail of this server's users
/var/vmail/                     mail of this server's users
/var/www/                       data of this server
/var/ftp/                       data of this server
/srv/                           data of this server
~/.ssh/authorized_keys*         who may log in
~/.ssh/known_hosts*             which servers jobs of users speak to
~/.ssh/config                   which servers jobs of users speak to
~/.forward                      where mail of a user goes
~/.procmailrc                   where mail of a user goes
~/.k5login                      who may log in

[keep cache]
/var/backups/                   backups that this server's jobs write
/var/cache/apt-cacher-ng/       packages that this server keeps for others
/var/cache/apt-cacher/          packages that this server keeps for others
/var/cache/approx/              packages that this server keeps for others
/var/cache/bind/                zones of this server

# Last of all, so that secrets go from data too if --secrets says so.
include secrets
secrets report
