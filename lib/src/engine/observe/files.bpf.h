// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
//
// Describes open files: what a file descriptor refers to, and the path of the file.
#pragma once

#include "program_state.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct super_block;
struct inode {
    unsigned short i_mode;
    unsigned long i_ino;
};
struct qstr {
    unsigned char const* name;
};
struct hlist_bl_node {
    struct hlist_bl_node** pprev;
};
struct dentry {
    struct hlist_bl_node d_hash;
    struct dentry* d_parent;
    struct qstr d_name;
    struct inode* d_inode;
};
struct vfsmount {
    struct dentry* mnt_root;
};
struct mount {
    struct mount* mnt_parent;
    struct dentry* mnt_mountpoint;
    struct vfsmount mnt;
};
struct path {
    struct vfsmount* mnt;
    struct dentry* dentry;
};
struct sock_common {
    unsigned short skc_family;
};
struct sock {
    struct sock_common __sk_common;
    unsigned short sk_protocol;
};
struct socket {
    struct sock* sk;
};
struct file {
    struct path f_path;
    void* private_data;
};
struct fdtable {
    unsigned int max_fds;
    struct file** fd;
};
struct files_struct {
    struct fdtable* fdt;
};
struct fs_struct {
    struct path pwd;
};
#pragma clang attribute pop

enum {
    longest_name = 256,   // NAME_MAX and a null byte
    most_names = 128,     // greatest number of calls of `climb` for one path, which limits the number of names
    name_groups = 8,      // greatest number of calls of `climb_further` for one path
    at_fdcwd = -100,
    file_type = 0xf000,     // S_IFMT
    socket_type = 0xc000,   // S_IFSOCK
    af_netlink = 16,
};

static void begin_path(struct workplace* in, struct vfsmount* mount, struct dentry* dentry)
{
    in->directory = (u64)dentry;
    in->mount = (u64)mount - bpf_core_field_offset(struct mount, mnt);
}

// Goes to the parent directory and appends a name, or goes from the root of a mount to the mount point. Returns 0 at
// the end.
__noinline int climb(void)
{
    struct workplace* const in = workplace_here();
    if (!in || in->used > most_captured - longest_name)
        return 0;
    struct dentry* const dentry = (struct dentry*)in->directory;
    struct mount* const mount = (struct mount*)in->mount;
    if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
        struct mount* const outer = BPF_CORE_READ(mount, mnt_parent);
        in->at_root = outer == mount;
        in->directory = (u64)BPF_CORE_READ(mount, mnt_mountpoint);
        in->mount = (u64)outer;
        return !in->at_root;
    }
    s64 const length =
        bpf_probe_read_kernel_str(&in->memory[in->used & (most_captured - 1)], longest_name, BPF_CORE_READ(dentry, d_name.name));
    if (length <= 0 || length > longest_name)
        return 0;
    in->used += length;
    struct dentry* const above = BPF_CORE_READ(dentry, d_parent);
    in->directory = (u64)above;
    return above != dentry;   // the entry of a file without a path, such as a pipe, is its own parent
}

// Goes up by several directories. Returns 0 at the end. The function is global for the verifier: see `several_steps`.
__noinline int climb_further(void)
{
#pragma clang loop unroll(disable)
    for (u32 i = 0; i < most_names / name_groups; ++i)
        if (!climb())
            return 0;
    return 1;
}

// Finds the file of a descriptor of the current thread. Returns 0 if there is none.
static struct file* file_of(s32 descriptor)
{
    struct fdtable* const table = BPF_CORE_READ(bpf_get_current_task_btf(), files, fdt);
    struct file* found = 0;
    if (descriptor < 0 || (u32)descriptor >= BPF_CORE_READ(table, max_fds))
        return 0;
    bpf_probe_read_kernel(&found, sizeof found, BPF_CORE_READ(table, fd) + descriptor);
    return found;
}

// The protocol of a netlink socket, or -1 if the descriptor is no netlink socket.
static s32 netlink_protocol(s32 descriptor)
{
    struct file* const found = file_of(descriptor);
    u32 const mode = BPF_CORE_READ(found, f_path.dentry, d_inode, i_mode);
    if (!found || (mode & file_type) != socket_type)
        return -1;
    struct socket* const in = BPF_CORE_READ(found, private_data);
    if (BPF_CORE_READ(in, sk, __sk_common.skc_family) != af_netlink)
        return -1;
    return BPF_CORE_READ(in, sk, sk_protocol);
}

// Appends a segment with the protocol of a netlink socket. Returns 0 if nothing was appended.
static int add_netlink(struct workplace* in, s32 descriptor)
{
    s32 const protocol = netlink_protocol(descriptor);
    if (protocol < 0 || in->used > most_captured - longest_name)
        return 0;
    struct segment* const header = (struct segment*)&in->memory[in->used & (most_captured - 1)];
    header->at = (u32)descriptor;
    header->length = sizeof protocol;
    header->kind = segment_netlink;
    *(s32*)(header + 1) = protocol;
    in->used += sizeof *header + 8;
    return 1;
}

// Appends a segment that describes the open file of a descriptor, or the working directory (AT_FDCWD).
static void add_file(struct workplace* in, s32 descriptor)
{
    struct path of = {};
    if (in->used > most_captured - longest_name)
        return;
    struct segment* const header = (struct segment*)&in->memory[in->used & (most_captured - 1)];
    struct file_segment* const about = (struct file_segment*)(header + 1);
    if (descriptor == at_fdcwd) {
        of.mnt = BPF_CORE_READ(bpf_get_current_task_btf(), fs, pwd.mnt);
        of.dentry = BPF_CORE_READ(bpf_get_current_task_btf(), fs, pwd.dentry);
    } else {
        struct file* const found = file_of(descriptor);
        of.mnt = BPF_CORE_READ(found, f_path.mnt);
        of.dentry = BPF_CORE_READ(found, f_path.dentry);
    }
    header->at = (u32)descriptor;
    header->kind = segment_file;
    about->exists = of.dentry != 0;
    about->inode = BPF_CORE_READ(of.dentry, d_inode, i_ino);
    about->mode = BPF_CORE_READ(of.dentry, d_inode, i_mode);
    about->is_unlinked = BPF_CORE_READ(of.dentry, d_hash.pprev) == 0;
    u32 const begin = in->used;
    in->used += sizeof *header + sizeof *about;
    in->at_root = 0;
    begin_path(in, of.mnt, of.dentry);
#pragma clang loop unroll(disable)
    for (u32 i = 0; i < name_groups && about->exists; ++i)
        if (!climb_further())
            break;
    about->has_path = in->at_root;
    header->length = in->used - begin - sizeof *header;
    in->used = (in->used + 7) & ~7u;
}
