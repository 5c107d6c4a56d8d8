// SPDX-License-Identifier: BSL-1.0
#include "engine/start/target_set.hpp"

#include "sys/procfs.hpp"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace cotrace::engine {

namespace {

/// The length of the longest name of a thread: TASK_COMM_LEN without the null byte.
constexpr std::size_t longest_command = 15;

bool is_called(pid process, std::string_view name)
{
    if (name.size() <= longest_command && sys::command_of(raw(process)) == name)
        return true;
    auto const path = sys::program_of(process);
    if (!path.empty() && std::string_view{path}.substr(path.rfind('/') + 1) == name)
        return true;
    return name.size() > longest_command && sys::command_of(raw(process)) == name.substr(0, longest_command);
}

/// Appends `roots` and all their descendants to `into`, each parent before its children.
void add_descendants(std::vector<pid> const& roots, std::vector<pid>& into)
{
    std::unordered_map<std::int32_t, std::vector<pid>> children;
    for (pid const each : sys::all_processes())
        if (auto const about = sys::status_of(leader(each)))
            children[raw(about->parent)].push_back(each);
    std::unordered_set<std::int32_t> seen;   // an id that is reused during the search may be found twice
    std::vector<pid> next = roots;
    while (!next.empty()) {
        auto const parents = std::exchange(next, {});
        for (pid const each : parents) {
            if (!seen.insert(raw(each)).second)
                continue;
            into.push_back(each);
            auto const& own = children[raw(each)];
            next.insert(next.end(), own.begin(), own.end());
        }
    }
}

bool descends_from(std::vector<pid> const& roots, pid process)
{
    for (auto at = process; raw(at) > 0;) {
        if (std::ranges::find(roots, at) != roots.end())
            return true;
        auto const about = sys::status_of(leader(at));
        at = about ? about->parent : pid{};
    }
    return false;
}

}   // namespace

result<target_set, failure> target_set::of(std::vector<target> const& all)
{
    target_set made;
    for (auto const& each : all) {
        if (auto const* tree = std::get_if<targets::tree>(&each)) {
            made.add_description("the tree of " + std::to_string(raw(tree->root)));
            if (!sys::status_of(leader(tree->root)))
                return failure{{ESRCH, boost::system::system_category()}, "attach to " + made.description_, {}, {}};
            made.trees_.push_back(tree->root);
        } else if (auto const* group = std::get_if<targets::cgroup>(&each)) {
            made.add_description("the cgroup " + group->path);
            auto found = sys::cgroup::at(group->path);
            if (!found)
                return failure{found.error(), "attach to the cgroup " + group->path, {}, {}};
            made.cgroups_.push_back({std::move(found).value(), group->which == targets::also_later});
        } else if (auto const* name = std::get_if<targets::named>(&each)) {
            made.add_description("processes called '" + name->name + "'");
            made.names_.push_back(*name);
        }
    }
    return made;
}

void target_set::add_description(std::string const& more)
{
    if (!description_.empty())
        description_ += ", ";
    description_ += more;
}

bool target_set::grows() const noexcept
{
    return std::any_of(cgroups_.begin(), cgroups_.end(), [](auto const& each) { return each.grows; })
           || std::any_of(names_.begin(), names_.end(), [](auto const& each) { return each.which == targets::also_later; });
}

template <class Wanted>
std::vector<pid> target_set::members(Wanted wanted) const
{
    std::vector<pid> found;
    for (auto const& each : cgroups_) {
        auto const more = wanted(each.grows) ? each.which.members() : std::vector<pid>{};
        found.insert(found.end(), more.begin(), more.end());
    }
    for (pid const each : names_.empty() ? std::vector<pid>{} : sys::all_processes())
        if (std::any_of(names_.begin(), names_.end(), [&](auto const& name) {
                return wanted(name.which == targets::also_later) && is_called(each, name.name);
            }))
            found.push_back(each);
    return found;
}

std::vector<pid> target_set::all_members() const
{
    std::vector<pid> found;
    if (!trees_.empty())
        add_descendants(trees_, found);
    auto const others = members([](bool) { return true; });
    found.insert(found.end(), others.begin(), others.end());
    return found;
}

std::vector<pid> target_set::growing_members() const
{
    return members([](bool grows) { return grows; });
}

bool target_set::is_in_growing(pid process) const
{
    return std::any_of(cgroups_.begin(), cgroups_.end(), [&](auto const& each) { return each.grows && each.which.has(process); })
           || std::any_of(names_.begin(), names_.end(),
                          [&](auto const& each) { return each.which == targets::also_later && is_called(process, each.name); });
}

bool target_set::has(pid process) const
{
    return std::ranges::any_of(cgroups_, [&](auto const& each) { return each.which.has(process); })
           || std::ranges::any_of(names_, [&](auto const& each) { return is_called(process, each.name); })
           || (!trees_.empty() && descends_from(trees_, process));
}

std::vector<std::string> target_set::folders() const
{
    std::vector<std::string> found;
    for (auto const& each : cgroups_) {
        auto const more = each.grows ? each.which.folders() : std::vector<std::string>{};
        found.insert(found.end(), more.begin(), more.end());
    }
    return found;
}

}   // namespace cotrace::engine
