// SPDX-License-Identifier: BSL-1.0
// With redacted contents, the inputs of decoding are kept only as far as the values show them.
#include "decode/inputs.hpp"
#include "support/catch.hpp"
#include "unit/decode/bytes.hpp"
#include "unit/decode/shown.hpp"

#include <cotrace/render/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace redaction_tests {

using namespace cotrace;
using test::byte_memory;
using test::little;
using test::longs;
using test::words;
using test::zeros;

namespace {

constexpr std::string_view secret = "secret!";

/// A call that passes `secret`, or gets it, in a place where it is no structure member that is shown.
struct scene {
    std::string_view call;
    std::vector<std::uint64_t> args;
    std::vector<std::pair<std::uint64_t, std::string>> memory;
    std::int64_t result = 0;
    std::optional<int> protocol{};
    redaction least = redaction::buffers;   ///< the redaction that hides the secret
};

std::string const hidden{secret};

std::string message_of(std::string const& body) { return words(16 + body.size(), 0x10, 0, 0) + body; }
std::string attribute_of(unsigned type, std::string const& payload)
{
    return little<2>(4 + payload.size()) + little<2>(type) + payload;
}

std::vector<scene> const scenes{
    {"write", {1, 0x1000, 7}, {{0x1000, hidden}}, 7},
    {"execve", {0x1000, 0x2000, 0}, {{0x1000, {"/x\0", 3}}, {0x2000, longs(0x1000, 0) + hidden + zeros(300)}}},
    {"execve",
     {0x1000, 0x2000, 0},
     {{0x1000, {"/x\0", 3}}, {0x2000, longs(0x3000, 0)}, {0x3000, hidden + zeros(1)}},
     0,
     {},
     redaction::strings},
    {"sendto", {3, 0x1000, 36, 0, 0, 0}, {{0x1000, message_of(hidden + zeros(13))}}, 36, 9},
    {"sendto", {3, 0x1000, 43, 0, 0, 0}, {{0x1000, message_of(zeros(16) + attribute_of(3000, hidden))}}, 43, 0},
    {"sendto", {3, 0x1000, 43, 0, 0, 0}, {{0x1000, message_of(zeros(16) + attribute_of(20, hidden))}}, 43, 0, redaction::strings},
    {"sendto",
     {3, 0x1000, 47, 0, 0, 0},
     {{0x1000, message_of(zeros(16) + attribute_of(18, attribute_of(1, hidden)))}},
     47,
     0,
     redaction::strings},
    {"sendto", {3, 0x1000, 47, 0, 0, 0}, {{0x1000, "add@/d" + hidden + zeros(34)}}, 47, 15},
    {"msgsnd", {3, 0x1000, 7, 0}, {{0x1000, longs(5) + hidden + zeros(9)}}},
    {"sendmsg",
     {3, 0x1000, 0},
     {{0x1000, zeros(32) + longs(0x2000, 24, 0)}, {0x2000, longs(23) + words(0, 77) + hidden + zeros(1)}}},
    {"bind", {3, 0x1000, 16}, {{0x1000, little<2>(200) + hidden + zeros(7)}}},
    {"setsockopt", {3, 6, 38, 0x1000, 288}, {{0x1000, zeros(128 + 64 + 8 + 7) + "\7" + hidden + zeros(73 + 8)}}},
    {"lsm_set_self_attr", {100, 0x1000, 39, 0}, {{0x1000, longs(101, 0, 39, 7) + hidden}}},
    {"bpf", {5, 0x1000, 200}, {{0x1000, zeros(180) + hidden + zeros(13)}}, -EINVAL},
    {"rt_sigqueueinfo", {1, 10, 0x1000}, {{0x1000, words(10, 0, -1) + zeros(60) + hidden + zeros(49)}}},
    {"getdents64", {3, 0x1000, 64}, {{0x1000, longs(1, 2) + little<2>(40) + "\10a" + zeros(1) + hidden + zeros(12)}}, 40},
    {"getcwd", {0x1000, 64}, {{0x1000, std::string{"/x\0", 3} + hidden + zeros(54)}}, 10},
    {"statx", {3, 0x2000, 0, 0, 0x1000}, {{0x2000, {"/x\0", 3}}, {0x1000, zeros(200) + hidden + zeros(49)}}},
};

struct seen_call {
    std::string text, kept;
};

seen_call seen(scene const& of, redaction what)
{
    byte_memory memory;
    memory.protocol = of.protocol;
    for (auto const& [at, bytes] : of.memory)
        memory.put(at, bytes);
    test::traced_call call{of.call, of.args};
    capture_options const options{.verbose = true, .string_limit = 4096, .redact = what, .keep_inputs = true};
    call.enter(memory, options).leave(memory, of.result, options);
    seen_call made{test::both(call, {.verbose = true}), {}};
    render::append_json(call.exited(), {}, made.text);
    for (auto const& inputs : {call.call->inputs, call.exit.inputs})
        if (inputs)
            made.kept.append(reinterpret_cast<char const*>(inputs->bytes.data()), inputs->bytes.size());
    return made;
}

bool has(std::string const& where) { return where.find(secret) != std::string::npos; }

}   // namespace

