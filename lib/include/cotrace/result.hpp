// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/outcome/result.hpp>
#include <boost/outcome/success_failure.hpp>
#include <boost/outcome/try.hpp>
#include <boost/system/error_code.hpp>

namespace cotrace {

namespace outcome = boost::outcome_v2;
using boost::system::error_code;

/// A value, or an error code that says why there is no value. The error code is an errno in the
/// system category, or one of `errc`; Asio uses this type of error, too. Launches and attaches
/// give a `failure` in place of the error code, which adds the operation that failed and the
/// thread that the operation concerned.
template <class T, class E = error_code>
using result = outcome::result<T, E>;

}   // namespace cotrace
