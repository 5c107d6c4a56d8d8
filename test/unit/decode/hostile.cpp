// SPDX-License-Identifier: BSL-1.0
// Decodes every call of every interface with random registers, random memory,
// and random names of descriptors and processes, because a subject may pass anything.
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"

#include "abi/constants/ioctls.hpp"
#include "abi/numbers.hpp"

#include <cotrace/render/json.hpp>
#include <cotrace/render/text.hpp>
#include <cotrace/render/uroot.hpp>

#include <random>

using namespace cotrace;
using cotrace::abi::arch;   // <cxxabi.h> has a name `abi`, too

namespace {

// Memory with random content at each read, which is sometimes unmapped and ends at a random place.
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

    // Every socket is a netlink socket of a random protocol.
    std::optional<int> netlink_protocol(int) noexcept override { return static_cast<int>(random_() % 24) - 1; }

    std::string_view interface_name(std::uint32_t index) noexcept override { return index % 2 != 0 ? "lo" : ""; }

    std::string_view generic_family(std::uint16_t number) noexcept override { return number % 4 == 0 ? "nlctrl" : ""; }

    bool describe(decode::descriptor_owner, int, descriptor_details const&, open_file& found) noexcept override
    {
        ++reads;
        found = {.path = some_text(), .deleted = random_() % 2 == 0};
        switch (random_() % 8) {
        case 0: return false;
        case 1: found.about = open_file::device{.is_block = random_() % 2 == 0, .number = random_(), .terminal = random_()}; break;
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

void run(arch interface, std::uint64_t number, std::uint32_t seed, std::uint64_t request = 0)
{
    std::minstd_rand random{seed};
    random_memory memory{seed};
    auto call = std::make_shared<syscall_call>();
    call->arch   = interface;
    call->number = number;
    for (auto& each : call->args)
        each = some_number(random);
    if (request != 0)
        call->args[1] = request;
    capture_options options;
    options.verbose = random() % 2;
    if (random() % 2) {
        options.descriptors = descriptor_details::all();
        options.processes = {.command = true, .outside = true};
    }
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
        render::append_json(each, {.entries = true}, text);
    }
    REQUIRE(text.find('\n') != std::string::npos);
    decode::accesses(memory, {.paths = {"/a"}, .descriptors = number_set{{1}}}, *call);
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

TEST_CASE("no memory can make decoding any request of ioctl fail")
{
    for (auto const interface : {arch::x86_64, arch::i386, arch::x32}) {
        auto const number = interface == arch::x86_64 ? 16 : interface == arch::i386 ? 54 : cotrace::abi::x32_bit | 514;
        std::uint32_t last = 0;
        for (auto const& each : cotrace::abi::ioctl_names()) {
            if (each.request == last)
                continue;
            last = each.request;
            INFO(each.name);
            for (std::uint32_t seed = 1; seed <= 4; ++seed)
                run(interface, number, seed * 7919, each.request);
        }
    }
}

TEST_CASE("a number without a call is not decoded")
{
    for (auto const number : {std::uint64_t{0x1ff}, ~std::uint64_t{0}, std::uint64_t{1} << 40})
        run(arch::x86_64, number, 3);
}
