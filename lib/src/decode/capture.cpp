// SPDX-License-Identifier: BSL-1.0
#include "decode/capture.hpp"

#include "abi/custom.hpp"
#include "decode/signal_info.hpp"

#include <cotrace/abi/syscalls.hpp>

#include <algorithm>
#include <utility>

namespace cotrace::decode {
namespace {

using abi::shape;
using abi::source;
using abi::type;

constexpr std::size_t   page = 4096;             // the smallest page size; mappings end at page boundaries
constexpr std::size_t   longest_path = 4095;     // PATH_MAX with its null byte
constexpr unsigned      deepest = 12;            // levels of pointers and structures
constexpr std::uint64_t most_elements = 4096;    // of an array, also with `verbose`
constexpr std::size_t   string_chunk = 256;
constexpr std::uint64_t list_chunk = 32;         // elements that are read at once of a list that ends with a null element

std::size_t to_page_end(std::uint64_t at) noexcept
{
    return page - at % page;
}

std::uint64_t narrow(std::uint64_t number, unsigned bytes) noexcept
{
    return bytes >= 8 ? number : number & ((std::uint64_t{1} << 8 * bytes) - 1);
}

bool is_memory(type const& as) noexcept
{
    return abi::traits_of(as.shape).holds == abi::holding::memory;
}

// The number of bytes before the first null byte, or of all bytes.
std::size_t text_length(std::span<std::byte const> text) noexcept
{
    auto const* end = text.empty() ? nullptr : static_cast<std::byte const*>(std::memchr(text.data(), 0, text.size()));
    return end ? static_cast<std::size_t>(end - text.data()) : text.size();
}

// Whether a field is a flexible array after the end of its structure.
bool follows_structure(abi::amount const& length) noexcept
{
    return length.from != source::constant && length.value == 0;
}

// Counts one level of nesting until the end of the scope.
class nesting_level {
public:
    explicit nesting_level(unsigned& depth) noexcept : depth_{depth} { ++depth_; }
    nesting_level(nesting_level const&) = delete;
    ~nesting_level() { --depth_; }

private:
    unsigned& depth_;
};

} // namespace

void capture::take_arguments(std::span<abi::parameter const> parameters, std::array<std::uint64_t, 6> const& registers) noexcept
{
    unsigned next = 0;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        auto const& each = parameters[i];
        auto const from = each.from >= 0 ? static_cast<unsigned>(each.from) : next;
        if (from >= registers.size())
            break;
        auto number = registers[from];
        next = from + 1;
        if (each.as->register_pair && model_ == abi::data_model::ilp32) {
            auto const high = next < registers.size() ? registers[next] : 0;
            number = narrow(number, 4) | high << 32;
            ++next;
        }
        arguments_[i] = number;
    }
    // A choice may depend on a later argument, so the widths are applied when all arguments are known.
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        auto const& as = settle(*parameters[i].as);
        arguments_[i] = narrow(arguments_[i], is_memory(as) ? 8 : abi::size_of(as.width, model_));
    }
}

std::uint64_t capture::count(abi::amount const& of, frame const& in) noexcept
{
    std::uint64_t number = 0;
    switch (of.from) {
    case source::none: return 0;
    case source::constant: number = of.value; break;
    case source::argument:
        number = arguments_[of.index];
        if (of.is_signed && model_ == abi::data_model::ilp32)   // a negative length becomes a length that is too large
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
            auto const  at = part.offset[static_cast<unsigned>(model_)];
            auto const  size = part.as->size_in(model_);
            if (at + size <= in.raw.size())
                number = load(in.raw.subspan(at, size));
            if (of.is_signed && size != 0 && size <= 8 && number >> (8 * size - 1) != 0)
                number = 0;
        }
        break;
    case source::returned:
        number = outcome_ && !outcome_->failed && outcome_->value > 0
            ? static_cast<std::uint64_t>(outcome_->value) : 0;
        break;
    }
    number = ((number & of.mask) >> of.shift) * of.unit + of.more;
    if (of.left_over >= 0) {
        auto const left = count(abi::amount{.from = source::field, .index = static_cast<std::uint8_t>(of.left_over)}, in);
        number -= left <= number && left <= 0x7fffffff ? left : 0;
    }
    if (of.within_return && outcome_) {
        number = std::min(number, unspread_);
        unspread_ -= number;
    }
    return number;
}

