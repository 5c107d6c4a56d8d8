// SPDX-License-Identifier: BSL-1.0
#include <cotrace/stack.hpp>

#include <utility>

namespace cotrace {

bool operator==(stack_frame const&, stack_frame const&) noexcept = default;

call_stack::call_stack(std::vector<std::uint64_t> addresses, std::shared_ptr<stack::module_list const> modules, std::string error)
    : addresses_{std::move(addresses)}
    , modules_{std::move(modules)}
    , error_{std::move(error)}
{
}

call_stack::call_stack(std::vector<stack_frame> frames, std::string error)
    : error_{std::move(error)}
    , frames_{std::move(frames)}
    , progress_{progress::done}
{
    for (auto const& each : frames_)
        addresses_.push_back(each.address);
}

call_stack::~call_stack() = default;

std::span<std::uint64_t const> call_stack::addresses() const noexcept { return addresses_; }

std::span<stack_frame const> call_stack::frames() const noexcept
{
    return progress_.load(std::memory_order_acquire) == progress::done ? std::span<stack_frame const>{frames_}
                                                                       : std::span<stack_frame const>{};
}

}   // namespace cotrace
