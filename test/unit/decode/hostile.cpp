// SPDX-License-Identifier: BSL-1.0
// Decodes calls with random registers, memory and names, because a traced program may pass anything.
#include "support/catch.hpp"
#include "support/short_form.hpp"

#include "unit/decode/random_memory.hpp"

#include "decode/limits.hpp"
#include "uapi/constants/ioctls.hpp"
#include "uapi/numbers.hpp"

#include <cotrace/render/json.hpp>
#include <cotrace/render/rows.hpp>
#include <cotrace/render/text.hpp>
#include <cotrace/render/uroot.hpp>

#include <random>

namespace hostile_tests {

using namespace cotrace;
using cotrace::uapi::arch;
using test::for_each_call;
using test::random_call;
using test::random_exit;
using test::random_memory;
using test::short_form;

namespace {

void run(arch interface, std::uint64_t number, std::uint32_t seed, std::uint64_t request = 0)
{
    std::minstd_rand random{seed};
    random_memory memory{seed};
    auto const call = random_call(interface, number, random);
    if (request != 0)
        call->args[1] = request;
    capture_options options;
    options.verbose = random() % 2;
    auto const fraction = options.verbose ? 256u : 16u;   // higher limits make this test slow, and `verbose` raises them
    options.most_bytes /= fraction;
    options.most_reads /= fraction;
    auto const allowed = decode::limits_of(options);
    if (random() % 2) {
        options.descriptors = descriptor_details::all();
        options.processes = {.command = true, .outside = true};
    }
    decode::decode_entry(memory, options, *call);
    REQUIRE(memory.reads <= allowed.reads + 6);
    REQUIRE(memory.bytes <= allowed.bytes);

    auto exited = random_exit(call, random);
    memory.reads = memory.bytes = 0;
    decode::decode_exit(memory, options, *call, exited);
    REQUIRE(memory.reads <= allowed.reads + 6);
    REQUIRE(memory.bytes <= allowed.bytes);

    std::string text;
    render::text_renderer renderer;
    render::row_writer table, csv{{.form = render::row_form::csv}};
    for (auto const& each : {record{tid{1}, {}, syscall_entered{call}}, record{tid{1}, {}, exited}}) {
        renderer.append(each, text);
        render::append_uroot(each, text);
        render::append_json(each, {.entries = true}, text);
        for (auto* rows : {&table, &csv})
            rows->append(each, text);
    }
    REQUIRE(text.find('\n') != std::string::npos);
    decode::accesses(memory, {.paths = {"/a"}, .descriptors = number_set{{1}}}, *call);
}

}   // namespace

TEST_CASE("decoding and rendering a call do not fail, whatever the registers and the memory contain")
{
    for_each_call([](arch interface, std::uint64_t number, std::string_view name) {
        INFO(name);
        for (std::uint32_t seed = 1; seed <= (short_form() ? 4 : 12); ++seed)
            run(interface, number, seed * 7919);
    });
}

TEST_CASE("decoding an ioctl request does not fail, whatever the memory contains")
{
    for (auto const interface : {arch::x86_64, arch::i386, arch::x32}) {
        auto const number = cotrace::uapi::number_of(interface, "ioctl").value();
        std::uint32_t last = 0;
        for (auto const& each : cotrace::uapi::ioctl_names()) {
            if (each.request == last)
                continue;
            last = each.request;
            INFO(each.name);
            for (std::uint32_t seed = 1; seed <= (short_form() ? 2 : 4); ++seed)
                run(interface, number, seed * 7919, each.request);
        }
    }
}

TEST_CASE("decoding and rendering a call with an unknown number do not fail")
{
    for (auto const number : {std::uint64_t{0x1ff}, ~std::uint64_t{0}, std::uint64_t{1} << 40})
        run(arch::x86_64, number, 3);
}

}   // namespace hostile_tests
