// SPDX-License-Identifier: BSL-1.0
#include "tracee/call_kinds.hpp"

#include "abi/numbers.hpp"

#include "support/catch.hpp"

#include <map>
#include <optional>
#include <set>
#include <string_view>

using namespace cotrace;

namespace {

constexpr abi::arch interfaces[] = {abi::arch::x86_64, abi::arch::x32, abi::arch::i386, abi::arch::aarch64, abi::arch::riscv64};

/// The names of calls that read a file, each with the index of its descriptor argument.
std::map<std::string_view, unsigned> const reads{
    {"read", 0},   {"pread", 0},   {"pread64", 0},  {"readv", 0},      {"preadv", 0},         {"preadv2", 0},
    {"splice", 0}, {"sendfile", 1}, {"sendfile64", 1}, {"copy_file_range", 0}};

std::set<std::string_view> const makes_descriptor{
    "open",    "creat",    "openat",  "openat2",  "open_by_handle_at", "dup",         "dup2",       "dup3",   "fcntl",
    "fcntl64", "recvmsg",  "recvmmsg", "recvmmsg_time64", "socketcall", "pidfd_getfd", "execve",     "execveat"};

} // namespace

TEST_CASE("the calls that read a file, and that make a descriptor, are known in each interface")
{
    for (auto const interface : interfaces)
        for (auto const& row : abi::syscalls(interface)) {
            auto const number = row.number + (interface == abi::arch::x32 ? abi::x32_bit : 0);
            CAPTURE(interface, row.name, number);
            auto const expected = reads.find(row.name);
            CHECK(tracee::read_descriptor(interface, number)
                  == (expected == reads.end() ? std::nullopt : std::optional{expected->second}));
            CHECK(tracee::makes_descriptor(interface, number) == makes_descriptor.contains(row.name));
        }
}
