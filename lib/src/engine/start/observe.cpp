// SPDX-License-Identifier: BSL-1.0
//
// Launching and attaching by observation (`tracing::observation`).
#include "engine/engine.hpp"

#include "engine/observe/observed.hpp"
#include "engine/start/new_members.hpp"
#include "engine/start/target_set.hpp"
#include "sys/cgroup.hpp"
#include "sys/errno.hpp"
#include "sys/procfs.hpp"

#include <cerrno>
#include <unordered_set>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cotrace::engine {

namespace {

struct loaded_programs {
    std::unique_ptr<observe::programs> programs;
    sys::unique_fd events;   ///< a duplicate of `programs::descriptor`, which the executor waits for
};

result<loaded_programs, failure> load(session_options const& options, observe::program_settings const& settings)
{
    if (auto const why = observed::refusal(options); why.code)
        return why;
    BOOST_OUTCOME_TRY(auto programs, observe::programs::load(settings));
    sys::unique_fd events{::fcntl(programs->descriptor(), F_DUPFD_CLOEXEC, 0)};
    if (!events)
        return failure{sys::last_error(), "observe", {}, {}};
    return loaded_programs{std::move(programs), std::move(events)};
}

/// Moves the targets that the BPF programs can recognize from `targets` to `settings`: the whole system, and one cgroup of
/// version 2.
result<void, failure> choose_in_kernel(std::vector<target>& targets, observe::program_settings& settings)
{
    for (auto const& each : targets) {
        if (std::holds_alternative<targets::everything>(each))
            settings.everything = true;
        auto const* const group = std::get_if<targets::cgroup>(&each);
        if (group == nullptr)
            continue;
        auto const found = sys::cgroup::at(group->path);
        if (!found)
            return failure{found.error(), "attach to the cgroup " + group->path, {}, {}};
        if (settings.cgroup != 0 || !found.value().is_unified())
            return failure{errc::not_by_observation, "attach to several cgroups, or to one of version 1", {}, {}};
        settings.cgroup = found.value().id();
        settings.cgroup_level = found.value().level();
    }
    std::erase_if(targets, [](auto const& each) {
        return std::holds_alternative<targets::everything>(each) || std::holds_alternative<targets::cgroup>(each);
    });
    return outcome::success();
}

/// Begins to observe the targets that are single processes.
result<void, failure> observe_processes(observed& tree, std::vector<target> const& targets)
{
    for (auto const& each : targets) {
        auto const* const one = std::get_if<targets::process>(&each);
        if (one == nullptr)
            continue;
        if (one->id == pid{::getpid()})
            return failure{errc::own_process, "attach", leader(one->id), {}};
        BOOST_OUTCOME_TRYV(tree.begin_attach(one->id));
    }
    return outcome::success();
}

/// Begins to observe the processes of the set. Lists the set until it has no new process, because processes may fork meanwhile.
result<void, failure> observe_set(observed& tree, target_set const& which)
{
    std::unordered_set<pid> tried{pid{::getpid()}};
    bool any = which.grows();
    for (bool more = true; std::exchange(more, false);)
        for (pid const each : which.all_members())
            if (tried.insert(each).second && !sys::is_kernel_thread(each)) {
                more = true;
                any = static_cast<bool>(tree.begin_attach(each)) || any;   // fails, for example, if the process has ended
            }
    if (!any)
        return failure{{ESRCH, boost::system::system_category()}, "attach to " + which.description(), {}, {}};
    return outcome::success();
}

}   // namespace

task<result<session, failure>> engine::launch_observed(command what, session_options options)
{
    auto loaded = load(options, observed::settings_for(options));
    if (!loaded)
        co_return loaded.error();
    auto spawned = sys::spawn(what, waits_->host_mask(), {});
    if (!spawned)
        co_return spawned.error();
    auto& child = spawned.value();
    auto process = root_descriptors::of(child.child);
    failure why{process ? error_code{} : process.error(), "pidfd_open", leader(child.child), {}};
    if (!why.code) {
        auto const state = open(std::move(options), ending::kill, /*launched=*/true);
        state->root = child.child;
        auto [programs, events] = std::move(loaded).value();
        auto const tree = std::make_shared<observed>(*this, state, std::move(programs), std::move(events));
        trees_.push_back(tree);
        if (auto const begun = tree->begin_launch(child.child, std::move(process).value()); begun)
            co_return co_await launched(state, std::move(child), tree);
        else
            why = begun.error();
        tree->give_up();
    }
    sys::kill_and_reap(child.child);
    co_return why;
}

task<result<session, failure>> engine::attach_observed(std::vector<target> targets, session_options options)
{
    if (auto const why = sys::procfs_error(); why)
        co_return failure{why, "attach", {}, {}};
    auto settings = observed::settings_for(options);
    auto const chosen = choose_in_kernel(targets, settings);
    if (!chosen)
        co_return chosen.error();
    auto which = target_set::of(targets);
    if (!which)
        co_return which.error();
    auto loaded = load(options, settings);
    if (!loaded)
        co_return loaded.error();
    auto const state = open(std::move(options), ending::detach, /*launched=*/false);
    session made{state};
    auto [programs, events] = std::move(loaded).value();
    auto const tree = std::make_shared<observed>(*this, state, std::move(programs), std::move(events));
    trees_.push_back(tree);
    if (settings.everything || settings.cgroup != 0)
        tree->expect_more();
    auto done = observe_processes(*tree, targets);
    if (done && !which.value().empty())
        done = observe_set(*tree, which.value());
    if (done && which.value().grows()) {
        auto more = new_members::open(executor_, which.value());
        if (more) {
            tree->expect_more();
            expect_members(*state, more.value(), observe_new_members(state, tree, more.value()));
        } else
            done = more.error();
    }
    if (!done) {
        failure const why = done.error();
        state->abandon();
        co_return why;
    }
    tree->begin_reading();
    state->complete();
    co_return made;
}

/// Begins to observe the processes that join the set later.
task<void> engine::observe_new_members(std::shared_ptr<session_state> state, std::shared_ptr<observed> tree,
                                       std::shared_ptr<new_members> from)
{
    std::vector<pid> found;
    while (co_await from->next(found))
        for (pid const each : std::exchange(found, {})) {
            if (!state->expects_more())
                co_return;
            if (from->which().has(each) && each != pid{::getpid()})
                (void)tree->begin_attach(each);   // fails, for example, if the process has ended
        }
}

}   // namespace cotrace::engine
