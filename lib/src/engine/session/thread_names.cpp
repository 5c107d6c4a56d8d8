// SPDX-License-Identifier: BSL-1.0
#include "engine/session/thread_names.hpp"

#include "sys/procfs.hpp"
#include "tracee/call_kinds.hpp"

#include <cotrace/call.hpp>

#include <utility>
#include <variant>

namespace cotrace::engine {

// For the last record of a thread, the known name is used, because the thread may be gone.
std::shared_ptr<std::string const> thread_names::name_at(record const& fact, capture_options const& wanted)
{
    auto& known = known_[raw(fact.thread)];
    auto const* const started = std::get_if<thread_started>(&fact.what);
    auto const* const replaced = std::get_if<image_replaced>(&fact.what);
    std::string now = started != nullptr ? started->command : replaced != nullptr ? replaced->command : std::string{};
    if (started != nullptr && now.empty() && started->parent != tid{})
        if (auto const parent = known_.find(raw(started->parent)); parent != known_.end())
            known = parent->second;
    bool const is_last = std::holds_alternative<thread_exited>(fact.what) || std::holds_alternative<superseded>(fact.what)
                         || std::holds_alternative<detached>(fact.what);
    if (now.empty() && (known.text == nullptr || (!is_last && may_have_changed(fact, known, wanted)))) {
        now = sys::command_of(raw(fact.thread));
        known.read_at = fact.at;
    }
    if (known.text == nullptr || (!now.empty() && now != *known.text))
        known.text = std::make_shared<std::string const>(std::move(now));
    auto const found = known.text;
    if (is_last)
        known_.erase(raw(fact.thread));
    if (replaced != nullptr && replaced->former != tid{} && replaced->former != fact.thread)
        known_.erase(raw(replaced->former));
    return found;
}

bool thread_names::may_have_changed(record const& fact, known_name const& known, capture_options const& wanted)
{
    constexpr std::uint64_t set_name = 15;   // PR_SET_NAME
    if (wanted.processes.command || std::holds_alternative<image_replaced>(fact.what))
        return true;
    if (fact.at < known.read_at || fact.at - known.read_at >= capture_options::name_age)
        return true;
    auto const* const exited = std::get_if<syscall_exited>(&fact.what);
    return exited != nullptr && exited->call && exited->call->args[0] == set_name
           && tracee::traits_of(exited->call->arch, exited->call->number).is_prctl;
}

}   // namespace cotrace::engine
