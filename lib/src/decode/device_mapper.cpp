// SPDX-License-Identifier: BSL-1.0
// Decodes struct dm_ioctl of linux/dm-ioctl.h, the header of a buffer of `data_size` bytes. The data begin at `data_start`: a
// string, a record, or a list of records, each with the offset of the next record.
#include "uapi/custom.hpp"

#include "decode/capture.hpp"
#include "uapi/constants/device.hpp"
#include "uapi/words.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>

namespace cotrace::decode {
namespace {

using uapi::shape;
namespace as = uapi::as;

// The commands of the device mapper. The low byte of an ioctl(2) request is the command.
// clang-format off
enum class command : std::uint8_t {
    version, remove_all, list_devices, create, remove, rename, suspend, status, wait, load, clear, deps, table_status,
    list_versions, message, geometry, arm_poll,
};
// clang-format on

struct header {
    std::uint32_t version[3];
    std::uint32_t data_size;
    std::uint32_t data_start;
    std::uint32_t target_count;
    std::int32_t open_count;
    std::uint32_t flags;
    std::uint32_t event_nr;
    std::uint32_t padding;
    std::uint64_t dev;
    char name[128];
    char uuid[129];
    char data[7];
};
constexpr std::uint32_t header_size = offsetof(header, data);
static_assert(header_size == 305);
constexpr std::uint32_t our_version = 4, suspend_flag = 1 << 1, data_out_flag = 1 << 16;

constexpr uapi::type device = {.shape = shape::structure};
constexpr uapi::type numbers = {.shape = shape::array, .of = &as::uint32, .length = uapi::exactly(3)};
constexpr uapi::type foreign_numbers = {.shape = shape::array,
                                        .of = &as::uint32,
                                        .length = uapi::exactly(3),
                                        .text = {.comment = "unsupported device mapper ABI version"}};
constexpr uapi::type too_small = {.style = uapi::style::unsigned_decimal, .text = {.comment = "data_size too small"}};
constexpr uapi::type text = {.shape = shape::characters, .unlimited = true};
constexpr uapi::type records = {.shape = shape::array, .of = &device};

void unknown(std::string& to, uapi::type const&, std::uint64_t, uapi::spelling) { to += "???"; }
constexpr uapi::type misplaced(std::string_view what)
{
    return {.shape = shape::spelled, .style = uapi::style::decimal, .custom = {.spell = unknown}, .text = {.comment = what}};
}
constexpr uapi::type misplaced_target = misplaced("misplaced struct dm_target_spec");
constexpr uapi::type misplaced_deps = misplaced("misplaced struct dm_target_deps");
constexpr uapi::type misplaced_name = misplaced("misplaced struct dm_name_list");
constexpr uapi::type misplaced_version = misplaced("misplaced struct dm_target_versions");
constexpr uapi::type misplaced_message = misplaced("misplaced struct dm_target_msg");
constexpr uapi::type misplaced_string = misplaced("misplaced string");

// The size of struct dm_target_spec, and the offset of its field `target_type`, which follows the numbers.
constexpr std::uint32_t target_size = 40, type_at = 24;

/// Adds the values of one ioctl(2) request.
class request {
public:
    request(capture& made, std::uint64_t at, header const& head) noexcept
        : made_{made}
        , tree_{made.into()}
        , at_{at}
        , head_{head}
        , what_{static_cast<command>(made.argument(1) & 0xff)}
        , exiting_{made.outcome() != nullptr}
        , failed_{exiting_ && made.outcome()->failed}
    {
    }

    /// Adds a list that consists of the header and the records after the header.
    void add(std::string_view name)
    {
        list_ = tree_.open({.as = &records, .name = name});
        auto const place = tree_.open({.as = &device});
        bool const known = head();
        tree_.close(place);
        if (known)
            payload();
        tree_.close(list_);
    }

    bool changed() const;

private:
    bool head();
    void number(std::string_view name, std::uint64_t value) { made_.add(as::uint32, name, value); }
    void versions(std::string_view name, std::uint32_t const (&three)[3], uapi::type const& as);
    bool size();
    bool has_data() const;
    void names();
    void counters();
    void payload();
    void targets();
    void deps();
    void name_list();
    void version_list();
    void message();
    void string();

