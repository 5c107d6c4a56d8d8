// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/error.hpp>
#include <cotrace/targets.hpp>

#include "sys/cgroup.hpp"

#include <string>
#include <variant>
#include <vector>

namespace cotrace::engine {

/// The processes that some targets mean, but for those meant by their id: who
/// they are now, and whether a new one is one of them.
class crowd {
public:
    /// Errors: a cgroup that there is not, a root that there is not.
    static result<crowd, failure> of(std::vector<target> const& all);

    bool empty() const noexcept { return trees_.empty() && cgroups_.empty() && names_.empty(); }
    /// Whether later ones are wanted.
    bool grows() const noexcept;

    std::vector<pid> now() const;
    /// Of the sets that grow: those now, and whether `process` is in one.
    std::vector<pid> growing_now() const;
    bool takes(pid process) const;
    /// Whether `process` is in one of the sets now.
    bool has(pid process) const;

    /// The folders of cgroups that grow.
    std::vector<std::string> folders() const;

    /// What they are called, as in "attach to the processes called 'x'".
    std::string const& words() const noexcept { return words_; }

private:
    struct group {
        sys::cgroup which;
        bool        grows;
    };

    template <class Wanted>
    std::vector<pid> members(Wanted wanted) const;
    void add_words(std::string const& more);

    std::vector<pid>            trees_;
    std::vector<group>          cgroups_;
    std::vector<targets::named> names_;
    std::string                 words_;
};

} // namespace cotrace::engine
