// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/detail/function_argument.hpp>
#include <cotrace/match.hpp>
#include <cotrace/record.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cotrace::testing {

/// An event that is compared with patterns. Most records stand for one happening each. If a call has no record of its
/// exit, the record of its entry stands for two happenings: an `entry` and a `call`.
struct happening {
    /// The kinds of happenings.
    enum class kind : std::uint8_t {
        entry,   ///< a call began
        call,    ///< a call returned; for a call without a record of its exit, see `happening`
        other,   ///< any other record
    };

    record const* seen = nullptr;   ///< the record of the event; for a call without a record of its exit, that of its entry
    kind what = kind::other;
};

/// Describes an event that may happen.
///
/// A pattern that is made from a `call_matcher` is compared with each call once, at the return of the call. There are
/// two exceptions, in which a matcher with a condition on the outcome does not fit:
/// - If the thread ends or is detached during the call, the call is compared at that time.
/// - In a session without `session_options::exits`, each call is compared at its entry.
///
/// A call that a signal interrupts returns an ERESTART* error. If the kernel restarts the call, the restarted call
/// counts as another call.
///
/// Copies are cheap. Functions that are given as conditions must not throw.
class pattern {
public:
    pattern(call_matcher calls);

    /// This pattern, restricted to one thread.
    pattern by(tid thread) const;

    bool fits(happening const& each) const;

    /// How nearly an event fits a pattern. If no event fits an expected pattern, the message of the failure shows the
    /// events that fit most nearly.
    struct likeness {
        unsigned points = 0;                 ///< higher if the event fits more nearly; 0: nothing in common
        std::vector<std::string> missed{};   ///< descriptions of the conditions that the event does not fulfil
    };
    likeness compare(happening const& each) const;

    /// A short description: `openat path "/etc/passwd" succeeds`.
    std::string const& description() const noexcept { return text_; }

private:
    friend pattern entered(call_matcher calls);
    using predicate = std::function<bool(record const&)>;

    friend pattern event_where(std::string, cotrace::detail::function_argument<bool(record const&)>,
                               cotrace::detail::function_argument<bool(record const&)>);

    pattern() = default;
    bool is_of_kind(happening const& each) const noexcept;
    bool fits_record(happening const& each) const;

    happening::kind what_ = happening::kind::call;
    std::optional<call_matcher> calls_{};   ///< set if `what_` is `entry` or `call`
    predicate fulfils_{};                   ///< set if `what_` is `other`
    predicate alike_{};                     ///< may be set if `what_` is `other`, see `event_where`
    std::optional<tid> by_{};
    std::string text_{};
};

/// Fits the entry of a call that the matcher describes. Use this pattern for a call that blocks, or to order another
/// event against the beginning of a call. Throws `std::invalid_argument` if the matcher has a condition on the outcome.
pattern entered(call_matcher calls);

/// Fits the record `thread_exited` of a thread that exits with this status. The kernel reports the end of a thread
/// group leader after the ends of all other threads of the process.
pattern exits(int status);
/// Fits the end of a thread, by an exit or by a signal.
pattern ends();
/// Fits the end of a thread that this signal killed.
pattern killed_by(int signal);
/// Fits a stop at which this signal is about to be delivered to a thread.
pattern receives(int signal);
/// Fits the beginning of a traced thread or process that another traced thread created.
pattern starts();

/// Fits any record, except entries and exits of calls, for which `fulfils` is true. Messages use `description` as the
/// text of the pattern. If no record fits, the message shows records for which `alike` is true.
///
/// A lambda that captures objects with a destructor by value must be a variable: GCC 12 may destroy a temporary lambda
/// of this kind twice in a `co_await` expression.
pattern event_where(std::string description, cotrace::detail::function_argument<bool(record const&)> fulfils,
                    cotrace::detail::function_argument<bool(record const&)> alike = std::function<bool(record const&)>{});

}   // namespace cotrace::testing
