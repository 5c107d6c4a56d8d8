// SPDX-License-Identifier: BSL-1.0
// Replaces programs.cpp in a library that is built without libbpf.
#include "engine/observe/programs.hpp"

namespace cotrace::engine::observe {

struct programs::state {};

result<std::unique_ptr<programs>, failure> programs::load(program_settings const&)
{
    return failure{errc::not_observable, "observe with a cotrace that was built without libbpf", {}, {}};
}

// `load` makes no object, so the other functions are never called.
programs::~programs() = default;
std::span<call_slot> programs::slots() noexcept { return {}; }
std::span<call_plan> programs::plans() noexcept { return {}; }
result<void> programs::observe(int, thread_state) noexcept { return errc::not_observable; }
void programs::forget(int) noexcept {}
int programs::descriptor() const noexcept { return -1; }
void programs::expect_wakeup() noexcept {}
bool programs::consume(std::function<bool(std::span<std::byte const>)> const&) { return false; }
bool programs::sees_submissions() const noexcept { return false; }
std::uint64_t programs::lost() const noexcept { return 0; }

}   // namespace cotrace::engine::observe
