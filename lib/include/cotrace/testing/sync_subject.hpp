// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/testing/subject.hpp>

#include <memory>
#include <optional>
#include <string>

namespace cotrace::testing {

/// A `subject` for tests without coroutines: its functions block.
///
/// A sync_subject has an io_context of its own, which runs only in the constructor, in `next` and in `finish`. At other
/// times, a traced thread stays at its next stop.
class sync_subject {
public:
    /// Starts a program or a function; see `launch`.
    explicit sync_subject(command what, subject_options options = {}, std::source_location at = std::source_location::current());
    explicit sync_subject(child_code what, subject_options options = {},
                          std::source_location at = std::source_location::current());
    sync_subject(sync_subject&&) noexcept;
    sync_subject& operator=(sync_subject&&) noexcept;
    ~sync_subject();

    /// `next` and `finish` do what these functions of `subject` do, but block.
    record next(pattern what, std::optional<limit> within = {}, std::source_location at = std::source_location::current());
    finished finish(std::optional<limit> within = {}, std::source_location at = std::source_location::current());

    /// `so_far`, `root` and `kill` call these functions of `get()`. They do not block.
    subject& get() noexcept;
    run so_far() const;
    pid root() const noexcept;
    void kill();

private:
    struct state;
    std::unique_ptr<state> state_;
};

/// Runs a program, or a function in a child, to its end.
///
///     testing::trace([] { ::unlink("a"); }).expect(testing::exactly(1, call("unlink").path("a")));
finished trace(command what, subject_options options = {}, std::source_location at = std::source_location::current());
finished trace(child_code what, subject_options options = {}, std::source_location at = std::source_location::current());

}   // namespace cotrace::testing
