// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace cotrace {

/// The default completion token of launches and attaches, for use with `co_await`. The result is the session. If the
/// launch or attach fails, `co_await` throws a `failed`. Use `asio::deferred` instead to combine operations, for
/// example in a parallel group.
struct with_failure_t {};
inline constexpr with_failure_t with_failure{};

}   // namespace cotrace

#include <cotrace/impl/with_failure.hpp>
