// SPDX-License-Identifier: BSL-1.0
#include "uapi/requests.hpp"

#include "uapi/constants/device.hpp"
#include "uapi/constants/ioctls.hpp"
#include "uapi/spelling.hpp"

#include <deque>
#include <vector>

namespace cotrace::uapi {
namespace {

std::string all_of(request_names const& drivers)
{
    std::string text;
    for (auto const name : drivers)
        text.append(text.empty() ? "" : " or ").append(name);
    return text;
}

// The values of the direction (_IOC_DIR) in a request number. linux/ioctl.h describes all parts of a request number.
enum way : std::uint32_t { none = 0, write = 1, read = 2, both = 3 };

constexpr std::uint32_t way_of(std::uint32_t request) { return request >> 30; }
constexpr std::uint32_t size_of(std::uint32_t request) { return request >> 16 & 0x3fff; }
constexpr std::uint32_t letter_of(std::uint32_t request) { return request >> 8 & 0xff; }
constexpr std::uint32_t number_of(std::uint32_t request) { return request & 0xff; }

/// The name of several requests that differ only in a parameter, which the text output shows after the name:
/// EVIOCGNAME(256).
struct parametric_name {
    enum parameter : std::uint8_t { size, number, axis, event };

    std::uint8_t     letter;
    std::uint8_t     way;
    std::uint8_t     first;   ///< the first number (_IOC_NR); `count` successive numbers have this name
    std::uint16_t    count;
    std::string_view name;
    parameter        of;
};

constexpr parametric_name parametric_names[] = {
    {'!', read, 2, 1, "SECCOMP_IOCTL_NOTIF_ID_VALID_WRONG_DIR", parametric_name::size},   // see `parametric`
    {'E', read, 0x06, 1, "EVIOCGNAME", parametric_name::size},
    {'E', read, 0x07, 1, "EVIOCGPHYS", parametric_name::size},
    {'E', read, 0x08, 1, "EVIOCGUNIQ", parametric_name::size},
    {'E', read, 0x09, 1, "EVIOCGPROP", parametric_name::size},
    {'E', read, 0x0a, 1, "EVIOCGMTSLOTS", parametric_name::size},
    {'E', read, 0x18, 1, "EVIOCGKEY", parametric_name::size},
    {'E', read, 0x19, 1, "EVIOCGLED", parametric_name::size},
    {'E', read, 0x1a, 1, "EVIOCGSND", parametric_name::size},
    {'E', read, 0x1b, 1, "EVIOCGSW", parametric_name::size},
    {'E', read, 0x20, 0x20, "EVIOCGBIT", parametric_name::event},
    {'E', read, 0x40, 0x40, "EVIOCGABS", parametric_name::axis},
    {'E', write, 0xc0, 0x40, "EVIOCSABS", parametric_name::axis},
    {'H', read, 0x04, 1, "HIDIOCGRAWNAME", parametric_name::size},
    {'H', read, 0x05, 1, "HIDIOCGRAWPHYS", parametric_name::size},
    {'H', read, 0x06, 1, "HIDIOCSFEATURE", parametric_name::size},
    {'H', read, 0x08, 1, "HIDIOCGRAWUNIQ", parametric_name::size},
    {'H', read, 0x12, 1, "HIDIOCGPHYS", parametric_name::size},
    {'H', both, 0x06, 1, "HIDIOCSFEATURE", parametric_name::size},
    {'H', both, 0x07, 1, "HIDIOCGFEATURE", parametric_name::size},
    {'M', write, 0, 0x100, "MIXER_WRITE", parametric_name::number},
    {'M', read, 0, 0x100, "MIXER_READ", parametric_name::number},
    {'U', read, 0x2c, 1, "UI_GET_SYSNAME", parametric_name::size},
    {'j', read, 0x13, 1, "JSIOCGNAME", parametric_name::size},
    {'k', write, 0, 1, "SPI_IOC_MESSAGE", parametric_name::size},
};

void put_value(std::string& to, name_table const& values, std::uint32_t number, bool remarks)
{
    if (auto const* row = values.find(number)) {
        to += row->name;
        return;
    }
    spell_hex(to, number);
    if (remarks)
        to.append(" /* ").append(values.unknown).append(" */");
}

// The name and the parameter of a request: "EVIOCGNAME(256)". Empty if no row of `parametric_names` fits the request.
std::string parametric(std::uint32_t request, bool remarks)
{
    for (auto const& each : parametric_names) {
        auto const offset = number_of(request) - each.first;
        if (each.letter != letter_of(request) || each.way != way_of(request) || offset >= each.count)
            continue;
        std::string text{each.name};
        // SECCOMP_IOCTL_NOTIF_ID_VALID_WRONG_DIR has no parameter. Older headers define
        // SECCOMP_IOCTL_NOTIF_ID_VALID with this number, which contains the wrong direction (_IOC_DIR).
        if (each.letter == '!')
            return size_of(request) == 8 ? text : std::string{};
        text += '(';
        switch (each.of) {
        case parametric_name::size: spell_decimal(text, size_of(request)); break;
        case parametric_name::number: spell_decimal(text, number_of(request)); break;
        case parametric_name::axis: put_value(text, names::input_absolute_axes, offset, remarks); break;
        case parametric_name::event:
            if (offset == 0)
                text += '0';
            else
                put_value(text, names::input_event_types, offset, remarks);
            text += ", ";
            spell_decimal(text, size_of(request));
            break;
        }
        return text + ')';
    }
    return {};
}

/// The names of all requests of an interface.
class request_table : public name_table {
public:
    explicit request_table(arch interface)
    {
        auto const list = ioctl_names();
        found_.reserve(list.size());
        for (std::size_t i = 0; i < list.size(); ++i)
            if (i == 0 || list[i - 1].request != list[i].request)
                add(list[i].request, {interface, list[i].request});
        rows = found_.data();
        count = static_cast<std::uint32_t>(found_.size());
        sorted = true;
    }
    request_table(request_table const&) = delete;   // `rows` of a copy would point into the original

private:
    void add(std::uint32_t request, request_names const& drivers)
    {
        if (drivers.empty())
            return;
        if (drivers.end() - drivers.begin() > 1)
            joined_.push_back(all_of(drivers));
        found_.push_back({request, drivers.end() - drivers.begin() > 1 ? joined_.back() : *drivers.begin()});
    }

