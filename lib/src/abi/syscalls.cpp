// SPDX-License-Identifier: BSL-1.0
#include <cotrace/abi/syscalls.hpp>

#include "abi/numbers.hpp"
#include "abi/topics.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <memory>

namespace cotrace::abi {
namespace {

constexpr std::size_t interfaces = 5;
constexpr std::uint64_t i386_socketcall = 102, i386_ipc = 117;

constexpr std::string_view ordinals[] = {"arg1", "arg2", "arg3", "arg4", "arg5", "arg6"};

// A call of which only the name is known.
syscall_descriptor bare(syscall_number const& known)
{
    syscall_descriptor made{.name = known.name};
    for (unsigned i = 0; i < std::min<unsigned>(known.arity, 6); ++i)
        made.arguments[i] = {ordinals[i], as::long_hex};
    return made;
}

syscall_descriptor const* described(arch interface, std::string_view name) noexcept
{
    for (auto const topic : all_topics)
        for (auto const& row : topic())
            if (row.name == name && row.only.has(interface))
                return &row;
    return nullptr;
}

// Every number's descriptor, so that finding it at a stop is an index.
class directory {
public:
    directory()
    {
        for (std::size_t i = 0; i < interfaces; ++i)
            enter(static_cast<arch>(i));
        enter_behind(i386_socketcall, socket_calls_);
        enter_behind(i386_ipc, ipc_calls_);
        for (auto const& row : calls_behind_ipc())
            for (auto& each : ipc_calls_)
                if (each && each->name == row.name)
                    each = &row;
    }

    syscall_descriptor const* at(arch interface, std::uint64_t number) const noexcept
    {
        auto const slot = slot_of(interface, number);
        return slot ? by_slot_[static_cast<std::size_t>(interface)][*slot] : nullptr;
    }

    syscall_descriptor const* behind(std::uint64_t number, std::uint64_t which) const noexcept
    {
        if (number == i386_socketcall)
            return which < socket_calls_.size() ? socket_calls_[which] : nullptr;
        which &= 0xffff;   // above it, ipc(2) has a version
        return number == i386_ipc && which < ipc_calls_.size() ? ipc_calls_[which] : nullptr;
    }

private:
    void enter(arch interface)
    {
        for (auto const& known : syscalls(interface)) {
            auto const* row = described(interface, known.name);
            if (!row)
                row = &bare_.emplace_back(bare(known));
            by_slot_[static_cast<std::size_t>(interface)][known.number] = row;
        }
    }

    template <std::size_t N>
    static void enter_behind(std::uint64_t number, std::array<syscall_descriptor const*, N>& into)
    {
        auto const known = subcalls(arch::i386, number);
        for (std::size_t i = 0; i < known.size() && i < N; ++i)
            into[i] = known[i].name.empty() ? nullptr : described(arch::i386, known[i].name);
    }

    std::deque<syscall_descriptor> bare_;   // keeps its elements where they are
    std::array<std::array<syscall_descriptor const*, slot_limit>, interfaces> by_slot_{};
    std::array<syscall_descriptor const*, 21> socket_calls_{};
    std::array<syscall_descriptor const*, 25> ipc_calls_{};
};

directory const& all() noexcept
{
    static directory const made;
    return made;
}

} // namespace

syscall_descriptor const* find(arch interface, std::uint64_t number) noexcept
{
    return all().at(interface, number);
}

syscall_descriptor const* find(arch interface, std::string_view name) noexcept
{
    auto const number = number_of(interface, name);
    return number ? find(interface, *number) : nullptr;
}

syscall_descriptor const* find_indirect_call(arch interface, std::uint64_t number, std::uint64_t first_argument) noexcept
{
    return interface == arch::i386 ? all().behind(number, first_argument) : nullptr;
}

} // namespace cotrace::abi