// The value at entry of a length that the call updates. The call wrote no more bytes than that.
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
    for (unsigned rounds = 0; now->shape == shape::choice && rounds < deepest; ++rounds) {
        auto const by = count(now->length, in);
        auto const* end = now->cases + now->count;
        auto const* fits = std::find_if(now->cases, end, [&](auto const& each) { return each.value == by; });
        now = fits != end ? fits->as : now->of;
    }
    return *now;
}

std::size_t capture::read(std::uint64_t at, std::span<std::byte> into) noexcept
{
    auto const in = [&](window const& had) {
        bool const there = at >= had.at && at - had.at < had.bytes.size() && into.size() <= had.bytes.size() - (at - had.at);
        if (there && !into.empty())
            std::memcpy(into.data(), had.bytes.data() + (at - had.at), into.size());
        return there;
    };
    if (in(kept_))
        return into.size();
    for (std::size_t i = 0; i < window_count_; ++i)
        if (in(windows_[i]))
            return into.size();
    if (into.empty() || at + into.size() < at)
        return 0;
    // Objects that pointers in memory refer to are often next to each other: the strings of an argv, the parts of a message.
    if (depth_ > 1 && read_around(at, into))
        return into.size();
    return read_plainly(at, into);
}

std::size_t capture::read_plainly(std::uint64_t at, std::span<std::byte> into) noexcept
{
    if (reads_left_ == 0 || bytes_left_ < into.size())
        return 0;
    --reads_left_;
    bytes_left_ -= into.size();
    return std::min(memory_.read(remote_address{at}, into), into.size());
}

// Reads from a block: one that was read before, or one that is read now. False: the caller has to read the bytes alone.
bool capture::read_around(std::uint64_t at, std::span<std::byte> into) noexcept
{
    for (auto const& had : std::span{blocks_}.first(std::min(block_count_, blocks_.size())))
        if (at >= had.at && at - had.at < had.length && into.size() <= had.length - (at - had.at)) {
            std::memcpy(into.data(), had.bytes.data() + (at - had.at), into.size());
            return true;
        }
    auto& next = blocks_[block_count_ % blocks_.size()];
    constexpr std::uint64_t size = sizeof next.bytes;
    auto const start = at & ~(size - 1);
    if (at - start + into.size() > size || bytes_left_ < size)
        return false;
    ++block_count_;
    next.at = start;
    next.length = read_plainly(start, next.bytes);
    if (next.length < at - start + into.size())
        return false;
    std::memcpy(into.data(), next.bytes.data() + (at - start), into.size());
    return true;
}

// How many bytes of a pointer's target to read before the target is decoded. 0 if
// that is not known, or more than a chunk.
std::size_t capture::first_read(type const& as) noexcept
{
    std::uint64_t wanted = 0;
    switch (as.shape) {
    case shape::characters: return string_chunk;
    case shape::structure: wanted = as.size_in(model_); break;
    case shape::bytes:
        // count() of a length with `within_return` uses up bytes of the return value, so it must be called only once.
        wanted = as.length.within_return ? 0 : std::min<std::uint64_t>(count(as.length), options_.string_limit + 1);
        break;
    case shape::array: {
        auto const each = as.of->size_in(model_);
        auto const many = as.length.from == source::none ? list_chunk : count(as.length);
        wanted = std::min<std::uint64_t>(many, options_.string_limit) * each;
        break;
    }
    default: break;
    }
    return wanted <= string_chunk ? wanted : 0;
}

