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
/var/spool/abrt-upload          crash reports that were sent to this machine
/var/tmp/abrt                   crash reports of this machine
/var/cache/abrt-di              debugging data of crash reports
/var/crash                      crash dumps of this machine
/var/log/dump                   crash dumps of this machine
/var/lib/systemd/coredump       core dumps of this machine

[drop temp]
lost+found/                     what fsck found on this disk
/.autorelabel                   asks for relabelling this machine's disk
/.autofsck                      asks for checking this machine's disk
/forcefsck                      asks for checking this machine's disk
/forcequotacheck                asks for checking this machine's disk
/fastboot                       asks for not checking this machine's disk
.nfs[0-9a-f][0-9a-f][0-9a-f][0-9a-f]*  files that an NFS client deleted while they were open
/dead.letter                    mail that could not be sent
~/dead.letter                   mail that could not be sent
~/.local/share/Trash/           what users threw away

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
/var/log/**/*.log[0-9]          content of logs
/var/log/**/LOG                 content of logs: BackupPC and others name them so
/var/log/httpd/*log             content of web servers' logs
/var/log/exim*/*log             content of the mail server's logs
/var/log/firewalld              content of the firewall's log
/var/log/grubby                 content of the boot loader's log
/var/log/grubby_prune_debug     content of the boot loader's log
/var/log/xferlog                content of the FTP server's log
/var/log/vsftpd                 content of the FTP server's log
/var/log/ntp                    content of the time server's log
/var/log/ppp/connect-errors     content of the log of dialling in
/var/log/gdm/*                  content of the log of graphical logins
/var/log/lightdm/*              content of the log of graphical logins
/var/log/ConsoleKit/history     who sat at this machine
/var/named/data/named.run       content of the name server's log
/var/cache/bind/named.run       content of the name server's log
/var/log/news/news*             content of the news server's log
/var/log/mail                   content of the mail server's log
/var/log/mail/*                 content of the mail server's log
/var/log/warn                   content of the system's log
/var/log/localmessages          content of the system's log
/var/log/everything             content of the system's log
/var/log/user                   content of the system's log
/var/log/daemon                 content of the system's log
/var/log/auth                   content of the log of logins
~/.xsession-errors              messages of graphical sessions
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
/var/log/chrony                 how this machine's clock went
/var/log/pcp                    load figures of this machine
/var/log/kdump                  dumps of this machine's kernel
/var/log/containers             links to the logs of this node's containers
/var/log/pods                   logs of this node's pods

# A letter before the number: app-1.2 is no rotated log. Directories like tomcat-8.5 or 20240131 stay
# for the daemon that expects them.
[drop log]
type:f /var/log/**/*[a-zA-Z_].[0-9]    logs that were rotated away
type:f /var/log/**/*[a-zA-Z_].[0-9][0-9]  logs that were rotated away
type:f /var/log/**/*.gz         logs that were rotated away
type:f /var/log/**/*.xz         logs that were rotated away
type:f /var/log/**/*.bz2        logs that were rotated away
type:f /var/log/**/*.lz4        logs that were rotated away
type:f /var/log/**/*.zst        logs that were rotated away
type:f /var/log/**/*.old        logs that were rotated away
type:f /var/log/**/*-20[0-9][0-9][0-9][0-9][0-9][0-9]  logs that were rotated away
type:f /var/log/**/*-20[0-9][0-9][0-9][0-9][0-9][0-9]-[0-9]*  logs that were rotated away
type:f /var/log/**/*-20[0-9][0-9][0-9][0-9][0-9][0-9].log  logs that were rotated away
type:f /var/account/pacct?*     accounting that was rotated away
type:f /var/log/account/pacct?* accounting that was rotated away
/var/lib/logrotate.status       when which log was rotated
/var/lib/logrotate/status       when which log was rotated
/var/lib/logrotate/logrotate.status  when which log was rotated
/var/lib/misc/logrotate.status  when which log was rotated
/var/log/installer/             how this machine was installed
/var/log/anaconda/              how this machine was installed
/root/anaconda-ks.cfg           how this machine was installed
/root/original-ks.cfg           how this machine was installed
/root/initial-setup-ks.cfg      how this machine was installed
/root/anaconda-post*.log        how this machine was installed
/root/ks-post*.log              how this machine was installed

