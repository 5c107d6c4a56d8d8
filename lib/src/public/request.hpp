// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "engine/session/session_state.hpp"

namespace cotrace::engine {

/// Calls `make`, which makes a request to the session. On a thread other than the tracer's, does not call `make` and
/// returns an error.
template <class Request>
result<void> request(session_state* of, Request make)
{
    if (of == nullptr)
        return errc::empty_object;
    if (auto const why = of->misuse(); why)
        return why;
    own_thread::turn const here{*of->thread()};
    return make(*of);
}

}   // namespace cotrace::engine