void capture::fetch(std::span<abi::parameter const> parameters) noexcept
{
    std::array<piece, 6> pieces;
    std::size_t used = 0, bytes = 0;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        auto const& as = settle(*parameters[i].as);
        auto const to = arguments_[i];
        bool const wanted = outcome_ ? as.way != abi::direction::in && as.way != abi::direction::remaining
                                     : as.way == abi::direction::in || as.way == abi::direction::inout
                                           || as.way == abi::direction::changed || as.way == abi::direction::reported;
        bool const only_counted = !as.text.counted.empty() && !options_.verbose;
        if (as.shape != shape::pointer || !wanted || only_counted || to == 0)
            continue;
        auto size = first_read(settle(*as.of));
        if (as.of->shape == shape::characters)
            size = std::min(size, to_page_end(to));   // few strings continue on the next page
        if (size == 0 || size > bytes_left_ - bytes)
            continue;
        bytes += size;
        pieces[used] = {remote_address{to}, std::span{fetched_}.subspan(used * string_chunk, size)};
        ++used;
    }
    // Nothing is gained for a single piece: it is read when it is decoded.
    if (used < 2 || reads_left_ == 0)
        return;
    --reads_left_;
    bytes_left_ -= bytes;
    memory_.gather(std::span{pieces}.first(used));
    for (std::size_t i = 0; i < used; ++i)
        if (pieces[i].got != 0)
            windows_[window_count_++] = {raw(pieces[i].from), pieces[i].into.first(std::min(pieces[i].got, pieces[i].into.size()))};
}

void capture::add_plain(type const& as, std::string_view name, std::uint64_t number, value_state state)
{
    into_.open({.as = &as, .name = name, .number = number, .state = state});
}

bool capture::add_part_of(type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at,
                          bool more, std::uint64_t passed)
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
    into_.open({.as = &as, .name = name, .number = text.size(), .begin = begin,
                .length = static_cast<std::uint32_t>(text.size())});
}

bool capture::add(type const& as, std::string_view name, std::uint64_t number, frame const& in)
{
    auto const& is = settle(as, in);
    if (is.shape == shape::pointer) {
        add_pointer(is, name, narrow(number, abi::size_of(is.width, model_)), in);
        return true;
    }
    if (is.shape == shape::custom)
        return custom(is, name, number, in);
    number = narrow(number, is_memory(is) ? 8 : abi::size_of(is.width, model_));
    auto const refers = abi::traits_of(is.shape).refers;
    if (refers == abi::reference::descriptor)
        add_descriptor(is, name, number);
    else if (refers == abi::reference::process)
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
        // The kernel counts the bytes for this buffer, too.
        if (outcome_ && as.of->length.within_return)
            static_cast<void>(count(as.of->length, in));
        return;
    }
    // At entry, memory that the call will write has no meaning yet.
    bool const unknown = !outcome_ && as.way == abi::direction::out;
    bool const known = outcome_ || as.length.from == source::argument;
    bool const pointless = known && as.length.from != source::none && count(as.length, in) == 0;
    auto const* instead = !outcome_ ? nullptr : outcome_->failed ? as.failed : as.after;
    auto const& target = instead ? *instead : *as.of;
    bool const text = abi::traits_of(settle(target, in).shape).text || as.of->custom.decode == returned_path;
    bool const unwanted = (!options_.follow && !text)
        || (as.folded && !options_.verbose);
    bool const outside = model_ != abi::data_model::lp64 && to >> 32 != 0;
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
        return add_bytes(is, name, at, std::min<std::uint64_t>(really, options_.string_limit), really);
    }
    case shape::signal_set: {
        // The kernel has 64 signals. A set has at least `is.count` bytes, or one word if that is 0.
        auto const size = count(is.length, in);
        auto const least = is.count != 0 ? is.count : abi::size_of(abi::width::word, model_);
        return size >= least && size <= 8 && add_bytes(is, name, at, size, size);
    }
    case shape::cpu_set: return add_cpu_set(is, name, at, in);
    case shape::signal_info: {
        auto const place = static_cast<std::uint32_t>(into_.nodes().size());
        if (!add_bytes(is, name, at, is.size_in(model_), is.size_in(model_)))
            return false;
        if (model_ == abi::data_model::ilp32)
            widen_signal_info(into_.bytes_at(into_.node(place).begin, into_.node(place).length));
        add_sender(place);
        return true;
    }
    case shape::fd_set: {
        // The kernel reads at most as many bits as the process may have file descriptors, in whole words.
        auto const bits = std::min<std::uint64_t>(narrow(count(is.length, in), 4), 1 << 16);
        if (bits == 0)
            return false;
        auto const word = abi::size_of(abi::width::word, model_);
        auto const size = (bits + 8 * word - 1) / (8 * word) * word;
        auto const place = static_cast<std::uint32_t>(into_.nodes().size());
        if (!add_bytes(is, name, at, size, bits))
            return false;
        add_members(place);
        return true;
    }
    case shape::array: return add_array(is, name, at, in);
    case shape::structure: return add_structure(is, name, at, in);
    case shape::custom: return custom(is, name, at, in);
    case shape::nothing: return false;
    default: break;
    }
    if (abi::traits_of(is.shape).raw)
        return add_bytes(is, name, at, is.size_in(model_), is.size_in(model_));
    std::array<std::byte, 16> raw{};
    auto const room = std::span{raw}.first(std::min<std::size_t>(is.size_in(model_), raw.size()));
    return read(at, room) == room.size() && add_in(is, name, room, at, in);
}

