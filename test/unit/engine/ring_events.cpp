// SPDX-License-Identifier: BSL-1.0
// Tests of record_of(), which makes records of the events that the BPF programs send about io_urings.
#include "engine/rings/ring_events.hpp"
#include "support/catch.hpp"

#include "engine/session/open_files.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <variant>

#include <unistd.h>

namespace ring_events_tests {

using namespace cotrace;
using namespace cotrace::engine;
using uapi::ring_entry;

namespace {

// Addresses that no process maps.
constexpr std::uint64_t first_address = 0x10, second_address = 0x800;

constexpr ring_entry linking{.opcode = 39, .fd = -100, .len = 0xffffff9c};   // 39 is linkat; `fd` and `len` are AT_FDCWD

/// The event of a submission of `entry`, with pointers to the data `first` (`addr`) and `second` (`off`).
observe::submission_event event_of(ring_entry entry, std::string_view first, std::string_view second = {})
{
    entry.addr = first_address;
    entry.off = second_address;
    observe::submission_event made{};
    made.head.kind = observe::event_submitted;
    made.head.thread = made.head.process = static_cast<observe::u32>(::getpid());
    std::memcpy(made.entry, &entry, sizeof entry);
    made.first_length = static_cast<observe::u32>(first.size());
    made.second_length = static_cast<observe::u32>(second.size());
    std::ranges::copy(first, made.first);
    std::ranges::copy(second, made.second);
    return made;
}

/// The record of an event; empty if the event has no record, or if the record is not a `Record`.
template <class Record, class Event>
std::optional<Record> record_of(Event const& seen, session_options const& options = {})
{
    open_files files;
    auto const made = engine::record_of(std::as_bytes(std::span{&seen, 1}), files, options);
    auto const* const wanted = made ? std::get_if<Record>(&*made) : nullptr;
    return wanted != nullptr ? std::optional{*wanted} : std::nullopt;
}

observe::completion_event completed()
{
    observe::completion_event made{};
    made.head.kind = observe::event_completed;
    made.user_data = ~std::uint64_t{0};
    made.result = -ENOENT;
    made.flags = 0x3'0001;
    made.opcode = 18;
    return made;
}

}   // namespace

TEST_CASE("the record of a submission event has the whole entry, and no descriptor of the ring")
{
    ring_entry const entry{.opcode = 39, .flags = 4, .fd = 5, .len = 6, .user_data = 7, .personality = 8, .addr3 = 9, .rest = 10};
    auto const seen = event_of(entry, {});
    auto const made = record_of<ring_submitted>(seen);
    REQUIRE(made);
    CHECK(std::memcmp(&made->entry, seen.entry, sizeof made->entry) == 0);
    CHECK(made->ring == -1);
    CHECK(made->operation->name() == "linkat");
    CHECK(made->operation->arch == uapi::native);
}

TEST_CASE("a submission event has the memory that the fields `addr` and `off` point to")
{
    auto const made = record_of<ring_submitted>(event_of(linking, {"/from\0", 6}, {"/to\0", 4}));
    REQUIRE(made);
    CHECK(made->operation->argument("oldpath")->text() == "/from");
    CHECK(made->operation->argument("newpath")->text() == "/to");
}

TEST_CASE("memory that is not in a submission event is not read")
{
    auto seen = event_of(linking, {"/from\0", 6}, {"/to\0", 4});
    seen.second_length = 0;
    auto const made = record_of<ring_submitted>(seen);
    REQUIRE(made);
    CHECK(made->operation->argument("oldpath")->text() == "/from");
    CHECK(made->operation->argument("newpath")->number() == second_address);
    CHECK_FALSE(made->operation->argument("newpath")->target());
    seen = event_of({.opcode = 23, .fd = 3, .len = 4}, "abcd");   // the opcode 23 is IORING_OP_WRITE
    seen.first_length = 3;
    auto const writing = record_of<ring_submitted>(seen);
    REQUIRE(writing);
    CHECK(writing->operation->argument("buf")->text() != "abcd");
}

TEST_CASE("if a session selects files, only submissions that use these files have records")
{
    auto const seen = event_of(linking, {"/from\0", 6}, {"/to\0", 4});
    session_options options;
    options.accesses.paths = {"/to"};
    CHECK(record_of<ring_submitted>(seen, options));
    CHECK_FALSE(record_of<ring_completed>(completed(), options));   // a completion names no file
    options.accesses.paths = {"/other"};
    CHECK_FALSE(record_of<ring_submitted>(seen, options));
}

TEST_CASE("the record of a completion event has the result, the flags and the operation")
{
    auto seen = completed();
    auto const made = record_of<ring_completed>(seen);
    REQUIRE(made);
    CHECK(made->user_data == ~std::uint64_t{0});
    CHECK(made->outcome.failed);
    CHECK(made->outcome.error() == ENOENT);
    CHECK(made->flags == 0x3'0001);
    CHECK(made->opcode == 18);
    seen.result = 5;
    CHECK_FALSE(record_of<ring_completed>(seen)->outcome.failed);
    CHECK(record_of<ring_completed>(seen)->outcome.value == 5);
}

TEST_CASE("the operation of a completion is unknown if the kernel does not report it, and if the completion is a notification")
{
    auto unknown = completed(), notification = completed();
    unknown.opcode = -1;
    notification.flags = 8;   // IORING_CQE_F_NOTIF
    for (auto const& seen : {unknown, notification}) {
        auto const made = record_of<ring_completed>(seen);
        REQUIRE(made);
        CHECK_FALSE(made->opcode);
        CHECK(made->name() == "operation");
    }
}

TEST_CASE("an event that is neither a submission nor a completion has no record of a ring")
{
    auto seen = completed();
    seen.head.kind = observe::event_ended;
    CHECK_FALSE(record_of<ring_completed>(seen));
}

}   // namespace ring_events_tests
