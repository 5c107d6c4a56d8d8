// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/testing/pattern.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace cotrace::testing {

class journal;
class run;

/// What the testing kit throws, and all that it throws but for invalid
/// arguments: something that was expected did not come about. `what()` is one
/// block of text that says what was expected, what came, and what came nearest,
/// as strace would show it.
///
/// It is an exception and not a value, because a test that goes on after its
/// expectation failed has nothing sensible left to do, because nobody can
/// forget to look at it, and because every framework, and a program without
/// one, shows what an exception says without being told how.
class test_failed : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Something that a run must be like.
class expectation {
public:
    /// Nothing, or why the run is not like it: lines of text, each with its line break.
    using check = std::function<std::optional<std::string>(run const&)>;

    explicit expectation(check how) : how_{std::move(how)} {}
    std::optional<std::string> unmet_by(run const& seen) const { return how_(seen); }

private:
    check how_;
};

/// The records of a session so far, or of one of its processes or threads, and
/// what may be expected of them.
class run {
public:
    /// Of records that you got yourself, from their session's first on.
    explicit run(std::vector<record> records);

    /// How often that happened.
    std::size_t count(pattern const& what) const;
    /// What fits, in order.
    std::vector<record> all(pattern const& what) const;
    /// The first that fits, if any does.
    std::optional<record> first(pattern const& what) const;

    /// One run for each process, in the order in which they began.
    ///
    /// A thread that clone(2) made belongs to its maker's process unless the call
    /// was recorded and says otherwise (CLONE_THREAD); all threads that a session
    /// was attached to count as one process.
    std::vector<run> by_process() const;
    /// One run for each thread, in the order in which they began. A thread that
    /// takes over its process by execve(2) stays the same.
    std::vector<run> by_thread() const;

    /// Throws `test_failed` with the reasons of all expectations that are not met.
    ///
    ///     seen.expect(ordered(call("openat").path("a"), call("unlink").path("a")),
    ///                 never(call("connect")),
    ///                 exactly(1, call("rename")));
    template <std::convertible_to<expectation>... Expectations>
        requires(sizeof...(Expectations) > 0)
    void expect(Expectations&&... those) const
    {
        std::vector<expectation> list;
        list.reserve(sizeof...(those));
        (list.push_back(std::forward<Expectations>(those)), ...);
        require(list);
    }

    /// All that happened, as strace shows it, a line for each.
    std::string text() const;

    /// What happened, in order: entries, calls, and all else. Valid while this run is.
    std::vector<happening> happenings() const;

private:
    friend struct run_access;

    run(std::shared_ptr<journal const> in, std::vector<std::size_t> places, std::string whose)
        : in_{std::move(in)}, places_{std::move(places)}, whose_{std::move(whose)}
    {
    }
    void require(std::vector<expectation> const& all) const;

    std::shared_ptr<journal const> in_;
    std::vector<std::size_t>       places_;   ///< of its happenings in the journal
    std::string                    whose_;    ///< "process 4711"; empty: everybody's
};

/// All of these, each after the one before it. Others may come between. Calls
/// stand where they came back, not where they were made.
expectation ordered(std::vector<pattern> those);
/// All of these in any order, each by something of its own.
expectation unordered(std::vector<pattern> those);
/// Nothing of the kind.
expectation never(pattern what);
expectation exactly(std::size_t times, pattern what);
expectation at_least(std::size_t times, pattern what);
expectation at_most(std::size_t times, pattern what);

// GCC 12 has no braced lists in coroutines, so the patterns may also stand side by side.
template <std::convertible_to<pattern>... Patterns>
    requires(sizeof...(Patterns) > 0)
expectation ordered(Patterns... those)
{
    std::vector<pattern> list;
    (list.push_back(std::move(those)), ...);
    return ordered(std::move(list));
}
template <std::convertible_to<pattern>... Patterns>
    requires(sizeof...(Patterns) > 0)
expectation unordered(Patterns... those)
{
    std::vector<pattern> list;
    (list.push_back(std::move(those)), ...);
    return unordered(std::move(list));
}

} // namespace cotrace::testing