[drop swap]
/swapfile                       swap space
/swapfile[0-9]                  swap space
/.swapfile                      swap space
/swap.img                       swap space
/swap/swapfile                  swap space
/var/swap                       swap space
/var/swapfile                   swap space
/var/cache/swap/*               swap space

# Packages that stay keep what they own, so that their database is right about them. Kernels that were
# not installed as packages are found by where they are.
[drop kernel]
unowned /boot/**                           kernel, initramfs and boot loader: a container runs on its host's
unowned /efi/**                            boot loaders
unowned /lib/modules/**                    modules of this machine's kernels
unowned /usr/lib/modules/**                modules of this machine's kernels
unowned /lib/firmware/**                   firmware for this machine's devices
unowned /usr/lib/firmware/**               firmware for this machine's devices
unowned /usr/lib/debug/boot/**             what is for debugging this machine's kernels
unowned /usr/lib/debug/lib/modules/**      what is for debugging this machine's kernels
unowned /usr/lib/debug/usr/lib/modules/**  what is for debugging this machine's kernels
unowned /usr/src/kernels/**                headers of this machine's kernels
unowned /usr/lib/grub/**                   the boot loader's modules
unowned /usr/src/linux-headers-*           headers of this machine's kernels
unowned /usr/src/linux-headers-*/**        headers of this machine's kernels
unowned /usr/src/linux-kbuild-*            tools for building modules
unowned /usr/src/linux-kbuild-*/**         tools for building modules
unowned /usr/lib/linux-kbuild-*            tools for building modules
unowned /usr/lib/linux-kbuild-*/**         tools for building modules
unowned /usr/src/linux                     the kernel's source
unowned /usr/src/linux/**                  the kernel's source
unowned /usr/src/linux-[0-9]*              the kernel's source
unowned /usr/src/linux-[0-9]*/**           the kernel's source
unowned /vmlinuz                           a link to the kernel
unowned /vmlinuz.old                       a link to the former kernel
unowned /initrd.img                        a link to the initramfs
unowned /initrd.img.old                    a link to the former initramfs
unowned /vmlinux                           a link to the kernel
unowned /initrd                            a link to the initramfs
unowned /etc/kernel/cmdline                the command line of this machine's kernel
unowned /etc/kernel/entry-token            this machine's name in its boot loader
unowned /etc/kernel/install.conf           how kernels are installed on this machine
unowned /etc/lilo.conf                     the boot loader's configuration
unowned /etc/default/grub                  the boot loader's configuration
unowned /etc/default/grub.d/**             the boot loader's configuration
unowned /etc/zipl.conf                     the boot loader's configuration

[empty kernel]
/var/lib/initramfs-tools        what initramfs was made for which kernel
/var/lib/dkms                   modules built for this machine's kernels
/var/lib/dracut                 state of making an initramfs
/var/lib/kdump                  an initramfs for crashes
/var/lib/plymouth               when this machine booted last

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
/var/lib/nerdctl                names and logs of containerd's containers
/var/lib/crio                   state of CRI-O on this node
/var/lib/kube-proxy             state of this node
/var/lib/calico                 networks of this node's pods
/var/lib/incus                  containers of Incus
/var/lib/waydroid/images        an Android system and its data
~/.local/share/containers       images and containers of a user's podman
~/.local/share/docker           images and containers of a user's docker
/home/**/.local/share/containers  the same of users whom passwd does not name
/home/**/.local/share/docker    the same of users whom passwd does not name
~/.local/share/buildkit         layers that a user's BuildKit keeps
~/.local/share/nerdctl          names and logs of a user's containers
~/.minikube/machines            disks of a user's test cluster
~/.vagrant.d/boxes              disks of a user's virtual machines

[truncate identity]
/etc/machine-id                 this machine's identity; an empty file lets systemd make a new one
/etc/hostname                   this machine's name; engines give each container one
/etc/resolv.conf                this machine's name servers; engines give their own
/etc/crypttab                   encrypted disks of this machine

