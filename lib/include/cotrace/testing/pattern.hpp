// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/match.hpp>
#include <cotrace/record.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cotrace::testing {

/// An event, as patterns see it. It differs from a record, because a call has two
/// records, or one if its thread ended during the call.
struct happening {
    enum class kind : std::uint8_t {
        entry,   ///< a call began
        call,    ///< a call returned, or its thread ended during the call
        other,   ///< any other record
    };

    record const* seen = nullptr;   ///< the record of the entry if the call did not return
    kind          what = kind::other;
};

/// Describes an event that may happen.
///
/// A `call_matcher` stands for a call that has returned, whether or not its entry was
/// recorded, so that each call counts once. A call during which its thread ended
/// (exit_group(2), or any call if a signal killed the thread) counts when the thread
/// ends, unless the matcher has a condition on the outcome. In a session without
/// `exits`, the entries count as the calls. A call that a signal interrupts returns an
/// ERESTART* error; if the kernel restarts the call, it counts again.
///
/// Copies are cheap. Functions that are given as conditions must not throw.
class pattern {
public:
    pattern(call_matcher calls);

    /// This pattern, restricted to one thread.
    pattern by(tid thread) const;

    bool fits(happening const& each) const;

    /// How nearly an event fits: for messages that explain why no event fitted.
    struct likeness {
        unsigned points = 0;             ///< 0: the event is of another kind
        std::vector<std::string> missed{};   ///< descriptions of the conditions that it does not fulfil
    };
    likeness compare(happening const& each) const;

    /// A short description: `openat path "/etc/passwd" succeeds`.
    std::string const& description() const noexcept { return text_; }

private:
    friend pattern entered(call_matcher calls);
    friend pattern event_where(std::string, std::function<bool(record const&)>, std::function<bool(record const&)>);

    using predicate = std::function<bool(record const&)>;

    pattern() = default;
    bool is_of_kind(happening const& each) const noexcept;
    bool fits_record(happening const& each) const;

    happening::kind             what_ = happening::kind::call;
    std::optional<call_matcher> calls_{};      ///< for entries and calls
    predicate                   fulfils_{};    ///< for other events
    predicate                   alike_{};
    std::optional<tid>          by_{};
    std::string                 text_{};
};

/// The entry of such a call: the call has not run yet. For calls that block, and for
/// events during other calls. Throws `std::invalid_argument` if the matcher has a
/// condition on the outcome.
pattern entered(call_matcher calls);

/// A thread exits with this status. The end of a thread group leader is the end of its process.
pattern exits(int status);
/// A thread ends, by an exit or by a signal.
pattern ends();
/// A thread is killed by this signal.
pattern killed_by(int signal);
/// A signal is about to be delivered.
pattern receives(int signal);
/// A traced thread has created a thread or a process, which is traced.
pattern starts();

/// Any record for which `fulfils` is true, with your description. A failure message shows
/// records for which `alike` is true if no record fitted.
pattern event_where(std::string description, std::function<bool(record const&)> fulfils,
                    std::function<bool(record const&)> alike = {});

} // namespace cotrace::testing
