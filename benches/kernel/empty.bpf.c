// SPDX-License-Identifier: GPL-2.0
// The least that a program at both ends of every system call can be.
#define SEC(name) __attribute__((section(name), used))

char LICENSE[] SEC("license") = "GPL";

SEC("tp_btf/sys_enter") int enter(unsigned long long *context) { return 0; }

SEC("tp_btf/sys_exit") int leave(unsigned long long *context) { return 0; }
