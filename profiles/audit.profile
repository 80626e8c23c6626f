# SPDX-License-Identifier: MIT
# All there is, for looking into later. What is left out is not on the machine's disks, or is room for
# other systems.
title A full copy, to look into

# The purpose says nothing of the distribution and strips nothing that a person or program has written.
secrets keep

[empty pseudo]
/proc                           the kernel's view of running processes
/sys                            the kernel's view of this machine's devices
/dev                            devices: engines make their own
fstype:proc /**                 the kernel's view of running processes
fstype:sysfs /**                the kernel's view of this machine's devices
fstype:devpts /**               terminals of this machine
fstype:cgroup* /**              the kernel's groups of processes
fstype:debugfs /**              the kernel's view of itself
fstype:tracefs /**              the kernel's view of itself
fstype:configfs /**             settings of this machine's kernel
fstype:efivarfs /**             variables of this machine's firmware
fstype:securityfs /**           settings of this machine's kernel
fstype:selinuxfs /**            settings of this machine's kernel
fstype:bpf /**                  programs in this machine's kernel
fstype:pstore /**               what this machine's kernel said before a crash
fstype:binfmt_misc /**          settings of this machine's kernel
fstype:fusectl /**              settings of this machine's kernel
fstype:nsfs /**                 namespaces of running processes

[drop swap]
/swapfile                       swap space
/swapfile[0-9]                  swap space
/.swapfile                      swap space
/swap.img                       swap space
/swap/swapfile                  swap space
/var/swap                       swap space
/var/swapfile                   swap space
/var/cache/swap/*               swap space

[empty engine]
/var/lib/docker                 images and containers of docker
/var/lib/containerd             images and containers of containerd
/var/lib/containers             images and containers of podman and CRI-O
/var/lib/buildkit               layers that BuildKit keeps
/var/lib/kubelet/pods           pods of this node
/var/lib/rancher/k3s/agent/containerd  images and containers of k3s
/var/lib/lxc                    containers of LXC
/var/lib/lxd                    containers of LXD
/var/lib/incus                  containers of Incus
/var/lib/machines               containers of systemd-nspawn
/var/lib/libvirt/images         disks of virtual machines
/var/lib/snapd/snaps            snaps: images that snapd mounts
/snap                           where snaps are mounted
/var/snap/lxd                   containers of LXD, as a snap
/var/snap/docker/common/var-lib-docker  images and containers of docker, as a snap
/var/snap/microk8s/common/var/lib/containerd  images and containers of MicroK8s
~/.local/share/containers       images and containers of a user's podman
~/.local/share/docker           images and containers of a user's docker
