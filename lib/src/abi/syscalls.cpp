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
constexpr std::uint64_t i386_socketcall = 102;

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
        auto const behind = subcalls(arch::i386, i386_socketcall);
        for (std::size_t i = 0; i < behind.size(); ++i)
            socket_calls_[i] = behind[i].name.empty() ? nullptr : described(arch::i386, behind[i].name);
    }

    syscall_descriptor const* at(arch interface, std::uint64_t number) const noexcept
    {
        auto const slot = slot_of(interface, number);
        return slot ? by_slot_[static_cast<std::size_t>(interface)][*slot] : nullptr;
    }

    syscall_descriptor const* socket_call(std::uint64_t which) const noexcept
    {
        return which < socket_calls_.size() ? socket_calls_[which] : nullptr;
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

    std::deque<syscall_descriptor> bare_;   // keeps its elements where they are
    std::array<std::array<syscall_descriptor const*, slot_limit>, interfaces> by_slot_{};
    std::array<syscall_descriptor const*, 21> socket_calls_{};
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

syscall_descriptor const* find_socket_call(arch interface, std::uint64_t number, std::uint64_t first_argument) noexcept
{
    return interface == arch::i386 && number == i386_socketcall ? all().socket_call(first_argument) : nullptr;
}

} // namespace cotrace::abi
