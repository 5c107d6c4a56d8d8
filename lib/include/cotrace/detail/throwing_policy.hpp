// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/outcome/policy/base.hpp>
#include <boost/system/error_code.hpp>

#include <string>

namespace cotrace {

namespace outcome = boost::outcome_v2;
using boost::system::error_code;

namespace detail {

// These functions throw the exceptions of `result::value()` and `result::error()`. The function that throws the
// exception for a `failure` is in error.hpp.
[[noreturn]] void throw_error(error_code why);           ///< throws a `boost::system::system_error`
[[noreturn]] void throw_error(std::string const& why);   ///< throws a `std::invalid_argument`
[[noreturn]] void throw_has_value();                     ///< throws a `std::logic_error`

/// Makes a `result` throw an exception if it is asked for a value or an error that it does not have.
struct throwing_policy : outcome::policy::base {
    template <class Result>
    static constexpr void wide_value_check(Result&& of)
    {
        if (!base::_has_value(of))
            throw_error(base::_error(of));
    }
    template <class Result>
    static constexpr void wide_error_check(Result&& of)
    {
        if (!base::_has_error(of))
            throw_has_value();
    }
};

}   // namespace detail

}   // namespace cotrace
