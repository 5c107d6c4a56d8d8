// SPDX-License-Identifier: BSL-1.0
#include <cotrace/uapi/syscalls.hpp>

#include "uapi/numbers.hpp"
#include "uapi/topics.hpp"
#include "uapi/words.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <string_view>
#include <vector>

namespace cotrace::uapi {
namespace {

constexpr std::uint64_t i386_socketcall = 102, i386_ipc = 117;

constexpr std::string_view ordinals[] = {"arg1", "arg2", "arg3", "arg4", "arg5", "arg6"};

// Makes a descriptor for a call of which only the name and the number of arguments are known.
syscall_descriptor bare(syscall_number const& known)
{
    syscall_descriptor made{.name = known.name};
    for (unsigned i = 0; i < std::min<unsigned>(known.arity, 6); ++i)
        made.arguments[i] = {ordinals[i], as::long_hex};
    return made;
}

// All rows, sorted by name. Rows with the same name are in the order of `all_topics`.
std::vector<syscall_descriptor const*> const& rows_by_name()
{
    static auto const sorted = [] {
        std::vector<syscall_descriptor const*> made;
        for (auto const topic : all_topics)
            for (auto const& row : topic())
                made.push_back(&row);
        std::ranges::stable_sort(made, {}, &syscall_descriptor::name);
        return made;
    }();
    return sorted;
}

syscall_descriptor const* described(arch interface, std::string_view name)
{
    for (auto const* row : std::ranges::equal_range(rows_by_name(), name, {}, &syscall_descriptor::name))
        if (row->only.has(interface))
            return row;
    return nullptr;
}

// The descriptors of the calls of one interface, indexed by slot (`slot_of`). Built when the interface is first used.
class directory {
public:
    explicit directory(arch interface)
    {
        for (auto const& known : syscalls(interface)) {
            auto const* row = described(interface, known.name);
            by_slot_[known.number] = row ? row : &bare_.emplace_back(bare(known));
        }
    }

    syscall_descriptor const* at(std::size_t slot) const noexcept { return by_slot_[slot]; }

private:
    std::deque<syscall_descriptor> bare_;   // a deque, because `by_slot_` points to its elements
    std::array<syscall_descriptor const*, slot_limit> by_slot_{};
};

template <arch Interface>
directory const& made_for()
{
    static directory const made{Interface};
    return made;
}

directory const& directory_of(arch interface)
{
    switch (interface) {
    case arch::x86_64: break;
    case arch::x32: return made_for<arch::x32>();
    case arch::i386: return made_for<arch::i386>();
    case arch::aarch64: return made_for<arch::aarch64>();
    case arch::riscv64: return made_for<arch::riscv64>();
    }
    return made_for<arch::x86_64>();
}

// The descriptors of the calls that i386 programs make through socketcall(2) and ipc(2).
class indirect_calls {
public:
    indirect_calls()
    {
        enter(i386_socketcall, socket_);
        enter(i386_ipc, ipc_);
        for (auto const& row : calls_made_by_ipc())
            for (auto& each : ipc_)
                if (each && each->name == row.name)
                    each = &row;
    }

    syscall_descriptor const* at(std::uint64_t number, std::uint64_t which) const noexcept
    {
        if (number == i386_socketcall)
            return which < socket_.size() ? socket_[which] : nullptr;
        which &= 0xffff;   // the upper 16 bits of the first argument of ipc(2) are a version
        return number == i386_ipc && which < ipc_.size() ? ipc_[which] : nullptr;
    }

private:
    template <std::size_t N>
    static void enter(std::uint64_t number, std::array<syscall_descriptor const*, N>& into)
    {
        auto const known = subcalls(arch::i386, number);
        for (std::size_t i = 0; i < known.size() && i < N; ++i)
            into[i] = known[i].name.empty() ? nullptr : described(arch::i386, known[i].name);
    }

    std::array<syscall_descriptor const*, 21> socket_{};
    std::array<syscall_descriptor const*, 25> ipc_{};
};

} // namespace

syscall_descriptor const* find(arch interface, std::uint64_t number) noexcept
{
    auto const slot = slot_of(interface, number);
    return slot ? directory_of(interface).at(*slot) : nullptr;
}

syscall_descriptor const* find(arch interface, std::string_view name) noexcept
{
    auto const number = number_of(interface, name);
    return number ? find(interface, *number) : nullptr;
}

syscall_descriptor const* find_indirect_call(arch interface, std::uint64_t number, std::uint64_t first_argument) noexcept
{
    if (interface != arch::i386)
        return nullptr;
    static indirect_calls const all;
    return all.at(number, first_argument);
}

} // namespace cotrace::uapi