// Characters end at a null byte or at the limit. False: the memory ends first.
bool capture::add_characters(type const& as, std::string_view name, std::uint64_t at, frame const& in)
{
    auto limit = as.unlimited ? longest_path : options_.string_limit;
    if (as.length.from != source::none)
        limit = std::min<std::size_t>(limit, count(as.length, in));
    if (limit == 0) {
        into_.open({.as = &as, .name = name});
        return true;
    }
    std::uint32_t begin = static_cast<std::uint32_t>(into_.arena().size());
    std::size_t had = 0;
    while (had <= limit) {
        auto const wanted = std::min({limit + 1 - had, string_chunk, to_page_end(at + had)});
        auto const here = into_.add_bytes(wanted);
        auto const room = into_.bytes_at(here, wanted);
        auto const got = read(at + had, room);
        auto const length = text_length(room.first(got));
        had += length;
        if (length != got) {
            into_.drop_bytes(into_.arena().size() - begin - had);
            into_.open({.as = &as, .name = name, .number = had, .begin = begin, .length = static_cast<std::uint32_t>(had)});
            return true;
        }
        if (got < wanted) {
            into_.drop_bytes(into_.arena().size() - begin);
            return false;
        }
    }
    into_.drop_bytes(into_.arena().size() - begin - limit);
    into_.open({.as = &as, .name = name, .number = had, .begin = begin,
                .length = static_cast<std::uint32_t>(limit), .state = value_state::cut});
    return true;
}

bool capture::add_bytes(type const& as, std::string_view name, std::uint64_t at, std::size_t wanted,
                        std::uint64_t really)
{
    // strace shows bytes only if the byte after the last shown one is readable, too.
    bool const cut = as.shape == shape::bytes && wanted < really;
    auto const asked = cut && wanted != 0 ? wanted + 1 : wanted;
    if (asked > bytes_left_)
        return false;
    auto const begin = into_.add_bytes(asked);
    if (asked != 0 && read(at, into_.bytes_at(begin, asked)) != asked) {
        into_.drop_bytes(asked);
        return false;
    }
    into_.drop_bytes(asked - wanted);
    into_.open({.as = &as, .name = name, .number = really, .begin = begin, .length = static_cast<std::uint32_t>(wanted),
                .state = cut ? value_state::cut : value_state::complete});
    return true;
}

// Adds a set of CPUs of at most `most` bytes.
bool capture::add_cpu_set(type const& as, std::string_view name, std::uint64_t at, frame const& in)
{
    constexpr std::uint64_t most = 128;   // 1,024 CPUs, as cpu_set_t has them
    auto const really = count(as.length, in);
    auto const size = std::min(really, most);
    auto const place = static_cast<std::uint32_t>(into_.nodes().size());
    if (!add_bytes(as, name, at, size, really))
        return false;
    into_.node(place).state = really > most ? value_state::cut : value_state::complete;
    return true;
}

