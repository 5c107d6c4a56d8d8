// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/filter.hpp>
#include <cotrace/record.hpp>

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cotrace {

/// A pattern of glob(7): "*" and "?" match no slash.
struct glob {
    // A constructor, because GCC 12 destroys what it makes of a braced list twice in a co_await.
    explicit glob(std::string like) : pattern{std::move(like)} {}
    std::string pattern;
};

/// Describes system calls, narrower with each condition:
///
///     call("openat,open").path(glob{"/etc/*"}).fails(ENOENT)
///
/// Copies are cheap. Conditions on what a call came to are true of exits only;
/// one without such conditions is true of entries, too. Paths and other memory
/// can be looked at only in calls that were decoded (`capture_options::decode`).
/// Functions that are given as conditions must not throw.
class call_matcher {
public:
    using call_condition    = std::function<bool(syscall_call const&)>;
    using outcome_condition = std::function<bool(syscall_exited const&)>;

    /// Every call that the filter wants.
    call_matcher(filter which);

    /// One of the paths that the call was given, as it was given, is this one, or is like this.
    call_matcher path(std::string exactly) const;
    call_matcher path(glob like) const;

    /// One of its arguments is this descriptor.
    call_matcher fd(int number) const;

    /// The argument, or the part of one, of that name is this number, or this text.
    call_matcher argument(std::string name, std::uint64_t number) const;
    call_matcher argument(std::string name, std::string text) const;
    call_matcher argument(std::string name, std::function<bool(value const&)> fulfils) const;

    /// Anything else that the call itself shows.
    call_matcher where(call_condition fulfils) const;

    call_matcher succeeds() const;
    call_matcher fails() const;
    call_matcher fails(int error) const;   ///< a positive errno
    call_matcher returns(std::int64_t value) const;

    /// Whether the call itself fits, whatever it comes to.
    bool fits(syscall_call const& call) const;
    /// Whether the call and what it came to fit.
    bool fits(syscall_exited const& exited) const;
    /// Whether the record is the exit of such a call, or without conditions on
    /// what it came to, its entry.
    bool fits(record const& seen) const;

    /// How near a call comes to what is described: for messages that say why nothing fitted.
    struct likeness {
        bool     same_call = false;         ///< its name is wanted
        unsigned alike     = 0;             ///< conditions on the call itself that it fulfils
        unsigned came_to   = 0;             ///< conditions on what it came to that it fulfils
        std::vector<std::string> missed{};  ///< what it does not fulfil, in words; empty: it fits
    };
    /// Without `exited`, the call did not come back: what it came to is missed.
    likeness compare(syscall_call const& call, syscall_exited const* exited) const;

    /// Whether there is a condition on the outcome of the call.
    bool has_outcome_condition() const noexcept { return !outcomes_.empty(); }
    /// The filter that the matcher was made of.
    filter const& calls() const noexcept { return which_; }

    /// In a few words: `openat,open path like "/etc/*" fails with ENOENT`.
    std::string const& description() const noexcept { return text_; }

private:
    template <class Condition>
    struct described {
        Condition   fulfilled;
        std::string words;
    };

    friend call_matcher call(std::string_view which);
    call_matcher(filter which, std::string text) : which_{std::move(which)}, name_{std::move(text)}, text_{name_} {}
    call_matcher with(call_condition added, std::string const& words) const;
    call_matcher with_outcome(outcome_condition added, std::string const& words) const;

    filter                                                           which_;
    std::vector<std::shared_ptr<described<call_condition> const>>    calls_;
    std::vector<std::shared_ptr<described<outcome_condition> const>> outcomes_;
    std::string                                                      name_;   ///< what `which_` wants
    std::string                                                      text_;
};

/// Calls of these names, in the language of `filter`. Throws as its constructor does.
call_matcher call(std::string_view which);

} // namespace cotrace
