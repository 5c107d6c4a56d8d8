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

/// The exception that the testing kit throws if an expectation is not met, or if a subject cannot be started or its
/// records cannot be read. For invalid arguments, the kit throws other exceptions. `what()` is one block of text: what
/// was expected, what happened, and which events were the nearest, as strace shows them.
class test_failed : public std::runtime_error {
public:
    /// Makes an exception whose `what()` is "FILE:LINE: TEXT": the place `at`, followed by `text`. `at` is the place in
    /// the test's source at which the failed function was called.
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

/// The records of a session so far, or only those of one of its processes or threads.
/// Expectations can be checked on them.
class run {
public:
    /// Makes a run of records that other code has read. The first of them must be the session's first record.
    explicit run(std::vector<record> records);

    /// The number of events that fit the pattern.
    std::size_t count(pattern const& what) const;
    /// The records that fit the pattern, in order.
    std::vector<record> all(pattern const& what) const;
    /// The first record that fits the pattern, if there is one.
    std::optional<record> first(pattern const& what) const;

    /// One run for each process, in the order in which the processes began.
    ///
    /// A thread that was made by clone(2) belongs to the process of the thread that
    /// called clone(2), unless the record of that call shows that the call had no
    /// CLONE_THREAD flag. All threads that a session attached to count as one process.
    std::vector<run> by_process() const;
    /// One run for each thread, in the order in which the threads began. A thread that gets
    /// the id of its thread group leader by an execve(2) counts as one thread.
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

    /// The events as text, one line for each, as strace shows them. The start of a thread or process that a traced thread
    /// created is also shown, for example "+++ started (fork by 4711) +++". Entries of calls are left out, and so are records
    /// without a text, such as `detached`.
    std::string text() const;

    /// All events in order: entries, calls and other records. The pointers in them are valid as long as this run
    /// exists.
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

/// Expects an event for each pattern of `those`, in the order of the patterns. Other events may happen between these events.
/// For a pattern that is made from a `call_matcher`, the event is the return of the call, not its entry.
expectation ordered(std::vector<pattern> those);
/// Expects an event for each pattern of `those`, in any order. Each pattern needs an event of its own.
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
