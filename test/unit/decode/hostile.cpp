// SPDX-License-Identifier: BSL-1.0
// A subject may pass anything: every descriptor of every interface, fed with
// random registers and random memory.
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"

#include "abi/numbers.hpp"

#include <cotrace/render/text.hpp>
#include <cotrace/render/uroot.hpp>

#include <random>

using namespace cotrace;
using cotrace::abi::arch;   // <cxxabi.h> has an abi too

namespace {

// Memory that holds other bytes at each read, is not there at times, and ends where it likes.
class random_memory final : public decode::reader {
public:
    explicit random_memory(std::uint32_t seed) : random_{seed} {}

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

    std::size_t reads = 0, bytes = 0;

private:
    std::minstd_rand random_;
};

std::uint64_t some_number(std::minstd_rand& random)
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

void run(arch interface, std::uint64_t number, std::uint32_t seed)
{
    std::minstd_rand random{seed};
    random_memory memory{seed};
    auto call = std::make_shared<syscall_call>();
    call->arch   = interface;
    call->number = number;
    for (auto& each : call->args)
        each = some_number(random);
    capture_options options;
    options.verbose = random() % 2;
    decode::decode_entry(memory, options, *call);
    REQUIRE(memory.reads <= options.most_reads + 6);
    REQUIRE(memory.bytes <= options.most_bytes);

    syscall_exited exited{call, {}, {}, {}};
    exited.outcome.value  = static_cast<std::int64_t>(some_number(random));
    exited.outcome.failed = exited.outcome.value < 0 && exited.outcome.value > -4096;
    memory.reads = memory.bytes = 0;
    decode::decode_exit(memory, options, *call, exited);
    REQUIRE(memory.reads <= options.most_reads + 6);
    REQUIRE(memory.bytes <= options.most_bytes);

    std::string text;
    render::text_renderer renderer;
    for (auto const& each : {record{tid{1}, {}, syscall_entered{call}}, record{tid{1}, {}, exited}}) {
        renderer.append(each, text);
        render::append_uroot(each, text);
    }
    REQUIRE(text.find('\n') != std::string::npos);
}

} // namespace

TEST_CASE("no registers and no memory can make decoding or rendering fail")
{
    for (auto const interface : {arch::x86_64, arch::i386, arch::x32, arch::aarch64})
        for (auto const& each : cotrace::abi::syscalls(interface)) {
            INFO(each.name);
            auto const number = interface == arch::x32 ? each.number | cotrace::abi::x32_bit : each.number;
            for (std::uint32_t seed = 1; seed <= 12; ++seed)
                run(interface, number, seed * 7919);
        }
}

TEST_CASE("a number that names no call is decoded as nothing")
{
    for (auto const number : {std::uint64_t{0x1ff}, ~std::uint64_t{0}, std::uint64_t{1} << 40})
        run(arch::x86_64, number, 3);
}
