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

/// What a request is called: by its names, by one that its number has parameters
/// of ("EVIOCGNAME(256)"), or else by what the number is made of. Values in
/// there that have no name are explained in a comment only with `remarks`.
std::string request_text(name_table const& names, std::uint32_t request, bool remarks);

/// The same, if it has a name at all; else empty.
std::string request_name(name_table const& names, std::uint32_t request, bool remarks);

extern request_table const requests_64;
extern request_table const requests_i386;
extern request_table const requests_x32;

} // namespace cotrace::abi
