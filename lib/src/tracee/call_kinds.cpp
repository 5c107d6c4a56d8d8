// SPDX-License-Identifier: BSL-1.0
#include "tracee/call_kinds.hpp"

#include "uapi/numbers.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

namespace cotrace::tracee {

namespace {

struct named_traits {
    std::string_view name;
    call_traits traits;
};

using enum call_kind;

constexpr call_traits makes_file{.makes_descriptor = true};
constexpr call_traits maps{.changes_mappings = true};
constexpr call_traits reads_first{.read_descriptor = 0};
constexpr call_traits reads_second{.read_descriptor = 1};

constexpr named_traits known[] = {
    {"clone", {.kind = makes_thread, .is_clone = true}},
    {"clone3", {.kind = makes_thread, .is_clone3 = true}},
    {"copy_file_range", reads_first},
    {"creat", makes_file},
    {"dup", makes_file},
    {"dup2", makes_file},
    {"dup3", makes_file},
    {"execve", {.kind = replaces_image, .makes_descriptor = true}},
    {"execveat", {.kind = replaces_image, .makes_descriptor = true}},
    {"exit", {.ends_thread = true}},
    {"exit_group", {.ends_process = true, .ends_thread = true}},
    {"fcntl", makes_file},
    {"fcntl64", makes_file},
    {"fork", {.kind = makes_thread}},
    {"mmap", maps},
    {"mmap2", maps},
    {"mremap", maps},
    {"munmap", maps},
    {"open", makes_file},
    {"open_by_handle_at", makes_file},
    {"openat", makes_file},
    {"openat2", makes_file},
    {"pidfd_getfd", makes_file},
    {"prctl", {.kind = adds_filter, .is_prctl = true}},
    {"pread", reads_first},
    {"pread64", reads_first},
    {"preadv", reads_first},
    {"preadv2", reads_first},
    {"read", reads_first},
    {"readv", reads_first},
    {"recvmmsg", makes_file},
    {"recvmmsg_time64", makes_file},
    {"recvmsg", makes_file},
    {"sched_getaffinity", {.kind = about_cpus}},
    {"sched_setaffinity", {.kind = about_cpus}},
    {"seccomp", {.kind = adds_filter}},
    {"sendfile", reads_second},
    {"sendfile64", reads_second},
    {"socketcall", makes_file},
    {"splice", reads_first},
    {"vfork", {.kind = makes_thread}},
};

static_assert(std::ranges::is_sorted(known, {}, &named_traits::name));

/// The traits of all calls of an interface. The index of a call is its slot (`uapi::slot_of`).
std::vector<call_traits> rows_for(uapi::arch interface)
{
    std::vector<call_traits> made(uapi::slot_limit);
    for (auto const& call : uapi::syscalls(interface))
        if (auto const at = std::ranges::lower_bound(known, call.name, {}, &named_traits::name);
            at != std::end(known) && at->name == call.name)
            made[call.number] = at->traits;
    return made;
}

/// The list that `rows_for` makes for an interface. The list is made when this function is called for the first time.
template <uapi::arch Interface>
std::vector<call_traits> const& rows()
{
    static std::vector<call_traits> const made = rows_for(Interface);
    return made;
}

std::vector<call_traits> const& rows_of(uapi::arch interface)
{
    switch (interface) {
    case uapi::arch::x86_64: return rows<uapi::arch::x86_64>();
    case uapi::arch::i386: return rows<uapi::arch::i386>();
    case uapi::arch::x32: return rows<uapi::arch::x32>();
    case uapi::arch::aarch64: return rows<uapi::arch::aarch64>();
    case uapi::arch::riscv64: break;
    }
    return rows<uapi::arch::riscv64>();
}

}   // namespace

call_traits const& traits_of(uapi::arch interface, std::uint64_t number)
{
    static constexpr call_traits ordinary_call;
    auto const slot = uapi::slot_of(interface, number);
    return slot ? rows_of(interface)[*slot] : ordinary_call;
}

}   // namespace cotrace::tracee
