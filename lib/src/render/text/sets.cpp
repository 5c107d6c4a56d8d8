// SPDX-License-Identifier: BSL-1.0
// Writes sets of signals, file descriptors, CPUs and other numbers.
#include "render/text/value_writer.hpp"

#include <cotrace/uapi/signals.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace cotrace::render {
namespace {

using uapi::shape;
using uapi::style;

}   // namespace

void value_writer::named_bits(uapi::type const& as, std::uint32_t number)
{
    bool const inverted = std::popcount(number) > 16;
    to_ += inverted ? "~[" : "[";
    auto const bits = inverted ? ~number : number;
    bool first = true;
    for (unsigned i = 0; i < 32; ++i)
        if (bits >> i & 1) {
            to_ += std::exchange(first, false) ? "" : " ";
            named(as, i);
        }
    to_ += ']';
}

void value_writer::signal_set(value const& shown)
{
    auto const raw = shown.bytes();
    std::uint64_t set = 0;
    if (!raw.empty())
        std::memcpy(&set, raw.data(), std::min<std::size_t>(raw.size(), 8));
    bool const inverted = static_cast<std::size_t>(std::popcount(set)) >= raw.size() * 8 * 2 / 3 && set != 0;
    if (inverted)
        set = ~set;
    to_ += inverted ? "~[" : "[";
    bool first = true;
    for (unsigned i = 0; i < raw.size() * 8 && i < 64; ++i) {
        if (!(set >> i & 1))
            continue;
        if (!first)
            to_ += ' ';
        first = false;
        constant(uapi::short_signal_name(static_cast<int>(i + 1)), [&] { put_number(to_, i + 1); });
    }
    to_ += ']';
}

// Writes the file descriptors in a set. The value has a part for each file descriptor if `capture_options` asked for details,
// otherwise only bits.
std::size_t value_writer::put_fds(value const& shown, std::size_t most)
{
    if (shown.parts().empty())
        return bit_set(shown, shown.number(), most);
    to_ += '[';
    std::size_t found = 0;
    for (auto const each : shown.parts()) {
        if (found == most)
            break;
        if (found++ != 0)
            to_ += ' ';
        descriptor(each);
    }
    to_ += ']';
    return found;
}

std::size_t value_writer::bit_set(value const& shown, std::size_t bits, std::size_t most)
{
    auto const raw = shown.bytes();
    to_ += '[';
    std::size_t found = 0;
    for (std::size_t i = 0; i < bits && i / 8 < raw.size() && found < most; ++i) {
        if (!(static_cast<unsigned>(raw[i / 8]) >> i % 8 & 1))
            continue;
        if (found++ != 0)
            to_ += ' ';
        put_number(to_, i);
    }
    if (shown.state() == value_state::cut)
        to_ += found != 0 ? " ..." : "...";
    to_ += ']';
    return found;
}

// Writes a set of bits: the names of the set bits, the machine words of the set, or both, as -X says.
void value_writer::bit_names(value const& shown)
{
    constexpr std::size_t most = 4;   // largest number of names without -v
    auto const raw = shown.bytes();
    uapi::type const bit = {.shape = shape::enumeration, .style = style::hex, .names = shown.type().names};
    if (options_.names != constants::raw) {
        std::size_t found = 0;
        to_ += '[';
        for (std::uint64_t i = 0; i < shown.number() && i / 8 < raw.size(); ++i) {
            if (!(std::to_integer<unsigned>(raw[i / 8]) >> i % 8 & 1))
                continue;
            to_ += found != 0 ? " " : "";
            if (found == most && !options_.verbose) {
                to_ += "...";
                break;
            }
            ++found;
            named(bit, i);
        }
        to_ += ']';
    }
    if (options_.names == constants::abbreviated)
        return;
    to_ += options_.names == constants::verbose ? " /* [" : "[";
    auto const word = uapi::size_of(uapi::width::word, model_);
    for (std::size_t at = 0; at + word <= raw.size(); at += word) {
        std::uint64_t number = 0;
        std::memcpy(&number, raw.data() + at, word);
        to_ += at != 0 ? ", " : "";
        put_hex(to_, number);
    }
    to_ += options_.names == constants::verbose ? "] */" : "]";
}

}   // namespace cotrace::render
