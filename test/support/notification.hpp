// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "support/collect.hpp"

#include <cotrace/interceptor.hpp>
#include <cotrace/session.hpp>

#include <memory>
#include <utility>

namespace cotrace::test {

/// Options of a session that traces `calls`, or all calls if `calls` is null, by seccomp notifications.
inline session_options by_notification(char const* calls = nullptr) { return traced_by(tracing::notification, calls); }

inline session_options by_notification(std::shared_ptr<interceptor> one, char const* calls = nullptr)
{
    auto options = by_notification(calls);
    options.interceptors.push_back(std::move(one));
    return options;
}

}   // namespace cotrace::test
