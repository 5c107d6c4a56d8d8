// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "engine/session/session_state.hpp"

namespace cotrace::engine {

/// Calls `make` with the session `of`. Returns an error instead if `of` is null, or if `misuse()` rejects the calling thread.
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
