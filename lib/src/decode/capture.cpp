// SPDX-License-Identifier: BSL-1.0
#include "decode/capture.hpp"

#include "uapi/custom.hpp"
#include "uapi/for_each_register.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <utility>

namespace cotrace::decode {
namespace {

using uapi::shape;
using uapi::source;
using uapi::type;

constexpr unsigned deepest = 12;   // the greatest depth of nested calls of add_at(); pointers in memory may form a cycle

std::uint64_t narrow(std::uint64_t number, unsigned bytes) noexcept
{
    return bytes >= 8 ? number : number & ((std::uint64_t{1} << 8 * bytes) - 1);
}

bool is_memory(type const& as) noexcept { return uapi::traits_of(as.shape).holds == uapi::holding::memory; }

// Whether a field whose length is `length` is a flexible array. A flexible array begins at the end of its structure.
bool follows_structure(uapi::amount const& length) noexcept { return length.from != source::constant && length.value == 0; }

// Counts one level of nesting until the end of the scope.
class nesting_level {
public:
    explicit nesting_level(unsigned& depth) noexcept
        : depth_{depth}
    {
        ++depth_;
    }
    nesting_level(nesting_level const&) = delete;
    ~nesting_level() { --depth_; }

private:
    unsigned& depth_;
};

}   // namespace

void capture::take_arguments(std::span<uapi::parameter const> parameters, std::array<std::uint64_t, 6> const& registers) noexcept
{
    auto const in_register = [&](unsigned at) { return at < registers.size() ? registers[at] : 0; };
    std::size_t index = 0;
    uapi::for_each_register(parameters, model_, [&](uapi::parameter const&, unsigned first, unsigned count) {
        auto const number = in_register(first);
        arguments_[index++] = count == 2 ? narrow(number, 4) | in_register(first + 1) << 32 : number;
    });
    // Arguments are cut to the widths of their types at the end, because a type may depend on a later argument.
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        auto const& as = settle(*parameters[i].as);
        arguments_[i] = narrow(arguments_[i], is_memory(as) ? 8 : uapi::size_of(as.width, model_));
    }
}

std::uint64_t capture::count(uapi::amount const& of, frame const& in) noexcept
{
    std::uint64_t number = 0;
    switch (of.from) {
    case source::none: return 0;
    case source::constant: number = of.value; break;
    case source::argument:
        number = arguments_[of.index];
        if (of.is_signed && model_ == uapi::data_model::ilp32)   // a negative length must become a very large number
            number = static_cast<std::uint64_t>(static_cast<std::int32_t>(number));
        break;
    case source::pointee: {
        std::uint32_t there = 0;
        if (!read_value(arguments_[of.index] + of.value, there))
            there = 0;   // a partial read may have changed `there`
        number = of.value == 0 ? std::min<std::uint64_t>(there, entry_pointee(of.index)) : there;
        break;
    }
    case source::field:
        if (in.layout && of.index < in.layout->count) {
            auto const& part = in.layout->fields[of.index];
            auto const at = part.offset[static_cast<unsigned>(model_)];
            auto const size = part.as->size_in(model_);
            if (at + size <= in.raw.size()) {
                number = load(in.raw.subspan(at, size));
                show(in.at + at, size);
            }
            if (of.is_signed && size != 0 && size <= 8 && number >> (8 * size - 1) != 0)
                number = 0;
        }
        break;
    case source::returned:
        number = outcome_ && !outcome_->failed && outcome_->value > 0 ? static_cast<std::uint64_t>(outcome_->value) : 0;
        break;
    }
    number = ((number & of.mask) >> of.shift) * of.unit + of.more;
    if (of.left_over >= 0) {
        auto const left = count(uapi::amount{.from = source::field, .index = static_cast<std::uint8_t>(of.left_over)}, in);
        number -= left <= number && left <= 0x7fffffff ? left : 0;
    }
    if (of.within_return && outcome_) {
        number = std::min(number, unspread_);
        unspread_ -= number;
    }
    return number;
}

