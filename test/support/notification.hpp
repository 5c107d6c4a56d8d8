// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/interceptor.hpp>
#include <cotrace/session.hpp>

#include <memory>
#include <utility>

namespace cotrace::test {

/// Options of a session that traces `calls`, or all calls if `calls` is null, by seccomp notifications.
inline session_options by_notification(char const* calls = nullptr)
{
    session_options options;
    options.how = tracing::notification;
    if (calls != nullptr)
        options.filter = filter{calls};
    return options;
}

inline session_options by_notification(std::shared_ptr<interceptor> one, char const* calls = nullptr)
{
    auto options = by_notification(calls);
    options.interceptors.push_back(std::move(one));
    return options;
}

}   // namespace cotrace::test
