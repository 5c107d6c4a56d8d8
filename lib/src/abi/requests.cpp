// SPDX-License-Identifier: BSL-1.0
#include "abi/requests.hpp"

#include "abi/constants/ioctls.hpp"

namespace cotrace::abi {
namespace {

std::string all_of(request_names const& drivers)
{
    std::string text;
    for (auto const name : drivers)
        text.append(text.empty() ? "" : " or ").append(name);
    return text;
}

} // namespace

request_table::request_table(arch interface)
{
    auto const list = ioctl_names();
    found_.reserve(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        auto const request = list[i].request;
        if (i != 0 && list[i - 1].request == request)
            continue;
        request_names const drivers{interface, request};
        if (drivers.empty())
            continue;
        if (drivers.end() - drivers.begin() == 1) {
            found_.push_back({request, *drivers.begin()});
            continue;
        }
        joined_.push_back(all_of(drivers));
        found_.push_back({request, joined_.back()});
    }
    rows = found_.data();
    count = static_cast<std::uint32_t>(found_.size());
    sorted = true;
}

request_table const requests_64{arch::x86_64};
request_table const requests_i386{arch::i386};
request_table const requests_x32{arch::x32};

} // namespace cotrace::abi
