// SPDX-License-Identifier: BSL-1.0
#include "render/text/constants.hpp"

#include "render/numbers.hpp"

#include <cotrace/uapi/signals.hpp>

namespace cotrace::render {
void put_signal(std::string& to, int number, constants how)
{
    put_constant(to, how, uapi::signal_name(number), [&] { put_signed(to, number); });
}

}   // namespace cotrace::render
