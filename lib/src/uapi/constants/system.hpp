// SPDX-License-Identifier: BSL-1.0
// Names of constants of reboot(2), syslog(2), kernel modules, kexec and getrandom(2). The tables contain the names up to
// Linux 6.18.
#pragma once

#include <cotrace/uapi/named_values.hpp>

namespace cotrace::uapi::names {

inline constexpr enum_table reboot_magics1{"LINUX_REBOOT_MAGIC1???", {
    {0xfee1dead, "LINUX_REBOOT_MAGIC1"},
}};

inline constexpr enum_table reboot_magics2{"LINUX_REBOOT_MAGIC2???", {
    {0x5121996, "LINUX_REBOOT_MAGIC2A"},
    {0x16041998, "LINUX_REBOOT_MAGIC2B"},
    {0x20112000, "LINUX_REBOOT_MAGIC2C"},
    {0x28121969, "LINUX_REBOOT_MAGIC2"},
}};

inline constexpr enum_table reboot_commands{"LINUX_REBOOT_CMD_???", {
    {0, "LINUX_REBOOT_CMD_CAD_OFF"},
    {0x1234567, "LINUX_REBOOT_CMD_RESTART"},
    {0x4321fedc, "LINUX_REBOOT_CMD_POWER_OFF"},
    {0x45584543, "LINUX_REBOOT_CMD_KEXEC"},
    {0x89abcdef, "LINUX_REBOOT_CMD_CAD_ON"},
    {0xa1b2c3d4, "LINUX_REBOOT_CMD_RESTART2"},
    {0xcdef0123, "LINUX_REBOOT_CMD_HALT"},
    {0xd000fce2, "LINUX_REBOOT_CMD_SW_SUSPEND"},
}};

inline constexpr enum_table syslog_actions{"SYSLOG_ACTION_???", {
    {0, "SYSLOG_ACTION_CLOSE"},
    {1, "SYSLOG_ACTION_OPEN"},
    {2, "SYSLOG_ACTION_READ"},
    {3, "SYSLOG_ACTION_READ_ALL"},
    {4, "SYSLOG_ACTION_READ_CLEAR"},
    {5, "SYSLOG_ACTION_CLEAR"},
    {6, "SYSLOG_ACTION_CONSOLE_OFF"},
    {7, "SYSLOG_ACTION_CONSOLE_ON"},
    {8, "SYSLOG_ACTION_CONSOLE_LEVEL"},
    {9, "SYSLOG_ACTION_SIZE_UNREAD"},
    {10, "SYSLOG_ACTION_SIZE_BUFFER"},
}};

inline constexpr flag_table module_init_flags{"MODULE_INIT_???", {
    {0x1, "MODULE_INIT_IGNORE_MODVERSIONS"},
    {0x2, "MODULE_INIT_IGNORE_VERMAGIC"},
    {0x4, "MODULE_INIT_COMPRESSED_FILE"},
}};

inline constexpr flag_table module_delete_flags{"O_???", {
    {0x800, "O_NONBLOCK"},
    {0x200, "O_TRUNC"},
}};

inline constexpr flag_table kexec_flags{"KEXEC_???", {
    {0x1, "KEXEC_ON_CRASH"},
    {0x2, "KEXEC_PRESERVE_CONTEXT"},
    {0x4, "KEXEC_UPDATE_ELFCOREHDR"},
    {0x8, "KEXEC_CRASH_HOTPLUG_SUPPORT"},
}};

inline constexpr enum_table kexec_arches{"KEXEC_ARCH_???", {
    {0, "KEXEC_ARCH_DEFAULT"},
    {0x30000, "KEXEC_ARCH_386"},
    {0x40000, "KEXEC_ARCH_68K"},
    {0x80000, "KEXEC_ARCH_MIPS"},
    {0xa0000, "KEXEC_ARCH_MIPS_LE"},
    {0xf0000, "KEXEC_ARCH_PARISC"},
    {0x140000, "KEXEC_ARCH_PPC"},
    {0x150000, "KEXEC_ARCH_PPC64"},
    {0x160000, "KEXEC_ARCH_S390"},
    {0x280000, "KEXEC_ARCH_ARM"},
    {0x2a0000, "KEXEC_ARCH_SH"},
    {0x320000, "KEXEC_ARCH_IA_64"},
    {0x3e0000, "KEXEC_ARCH_X86_64"},
    {0xb70000, "KEXEC_ARCH_AARCH64"},
    {0xf30000, "KEXEC_ARCH_RISCV"},
    {0x1020000, "KEXEC_ARCH_LOONGARCH"},
}};

inline constexpr flag_table kexec_file_flags{"KEXEC_FILE_???", {
    {0x1, "KEXEC_FILE_UNLOAD"},
    {0x2, "KEXEC_FILE_ON_CRASH"},
    {0x4, "KEXEC_FILE_NO_INITRAMFS"},
    {0x8, "KEXEC_FILE_DEBUG"},
    {0x10, "KEXEC_FILE_NO_CMA"},
    {0x20, "KEXEC_FILE_FORCE_DTB"},
}};

inline constexpr flag_table getrandom_flags{"GRND_???", {
    {0x1, "GRND_NONBLOCK"},
    {0x2, "GRND_RANDOM"},
    {0x4, "GRND_INSECURE"},
}};

} // namespace cotrace::uapi::names