bool capture::add_array(type const& as, std::string_view name, std::uint64_t at, frame const& in)
{
    bool const listed = as.length.from == source::none;
    auto const each = as.of->size_in(model_);
    auto const really = listed ? ~std::uint64_t{0} : count(as.length, in);
    auto const shown = std::min<std::uint64_t>(really, options_.verbose ? most_elements : as.folded ? 0 : options_.string_limit);
    // An array that would exceed the address space is not read.
    bool const fits = listed || really <= ~std::uint64_t{0} / std::max(each, 1u);
    if (each == 0 || !fits || (as.count != 0 && really > as.count) || (!listed && really != 0 && at + really * each <= at))
        return false;

    auto const place = into_.open({.as = &as, .name = name, .number = really});
    std::array<std::byte, abi::largest_structure> raw;
    auto const per_read = std::min<std::uint64_t>(std::max(1u, static_cast<unsigned>(raw.size()) / each), listed ? list_chunk : 256);
    std::uint64_t done = 0;
    auto const end_with = [&](value_state state, std::uint64_t number) {
        into_.node(place).state = state;
        into_.node(place).number = number;
        into_.close(place);
        return true;
    };
    while (done < shown) {
        auto const here = at + done * each;
        auto const many = std::min(per_read, shown - done);
        auto const room = std::span{raw}.first(std::min<std::size_t>(many * each, raw.size()));
        auto const got = read(here, room) / each;
        for (std::uint64_t i = 0; i < got; ++i, ++done) {
            auto const part = std::span<std::byte const>{room}.subspan(i * each, each);
            if (listed && load(part.first(std::min(each, 8u))) == 0)
                return end_with(value_state::complete, done);
            add_in(*as.of, {}, part, here + i * each, in);
        }
        if (got < many) {
            // An array of structures with a constant length is shown as a whole or not at all.
            if (done == 0 || (as.length.from == source::constant && as.of->shape == shape::structure)) {
                into_.close(place);
                into_.cancel(place);
                return false;
            }
            return end_with(value_state::unreadable, at + done * each);   // the mapped memory ends inside the array
        }
    }
    if (done == really)
        return end_with(value_state::complete, really);
    // strace also reads the first element that is not shown. A list may end at this element.
    auto const next = std::span{raw}.first(each);
    if (shown != 0 && read(at + done * each, next) != each)
        return end_with(value_state::unreadable, at + done * each);
    bool const ended = listed && shown != 0 && load(next.first(std::min(each, 8u))) == 0;
    return end_with(ended ? value_state::complete : value_state::cut, ended ? done : really);
}

// Adds only the number of elements of a list, such as an environment.
bool capture::add_count(type const& as, std::uint64_t at)
{
    auto const word = abi::size_of(abi::width::word, model_);
    std::array<std::byte, 1024> raw;
    std::uint64_t found = 0;
    for (;;) {
        auto const here = at + found * word;
        auto const room = std::span{raw}.first(std::min(raw.size(), to_page_end(here)));
        auto const got = read(here, room) / word;
        for (std::uint64_t i = 0; i < got; ++i, ++found)
            if (load(std::span<std::byte const>{room}.subspan(i * word, word)) == 0) {
                into_.open({.as = &as, .number = found, .state = value_state::cut});
                return true;
            }
        if (found > 1 << 16)
            return false;
        if (got * word < room.size()) {
            if (found != 0)
                into_.open({.as = &as, .number = found, .state = value_state::unreadable});
            return found != 0;
        }
    }
}

bool capture::add_structure(type const& as, std::string_view name, std::uint64_t at, frame const& in)
{
    std::uint64_t const whole = as.size_in(model_);
    auto const passed = as.length.from == source::none ? whole : count(as.length, in);
    std::array<std::byte, abi::largest_structure> buffer;
    auto const raw = std::span{buffer}.first(std::min(whole, passed));
    if (raw.empty() || read(at, raw) != raw.size())
        return false;
    add_fields(as, name, raw, at, passed > whole);
    return true;
}

void capture::add_fields(type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at,
                         bool more, std::uint64_t passed)
{
    auto const place = into_.open({.as = &as, .name = name, .number = at,
                                   .state = more ? value_state::cut : value_state::complete});
    frame const in{&as, raw, passed != 0 ? passed : raw.size(), at};
    bool gap = false;
    for (auto const& part : std::span{as.fields, as.count}) {
        auto const offset = part.offset[static_cast<unsigned>(model_)];
        auto const size = part.as->size_in(model_);
        if (offset + size > raw.size() || part.when == abi::shown::never
            || (part.when == abi::shown::exit && !outcome_))
            continue;
        bool const all = part.when == abi::shown::verbose_or && options_.verbose;
        if (!all && !applies(part.only, in))
            continue;
        if (part.when == abi::shown::verbose && !options_.verbose)
            into_.node(place).state = value_state::cut;
        else if (part.when == abi::shown::elided && !options_.verbose) {
            if (!std::exchange(gap, true))
                add_plain(abi::as::nothing, {}, 0);
            continue;
        } else {
            // A field of characters ends where the bytes that the subject passed end.
            bool const started = part.as->shape == shape::characters && in.passed > offset;
            auto const there = started ? std::min<std::uint64_t>(size, in.passed - offset) : size;
            add_in(*part.as, part.name, raw.subspan(offset, there), at + offset, in);
        }
        gap = false;
    }
    into_.close(place);
}

