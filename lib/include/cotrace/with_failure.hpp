// SPDX-License-Identifier: BSL-1.0
#pragma once

namespace cotrace {

/// The default completion token of launches and attaches: `co_await` gives the session, and throws a `failed` if the
/// launch or attach fails. `failed::why` names the step that failed, for example PTRACE_SEIZE, and the thread of this
/// step. If another tracer traces the process already, `failed::why` also gives the id of that tracer. The token is
/// meant for `co_await`. Where operations are combined, for example in a parallel group that has to see the error code,
/// pass `asio::deferred` instead.
struct with_failure_t {};
inline constexpr with_failure_t with_failure{};

}   // namespace cotrace

#include <cotrace/impl/with_failure.hpp>
