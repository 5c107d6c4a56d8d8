// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/outcome/result.hpp>
#include <boost/outcome/success_failure.hpp>
#include <boost/outcome/try.hpp>
#include <boost/system/error_code.hpp>

namespace cotrace {

namespace outcome = boost::outcome_v2;
using boost::system::error_code;

/// A value, or the error code that says why there is none: an errno in the system category, or one
/// of `errc`. Asio and Outcome share this error type. Public operations give a `failure`
/// instead, which adds the operation that failed and the thread that it concerns.
template <class T, class E = error_code>
using result = outcome::result<T, E>;

} // namespace cotrace