bool capture::custom(type const& as, std::string_view name, std::uint64_t at, frame const& in)
{
    if (!options_.follow && depth_ == 0 && as.way != abi::direction::in) {
        add_plain(abi::as::address, name, at);
        return true;
    }
    auto const outer = here_;
    here_ = in;
    bool const had = as.custom.decode(*this, as, name, at);
    here_ = outer;
    return had;
}

bool capture::applies(abi::condition const& only, frame const& in) noexcept
{
    if (only.member == -1)
        return true;
    auto const other = only.member == abi::condition::passed
        ? std::min<std::uint64_t>(in.passed, 0xffffffff) : count(abi::amount{.from = source::field, .index = static_cast<std::uint8_t>(only.member)}, in);
    auto const part = only.mask == 0xffffffff ? other : other & only.mask;   // this mask means all 64 bits
    bool const fits = only.at_least ? part >= only.value : part == only.value;
    return fits == only.holds;
}

// A field that is full has no null byte. strace does not show its last character then.
bool capture::add_field_characters(type const& as, std::string_view name, std::span<std::byte const> raw, frame const& in)
{
    if (as.length.from == source::field)
        raw = raw.first(std::min<std::size_t>(raw.size(), count(as.length, in)));
    auto const length = text_length(raw);
    bool const ended = length < raw.size();
    auto const place = static_cast<std::uint32_t>(into_.nodes().size());
    add_text(as, name, raw.first(ended || length == 0 ? length : length - 1));
    if (!ended && length != 0)
        into_.node(place).state = value_state::cut;
    return true;
}

// Adds a flexible array, which begins where its structure ends.
bool capture::add_flexible_array(type const& as, std::string_view name, std::uint64_t at, frame const& in)
{
    if (!add_at(as, name, at, in))
        add_plain(abi::as::address, name, at);
    return true;
}

bool capture::add_elements(type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at,
                           frame const& in)
{
    auto const each = as.of->size_in(model_);
    auto const room = each != 0 ? raw.size() / each : 0;
    auto const really = as.length.from == source::constant ? room : std::min<std::uint64_t>(count(as.length, in), room);
    auto const shown = options_.verbose ? really : std::min<std::uint64_t>(really, options_.string_limit);
    auto const place = into_.open({.as = &as, .name = name, .number = really,
                                   .state = shown < really ? value_state::cut : value_state::complete});
    for (std::uint64_t i = 0; i < shown; ++i)
        add_in(*as.of, {}, raw.subspan(i * each, each), at + i * each, in);
    into_.close(place);
    return true;
}

// Adds a value from bytes that were read already.
bool capture::add_in(type const& as, std::string_view name, std::span<std::byte const> raw, std::uint64_t at,
                     frame const& in)
{
    auto const& is = settle(as, in);
    auto const as_bytes = [&](std::size_t length) {
        add_text(is, name, raw.first(length));
        return true;
    };
    if (abi::traits_of(is.shape).raw)
        return as_bytes(raw.size());
    switch (is.shape) {
    case shape::characters:
        return raw.empty() ? add_flexible_array(is, name, at, in) : add_field_characters(is, name, raw, in);
    case shape::bytes:
        if (follows_structure(is.length))
            return add_flexible_array(is, name, at, in);
        return as_bytes(is.length.from == source::constant ? raw.size() : std::min<std::size_t>(count(is.length, in), raw.size()));
    case shape::structure: add_fields(is, name, raw, at, false); return true;
    case shape::array: return follows_structure(is.length) ? add_flexible_array(is, name, at, in) : add_elements(is, name, raw, at, in);
    case shape::custom: return custom(is, name, at, in);
    case shape::nothing: return true;
    default: break;
    }
    auto const size = std::min<std::size_t>(abi::size_of(is.width, model_), raw.size());
    return add(is, name, load(raw.first(size)), in);
}

} // namespace cotrace::decode
