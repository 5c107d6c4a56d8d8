// SPDX-License-Identifier: BSL-1.0
// Runs the snippets of lib/doc/describe-a-call.md. test/tools/extract_snippets.py copies the snippets from the page.
#include <cotrace/cotrace.hpp>

#include "support/catch.hpp"
#include "unit/decode/byte_memory.hpp"

namespace {

#include "describe_request.inc"

#include "describe_call.inc"

using cotrace::test::byte_memory;
using cotrace::test::traced_call;

struct description {
    cotrace::session_options options;
    cotrace::call_matcher with_file;
    cotrace::predicate slow;
};

description described()
{
#include "describe_session.inc"

#include "describe_matching.inc"
    return {options, with_file, slow.value()};
}

std::string line_of(traced_call const& call) { return cotrace::render::text(call.exited(), {.column = 0}); }

}   // namespace

TEST_CASE("the ioctl request of describe-a-call.md is decoded, with the bytes that its structure points to")
{
    auto const [options, with_file, slow] = described();
    byte_memory memory;
    std::string bytes(40, '\0');
    bytes[0] = 1;
    bytes[4] = 3;
    bytes.replace(8, 5, "label");
    bytes[25] = 0x20;   // the bytes from 24 on are the address 0x2000
    bytes[32] = 4;
    memory.put(0x1000, bytes);
    memory.put(0x2000, "data");
    traced_call call{"ioctl", {5, 0xc0286601, 0x1000}};
    call.call->what = options.capture.vocabulary->find(call.call->arch, call.call->number, call.call->args);
    REQUIRE(call.call->what != nullptr);
    call.enter(memory, options.capture).leave(memory, 0, options.capture);
    CHECK(line_of(call) == "ioctl(5, FROB_RUN, {speed=FROB_FAST, fd=3, label=\"label\", data=\"data\", size=4}) = 0");
    CHECK(call.exit.argument("argp.speed")->has("FROB_FAST"));
    CHECK(call.exit.argument("argp.data")->text() == "data");
    CHECK(options.matching->fits(*call.call));
    CHECK_FALSE(slow(*call.call));   // the speed is FROB_FAST
    bytes[0] = 0;
    memory.put(0x3000, bytes);
    traced_call other{"ioctl", {5, 0xc0286601, 0x3000}};
    other.call->what = call.call->what;
    other.enter(memory, options.capture);
    CHECK(slow(*other.call));
}

TEST_CASE("the call of describe-a-call.md is decoded, selected by a filter and matched by its path")
{
    auto const [options, with_file, slow] = described();
    byte_memory memory;
    memory.put(0x1000, std::string{"/etc/passwd\0", 12});
    traced_call call{"close", {3, 0x1000, 0x3}, cotrace::uapi::native};
    call.call->number = 500;
    call.call->what = options.capture.vocabulary->find(cotrace::uapi::native, 500, call.call->args);
    REQUIRE(call.call->what != nullptr);
    call.enter(memory, options.capture).leave(memory, 7, options.capture);
    CHECK(line_of(call) == "my_call(3, \"/etc/passwd\", FROB_LOUD|FROB_TWICE) = 7");
    auto const& words = *options.capture.vocabulary;
    CHECK(options.filter.wants(*call.call));
    CHECK(cotrace::filter{"500", words}.wants(*call.call));
    CHECK_FALSE(cotrace::filter{"!500", words}.wants(*call.call));
    CHECK(cotrace::call("500", words).argument("flags", "FROB_LOUD|FROB_TWICE").fits(*call.call));
    CHECK_FALSE(cotrace::call("close", words).fits(*call.call));
    CHECK(with_file.fits(*call.call));
    CHECK_FALSE(cotrace::call("my_call", words).path("/etc/group").fits(*call.call));
}
