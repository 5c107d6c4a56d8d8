// SPDX-License-Identifier: BSL-1.0
#include "engine/ptrace/placement.hpp"
#include "support/catch.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <future>
#include <thread>

#include <unistd.h>

namespace placement_tests {

using namespace cotrace;
using engine::placement;

namespace {

/// A thread of this process that waits until the object is destroyed.
class waiting_thread {
public:
    waiting_thread()
        : id_{told_.get_future().get()}
    {
    }
    ~waiting_thread()
    {
        end_.set_value();
        thread_.join();
    }
    tid id() const noexcept { return id_; }
    std::size_t cpus() const
    {
        std::size_t count = 0;
        auto const mask = sys::affinity_of(id_).value();
        for (unsigned cpu = 0; cpu < mask.size() * 64; ++cpu)
            count += sys::includes(mask, cpu) ? 1 : 0;
        return count;
    }

private:
    std::promise<tid> told_;
    std::promise<void> end_;
    std::thread thread_{[this] {
        told_.set_value(tid{::gettid()});
        end_.get_future().wait();
    }};
    tid id_;
};

/// A placement that has bound a thread to one CPU.
struct placement_of {
    asio::io_context context;
    placement places{context.get_executor()};
    placement::assigned_cpu cpu;

    explicit placement_of(tid subject)
    {
        places.expect_stops(cpu);
        places.resumes(cpu, subject, /*may_move=*/true, std::chrono::steady_clock::now());
        REQUIRE(cpu.is_bound());
    }
};

/// The id of a thread that the kernel has removed. The join of a thread can return before that.
tid ended_thread()
{
    auto const id = [] {
        waiting_thread const brief;
        return brief.id();
    }();
    while (sys::affinity_of(id))
        std::this_thread::yield();
    return id;
}

}   // namespace

TEST_CASE("the affinity of a thread that got another id by an execve is restored under the new id")
{
    waiting_thread const subject;
    auto const own = subject.cpus();
    if (own < 2) {
        WARN("not checked: this machine has a single processor");
        return;
    }
    placement_of moved{subject.id()};
    auto& [context, places, cpu] = moved;
    REQUIRE(subject.cpus() == 1);

    places.rename(cpu, ended_thread());   // no thread has this id any more, like the old id after an execve(2)
    places.restore_all();
    CHECK(subject.cpus() == 1);
    places.rename(cpu, subject.id());
    places.restore_all();
    CHECK(subject.cpus() == own);
    CHECK_FALSE(cpu.is_bound());
}

TEST_CASE("the affinity of a thread is not restored if another program has changed it")
{
    waiting_thread const subject;
    auto const own = sys::affinity_of(subject.id()).value();
    if (!sys::has_several(own)) {
        WARN("not checked: this machine has a single processor");
        return;
    }
    placement_of moved{subject.id()};
    auto& [context, places, cpu] = moved;
    unsigned other = 0;
    while (!sys::includes(own, other) || sys::is_bound_to(subject.id(), other))
        ++other;
    REQUIRE(sys::set_affinity(subject.id(), sys::only(other)));
    places.restore(cpu);
    CHECK(sys::is_bound_to(subject.id(), other));
    CHECK_FALSE(cpu.is_bound());
}

}   // namespace placement_tests
