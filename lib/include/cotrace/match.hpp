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

/// A pattern of glob(7): "*" and "?" do not match a slash.
struct glob {
    // Has a constructor, because GCC 12 destroys a braced aggregate in a co_await expression twice.
    explicit glob(std::string like) : pattern{std::move(like)} {}
    std::string pattern;
};

/// Describes system calls. Each condition narrows the description:
///
///     call("openat,open").path(glob{"/etc/*"}).fails(ENOENT)
///
/// Copies are cheap. A matcher with a condition on the outcome of a call fits exits
/// only; a matcher without such a condition fits entries, too. Conditions on paths and
/// other memory need decoded calls (`capture_options::decode`). Functions that are
/// given as conditions must not throw.
class call_matcher {
public:
    using call_condition    = std::function<bool(syscall_call const&)>;
    using outcome_condition = std::function<bool(syscall_exited const&)>;

    /// Every call that the filter wants.
    call_matcher(filter which);

    /// One of the call's path arguments is equal to `exactly`, or matches the pattern `like`. Paths are compared as the call
    /// passed them.
    call_matcher path(std::string exactly) const;
    call_matcher path(glob like) const;

    /// One of the call's arguments is this descriptor.
    call_matcher fd(int number) const;

    /// The argument of that name, or the part of an argument, is this number or this text, or fulfils the condition.
    call_matcher argument(std::string name, std::uint64_t number) const;
    call_matcher argument(std::string name, std::string text) const;
    call_matcher argument(std::string name, std::function<bool(value const&)> fulfils) const;

    /// Any other condition on the call.
    call_matcher where(call_condition fulfils) const;

    call_matcher succeeds() const;
    call_matcher fails() const;
    call_matcher fails(int error) const;   ///< a positive errno
    call_matcher returns(std::int64_t value) const;

    /// Whether the call fits, without regard to conditions on its outcome.
    bool fits(syscall_call const& call) const;
    /// Whether the call and its outcome fit.
    bool fits(syscall_exited const& exited) const;
    /// Whether the record is the exit of a call that fits, or, if there is no condition
    /// on the outcome, the entry of such a call.
    bool fits(record const& seen) const;

    /// How nearly a call fits: for messages that explain why no call fitted.
    struct likeness {
        bool     same_call = false;         ///< the filter wants the call
        unsigned alike     = 0;             ///< number of conditions on the call that it fulfils
        unsigned came_to   = 0;             ///< number of conditions on the outcome that it fulfils
        std::vector<std::string> missed{};  ///< descriptions of the conditions that it does not fulfil; empty: it fits
    };
    /// If `exited` is null, the call did not return, and all conditions on the outcome are missed.
    likeness compare(syscall_call const& call, syscall_exited const* exited) const;

    /// Whether there is a condition on the outcome of the call.
    bool has_outcome_condition() const noexcept { return !outcomes_.empty(); }
    /// The filter that the matcher was made from.
    filter const& calls() const noexcept { return which_; }

    /// A short description: `openat,open path like "/etc/*" fails with ENOENT`.
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
    std::string                                                      name_;   ///< the calls that `which_` wants
    std::string                                                      text_;
};

/// Calls of these names, in the language of `filter`. Throws as the constructor of `filter` does.
call_matcher call(std::string_view which);

} // namespace cotrace
