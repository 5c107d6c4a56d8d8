// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/render/text.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace cotrace::render {

/// Keeps the calls that took longest (`syscall_exited::took`), with their text. A call during which the thread was
/// attached is not counted, because its time is not known.
class slowest_calls {
public:
    /// Keeps at most `most` calls. `text` says how the calls are written.
    explicit slowest_calls(std::size_t most, text_options text = {});

    /// A call that was kept.
    struct call {
        std::chrono::nanoseconds took{};
        timestamp at{};   ///< the time of the entry of the call
        tid thread{};
        std::string text;   ///< the call as strace writes it, with its arguments and its result
    };

    /// Counts the call if the record is a `syscall_exited`.
    void count(record const& seen);

    /// The calls, the slowest first. Among calls that took equally long, the call that ended first is first.
    std::vector<call> all() const;

    /// Appends a heading, and a line for each call, the slowest first. A line has the time in seconds, the id of the
    /// thread, and the text.
    void append(std::string& to) const;

private:
    struct kept {
        call what;
        std::size_t number;   ///< position of the call among all counted calls, from 1
    };
    static bool is_slower(kept const& left, kept const& right) noexcept;

    std::size_t most_;
    text_options text_;
    std::size_t counted_ = 0;
    std::vector<kept> heap_;   ///< a heap with the fastest call at the front
};

}   // namespace cotrace::render