    std::vector<named_value> found_;
    std::deque<std::string>  joined_;   // a deque, because the rows point to the strings
};

template <arch Interface>
name_table const& table_of()
{
    static request_table const made{Interface};
    return made;
}

name_table const& resolve(name_table const& names)
{
    return &names == &requests_64     ? table_of<arch::x86_64>()
           : &names == &requests_i386 ? table_of<arch::i386>()
           : &names == &requests_x32  ? table_of<arch::x32>()
                                      : names;
}

} // namespace

std::string_view request_constant(name_table const& names, std::uint32_t request)
{
    auto const* row = resolve(names).find(request);
    return row ? row->name : std::string_view{};
}

std::string request_name(name_table const& names, std::uint32_t request, bool remarks)
{
    auto text = parametric(request, remarks);
    if (auto const name = request_constant(names, request); !name.empty())
        text.append(text.empty() ? "" : " or ").append(name);
    return text;
}

std::string request_text(name_table const& names, std::uint32_t request, bool remarks)
{
    constexpr std::string_view ways[] = {"_IOC_NONE", "_IOC_WRITE", "_IOC_READ", "_IOC_READ|_IOC_WRITE"};
    auto text = request_name(names, request, remarks);
    if (!text.empty())
        return text;
    text.append("_IOC(").append(ways[way_of(request)]);
    for (auto const part : {letter_of(request), number_of(request), size_of(request)}) {
        text += ", ";
        spell_hex(text, part);
    }
    return text + ')';
}

} // namespace cotrace::uapi
