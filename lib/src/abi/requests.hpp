// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/arch.hpp>
#include <cotrace/abi/named_values.hpp>

#include <deque>
#include <string>
#include <vector>

namespace cotrace::abi {

/// The names of ioctl(2) requests as one interface has them; what several
/// drivers share is "A or B". Put together when the library is loaded, from the
/// one list there is.
class request_table : public name_table {
public:
    explicit request_table(arch interface);
    request_table(request_table const&) = delete;   // a copy would point into the original

private:
    std::vector<named_value> found_;
    std::deque<std::string>  joined_;   // keeps its elements where they are
};

extern request_table const requests_64;
extern request_table const requests_i386;
extern request_table const requests_x32;

} // namespace cotrace::abi
