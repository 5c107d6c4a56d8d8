// SPDX-License-Identifier: BSL-1.0
#include "uapi/numbers.hpp"

#include "uapi/number_table.hpp"

namespace cotrace::uapi {
namespace {

number_table const& table_of(arch interface) noexcept
{
    switch (interface) {
    case arch::x86_64: return x86_64_numbers;
    case arch::i386: return i386_numbers;
    case arch::x32: return x32_numbers;
    case arch::aarch64: return aarch64_numbers;
    case arch::riscv64: break;
    }
    return riscv64_numbers;
}

// The calls that socketcall(2) makes, by number: SYS_SOCKET and the constants after it in <linux/net.h>.
constexpr std::array<subcall, 21> socket_calls{{
    {},
    {"socket", 3},
    {"bind", 3},
    {"connect", 3},
    {"listen", 2},
    {"accept", 3},
    {"getsockname", 3},
    {"getpeername", 3},
    {"socketpair", 4},
    {"send", 4},
    {"recv", 4},
    {"sendto", 6},
    {"recvfrom", 6},
    {"shutdown", 2},
    {"setsockopt", 5},
    {"getsockopt", 5},
    {"sendmsg", 3},
    {"recvmsg", 3},
    {"accept4", 4},
    {"recvmmsg", 5},
    {"sendmmsg", 4},
}};

// The calls that ipc(2) makes, by number: SEMOP and the constants after it in <linux/ipc.h>.
constexpr std::array<subcall, 25> ipc_calls{{
    {},
    {"semop", 4},
    {"semget", 3},
    {"semctl", 4},
    {"semtimedop", 5},
    {}, {}, {}, {}, {}, {},
    {"msgsnd", 4},
    {"msgrcv", 5},
    {"msgget", 2},
    {"msgctl", 4},
    {}, {}, {}, {}, {}, {},
    {"shmat", 4},
    {"shmdt", 4},
    {"shmget", 3},
    {"shmctl", 4},
}};

constexpr std::uint64_t i386_socketcall = 102;

} // namespace

std::span<syscall_number const> syscalls(arch interface) noexcept { return table_of(interface).rows; }

syscall_number const* find_syscall(arch interface, std::uint64_t number) noexcept
{
    auto const& table = table_of(interface);
    auto const  slot  = slot_of(interface, number);
    if (!slot || *slot >= table.by_slot.size() || table.by_slot[*slot] == number_table::none)
        return nullptr;
    return &table.rows[table.by_slot[*slot]];
}

std::string_view name_of(arch interface, std::uint64_t number) noexcept
{
    auto const* const found = find_syscall(interface, number);
    return found ? found->name : std::string_view{};
}

std::optional<unsigned> arity_of(arch interface, std::uint64_t number) noexcept
{
    auto const* const found = find_syscall(interface, number);
    return found ? std::optional<unsigned>{found->arity} : std::nullopt;
}

std::optional<std::uint64_t> number_of(arch interface, std::string_view name) noexcept
{
    auto const& table = table_of(interface);
    auto const  at    = std::ranges::lower_bound(table.by_name, name, {},
                                                 [&](std::uint16_t row) { return table.rows[row].name; });
    if (at == table.by_name.end() || table.rows[*at].name != name)
        return std::nullopt;
    return kernel_number(interface, table.rows[*at].number);
}

std::span<subcall const> subcalls(arch interface, std::uint64_t number) noexcept
{
    if (interface != arch::i386)
        return {};
    if (number == i386_socketcall)
        return socket_calls;
    if (number == i386_ipc)
        return ipc_calls;
    return {};
}

subcall const* find_subcall(arch interface, std::uint64_t number, std::uint64_t first_argument) noexcept
{
    auto const all = subcalls(interface, number);
    auto const at  = number == i386_ipc ? first_argument & 0xffff : first_argument;
    return at < all.size() && !all[at].name.empty() ? &all[at] : nullptr;
}

} // namespace cotrace::uapi
