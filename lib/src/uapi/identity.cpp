// SPDX-License-Identifier: BSL-1.0
// System calls for users, groups and capabilities.
#include "uapi/capabilities.hpp"
#include "uapi/common.hpp"
#include "uapi/constants/security.hpp"
#include "uapi/custom.hpp"
#include "uapi/topics.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

// The interfaces on which all user and group ids have 32 bits. On i386, only calls with names that end in 32 have such ids.
constexpr arch_set wide{arch::x86_64, arch::x32, arch::aarch64, arch::riscv64};
constexpr arch_set narrow{arch::i386};

constexpr auto const& one = out<user_id>;
constexpr auto const& one16 = out<user_id16>;

#define COTRACE_IDS(suffix, id, got, set)                                                                    \
    {"getuid" suffix, {}, {}, set}, {"getgid" suffix, {}, {}, set}, {"geteuid" suffix, {}, {}, set},         \
        {"getegid" suffix, {}, {}, set}, {"setuid" suffix, {{"uid", id}}, {}, set},                          \
        {"setgid" suffix, {{"gid", id}}, {}, set}, {"setfsuid" suffix, {{"fsuid", id}}, {}, set},            \
        {"setfsgid" suffix, {{"fsgid", id}}, {}, set},                                                       \
        {"setreuid" suffix, {{"ruid", id}, {"euid", id}}, {}, set},                                          \
        {"setregid" suffix, {{"rgid", id}, {"egid", id}}, {}, set},                                          \
        {"setresuid" suffix, {{"ruid", id}, {"euid", id}, {"suid", id}}, {}, set},                           \
        {"setresgid" suffix, {{"rgid", id}, {"egid", id}, {"sgid", id}}, {}, set},                           \
        {"getresuid" suffix, {{"ruid", got}, {"euid", got}, {"suid", got}}, {}, set},                        \
        {"getresgid" suffix, {{"rgid", got}, {"egid", got}, {"sgid", got}}, {}, set},                        \
        {"getgroups" suffix, {{"size", integer}, {"list", out<as::array_upto<id, returned(), most_groups>>}}, {}, set},        \
        {"setgroups" suffix, {{"size", integer}, {"list", in<as::array_upto<id, argument(0), most_groups>>}}, {}, set}

constexpr std::uint32_t most_groups = 65536;   // NGROUPS_MAX

constexpr structure capability_header{{{"version", one_of<names::capability_versions>}, {"pid", process_id}}};
constexpr auto const& capability_words = as::custom<decode::capability_words>;

constexpr syscall_descriptor rows[] = {
    {"capget", {{"hdrp", in<capability_header>}, {"datap", out<capability_words>}}},
    {"capset", {{"hdrp", in<capability_header>}, {"datap", in<capability_words>}}},
    COTRACE_IDS("", user_id, one, wide),
    COTRACE_IDS("", user_id16, one16, narrow),
    COTRACE_IDS("32", user_id, one, narrow),
    {"umask", {{"mask", permissions16}}, permissions},
};
#undef COTRACE_IDS

} // namespace

std::span<syscall_descriptor const> identity_calls() noexcept
{
    return rows;
}

} // namespace cotrace::uapi
