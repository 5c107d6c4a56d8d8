// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/detail/function_argument.hpp>
#include <cotrace/filter.hpp>
#include <cotrace/record.hpp>

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace cotrace {

/// A pattern as in glob(7), in which "*", "?" and "[...]" do not match a slash, but match a leading point.
struct glob {
    // Makes the class a non-aggregate: GCC 12 may destroy an aggregate twice in a co_await expression.
    explicit glob(std::string like)
        : pattern{std::move(like)}
    {
    }
    std::string pattern;
};

/// Describes system calls. Each condition narrows the description:
///
///     call("openat,open").path(glob{"/etc/*"}).fails(ENOENT)
///
/// Copies are cheap. A matcher with a condition on the outcome of a call fits only exits; any other matcher fits
/// entries and exits.
///
/// A `session_options::matching` with a condition that needs decoded calls (see `needs_decoding`) needs
/// `capture_options::decode`. Otherwise, the launch or attach fails with `errc::not_decoded`.
///
/// If a function that was given as a condition throws, the call does not fit, and the session records a `trace_failed`.
class call_matcher {
public:
    using call_condition = std::function<bool(syscall_call const&)>;
    using outcome_condition = std::function<bool(syscall_exited const&)>;

    /// Makes a matcher for all calls that the filter wants.
    call_matcher(filter which);

    // Each of the following functions returns a copy of the matcher with one more condition.

    /// Adds the condition that one of the call's path arguments is equal to `exactly`, or matches the pattern `like`. A
    /// relative path is not made absolute.
    call_matcher path(std::string exactly) const;
    call_matcher path(glob like) const;

    /// Adds the condition that one of the call's arguments is the file descriptor `number`.
    call_matcher fd(int number) const;

    /// Adds the condition that an argument, or a part of one, is equal to `number` or `text`, or makes `fulfils` return
    /// true. `name` is the name of the argument or part, see `value::find`. `text` may also be the name of a constant.
    /// Names of flags with a `|` between them fit if all these flags are set: `argument("flags", "O_CREAT|O_EXCL")`.
    ///
    /// At the entry of a call, the value at the entry is tested. At the exit, the value at the exit is tested if the
    /// call may have changed the argument. The target of an argument that the call fills in, such as the `buf` of
    /// read(2), is not known at the entry.
    ///
    /// Numbers are compared as `value` compares them: -1 and -100 fit arguments with a signed type. For a pointer, the
    /// `value::number` of its target is compared:
    ///
    /// - for a number in memory, such as the `wstatus` of wait4(2), this number;
    /// - for a string or buffer, such as the `buf` of write(2), the length in bytes;
    /// - for an array, the number of elements.
    ///
    /// If the target was not read, the address is compared. A function can compare the address in every case:
    /// `argument("buf", [](value const& found) { return found == 0; })`.
    ///
    /// Throws `std::invalid_argument` if the matcher was made by `call` without a vocabulary, and none of its calls has
    /// the argument. Also throws if the argument is a number and `text` contains an unknown name. Names of parts are
    /// not checked.
    template <class Number>
    requires std::integral<Number> || std::is_enum_v<Number> call_matcher argument(std::string name, Number number)
    const
    {
        if constexpr (std::is_enum_v<Number>)   // such as SOCK_STREAM, which glibc defines in an enum
            return argument(std::move(name), static_cast<std::underlying_type_t<Number>>(number));
        else
            return with_number(std::move(name), static_cast<std::uint64_t>(number), number < Number{});
    }
    call_matcher argument(std::string name, std::string text) const;
    call_matcher argument(std::string name, detail::function_argument<bool(value const&)> fulfils) const;

    /// Adds the condition that `fulfils` returns true for the call, with its arguments as they were at the entry. A
    /// lambda that captures objects with a destructor by value must be a variable: GCC 12 may destroy a temporary
    /// lambda of this kind twice in a `co_await` expression.
    call_matcher where(detail::function_argument<bool(syscall_call const&)> fulfils) const;

    /// Adds the condition that the call succeeds, fails, fails with `error` (a positive errno), or returns `value`.
    call_matcher succeeds() const;
    call_matcher fails() const;
    call_matcher fails(int error) const;
    call_matcher returns(std::int64_t value) const;

    /// Returns whether a condition needs decoded calls (`capture_options::decode`):
    ///
    /// - a condition that `path` adds, or that `argument` adds with a `text`;
    /// - a condition on a part of an argument, such as "addr.sin_port", or on "return";
    /// - a condition on a parameter that is a pointer in one of the matcher's calls.
    ///
    /// Pointers in calls of a `uapi::vocabulary` count only if `call` made the matcher with this vocabulary. Conditions
    /// that `where` adds do not count.
    bool needs_decoding() const noexcept { return needs_decoding_; }

    /// Returns whether the call fits, without regard to conditions on its outcome.
    bool fits(syscall_call const& call) const;
    /// Like `fits`, but conditions on arguments that the call may change count as fulfilled. If this function returns
    /// false at the entry, the call does not fit at the exit either.
    bool may_fit(syscall_call const& call) const { return fit_at_entry(call) != entry_fit::no; }
    /// Whether a call fits, as far as its entry shows. Conditions on the outcome are not tested.
    enum class entry_fit : std::uint8_t {
        no,           ///< the call fits neither now nor at the exit: `may_fit` is false
        may_change,   ///< conditions on arguments that the call may change were not tested; all tested conditions are fulfilled
        yes,          ///< the call fits; at its exit, only conditions on the outcome are still to be tested
    };
    entry_fit fit_at_entry(syscall_call const& call) const;
    /// Returns whether the call and its outcome fit.
    bool fits(syscall_exited const& exited) const;
    /// Returns whether the record is an exit that fits, or, without a condition on the outcome, an entry that fits.
    bool fits(record const& seen) const;

    /// How well a call fits the conditions, for messages that explain why no call fitted.
    struct likeness {
        bool same_call = false;              ///< whether the filter wants the call
        unsigned alike = 0;                  ///< number of the conditions on the call that are fulfilled
        unsigned came_to = 0;                ///< number of the conditions on the outcome that are fulfilled
        std::vector<std::string> missed{};   ///< descriptions of the conditions that are not fulfilled
    };
    /// Compares a call and its exit with the conditions. If `exited` is null, no condition on the outcome is fulfilled.
    likeness compare(syscall_call const& call, syscall_exited const* exited) const;

    /// Returns whether there is a condition on the outcome of the call.
    bool has_outcome_condition() const noexcept { return !outcomes_.empty(); }
    /// Whether the conditions on the outcome require success (true) or failure (false); empty without such a condition.
    std::optional<bool> required_success() const noexcept { return required_success_; }
    /// The filter that the matcher was made from.
    filter const& calls() const noexcept { return which_; }

    /// A short description, such as `openat,open path like "/etc/*" fails with ENOENT`.
    std::string const& description() const noexcept { return text_; }

private:
    /// The call, or the call and its exit, that the conditions are tested with.
    struct compared {
        syscall_call const& call;
        syscall_exited const* exited = nullptr;   ///< the exit of the call; null if there is none yet
        /// If not null, and `exited` is null, conditions on arguments that the call may change count as fulfilled, and
        /// set `*skipped`.
        bool* skipped = nullptr;

        bool test(std::string_view argument, std::function<bool(value const&)> const& fulfils) const;
    };
    template <class Condition>
    struct described {
        Condition fulfilled;
        std::string words;
    };
    using condition = std::function<bool(compared const&)>;

    friend call_matcher call(std::string_view which);
    friend call_matcher call(std::string_view which, uapi::vocabulary const& also);
    call_matcher(filter which, std::string text)
        : which_{std::move(which)}
        , name_{std::move(text)}
        , text_{name_}
    {
    }
    bool fits(compared const& made) const;
    call_matcher with(condition added, std::string const& words) const;
    call_matcher with_text(condition added, std::string const& words) const;
    call_matcher with_number(std::string name, std::uint64_t number, bool negative) const;
    bool is_in_memory(std::string_view argument) const;
    void check(std::string_view path) const;
    call_matcher with_outcome(bool success, outcome_condition added, std::string const& words) const;

    filter which_;
    std::vector<std::shared_ptr<described<condition> const>> calls_;
    std::vector<std::shared_ptr<described<outcome_condition> const>> outcomes_;
    bool needs_decoding_ = false;
    bool checks_names_ = false;   ///< whether `call` made the matcher, without a vocabulary
    std::optional<bool> required_success_{};
    /// Names of the pointer parameters of the calls that a vocabulary describes. Empty if there is no vocabulary.
    std::vector<std::string_view> own_pointers_;
    std::string name_;   ///< the filter expression, or "a call" if the matcher was made from a `filter`
    std::string text_;
};

/// Makes a matcher for the calls that `which` names, in the language of `filter`. Throws `std::invalid_argument` as the
/// constructor of `filter` does.
call_matcher call(std::string_view which);

/// Like `call` without a vocabulary, but `which` may also name calls that `also` describes.
call_matcher call(std::string_view which, uapi::vocabulary const& also);

}   // namespace cotrace
