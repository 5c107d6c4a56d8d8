// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/stack.hpp>
#include <cotrace/task.hpp>

#include <boost/asio/thread_pool.hpp>

#include <vector>

namespace cotrace::app {

/// Looks up the names of the functions in call stacks, in a thread of its own, because libdw may read or download large debug
/// files.
class stack_naming {
public:
    /// `sources` says whether source files and lines are wanted.
    explicit stack_naming(bool sources);

    /// Completes when the stacks of all records in `batch` are resolved.
    task<void> resolve(std::vector<record> const& batch);

private:
    static task<void> resolve_here(symbolizer& names, std::vector<record> const& batch);

    symbolizer names_;
    asio::thread_pool thread_{1};   // destroyed before `names_`, which it uses
};

}   // namespace cotrace::app