// The argument `index` points to a length that the call updates. Returns the length at entry, or the largest 64-bit number if
// that length is not known.
std::uint64_t capture::entry_pointee(unsigned index) const noexcept
{
    if (outcome_ && call_.what)
        if (auto const given = call_.argument(call_.what->arguments[index].name))
            if (auto const target = given->target())
                return target->number();
    return ~std::uint64_t{0};
}

type const& capture::choose(type const& as, frame const& in) noexcept
{
    auto const* now = &as;
    for (unsigned rounds = 0; now->shape == shape::choice && rounds < deepest; ++rounds)
        now = &find_case(*now, count(now->length, in));
    return *now;
}

void capture::add_plain(type const& as, std::string_view name, std::uint64_t number, value_state state)
{
    into_.open({.as = &as, .name = name, .number = number, .state = state});
}

bool capture::add_part_of(type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at, bool more,
                          std::uint64_t passed)
{
    add_fields(as, name, raw, at, more, passed);
    return true;
}

void capture::add_named(type const& as, std::string_view name, std::uint64_t number, std::string_view known)
{
    add_text(as, name, std::as_bytes(std::span{known}));
    into_.node(static_cast<std::uint32_t>(into_.nodes().size() - 1)).number = number;
}

void capture::add_text(type const& as, std::string_view name, std::span<std::byte const> text)
{
    auto const begin = into_.add_bytes(text.size());
    std::copy(text.begin(), text.end(), into_.bytes_at(begin, text.size()).begin());
    into_.open(
        {.as = &as, .name = name, .number = text.size(), .begin = begin, .length = static_cast<std::uint32_t>(text.size())});
}

void capture::add_contents(type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at)
{
    auto const shown = raw.first(redacts() ? 0 : raw.size());
    auto const place = static_cast<std::uint32_t>(into_.nodes().size());
    show(at, shown.size());
    add_text(as, name, shown);
    into_.node(place).number = raw.size();
    if (shown.size() < raw.size())
        into_.node(place).state = value_state::cut;
}

bool capture::add(type const& as, std::string_view name, std::uint64_t number, frame const& in)
{
    auto const& is = settle(as, in);
    if (is.shape == shape::pointer) {
        add_pointer(is, name, narrow(number, uapi::size_of(is.width, model_)), in);
        return true;
    }
    if (is.shape == shape::custom)
        return custom(is, name, number, in);
    number = narrow(number, is_memory(is) ? 8 : uapi::size_of(is.width, model_));
    auto const refers = uapi::traits_of(is.shape).refers;
    if (refers == uapi::reference::descriptor)
        add_descriptor(is, name, number);
    else if (refers == uapi::reference::process)
        add_process(is, name, number);
    else if (is.shape == shape::interface_index) {
        auto const index = static_cast<std::uint32_t>(number);
        add_named(is, name, index, index != 0 ? memory_.interface_name(index) : std::string_view{});
    } else
        add_plain(is, name, number);
    return true;
}

void capture::add_pointer(type const& as, std::string_view name, std::uint64_t to, frame const& in)
{
    auto const place = into_.open({.as = &as, .name = name, .number = to});
    if (to == 0) {
        // The kernel fills buffers in order, and counts a buffer at the null address, too. count() subtracts the length of this
        // buffer from the transferred bytes.
        if (outcome_ && as.of->length.within_return)
            static_cast<void>(count(as.of->length, in));
        return;
    }
    // At entry, memory that the call will write has no meaning yet, so it is not read.
    bool const unknown = !outcome_ && as.way == uapi::direction::out;
    bool const known = outcome_ || as.length.from == source::argument;
    bool const pointless = known && as.length.from != source::none && count(as.length, in) == 0;
    auto const* instead = !outcome_ ? nullptr : outcome_->failed ? as.failed : as.after;
    auto const& target = instead ? *instead : *as.of;
    bool const text = uapi::traits_of(settle(target, in).shape).text || as.of->custom.decode == returned_path;
    bool const unwanted = (!options_.follow && !text) || (as.folded && !options_.verbose);
    bool const outside = model_ != uapi::data_model::lp64 && to >> 32 != 0;
    bool const had = options_.decode && !outside && !unwanted && !unknown && !pointless && depth_ < deepest
                     && (!as.text.counted.empty() && !options_.verbose ? add_count(target, to) : add_at(target, {}, to, in));
    if (!had)
        into_.node(place).state = value_state::unreadable;
    into_.close(place);
}

