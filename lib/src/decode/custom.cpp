// SPDX-License-Identifier: BSL-1.0
#include "uapi/custom.hpp"

#include "decode/capture.hpp"
#include "uapi/capabilities.hpp"
#include "uapi/constants/open.hpp"
#include "uapi/words.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <cstring>

namespace cotrace::decode {

namespace {

constexpr auto const& entry_type = uapi::as::one_of<uapi::names::directory_entry_types, uapi::width::u8>;

// struct linux_dirent64. The name follows these fields.
constexpr uapi::structure entry64{{
                                      {"d_ino", uapi::as::uint64},
                                      {"d_off", uapi::as::int64},
                                      {"d_reclen", uapi::as::uint16},
                                      {"d_type", entry_type},
                                  },
                                  {},
                                  uapi::layout::packed};
constexpr std::uint64_t name_at = 19;
constexpr uapi::type entry_name = {.shape = uapi::shape::characters, .unlimited = true};

void add_entry(capture& made, std::uint64_t at, std::span<std::byte const> raw)
{
    auto& tree = made.into();
    auto const place = tree.open({.as = &entry64});
    for (auto const& part : std::span{entry64.fields, entry64.count})
        made.add(*part.as, part.name, load(raw.subspan(part.offset[0], part.as->size_in(uapi::data_model::lp64))));
    auto const name = raw.subspan(name_at);
    auto const end = std::find(name.begin(), name.end(), std::byte{});
    made.show(at, static_cast<std::uint64_t>(end - raw.begin()));
    made.add_text(entry_name, "d_name", name.first(static_cast<std::size_t>(end - name.begin())));
    tree.close(place);
}

// struct linux_dirent. The type is the last byte of the entry.
constexpr uapi::structure entry{{
                                    {"d_ino", uapi::as::long_unsigned},
                                    {"d_off", uapi::as::long_unsigned},
                                    {"d_reclen", uapi::as::uint16},
                                    {"d_name", entry_name},
                                    {"d_type", entry_type},
                                },
                                {},
                                uapi::layout::packed};

void add_old_entry(capture& made, std::uint64_t at, std::span<std::byte const> raw)
{
    auto& tree = made.into();
    auto const word = uapi::size_of(uapi::width::word, made.model());
    auto const place = tree.open({.as = &entry});
    made.add(uapi::as::size, "d_ino", load(raw.first(word)));
    made.add(uapi::as::size, "d_off", load(raw.subspan(word, word)));
    made.add(uapi::as::uint16, "d_reclen", load(raw.subspan(2 * word, 2)));
    auto const name = raw.subspan(2 * word + 2);
    auto const end = std::find(name.begin(), name.end(), std::byte{});
    made.show(at, static_cast<std::uint64_t>(end - raw.begin()));
    made.show(at + raw.size() - 1, 1);
    made.add_text(entry_name, "d_name", name.first(static_cast<std::size_t>(end - name.begin())));
    made.add(entry_type, "d_type", load(raw.last(1)));
    tree.close(place);
}

}   // namespace

bool directory_entries(capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type entries = {.shape = uapi::shape::pointer,
                                           .width = uapi::width::word,
                                           .way = uapi::direction::out,
                                           .of = &uapi::as::address,
                                           .text = {.counted = "entries"}};
    auto const limit = made.outcome() ? static_cast<std::uint64_t>(std::max<std::int64_t>(made.outcome()->value, 0)) : 0;
    bool const wide = made.call().what && made.call().what->name == "getdents64";
    bool const listed = made.options().verbose;
    // d_reclen follows d_ino and d_off.
    auto const length_at = wide ? 16 : std::uint64_t{2} * uapi::size_of(uapi::width::word, made.model());

    auto& tree = made.into();
    auto const pointer = tree.open({.as = &entries, .name = name, .number = at});
    auto const list = tree.open({.as = &uapi::as::list<uapi::as::address>});
    std::uint64_t found = 0;
    std::array<std::byte, 4096> page;
    for (std::uint64_t from = 0; from < limit;) {
        auto const room = std::span{page}.first(std::min<std::uint64_t>(page.size(), limit - from));
        if (made.read(at + from, room) != room.size())
            break;
        std::uint64_t in = 0;
        while (in + length_at + 2 <= room.size()) {
            auto const length = load(std::span{room}.subspan(in + length_at, 2));
            if (length < length_at + 3 || length > room.size() - in)
                break;
            made.show(at + from + in + length_at, 2);
            if (listed)
                (wide ? add_entry : add_old_entry)(made, at + from + in, std::span{room}.subspan(in, length));
            in += length;
            ++found;
        }
        if (in == 0)
            break;
        from += in;
    }
    tree.node(list).number = found;
    if (!listed)
        tree.node(list).state = value_state::cut;
    tree.close(list);
    tree.close(pointer);
    return true;
}

bool returned_path(capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    constexpr std::uint64_t longest = 4096;   // PATH_MAX
    auto const returned = static_cast<std::uint64_t>(made.outcome() ? std::max<std::int64_t>(made.outcome()->value, 0) : 0);
    std::array<std::byte, longest> buffer;
    auto const raw = std::span{buffer}.first(std::min(returned, longest));
    if (!raw.empty() && made.read(at, raw) != raw.size())
        return false;
    auto const end = static_cast<std::size_t>(std::find(raw.begin(), raw.end(), std::byte{}) - raw.begin());
    bool const ended = end < raw.size();
    made.show(at, end);
    auto const place = static_cast<std::uint32_t>(made.into().nodes().size());
    made.add_text(uapi::as::path_characters, name, raw.first(ended || raw.empty() ? end : end - 1));
    made.into().node(place).state = ended ? value_state::complete : value_state::cut;
    return true;
}

bool wide_inet4(capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    std::array<std::byte, 16> raw{};
    if (made.read_shown(at, raw) != raw.size())
        return false;
    made.add_text(uapi::as::inet4, name, raw);
    auto& tree = made.into();
    tree.node(static_cast<std::uint32_t>(tree.nodes().size() - 1)).number = load(std::span{raw}.first(4));
    return true;
}

bool absent_number(capture& made, uapi::type const&, std::string_view name, std::uint64_t)
{
    made.add_plain(uapi::as::uint32, name, 0);
    return true;
}

bool old_directory_entry(capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    static constexpr uapi::type whole_name = {.shape = uapi::shape::characters, .unlimited = true};
    static constexpr uapi::structure entry{{
                                               {"d_ino", uapi::as::uint32},
                                               {"d_off", uapi::as::uint32},
                                               {"d_reclen", uapi::as::uint16},
                                               {"d_name", whole_name},
                                           },
                                           {},
                                           uapi::layout::packed};
    constexpr std::size_t head = 10;
    std::array<std::byte, head + 256> raw;
    if (!made.outcome() || made.outcome()->value == 0) {   // at entry, or if readdir(2) found no entry
        made.add_plain(uapi::as::address, name, at);
        return true;
    }
    // In the structure that readdir(2) fills in, d_reclen is the length of the name.
    if (made.read_shown(at, std::span{raw}.first(head)) != head)
        return false;
    auto const length = std::min<std::size_t>(load(std::span{raw}.subspan(8, 2)), raw.size() - head);
    if (made.read_shown(at + head, std::span{raw}.subspan(head, length)) != length)
        return false;
    auto& tree = made.into();
    auto const pointer = tree.open({.as = &uapi::as::in<entry>, .name = name, .number = at});
    auto const place = tree.open({.as = &entry, .number = at});
    made.add(uapi::as::uint32, "d_ino", load(std::span{raw}.first(4)));
    made.add(uapi::as::uint32, "d_off", load(std::span{raw}.subspan(4, 4)));
    made.add(uapi::as::uint16, "d_reclen", length);
    made.add_text(whole_name, "d_name", std::span{raw}.subspan(head, length));
    tree.close(place);
    tree.close(pointer);
    return true;
}

bool offset_high_first(capture& made, uapi::type const&, std::string_view name, std::uint64_t)
{
    auto const& registers = made.call().args;
    made.add_plain(uapi::as::int64, name, registers[1] << 32 | (registers[2] & 0xffffffff));
    return true;
}

bool number_as_set(capture& made, uapi::type const& self, std::string_view name, std::uint64_t number)
{
    auto const raw = std::as_bytes(std::span{&number, 1});
    made.add_text(*self.of, name, raw.first(self.of->length.value));
    return true;
}

namespace {

// The offset of the member uc_sigmask of struct ucontext from the stack pointer at rt_sigreturn(2). On aarch64 and riscv64, a
// siginfo_t of 128 bytes comes first. For i386 and x32, see <asm/sigframe.h>.
constexpr std::uint64_t offset_of_mask(uapi::arch interface) noexcept
{
    switch (interface) {
    case uapi::arch::x86_64: return 296;
    case uapi::arch::i386: return 248;
    case uapi::arch::x32: return 280;
    case uapi::arch::aarch64:
    case uapi::arch::riscv64: break;
    }
    return 168;
}

// Adds the mask that sigreturn(2) of i386 restores. The words of the mask are in sigcontext.oldmask and after the floating-point
// state.
bool old_mask(capture& made, std::uint64_t sp, std::string_view name)
{
    constexpr std::uint64_t low = 80, high = 712;
    std::array<std::uint32_t, 2> words{};
    if (!made.read_value(sp + low, words[0]) || !made.read_value(sp + high, words[1]))
        return false;
    auto& tree = made.into();
    auto const begin = tree.add_bytes(sizeof words);
    std::memcpy(tree.bytes_at(begin, sizeof words).data(), words.data(), sizeof words);
    tree.close(
        tree.open({.as = &uapi::as::signal_set8, .name = name, .number = sizeof words, .begin = begin, .length = sizeof words}));
    return true;
}

}   // namespace

bool signal_frame(capture& made, uapi::type const&, std::string_view name, std::uint64_t)
{
    static constexpr uapi::structure frame_type{{{"mask", uapi::as::signal_set8}}};
    auto const& call = made.call();
    bool const is_old = call.what && call.what->name == "sigreturn";
    auto const at = call.sp + offset_of_mask(call.arch);
    auto& tree = made.into();
    auto const place = tree.open({.as = &frame_type, .name = name});
    bool had = true;
    if (!made.options().follow)
        made.add_plain(uapi::as::address, "mask", at);
    else
        had = is_old ? old_mask(made, call.sp, "mask") : made.add_at(uapi::as::signal_set8, "mask", at);
    tree.close(place);
    if (had)
        return true;
    tree.cancel(place);
    made.add_plain(uapi::as::nothing, name, 0);
    return true;
}

bool capability_words(capture& made, uapi::type const&, std::string_view name, std::uint64_t at)
{
    constexpr std::uint32_t version_2 = 0x20071026, version_3 = 0x20080522;
    std::array<std::uint32_t, 2> header{};   // the version, and the id of a thread
    std::array<std::uint32_t, 6> words{};
    if (!made.read_value(made.argument(0), header))
        return false;
    auto const version = header[0];
    bool const wide = version == version_2 || version == version_3;
    auto const wanted = std::as_writable_bytes(std::span{words}).first(wide ? 24 : 12);
    if (made.read_shown(at, wanted) != wanted.size())
        return false;
    auto& tree = made.into();
    auto const place = tree.open({.as = &uapi::capability_data, .name = name, .number = at});
    for (std::size_t i = 0; i < 3; ++i) {
        auto const& part = uapi::capability_data.fields[i];
        made.add(*part.as, part.name, words[i] | std::uint64_t{words[i + 3]} << 32);
    }
    tree.close(place);
    return true;
}

}   // namespace cotrace::decode
