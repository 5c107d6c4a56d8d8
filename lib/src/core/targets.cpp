// SPDX-License-Identifier: BSL-1.0
#include <cotrace/targets.hpp>

#include <utility>

namespace cotrace {

target_list::target_list(pid process) { add(targets::process{process}); }

target_list::target_list(std::vector<pid> const& processes)
{
    for (pid const each : processes)
        add(targets::process{each});
}

target_list::target_list(std::vector<target> several)
    : all_{std::move(several)}
{
}

target_list::target_list(target_list const&) = default;
target_list::target_list(target_list&&) noexcept = default;
target_list& target_list::operator=(target_list const&) = default;
target_list& target_list::operator=(target_list&&) noexcept = default;
target_list::~target_list() = default;

void target_list::add(target one) { all_.push_back(std::move(one)); }

}   // namespace cotrace
