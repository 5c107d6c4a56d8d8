// SPDX-License-Identifier: BSL-1.0
#pragma once

// The header boost/outcome/result.hpp includes Boost.Exception, which takes long to compile. For this reason, `result`
// is Outcome's `basic_result` with a policy of cotrace.
#include <boost/outcome/basic_result.hpp>
#include <boost/outcome/success_failure.hpp>
#include <boost/outcome/try.hpp>
#include <boost/system/error_code.hpp>

#include <cotrace/detail/throwing_policy.hpp>

namespace cotrace {

namespace outcome = boost::outcome_v2;
using boost::system::error_code;

/// A value, or an error that says why there is no value. By default the error is an
/// `error_code`, as in Asio: an errno in the system category, or one of `errc`. Some functions
/// give a `failure` in place of the error code. The `failure` adds the operation that failed
/// and the thread that the operation concerned.
///
/// `value()` throws if there is an error: a `boost::system::system_error` for an error code, a `failed` for a `failure`,
/// and a `std::invalid_argument` for a `std::string`. `error()` throws a `std::logic_error` if there is a value.
template <class T, class E = error_code>
using result = outcome::basic_result<T, E, detail::throwing_policy>;

}   // namespace cotrace
