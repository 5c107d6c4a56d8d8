// SPDX-License-Identifier: BSL-1.0
#include "testing/faults.hpp"

#include "support/catch.hpp"

#include <cotrace/filter.hpp>
#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <cerrno>
#include <set>
#include <sstream>

namespace faults_tests {

using namespace cotrace;
using namespace cotrace::testing;
using kind = descriptor_facts::kind;

namespace {

syscall_call call_named(std::string_view name)
{
    syscall_call made;
    made.arch = cotrace::uapi::arch::x86_64;
    made.what = cotrace::uapi::find(cotrace::uapi::arch::x86_64, name);
    REQUIRE(made.what != nullptr);
    return made;
}

/// The errors with which the call `name` can be made to fail if its file descriptor has the properties `about`.
std::vector<int> errors(std::string_view name, descriptor_facts about = {})
{
    std::vector<int> found;
    for (auto const& each : faults_of(call_named(name), [&](int) { return about; }))
        found.push_back(each.error);
    return found;
}

using numbers = std::vector<int>;

}   // namespace

TEST_CASE("every call of the fault table exists on some architecture", "[faults]")
{
    auto const list = fallible_calls();
    CHECK_NOTHROW(filter{list});
    std::istringstream names{list};
    for (std::string each; std::getline(names, each, ',');) {
        INFO(each);
        CHECK(filter::parse(each.substr(1)));   // `each` is the name of a call, with a "?" before it
    }
}

TEST_CASE("the fault table lists no error of a call twice", "[faults]")
{
    std::istringstream names{fallible_calls()};
    for (std::string each; std::getline(names, each, ',');) {
        if (cotrace::uapi::find(cotrace::uapi::arch::x86_64, each.substr(1)) == nullptr)
            continue;
        for (auto const what : {kind::file, kind::stream, kind::other}) {
            auto const all = errors(each.substr(1), {what, true, true});
            INFO(each);
            CHECK(std::set<int>(all.begin(), all.end()).size() == all.size());
            CHECK(std::ranges::none_of(all, [](int error) { return cotrace::uapi::errno_name(error).empty(); }));
        }
    }
}

TEST_CASE("the errors of a write depend on the kind of file", "[faults]")
{
    CHECK(errors("write", {kind::file, false, false}) == numbers{EDQUOT, EFBIG, EINTR, EIO, ENOSPC});
    CHECK(errors("write", {kind::stream, false, false}) == numbers{EINTR, EPIPE});
    CHECK(errors("write", {kind::stream, true, false}) == numbers{EINTR, EPIPE, EAGAIN});
    CHECK(errors("write", {kind::other, false, false}) == numbers{EINTR, EIO});
}

TEST_CASE("close(2) can fail only for a file that was written to, and the call is executed before it fails", "[faults]")
{
    CHECK(errors("close", {kind::file, false, false}).empty());
    CHECK(errors("close", {kind::stream, false, true}).empty());
    auto const all = faults_of(call_named("close"), [](int) { return descriptor_facts{kind::file, false, true}; });
    REQUIRE(!all.empty());
    for (auto const& each : all) {
        CHECK(each.how == fault_manner::after_call);
        CHECK(each.loses_data);
    }
}

TEST_CASE("a failed fsync(2) counts as a loss of data", "[faults]")
{
    for (auto const& each : faults_of(call_named("fsync"), [](int) { return descriptor_facts{}; }))
        CHECK(each.loses_data);
    CHECK(!errors("fsync").empty());
}

TEST_CASE("brk(0), which only asks for the current break, cannot fail", "[faults]")
{
    auto call = call_named("brk");
    auto const look = [](int) { return descriptor_facts{}; };
    CHECK(faults_of(call, look).empty());
    call.args[0] = 4096;
    CHECK(faults_of(call, look) == std::vector<fault>{{ENOMEM, fault_manner::no_break, false}});
}

TEST_CASE("calls that cannot fail, and unknown calls, have no faults", "[faults]")
{
    CHECK(errors("getpid").empty());
    CHECK(errors("exit_group").empty());
    syscall_call unknown;
    unknown.number = 100000;
    CHECK(faults_of(unknown, [](int) { return descriptor_facts{}; }).empty());
}

TEST_CASE("written_argument() and synced_argument() return the index of the descriptor argument, or -1", "[faults]")
{
    CHECK(written_argument(call_named("pwrite64")) == 0);
    CHECK(written_argument(call_named("copy_file_range")) == 2);
    CHECK(written_argument(call_named("read")) == -1);
    CHECK(synced_argument(call_named("fdatasync")) == 0);
    CHECK(synced_argument(call_named("write")) == -1);
}

}   // namespace faults_tests