[drop identity]
type:f /var/lib/dbus/machine-id  this machine's identity; made anew at the first start
/etc/ssh/ssh_host_*_key         this machine's SSH host keys: whoever has the image would have them
/etc/ssh/ssh_host_*_key.pub     this machine's SSH host keys
/etc/ssh/ssh_host_*_key-cert.pub  certificates of this machine's SSH host keys
/etc/dropbear/*_host_key        this machine's SSH host keys
/etc/ssh/ssh_host_key           this machine's SSH host key, of protocol 1
/etc/ssh/ssh_host_key.pub       this machine's SSH host key, of protocol 1
/etc/passwd-                    a copy of the accounts before the last change
/etc/shadow-                    a copy of the password hashes before the last change
/etc/group-                     a copy of the groups before the last change
/etc/gshadow-                   a copy of the groups' passwords before the last change
/etc/subuid-                    a copy of the accounts' ranges before the last change
/etc/subgid-                    a copy of the accounts' ranges before the last change
/etc/.pwd.lock                  the lock of a program that changes accounts
/etc/mtab.old                   what was mounted on this machine
type:f /etc/mtab                what is mounted on this machine
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
/etc/blkid.tab.old              this machine's disks
/etc/blkid/blkid.tab            this machine's disks
/etc/blkid/blkid.tab.old        this machine's disks
/etc/multipath/bindings         this machine's disks
/etc/multipath/wwids            this machine's disks
/etc/iscsi/initiatorname.iscsi  this machine's name to storage servers
/var/lib/iscsi/nodes/*          storage servers of this machine
/var/lib/iscsi/send_targets/*   storage servers of this machine
/etc/nvme/hostid                this machine's name to storage servers
/etc/nvme/hostnqn               this machine's name to storage servers
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
/var/lib/wicked/*               addresses that this machine was given
/var/lib/connman/*              networks of this machine, with their passwords
/var/lib/iwd/*                  networks of this machine, with their passwords
/var/lib/bluetooth/*            devices that this machine is paired with
/var/lib/upower/*               batteries of this machine
/var/lib/fwupd/*                devices of this machine
/var/lib/boltd/*                devices of this machine
/var/lib/usbmuxd/*              devices that this machine is paired with
/var/lib/colord/*               screens of this machine
/var/lib/alsa/asound.state      sound cards of this machine
/var/lib/smartmontools/*        disks of this machine
/var/lib/smartd/*               disks of this machine
/var/lib/hp/*                   printers of this machine
/var/lib/udisks2/*              disks of this machine
/var/lib/fprint/*               fingerprints of this machine's users
/var/lib/AccountsService/users/*  who sits at this machine
/var/lib/tpm2-tss/system/keystore/*  keys bound to this machine
/var/lib/tpm/*                  keys bound to this machine
/var/lib/systemd/pcrlock.d/*    what this machine measured at boot
/var/lib/systemd/pstore/*       what this machine's kernel said before a crash
/var/lib/systemd/timesync/*     when this machine's clock was right
/var/lib/systemd/timers/*       when timers of this machine ran last
/var/lib/private/systemd/journal-upload/*  what of this machine's journal was sent
/var/lib/NetworkManager-*/*     connections of this machine
/etc/NetworkManager/system-connections/*  networks of this machine, with their passwords
/etc/netplan/50-cloud-init.yaml network cards of this instance
/etc/netplan/00-installer-config.yaml  network cards of this machine
/etc/netplan/00-installer-config-wifi.yaml  network cards of this machine
/etc/netplan/90-NM-*.yaml       networks of this machine, with their passwords
/etc/systemd/network/10-cloud-init-*  network cards of this instance
/var/lib/waagent/*              what Azure's agent did on this instance
/var/lib/google/*               what Google's agent did on this instance
/var/lib/amazon/ssm/*           what Amazon's agent did on this instance
/var/lib/oracle-cloud-agent/*   what Oracle's agent did on this instance
/var/lib/hyperv/*               what Hyper-V said to this machine
/var/lib/cloud/*                what cloud-init did on this instance

# systemd would wait for disks that no container has; what is mounted from elsewhere stays.
[edit identity]
/etc/fstab                      disks of this machine
| delete %^[[:space:]]*"?((PART)?(UUID|LABEL)=|ID=|/dev/)%
| delete %^[^#]*[[:space:]]swap[[:space:]]%
/etc/mdadm.conf                 disks of this machine
| delete /^(ARRAY|DEVICE)[[:space:]]/
/etc/mdadm/mdadm.conf           disks of this machine
| delete /^(ARRAY|DEVICE)[[:space:]]/

[drop cache]
~/.cache/                       caches of users' programs
~/.ccache/                      objects that were compiled before
~/.thumbnails/                  small pictures, made anew
~/.nv/ComputeCache/             programs compiled for this machine's graphics card
~/.npm/_cacache/                packages that npm downloaded
~/.npm/_logs/                   what npm did
~/.yarn/cache/                  packages that yarn downloaded
~/.composer/cache/              packages that composer downloaded
~/.bundle/cache/                packages that bundler downloaded
~/.kube/cache/                  what clusters said of themselves
~/.kube/http-cache/             what clusters said of themselves
~/.local/share/gvfs-metadata/   what the file manager remembers
~/.local/share/recently-used.xbel  what a user opened last
~/.gnupg/S.*                    sockets of running agents
~/.gnupg/.#lk*                  locks of running programs
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
/var/cache/gdm/*                caches of the login screen
/var/cache/lightdm/*            caches of the login screen
/var/cache/samba/*              what samba makes anew at its start
/var/cache/nscd/*               answers of name services
/var/db/nscd/*                  answers of name services
/var/cache/realmd/*             what realmd found of the network
/var/cache/private/*            caches of services with users of their own
/var/cache/akmods/*             modules built for this machine's kernels
/var/cache/locate/*             an index of this machine's files
/var/cache/plocate/*            an index of this machine's files
/var/lib/mlocate/*              an index of this machine's files
/var/lib/plocate/*.db           an index of this machine's files
/var/lib/slocate/*              an index of this machine's files
/var/lib/systemd/catalog/database  an index of messages, made anew
/var/lib/PackageKit/*           which packages were installed through a desktop
/var/lib/gdm/.cache/            caches of the login screen
/var/lib/gdm3/.cache/           caches of the login screen
