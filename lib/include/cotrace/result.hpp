// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/outcome/result.hpp>
#include <boost/outcome/success_failure.hpp>
#include <boost/outcome/try.hpp>
#include <boost/system/error_code.hpp>

namespace cotrace {

namespace outcome = boost::outcome_v2;
using boost::system::error_code;

/// A value, or why there is none: an error code (errno in the system category,
/// or one of `errc`), the type Asio and Outcome agree on. Public operations
/// give a `failure` instead, which adds what was being done, and to whom.
template <class T, class E = error_code>
using result = outcome::result<T, E>;

} // namespace cotrace
