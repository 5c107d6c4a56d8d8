// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "sys/scheduling.hpp"

#include <unistd.h>

namespace scheduling_tests {

using namespace cotrace;

namespace {

constexpr tid myself{};

/// The affinity of the calling thread. The destructor restores it.
struct own_affinity {
    sys::cpu_mask const before = sys::affinity_of(myself).value();
    ~own_affinity() { (void)sys::set_affinity(myself, before); }
};

unsigned first_other_than(sys::cpu_mask const& mask, unsigned cpu)
{
    unsigned other = 0;
    while (other == cpu || !sys::includes(mask, other))
        ++other;
    return other;
}

}   // namespace

TEST_CASE("the end of a longer_time_slice that binds the thread keeps an affinity that was set in the meantime")
{
    own_affinity const own;
    if (!sys::has_several(own.before)) {
        WARN("not checked: there is one processor");
        return;
    }
    sys::longer_time_slice turn;
    turn.begin(/*bound=*/true);
    if (!turn) {
        WARN("not checked: needs Linux 6.12");
        return;
    }
    REQUIRE(sys::is_bound_to(myself, sys::current_cpu()));
    auto const other = first_other_than(own.before, sys::current_cpu());
    REQUIRE(sys::set_affinity(myself, sys::only(other)));
    turn.end();
    CHECK(sys::is_bound_to(myself, other));
}

TEST_CASE("the end of a longer_time_slice that binds the thread restores the CPUs of the thread")
{
    own_affinity const own;
    sys::longer_time_slice turn;
    turn.begin(/*bound=*/true);
    turn.end();
    CHECK(sys::affinity_of(myself).value() == own.before);
}

}   // namespace scheduling_tests
