// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "decode/decode.hpp"
#include "uapi/numbers.hpp"

#include <cotrace/open_file.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>

namespace cotrace::test {

/// Memory with random content at each read. Some reads find no memory, or only a part. Names of descriptors and processes are
/// random, too.
class random_memory final : public decode::reader {
public:
    explicit random_memory(std::uint32_t seed)
        : random_{seed}
    {
    }

    std::size_t read(remote_address, std::span<std::byte> into) noexcept override
    {
        ++reads;
        bytes += into.size();
        auto const kind = random_() % 8;
        if (kind == 0)
            return 0;
        for (auto& each : into)
            each = static_cast<std::byte>(kind < 3 ? random_() % 5 : random_());
        return kind == 1 ? random_() % (into.size() + 1) : into.size();
    }

    /// Every socket is a netlink socket of a random protocol.
    std::optional<int> netlink_protocol(int) noexcept override { return static_cast<int>(random_() % 24) - 1; }

    std::string_view interface_name(std::uint32_t index) noexcept override { return index % 2 != 0 ? "lo" : ""; }

    std::string_view generic_family(std::uint16_t number) noexcept override { return number % 4 == 0 ? "nlctrl" : ""; }

    bool describe(decode::descriptor_owner, int, descriptor_details const&, open_file& found) noexcept override
    {
        ++reads;
        found = {.path = some_text(), .deleted = random_() % 2 == 0};
        switch (random_() % 8) {
        case 0: return false;
        case 1:
            found.about = open_file::device{.is_block = random_() % 2 == 0, .number = random_(), .terminal = random_()};
            break;
        case 2: found.about = open_file::counter{.count = random_(), .id = random_(), .semaphore = random_()}; break;
        case 3: found.about = open_file::process{pid{static_cast<std::int32_t>(random_())}}; break;
        case 4: found.about = open_file::signals{random_()}; break;
        case 5: found.about = some_socket(); break;
        default: break;
        }
        return true;
    }

    bool describe(decode::process_key, process_details const&, process_name& found) noexcept override
    {
        ++reads;
        found = {.command = some_text(), .outside = static_cast<std::int32_t>(random_())};
        return random_() % 4 != 0;
    }

    std::size_t reads = 0, bytes = 0;

private:
    std::string some_text()
    {
        std::string made(random_() % 40, '\0');
        for (auto& each : made)
            each = static_cast<char>(random_());
        return made;
    }

    open_file::socket some_socket()
    {
        open_file::socket made{.protocol = some_text(), .inode = random_(), .name = some_text()};
        if (random_() % 2)
            made.local = open_file::end{.is_v6 = random_() % 2 == 0};
        if (random_() % 2)
            made.remote = open_file::end{.is_v6 = random_() % 2 == 0};
        if (random_() % 2)
            made.netlink = static_cast<std::uint8_t>(random_());
        return made;
    }

    std::minstd_rand random_;
};

/// A random number, often one with a special meaning, such as the largest number.
inline std::uint64_t some_number(std::minstd_rand& random)
{
    switch (random() % 8) {
    case 0: return 0;
    case 1: return ~std::uint64_t{0};
    case 2: return std::uint64_t{1} << 63;
    case 3: return 0x7fffffff;
    case 4: return 0xfffffffffffff000;
    case 5: return random() % 64;
    default: return std::uint64_t{random()} << 16 ^ random();
    }
}

/// A call with random arguments.
inline std::shared_ptr<syscall_call> random_call(uapi::arch interface, std::uint64_t number, std::minstd_rand& random)
{
    auto call = std::make_shared<syscall_call>();
    call->arch = interface;
    call->number = number;
    for (auto& each : call->args)
        each = some_number(random);
    return call;
}

/// The exit of `call` with a random result.
inline syscall_exited random_exit(std::shared_ptr<syscall_call> const& call, std::minstd_rand& random)
{
    syscall_exited exited{call, {}, {}, {}};
    exited.outcome.value = static_cast<std::int64_t>(some_number(random));
    exited.outcome.failed = exited.outcome.value < 0 && exited.outcome.value > -4096;
    return exited;
}

/// Calls `f(interface, number, name)` for each call, except those of riscv64, which are decoded like the calls of aarch64.
template <class F>
void for_each_call(F f)
{
    using uapi::arch;
    for (auto const interface : {arch::x86_64, arch::i386, arch::x32, arch::aarch64})
        for (auto const& each : uapi::syscalls(interface))
            f(interface, uapi::kernel_number(interface, each.number), each.name);
}

}   // namespace cotrace::test
