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
