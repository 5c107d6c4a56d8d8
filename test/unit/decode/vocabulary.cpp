// SPDX-License-Identifier: BSL-1.0
// Tests of descriptors for calls and ioctl requests that a user of the library defines with the public headers.
#include <cotrace/decode/decoding.hpp>
#include <cotrace/render/json.hpp>
#include <cotrace/render/text.hpp>
#include <cotrace/uapi/vocabulary.hpp>

#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"

namespace cotrace::test {
namespace {

using uapi::arch;

constexpr uapi::flag_table speeds{"SPEED_???",
                                  {
                                      {0x1, "SPEED_FAST"},
                                      {0x2, "SPEED_QUIET"},
                                  }};
constexpr uapi::structure frob_args{{
    {"speed", uapi::as::flags<speeds>},
    {"label", uapi::as::in<uapi::as::characters>},
}};
constexpr uapi::ioctl_descriptor frob{0xc0106601, "FROB_RUN", uapi::as::inout<frob_args>};
constexpr uapi::ioctl_descriptor stop{0x6602, "FROB_STOP"};

constexpr uapi::syscall_descriptor my_call{"my_call", {{"fd", uapi::as::fd}, {"path", uapi::as::path}}, uapi::as::fd};
constexpr uapi::syscall_descriptor my_close{"close", {{"door", uapi::as::hex32}}};

// A user's decoder of a 16-bit length and the bytes that follow the length. Fails if the length is 0.
bool counted_text(decode::capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    decode::decoding now{made};
    auto const length = now.read<std::uint16_t>(at);
    return length && *length != 0 && now.add_bytes_at(name, at + sizeof *length, *length);
}

// A user's decoder of a list of numbers that ends with 0.
bool numbers(decode::capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type list = uapi::as::array<uapi::as::uint32, uapi::exactly(1)>;
    decode::decoding now{made};
    return now.add_group(list, name, 0, [&] {
        for (unsigned i = 0; i < now.options().string_limit; ++i) {
            auto const each = now.read<std::uint32_t>(at + 4 * i);
            if (!each)
                return false;
            if (*each == 0)
                break;
            now.add(uapi::as::uint32, {}, *each);
        }
        return true;
    });
}
constexpr uapi::syscall_descriptor with_decoders[] = {
    {"dup", {{"text", uapi::as::in<uapi::as::custom<counted_text>>}}},
    {"dup2", {{"list", uapi::as::in<uapi::as::custom<numbers>>}, {"flag", uapi::as::int32}}},
};

capture_options speaking(std::shared_ptr<uapi::vocabulary const> words)
{
    capture_options options;
    options.vocabulary = std::move(words);
    return options;
}

std::string line_of(traced_call const& call) { return render::text(call.exited(), {.column = 0}); }

TEST_CASE("an ioctl request that a user defines is decoded, on every interface")
{
    auto words = std::make_shared<uapi::vocabulary>();
    words->add<frob>().add<stop>();
    byte_memory memory;
    memory.put_words(0x1000, 1 | std::uint64_t{0xffffffff} << 32, 0x2000);
    memory.put(0x2000, {"hi\0", 3});
    auto const options = speaking(words);
    traced_call call{"ioctl", {3, 0xc0106601, 0x1000}};
    call.enter(memory, options).leave(memory, 0, options);
    CHECK(line_of(call) == "ioctl(3, FROB_RUN, {speed=SPEED_FAST, label=\"hi\"}) = 0");
    CHECK(call.exit.argument("argp.speed")->has("SPEED_FAST"));
    CHECK(call.call->argument("request")->has("FROB_RUN"));
    std::string json;
    render::append_json(call.exited(), {}, json);
    CHECK(json.find("\"FROB_RUN\"") != json.npos);

    memory.put(0x3000, {"\2\0\0\0\0\x20\0\0", 8});
    traced_call narrow{"ioctl", {3, 0xc0106601, 0x3000}, arch::i386};
    narrow.enter(memory, options).leave(memory, 0, options);
    CHECK(line_of(narrow) == "ioctl(3, FROB_RUN, {speed=SPEED_QUIET, label=\"hi\"}) = 0");

    traced_call bare{"ioctl", {3, 0x6602, 0x1000}};
    bare.enter(memory, options).leave(memory, 0, options);
    CHECK(line_of(bare) == "ioctl(3, FROB_STOP) = 0");
}

TEST_CASE("an ioctl request that a user defines does not change other requests")
{
    auto words = std::make_shared<uapi::vocabulary>();
    words->add<frob>();
    byte_memory memory;
    auto const options = speaking(words);
    for (auto const& each : {options, capture_options{}}) {
        traced_call call{"ioctl", {3, 0x5421, 0}};   // 0x5421 is FIONBIO
        call.enter(memory, each).leave(memory, 0, each);
        CHECK(line_of(call) == "ioctl(3, FIONBIO, NULL) = 0");
    }
    traced_call unknown{"ioctl", {3, 0xc0106601, 0x1000}};
    unknown.enter(memory).leave(memory, 0);
    CHECK(line_of(unknown).find("FROB") == std::string::npos);
}

TEST_CASE("a user's descriptor gives a name and a result type to a number that has no call")
{
    auto words = std::make_shared<uapi::vocabulary>();
    words->add<my_call>(arch::x86_64, 511);
    byte_memory memory;
    memory.put(0x1000, {"/x\0", 3});
    auto const options = speaking(words);
    traced_call call{"none", {7, 0x1000}};
    call.call->number = 511;
    call.enter(memory, options).leave(memory, 3, options);
    CHECK(line_of(call) == "my_call(7, \"/x\") = 3");
    CHECK(call.call->name() == "my_call");

    traced_call elsewhere{"none", {7, 0x1000}, arch::aarch64};
    elsewhere.call->number = 511;
    elsewhere.enter(memory, options);
    CHECK(elsewhere.call->what == nullptr);
}

TEST_CASE("a user's descriptor replaces the library's descriptor of a call, and one that the user added earlier")
{
    static constexpr uapi::syscall_descriptor later{"close", {{"door", uapi::as::uint32}}};
    auto words = std::make_shared<uapi::vocabulary>();
    byte_memory memory;
    auto const options = speaking(words);
    words->add<my_close>();
    for (auto const interface : {arch::x86_64, arch::i386, arch::x32, arch::aarch64}) {
        traced_call call{"close", {255}, interface};
        call.enter(memory, options).leave(memory, 0, options);
        CHECK(line_of(call) == "close(0xff) = 0");
        CHECK(call.call->argument("door") == 255);
    }
    words->add<later>();
    traced_call call{"close", {255}};
    call.enter(memory, options).leave(memory, 0, options);
    CHECK(line_of(call) == "close(255) = 0");
}

TEST_CASE("a user's decoder reads memory and adds values")
{
    auto words = std::make_shared<uapi::vocabulary>();
    words->add<with_decoders>();
    byte_memory memory;
    memory.put(0x1000, {"\3\0abcdef", 8});
    memory.put(0x2000, {"\1\0\0\0\7\0\0\0\0\0\0\0", 12});
    memory.put(0x3000, {"\1\0\0\0", 4});
    auto const options = speaking(words);
    auto const entry_of = [&](char const* name, std::vector<std::uint64_t> args) {
        traced_call call{name, std::move(args)};
        call.enter(memory, options).leave(memory, 0, options);
        return line_of(call);
    };
    CHECK(entry_of("dup", {0x1000}) == "dup(\"abc\") = 0");
    CHECK(entry_of("dup", {0x5000}) == "dup(0x5000) = 0");
    CHECK(entry_of("dup2", {0x2000, 5}) == "dup2([1, 7], 5) = 0");
    CHECK(entry_of("dup2", {0x3000, 5}) == "dup2(0x3000, 5) = 0");   // the decoder failed, so its list is removed
}

}   // namespace
}   // namespace cotrace::test
