// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/render/text.hpp>

#include <string>
#include <string_view>

namespace cotrace::render {

/// Appends a number, its name or both, as `how` says. `put` writes the number.
template <class Put>
void put_constant(std::string& to, constants how, std::string_view name, Put&& put)
{
    if (how == constants::abbreviated && !name.empty()) {
        to += name;
        return;
    }
    put();
    if (how == constants::verbose && !name.empty())
        to.append(" /* ").append(name).append(" */");
}

/// Appends the name of a signal, its number, or both, as `how` says. A signal without a name has only its number.
void put_signal(std::string& to, int number, constants how = constants::abbreviated);

}   // namespace cotrace::render
