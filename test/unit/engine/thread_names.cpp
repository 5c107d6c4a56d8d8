// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "engine/session/thread_names.hpp"

#include <cotrace/call.hpp>

#include <chrono>
#include <string>

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace thread_names_tests {

using namespace cotrace;
using namespace std::chrono_literals;

namespace {

capture_options const cheap{.thread_names = true}, exact{.processes = {.command = true}};

tid own_thread() { return tid{static_cast<std::int32_t>(::syscall(SYS_gettid))}; }

/// Changes the name of this thread. The destructor restores the former name.
class renamed {
public:
    renamed() { ::prctl(PR_GET_NAME, former_); }
    ~renamed() { ::prctl(PR_SET_NAME, former_); }
    void to(char const* name) { ::prctl(PR_SET_NAME, name); }

private:
    char former_[16] = "";
};

std::string name_at(engine::thread_names& names, std::chrono::nanoseconds at, event what, capture_options const& wanted = cheap,
                    tid thread = own_thread())
{
    return *names.name_at({thread, timestamp{at}, std::move(what)}, wanted);
}

syscall_exited call(std::uint64_t number, std::uint64_t argument)
{
    auto made = std::make_shared<syscall_call>();
    made->arch = uapi::native;
    made->number = number;
    made->args[0] = argument;
    return {std::move(made), {}};
}

}   // namespace

TEST_CASE("the name of a thread is read from /proc only when it may have changed", "[comm]")
{
    renamed self;
    engine::thread_names names;
    auto const other = call(SYS_getppid, PR_SET_NAME);
    self.to("one");
    CHECK(name_at(names, 1s, other) == "one");
    self.to("two");
    CHECK(name_at(names, 1s + 49ms, other) == "one");
    CHECK(name_at(names, 1s + 49ms, call(SYS_prctl, PR_GET_NAME)) == "one");
    CHECK(name_at(names, 1s + 49ms, call(SYS_prctl, PR_SET_NAME)) == "two");
    self.to("three");
    CHECK(name_at(names, 1s + 98ms, other) == "two");
    CHECK(name_at(names, 1s + 99ms, other) == "three");
    self.to("four");
    CHECK(name_at(names, 1s + 100ms, image_replaced{}) == "four");
    self.to("five");
    CHECK(name_at(names, 1s, other)
          == "five");   // this record has an earlier time than the previous record: the clock was set back
    self.to("six");
    CHECK(name_at(names, 9s, thread_exited{}) == "five");
    CHECK(name_at(names, 9s, thread_started{}) == "six");   // this record is of a new thread with the same id
}

TEST_CASE("a new thread has the name of its parent", "[comm]")
{
    renamed self;
    engine::thread_names names;
    constexpr tid no_thread{0x7fffffff};
    self.to("parent");
    CHECK(name_at(names, 1s, detached{}, cheap) == "parent");   // after this last record of the thread, its name is forgotten
    CHECK(name_at(names, 1s, thread_started{}, cheap) == "parent");
    CHECK(name_at(names, 1s, thread_started{.parent = own_thread()}, cheap, no_thread) == "parent");
    CHECK(name_at(names, 1s, thread_started{.parent = tid{0x7ffffffe}}, cheap, tid{0x7ffffffd}).empty());
}

TEST_CASE("with the option `processes.command`, the name of a thread is read for each record", "[comm]")
{
    renamed self;
    engine::thread_names names;
    self.to("one");
    CHECK(name_at(names, 1s, call(SYS_getppid, 0), exact) == "one");
    self.to("two");
    CHECK(name_at(names, 1s, call(SYS_getppid, 0), exact) == "two");
}

}   // namespace thread_names_tests
