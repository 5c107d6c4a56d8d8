// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/result.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace cotrace {

namespace uapi {
class vocabulary;
}

/// A condition on records, written as a text such as `name == "openat" && error == ENOENT`. The page "Conditions on
/// records" (predicates.md) describes the language. Copies are cheap.
///
/// A predicate can be passed to each function of the library that expects a condition on records or on calls:
///
///     options.stop_after = limits{}.with_predicate(predicate{R"(kind == "signal" && signal == SIGSEGV)"});
///     options.matching = call("%file").where(predicate{R"(path ~ "/etc/*")"});
///
/// Thread rule: several threads may evaluate one predicate at the same time.
class predicate {
public:
    /// Makes a predicate from `expression`. Throws `std::invalid_argument` with a one-line reason; `parse` returns this
    /// reason instead.
    explicit predicate(std::string_view expression);

    /// Makes a predicate from `expression`. The error is a one-line reason that begins with the column of the mistake,
    /// counted from 1: "column 9: unknown name 'eror'; did you mean 'error'?". If `also` is not null, the expression
    /// may name calls that `also` describes, and names of arguments and constants are not checked.
    static result<predicate, std::string> parse(std::string_view expression, uapi::vocabulary const* also = nullptr);

    /// Returns whether the condition holds for the record.
    bool operator()(record const& seen) const;

    /// Returns whether the condition holds for a call at its entry. The thread, the process and the session are not
    /// known.
    bool operator()(syscall_call const& call) const;

    /// Returns whether the expression contains the name `name`, such as "comm". For `args.flags`, the name is "args".
    bool uses(std::string_view name) const noexcept;

    /// Returns a predicate that holds for a record or call if both predicates hold for it.
    friend predicate operator&&(predicate const& left, predicate const& right);

private:
    struct tree;
    explicit predicate(std::shared_ptr<tree const> made) noexcept;

    std::shared_ptr<tree const> tree_;
};

predicate operator&&(predicate const& left, predicate const& right);

}   // namespace cotrace
