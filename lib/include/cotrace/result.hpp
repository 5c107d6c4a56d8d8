// SPDX-License-Identifier: BSL-1.0
#pragma once

// boost/outcome/result.hpp includes Boost.Exception, which takes long to compile. So `result` is Outcome's
// `basic_result` with a policy of cotrace.
#include <boost/outcome/basic_result.hpp>
#include <boost/outcome/success_failure.hpp>
#include <boost/outcome/try.hpp>
#include <boost/system/error_code.hpp>

#include <cotrace/detail/throwing_policy.hpp>

namespace cotrace {

namespace outcome = boost::outcome_v2;
using boost::system::error_code;

/// A value, or an error. By default the error is an `error_code`: an errno in the system category, or one of `errc`.
/// Some functions give a `failure` instead, which also says which operation failed, and for which thread.
///
/// If there is an error, `value()` throws:
/// - for an `error_code`, a `boost::system::system_error`;
/// - for a `failure`, a `failed`;
/// - for a `std::string`, a `std::invalid_argument`.
///
/// If there is a value, `error()` throws a `std::logic_error`.
template <class T, class E = error_code>
using result = outcome::basic_result<T, E, detail::throwing_policy>;

}   // namespace cotrace
