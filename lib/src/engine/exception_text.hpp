// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <exception>
#include <string>

namespace cotrace::engine {

/// What the exception says that is being handled; called in its handler. It
/// came out of an interceptor, or whatever else of the host's code we call.
inline std::string thrown_text()
{
    try {
        throw;
    } catch (std::exception const& thrown) {
        return thrown.what();
    } catch (...) {
        return "an exception of no known type";
    }
}

} // namespace cotrace::engine
