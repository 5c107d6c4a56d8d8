// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/testing/pattern.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cotrace::testing {

class journal;
class run;

/// The testing kit throws this exception if an expectation is not met, a time limit passes, or a subject cannot be
/// traced. `what()` says why.
class test_failed : public std::runtime_error {
public:
    /// The `what()` of the exception is "FILE:LINE: TEXT": the place `at` in the test's source, and `text`.
    test_failed(std::string_view text, std::source_location at);

    std::source_location const& where() const noexcept { return at_; }
    /// `what()` without the place in front of it.
    std::string_view text() const noexcept { return std::string_view{what()}.substr(place_size_); }

private:
    test_failed(std::string const& place, std::string_view text, std::source_location at);

    std::source_location at_;
    std::size_t place_size_;
};

/// A requirement on a run.
class expectation {
public:
    /// Returns nothing if the run meets the requirement, otherwise the reason: lines of text, each with a line break.
    using check = std::function<std::optional<std::string>(run const&)>;

    explicit expectation(check how)
        : how_{std::move(how)}
    {
    }
    std::optional<std::string> unmet_by(run const& seen) const { return how_(seen); }

private:
    check how_;
};

/// An expectation, and the place in the test at which it was given to `run::expect`.
struct placed_expectation {
    placed_expectation(expectation wanted, std::source_location place = std::source_location::current())
        : what{std::move(wanted)}
        , at{place}
    {
    }

    expectation what;
    std::source_location at;
};

/// The records of a session so far, or those of one of its processes or threads.
class run {
public:
    /// Makes a run of records that other code has read. The first element must be the session's first record.
    explicit run(std::vector<record> records);

    /// The number of events that fit the pattern.
    std::size_t count(pattern const& what) const;
    /// The records that fit the pattern, in order.
    std::vector<record> all(pattern const& what) const;
    /// The first record that fits the pattern, if there is one.
    std::optional<record> first(pattern const& what) const;

    /// One run for each process, in the order in which the processes began.
    ///
    /// A thread that clone(2) makes belongs to the caller's process, unless the record of the call shows that
    /// CLONE_THREAD was not set. All threads that a session attached to count as one process.
    std::vector<run> by_process() const;
    /// One run for each thread, in the order in which the threads began. A thread that gets another id by its execve(2)
    /// counts as one thread.
    std::vector<run> by_thread() const;

    /// Throws `test_failed` with the reasons of all expectations that are not met.
    ///
    ///     seen.expect(ordered(call("openat").path("a"), call("unlink").path("a")),
    ///                 never(call("connect")),
    ///                 exactly(1, call("rename")));
    template <std::convertible_to<expectation>... Expectations>
    void expect(placed_expectation first, Expectations&&... more) const
    {
        std::vector<expectation> list;
        list.reserve(1 + sizeof...(more));
        list.push_back(std::move(first.what));
        (list.push_back(std::forward<Expectations>(more)), ...);
        require(list, first.at);
    }

    /// The events as text, one line for each, as strace shows them. A new thread or process also has a line: "+++
    /// started (fork by 4711) +++". Entries of calls, and records without a text such as `detached`, are left out.
    std::string text() const;

    /// All events in order. The pointers in the elements are valid as long as this run exists.
    std::vector<happening> happenings() const;

private:
    friend struct run_access;

    run(std::shared_ptr<journal const> in, std::vector<std::size_t> places, std::string subject)
        : in_{std::move(in)}
        , places_{std::move(places)}
        , whose_{std::move(subject)}
    {
    }
    void require(std::vector<expectation> const& all, std::source_location at) const;

    std::shared_ptr<journal const> in_;
    std::vector<std::size_t> places_;   ///< indices of this run's happenings in the journal
    std::string whose_;                 ///< where the records are from: "process 4711"; empty: the whole session
};

/// Expects an event for each pattern of `those`, in the order of the patterns. Other events may happen between these
/// events.
expectation ordered(std::vector<pattern> those);
/// Expects an event for each pattern of `those`, in any order. Two patterns cannot share an event.
expectation unordered(std::vector<pattern> those);
/// Expects that no event fits the pattern.
expectation never(pattern what);
expectation exactly(std::size_t times, pattern what);
expectation at_least(std::size_t times, pattern what);
expectation at_most(std::size_t times, pattern what);

// Overloads for patterns as separate arguments, because GCC 12 cannot compile braced lists in coroutines.
template <std::convertible_to<pattern>... Patterns>
requires(sizeof...(Patterns) > 0) expectation ordered(Patterns... those)
{
    std::vector<pattern> list;
    (list.push_back(std::move(those)), ...);
    return ordered(std::move(list));
}
template <std::convertible_to<pattern>... Patterns>
requires(sizeof...(Patterns) > 0) expectation unordered(Patterns... those)
{
    std::vector<pattern> list;
    (list.push_back(std::move(those)), ...);
    return unordered(std::move(list));
}

}   // namespace cotrace::testing
