// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <exception>
#include <string>

namespace cotrace::engine {

/// The text of the exception that is being handled.
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