    void short_text(std::string_view name, std::uint64_t at, std::span<char const> room);
    std::uint64_t long_text(std::string_view name, std::uint64_t at, std::uint32_t room);
    /// Adds the address of a record that cannot be read, after which no other record is read.
    std::optional<std::uint32_t> unreadable(std::uint32_t from)
    {
        made_.add_plain(as::address, {}, at_ + from);
        return {};
    }
    bool fits(std::uint32_t from, std::uint32_t to) const { return to > from && to <= head_.data_size; }
    template <class Each>
    void list(uapi::type const& missing, std::uint32_t size, Each&& add_one);

    capture& made_;
    value_tree& tree_;
    std::uint64_t at_;
    header const& head_;
    command what_;
    bool exiting_;
    bool failed_;
    std::uint32_t list_ = 0;
};

bool request::head()
{
    bool const ours = head_.version[0] == our_version;
    versions("version", head_.version, ours ? numbers : foreign_numbers);
    if (!ours || !size())
        return false;
    if (has_data())
        number("data_start", head_.data_start);
    names();
    counters();
    made_.add(as::flags<uapi::names::device_mapper_flags>, "flags", head_.flags);
    return true;
}

void request::versions(std::string_view name, std::uint32_t const (&three)[3], uapi::type const& as)
{
    auto const place = tree_.open({.as = &as, .name = name, .number = 3});
    for (auto const each : three)
        number({}, each);
    tree_.close(place);
}

bool request::size()
{
    bool const enough = head_.data_size >= header_size;
    made_.add(enough ? as::uint32 : too_small, "data_size", head_.data_size);
    return enough;
}

bool request::has_data() const
{
    switch (what_) {
    case command::version:
    case command::remove_all:
    case command::create:
    case command::remove:
    case command::suspend:
    case command::status:
    case command::clear:
    case command::arm_poll: return false;
    default: return true;
    }
}

void request::names()
{
    if (what_ == command::remove_all || what_ == command::list_devices || what_ == command::list_versions)
        return;
    if (head_.dev != 0)
        made_.add(as::device64, "dev", head_.dev);
    if (head_.name[0] != 0)
        short_text("name", at_ + offsetof(header, name), head_.name);
    if (head_.uuid[0] != 0)
        short_text("uuid", at_ + offsetof(header, uuid), head_.uuid);
}

void request::counters()
{
    switch (what_) {
    case command::load:
        if (!exiting_)
            return number("target_count", head_.target_count);
        break;
    case command::suspend:
        if (!exiting_ && (head_.flags & suspend_flag) != 0)
            return;
        [[fallthrough]];
    case command::rename:
    case command::wait:
        if (!exiting_)
            return number("event_nr", head_.event_nr);
        break;
    case command::remove:
        if (!exiting_)
            number("event_nr", head_.event_nr);
        return;
    case command::create:
    case command::status:
    case command::clear:
    case command::deps:
    case command::table_status:
    case command::message: break;
    default: return;
    }
    if (!exiting_ || failed_)
        return;
    number("target_count", head_.target_count);
    number("open_count", static_cast<std::uint32_t>(head_.open_count));
    number("event_nr", head_.event_nr);
}

void request::payload()
{
    bool const done = exiting_ && !failed_;
    bool const same = head_.data_start == head_.data_size;
    switch (what_) {
    case command::wait:
    case command::table_status:
        if (done)
            targets();
        return;
    case command::load:
        if (!exiting_)
            targets();
        return;
    case command::deps:
        if (done && !same)
            deps();
        return;
    case command::list_devices:
        if (done && !same)
            name_list();
        return;
    case command::list_versions:
        if (done && !same)
            version_list();
        return;
    case command::message:
        if (!exiting_ && !same)
            message();
        else if (done && (head_.flags & data_out_flag) != 0)
            string();
        return;
    case command::rename:
    case command::geometry:
        if (!exiting_)
            string();
        return;
    default: return;
    }
}

// Adds the string in `room`, which is a field of fixed size at the address `at`.
void request::short_text(std::string_view name, std::uint64_t at, std::span<char const> room)
{
    auto const end = std::find(room.begin(), room.end(), '\0');
    made_.show(at, static_cast<std::uint64_t>(end - room.begin()));
    auto const place = static_cast<std::uint32_t>(tree_.nodes().size());
    // As in strace, the last character of a string without a null byte is left out.
    made_.add_text(text, name,
                   std::as_bytes(room.first(static_cast<std::size_t>(end - room.begin()) - (end == room.end() ? 1 : 0))));
    if (end == room.end())
        tree_.node(place).state = value_state::cut;
}

// Returns the length of the string including the null byte; 0 if no null byte was read.
std::uint64_t request::long_text(std::string_view name, std::uint64_t at, std::uint32_t room)
{
    std::array<std::byte, 4096> buffer;
    auto const limit = made_.most_of_string();
    auto const wanted = std::min<std::size_t>({room, made_.most_read_of_string(), buffer.size()});
    std::size_t had = 0;
    auto const found = [&] { return std::find(buffer.begin(), buffer.begin() + had, std::byte{}) != buffer.begin() + had; };
    while (had < wanted && !found()) {
        // Reads in small pieces, because the mapped memory may end after the null byte.
        auto const here = std::min<std::size_t>(wanted - had, 256 - (at + had) % 256);
        if (made_.read(at + had, std::span{buffer}.subspan(had, here)) != here) {
            made_.add_plain(as::address, name, at);
            return 0;
        }
        had += here;
    }
    auto const end = std::find(buffer.begin(), buffer.begin() + had, std::byte{});
    auto const length = static_cast<std::size_t>(end - buffer.begin());
    made_.show(at, length);
    auto const place = static_cast<std::uint32_t>(tree_.nodes().size());
    made_.add_text(text, name, std::span{buffer}.first(std::min<std::size_t>(length, limit)));
    if (room != 0 && (length == had || length > limit))
        tree_.node(place).state = value_state::cut;
    return length < had ? length + 1 : 0;
}

// With -v, `add_one` adds each record, and returns the offset of the next. `missing` stands for a record that is outside the
// buffer, or not after the previous record's structure.
template <class Each>
void request::list(uapi::type const& missing, std::uint32_t size, Each&& add_one)
{
    std::optional<std::uint32_t> from = head_.data_start;
    std::uint32_t end = 0;
    bool all = made_.options().verbose;
    for (std::uint64_t count = 0; all && from; ++count) {
        bool const backwards = count != 0 && *from <= end;
        end = *from + size;
        if (backwards || !fits(*from, end)) {
            made_.add_plain(missing, {}, 0);
            break;
        }
        all = count < made_.options().string_limit;
        if (all)
            from = add_one(*from, end);
    }
    if (!all)
        tree_.node(list_).state = value_state::cut;
}

void request::targets()
{
    if (head_.target_count == 0)
        return;
    std::uint32_t left = head_.target_count;
    list(misplaced_target, target_size, [&](std::uint32_t from, std::uint32_t end) -> std::optional<std::uint32_t> {
        std::array<std::byte, target_size> raw;
        if (made_.read(at_ + from, raw) != raw.size())
            return unreadable(from);
        made_.show(at_ + from, type_at);
        auto const place = tree_.open({.as = &device});
        made_.add(as::uint64, "sector_start", load(std::span{raw}.first(8)));
        made_.add(as::uint64, "length", load(std::span{raw}.subspan(8, 8)));
        if (exiting_)
            made_.add(as::integer, "status", load(std::span{raw}.subspan(16, 4)));
        auto const next = static_cast<std::uint32_t>(load(std::span{raw}.subspan(20, 4)));
        short_text("target_type", at_ + from + type_at, {reinterpret_cast<char const*>(raw.data()) + type_at, 16});
        long_text("string", at_ + end, head_.data_size - end);
        tree_.close(place);
        if (--left == 0)
            return {};
        return exiting_ ? head_.data_start + next : from + next;
    });
}

void request::deps()
{
    constexpr std::uint32_t devices_at = 8;
    list(misplaced_deps, devices_at, [&](std::uint32_t from, std::uint32_t end) -> std::optional<std::uint32_t> {
        std::uint32_t count = 0;
        static constexpr uapi::type devices = {.shape = shape::array, .of = &as::device64, .length = uapi::exactly(1)};
        if (!made_.read_value(at_ + from, count))
            return unreadable(from);
        if (count > (head_.data_size - end) / 8) {
            made_.add_plain(misplaced_deps, {}, 0);
            return {};
        }
        auto const place = tree_.open({.as = &device});
        number("count", count);
        auto const array = tree_.open({.as = &devices, .name = "deps", .number = count});
        for (std::uint32_t i = 0; i < count; ++i)
            if (!made_.add_at(as::device64, {}, at_ + end + std::uint64_t{8} * i)) {
                tree_.node(array).state = value_state::unreadable;
                tree_.node(array).number = at_ + end + std::uint64_t{8} * i;
                break;
            }
        tree_.close(array);
        tree_.close(place);
        return {};
    });
}

void request::name_list()
{
    constexpr std::uint32_t name_at = 12, first_with_events = 37;
    list(misplaced_name, name_at, [&](std::uint32_t from, std::uint32_t end) -> std::optional<std::uint32_t> {
        std::array<std::byte, name_at> raw;
        if (made_.read_shown(at_ + from, raw) != raw.size())
            return unreadable(from);
        auto const next = static_cast<std::uint32_t>(load(std::span{raw}.subspan(8, 4)));
        auto const place = tree_.open({.as = &device});
        made_.add(as::device64, "dev", load(std::span{raw}.first(8)));
        auto const length = long_text("name", at_ + end, head_.data_size - end);
        // Since version 4.37 of the interface (Linux 4.14), an event number may follow the name.
        if (length != 0 && head_.version[1] >= first_with_events) {
            auto const event_at = (at_ + end + length + 7) & ~std::uint64_t{7};
            std::uint32_t event = 0;
            if (event_at + sizeof event <= at_ + from + next && made_.read_value(event_at, event))
                number("event_nr", event);
        }
        tree_.close(place);
        if (next == 0)
            return {};
        return from + next;
    });
}

void request::version_list()
{
    list(misplaced_version, 16, [&](std::uint32_t from, std::uint32_t end) -> std::optional<std::uint32_t> {
        std::uint32_t words[4] = {};
        if (!made_.read_value(at_ + from, words))
            return unreadable(from);
        auto const place = tree_.open({.as = &device});
        long_text("name", at_ + end, head_.data_size - end);
        versions("version", {words[1], words[2], words[3]}, numbers);
        tree_.close(place);
        if (words[0] == 0)
            return {};
        return from + words[0];
    });
}

void request::message()
{
    list(misplaced_message, 8, [&](std::uint32_t from, std::uint32_t end) -> std::optional<std::uint32_t> {
        std::uint64_t sector = 0;
        if (!made_.read_value(at_ + from, sector))
            return unreadable(from);
        auto const place = tree_.open({.as = &device});
        made_.add(as::uint64, "sector", sector);
        long_text("message", at_ + end, head_.data_size - end);
        tree_.close(place);
        return {};
    });
}

void request::string()
{
    if (!made_.options().verbose) {
        tree_.node(list_).state = value_state::cut;
        return;
    }
    if (head_.data_start > head_.data_size) {
        made_.add_plain(misplaced_string, {}, 0);
        return;
    }
    auto const place = tree_.open({.as = &device});
    long_text("string", at_ + head_.data_start, head_.data_size - head_.data_start);
    tree_.close(place);
}

// Whether the call changed one of the fields that the kernel writes even if the request fails.
bool request::changed() const
{
    auto const before = made_.call().values.find("argp");
    auto const list = before ? before->target() : std::nullopt;
    if (!list || list->parts().empty())
        return true;
    auto const then = std::optional{list->parts().front()};
    auto const differs = [&](std::string_view name, std::uint64_t now) {
        auto const was = then->find(name);
        return was && was->number() != now;
    };
    std::size_t i = 0;
    if (auto const version = then->find("version"))
        for (auto const each : version->parts())
            if (i < 3 && each.number() != head_.version[i++])
                return true;
    return differs("data_size", head_.data_size) || differs("data_start", head_.data_start) || differs("flags", head_.flags);
}

}   // namespace

bool mapped_devices(capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    header head{};
    auto const raw = std::as_writable_bytes(std::span{&head, 1}).first(header_size);
    if (made.read(at, raw) != raw.size() || head.data_size < offsetof(header, data_size))
        return false;
    made.show(at, offsetof(header, name));
    request one{made, at, head};
    if (made.outcome() && made.outcome()->failed && !one.changed()) {
        made.into().open({.as = &device, .name = name});   // the text output leaves out a value at exit that has no parts
        return true;
    }
    one.add(name);
    return true;
}

}   // namespace cotrace::decode