TEST_CASE("contents that are redacted are neither shown nor kept")
{
    for (auto const& each : scenes) {
        INFO(each.call << ' ' << (&each - scenes.data()));
        CHECK(has(seen(each, redaction::none).kept));
        for (auto const what : {redaction::buffers, redaction::strings}) {
            auto const made = seen(each, what);
            INFO(made.text);
            CHECK(has(made.kept) == (what < each.least));
            CHECK((what < each.least || !has(made.text)));
            CHECK(made.text.find(R"(\x73\x65\x63)") == std::string::npos);
        }
    }
}

TEST_CASE("a path, and a name in a structure, are kept whatever is redacted")
{
    scene const opening{"openat", {0xffffff9c, 0x1000, 0}, {{0x1000, hidden + zeros(1)}}};
    scene const binding{"bind", {3, 0x1000, 10}, {{0x1000, little<2>(1) + hidden + zeros(1)}}};
    for (auto const& each : {opening, binding}) {
        auto const made = seen(each, redaction::strings);
        CHECK(has(made.kept));
        CHECK(has(made.text));
    }
}

TEST_CASE("the bytes of an io_uring operation that no argument shows are not kept if contents are redacted")
{
    uapi::ring_entry const command{.opcode = 46, .fd = 3, .addr3 = 1, .rest = 2}, path{.opcode = 44, .addr3 = 1, .rest = 2};
    CHECK(decode::kept_entry({}, command).rest == 2);
    CHECK(decode::kept_entry({.redact = redaction::buffers}, command).rest == 0);
    CHECK(decode::kept_entry({.redact = redaction::buffers}, command).addr3 == 0);
    CHECK(decode::kept_entry({.redact = redaction::buffers}, path).addr3 == 1);
}

TEST_CASE("memory that is not shown is overwritten with zeros, and stays readable")
{
    byte_memory memory;
    decode::inputs kept;
    decode::recording_reader recorder{memory, kept};
    auto const text = [](std::string_view chars) { return std::as_bytes(std::span{chars.data(), chars.size()}); };
    recorder.used(100, text("abcdefgh"));
    recorder.used(200, text("ijkl"));
    recorder.used(106, text("gh12"));   // overlaps the piece at 100
    recorder.shown(90, 11);
    recorder.shown(107, 2);
    recorder.shown(103, 2);
    recorder.shown(103, 1);
    recorder.shown(150, 100);
    recorder.shown(300, 0);
    recorder.hide_rest();
    std::string const all{reinterpret_cast<char const*>(kept.bytes.data()), kept.bytes.size()};
    CHECK(all == std::string{"a\0\0de\0\0hijkl\0h1\0", 16});
}

}   // namespace redaction_tests
