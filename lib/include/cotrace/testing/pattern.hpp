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

/// A thing that happened, as patterns look at it. Records are not quite that: a
/// call is two of them, or one where its thread ends in it.
struct happening {
    enum class kind : std::uint8_t {
        entry,   ///< a call began
        call,    ///< it came back, or its thread ended in it
        other,   ///< anything else that a record tells
    };

    record const* seen = nullptr;   ///< of a call that did not come back, its entry
    kind          what = kind::other;
};

/// Describes something that may happen.
///
/// A `call_matcher` stands for a call that has come back, whatever its entry
/// was like, so that each call counts once. A call in which its thread ended
/// (exit_group(2), or any that a signal killed) counts when that happens, if
/// nothing is said about what it came to. Of a session without `exits`, entries
/// are the calls. One that a signal interrupts comes back with an ERESTART* error,
/// and where the kernel restarts it counts again.
///
/// Copies are cheap. Functions that are given as conditions must not throw.
class pattern {
public:
    pattern(call_matcher calls);

    /// The same, of that thread only.
    pattern by(tid thread) const;

    bool fits(happening const& each) const;

    /// How near something comes, for messages that say why nothing fitted.
    struct likeness {
        unsigned points = 0;             ///< 0: nothing like it
        std::vector<std::string> missed{};   ///< what it does not fulfil, in words
    };
    likeness compare(happening const& each) const;

    /// In a few words: `openat path "/etc/passwd" succeeds`.
    std::string const& description() const noexcept { return text_; }

private:
    friend pattern entered(call_matcher calls);
    friend pattern event_where(std::string, std::function<bool(record const&)>, std::function<bool(record const&)>);

    using predicate = std::function<bool(record const&)>;

    pattern() = default;
    bool is_of_kind(happening const& each) const noexcept;
    bool fits_record(happening const& each) const;

    happening::kind             what_ = happening::kind::call;
    std::optional<call_matcher> calls_{};      ///< of entries and calls
    predicate                   fulfils_{};    ///< of other events
    predicate                   alike_{};
    std::optional<tid>          by_{};
    std::string                 text_{};
};

/// The entry of such a call: it has not run yet. For calls that block, and for
/// what happens within others. There must be no condition on what it comes to:
/// else this throws `std::invalid_argument`.
pattern entered(call_matcher calls);

/// A thread ends with that status, on its own account. A process does when its leader does.
pattern exits(int status);
/// A thread ends, whatever the way.
pattern ends();
/// A thread is killed by that signal.
pattern killed_by(int signal);
/// A signal is about to be delivered.
pattern receives(int signal);
/// A thread or process begins that a traced one made.
pattern starts();

/// Any record for which `fulfils` is true, in your words; `alike` tells which
/// others are worth being shown where none was.
pattern event_where(std::string words, std::function<bool(record const&)> fulfils,
                    std::function<bool(record const&)> alike = {});

} // namespace cotrace::testing
