// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <exception>
#include <string>

namespace cotrace::engine {

/// Returns the text of the exception that is being handled. To be called in a handler for
/// exceptions that host code throws, for example an interceptor.
inline std::string exception_text()
{
    try {
        throw;
    } catch (std::exception const& thrown) {
        return thrown.what();
    } catch (...) {
        return "an exception of no known type";
    }
}

}   // namespace cotrace::engine
