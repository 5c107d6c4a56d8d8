// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>
#include <cotrace/targets.hpp>

#include "sys/cgroup.hpp"

#include <string>
#include <variant>
#include <vector>

namespace cotrace::engine {

/// The processes of all targets that are trees, cgroups or names. Targets of other kinds are not part of the set.
class target_set {
public:
    /// Returns an error if the cgroup of a target, or the root process of a tree, does not exist.
    static result<target_set, failure> of(std::vector<target> const& all);

    bool empty() const noexcept { return trees_.empty() && cgroups_.empty() && names_.empty(); }
    /// Whether the set may get more members: at least one cgroup or name was given with `targets::also_later`.
    bool grows() const noexcept;

    /// All processes that are in the set now.
    std::vector<pid> all_members() const;
    /// Like `all_members`, but only for the cgroups and names that were given with `targets::also_later`.
    std::vector<pid> growing_members() const;
    /// Whether `process` is now one of `growing_members`.
    bool is_in_growing(pid process) const;
    /// Whether `process` is in the set now.
    bool has(pid process) const;

    /// The directories of the cgroups that were given with `targets::also_later`, and of all cgroups below them.
    std::vector<std::string> folders() const;

    /// A description for messages, such as the part "processes called 'x'" of "attach to processes called 'x'".
    std::string const& description() const noexcept { return description_; }

private:
    struct group {
        sys::cgroup which;
        bool grows;
    };

    template <class Wanted>
    std::vector<pid> members(Wanted wanted) const;
    void add_description(std::string const& more);

    std::vector<pid> trees_;
    std::vector<group> cgroups_;
    std::vector<targets::named> names_;
    std::string description_;
};

}   // namespace cotrace::engine
