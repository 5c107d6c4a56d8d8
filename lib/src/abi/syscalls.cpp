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
    }

    syscall_descriptor const* at(arch interface, std::uint64_t number) const noexcept
    {
        auto const slot = slot_of(interface, number);
        return slot ? by_slot_[static_cast<std::size_t>(interface)][*slot] : nullptr;
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

} // namespace cotrace::abi