bool capture::add_at(type const& as, std::string_view name, std::uint64_t at, frame const& in)
{
    if (depth_ >= deepest)
        return false;
    nesting_level const level{depth_};
    auto const& is = settle(as, in);
    switch (is.shape) {
    case shape::characters: return add_characters(is, name, at, in);
    case shape::bytes: {
        auto const really = count(is.length, in);
        if (is.count != 0 && really > is.count)
            return false;
        return add_bytes(is, name, at, std::min<std::uint64_t>(really, most_of_buffer()), really);
    }
    case shape::signal_set: return add_signal_set(is, name, at, in);
    case shape::fd_set: return add_fd_set(is, name, at, in);
    case shape::cpu_set: return add_cpu_set(is, name, at, in);
    case shape::signal_info: return add_signal_info(is, name, at);
    case shape::array: return add_array(is, name, at, in);
    case shape::structure: return add_structure(is, name, at, in);
    case shape::custom: return custom(is, name, at, in);
    case shape::nothing: return false;
    default: break;
    }
    if (uapi::traits_of(is.shape).raw)
        return add_bytes(is, name, at, is.size_in(model_), is.size_in(model_));
    std::array<std::byte, 16> raw{};
    auto const room = std::span{raw}.first(std::min<std::size_t>(is.size_in(model_), raw.size()));
    return read_shown(at, room) == room.size() && add_in(is, name, room, at, in);
}

bool capture::custom(type const& as, std::string_view name, std::uint64_t at, frame const& in)
{
    if (!options_.follow && depth_ == 0 && as.way != uapi::direction::in) {
        add_plain(uapi::as::address, name, at);
        return true;
    }
    auto const outer = here_;
    here_ = in;
    bool const had = as.custom.decode(*this, as, name, at);
    here_ = outer;
    return had;
}

bool capture::applies(uapi::condition const& only, frame const& in) noexcept
{
    if (only.member == -1)
        return true;
    auto const other = only.member == uapi::condition::passed
                           ? std::min<std::uint64_t>(in.passed, 0xffffffff)
                           : count(uapi::amount{.from = source::field, .index = static_cast<std::uint8_t>(only.member)}, in);
    auto const part = only.mask == 0xffffffff ? other : other & only.mask;   // mask 0xffffffff stands for all 64 bits
    bool const fits = only.at_least ? part >= only.value : part == only.value;
    return fits == only.holds;
}

// Adds a value from bytes that were read already.
bool capture::add_in(type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at, frame const& in)
{
    auto const& is = settle(as, in);
    auto const as_bytes = [&](std::size_t length) {
        add_text(is, name, raw.first(length));
        show(at, length);
        return true;
    };
    if (uapi::traits_of(is.shape).raw)
        return as_bytes(raw.size());
    switch (is.shape) {
    case shape::characters:
        return raw.empty() ? add_flexible_array(is, name, at, in) : add_field_characters(is, name, raw, at, in);
    case shape::bytes:
        if (follows_structure(is.length))
            return add_flexible_array(is, name, at, in);
        if (is.length.from == source::constant)
            return as_bytes(raw.size());
        // A field whose length another field gives is like a buffer. An example is a key.
        add_contents(is, name, raw.first(std::min<std::size_t>(count(is.length, in), raw.size())), at);
        return true;
    case shape::structure: add_fields(is, name, raw, at, false); return true;
    case shape::array:
        return follows_structure(is.length) ? add_flexible_array(is, name, at, in) : add_elements(is, name, raw, at, in);
    case shape::custom: return custom(is, name, at, in);
    case shape::nothing: return true;
    default: break;
    }
    auto const size = std::min<std::size_t>(uapi::size_of(is.width, model_), raw.size());
    show(at, size);
    return add(is, name, load(raw.first(size)), in);
}

}   // namespace cotrace::decode
