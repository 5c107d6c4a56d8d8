// SPDX-License-Identifier: BSL-1.0
// Programs of the Berkeley Packet Filter (BPF), classic and extended. See linux/filter.h.
#include "uapi/filters.hpp"

#include "decode/capture.hpp"
#include "uapi/constants/bpf.hpp"
#include "uapi/constants/security.hpp"
#include "uapi/words.hpp"

#include <algorithm>

namespace cotrace::decode {
namespace {

namespace as = uapi::as;
namespace names = uapi::names;
using uapi::slice;

constexpr std::uint64_t most_instructions = 4096;   // BPF_MAXINSNS

// A slice is a group of bits of an instruction's code. The lowest three bits of the code are the class, which decides the other
// slices.
constexpr uapi::enum_table no_names{"BPF_???", {{~std::uint64_t{0}, "BPF_???"}}};
constexpr slice other(std::uint64_t mask) { return {as::one_of<no_names, uapi::width::u16>, mask}; }
template <auto const& Table>
constexpr slice part(std::uint64_t mask)
{
    return {as::one_of<Table, uapi::width::u16>, mask, true};
}

template <auto const& Classes, auto const& Modes>
constexpr slice fetch[] = {part<Classes>(7), part<names::bpf_sizes>(0x18), part<Modes>(0xe0)};
template <auto const& Classes>
constexpr slice store[] = {part<Classes>(7), other(0xfff8)};
template <auto const& Classes, auto const& Operations>
constexpr slice compute[] = {part<Classes>(7), part<names::bpf_sources>(8), part<Operations>(0xf0)};
constexpr slice return_code[] = {part<names::bpf_classes>(7), part<names::bpf_return_values>(0x18), other(0xffe0)};
constexpr slice miscellaneous[] = {part<names::bpf_classes>(7), part<names::bpf_misc_operations>(0xf8), other(0xff00)};

template <auto const& Slices>
constexpr uapi::type const& code = as::packed<Slices, uapi::width::u16>;

constexpr uapi::type const* classic_codes[] = {
    &code<fetch<names::bpf_classes, names::bpf_modes>>,
    &code<fetch<names::bpf_classes, names::bpf_modes>>,
    &code<store<names::bpf_classes>>,
    &code<store<names::bpf_classes>>,
    &code<compute<names::bpf_classes, names::bpf_alu_operations>>,
    &code<compute<names::bpf_classes, names::bpf_jump_operations>>,
    &code<return_code>,
    &code<miscellaneous>,
};
constexpr auto const& extended_load = code<fetch<names::ebpf_classes, names::ebpf_modes>>;
constexpr auto const& extended_compute = code<compute<names::ebpf_classes, names::bpf_alu_operations>>;
constexpr uapi::type const* extended_codes[] = {
    &extended_load,
    &extended_load,
    &extended_load,
    &extended_load,
    &extended_compute,
    &code<compute<names::ebpf_classes, names::bpf_jump_operations>>,
    &code<store<names::ebpf_classes>>,
    &extended_compute,
};

// `action` is the return value of a seccomp filter. The other tables are for negative offsets in a socket filter (SKF_*_OFF,
// linux/filter.h).
constexpr slice action[] = {{as::one_of<names::seccomp_actions>, 0xffff0000, true}, {as::hex32, 0xffff}};
constexpr uapi::enum_table negative_offsets{"",
                                            {
                                                {0xffe00000, "SKF_LL_OFF"},
                                                {0xfff00000, "SKF_NET_OFF"},
                                                {0xfffff000, "SKF_AD_OFF"},
                                            }};
constexpr auto const& base = as::one_of<negative_offsets>;
constexpr slice ancillary[] = {{base, 0xfffff000, true}, {as::one_of<names::bpf_ancillary_offsets>, 0xfff, true}};
constexpr slice network[] = {{base, 0xfff00000, true}, {as::uint32, 0xfffff, true, "offset"}};
constexpr slice link_layer[] = {{base, 0xffe00000, true}, {as::uint32, 0x1fffff, true, "offset"}};

uapi::type const& operand(uapi::filter_kind kind, unsigned code, std::uint32_t k)
{
    constexpr unsigned returns = 6, absolute_load = 0x20;
    if (kind == uapi::filter_kind::seccomp)
        return (code & 7) == returns ? as::packed<action> : as::hex32;
    if ((code & 0xe7) != absolute_load)
        return as::hex32;
    return k >= 0xfffff000   ? as::sum_of<ancillary>
           : k >= 0xfff00000 ? as::sum_of<network>
           : k >= 0xffe00000 ? as::sum_of<link_layer>
                             : as::hex32;
}

// A struct sock_filter is shown as the macro that makes it: BPF_JUMP with the fields `jt` and `jf`, or BPF_STMT without them.
constexpr uapi::structure statement_type{{{"code", as::hex16}, {"k", as::hex32}}, {}, uapi::layout::natural, 0, "BPF_STMT"};
constexpr uapi::structure jump_type{
    {{"code", as::hex16}, {"k", as::hex32}, {"jt", as::hex8}, {"jf", as::hex8}}, {}, uapi::layout::natural, 0, "BPF_JUMP"};

bool add_classic(capture& made, uapi::type const& self, std::uint64_t at)
{
    struct {
        std::uint16_t code;
        std::uint8_t jt, jf;
        std::uint32_t k;
    } raw{};
    if (!made.read_value(at, raw))
        return false;
    bool const jumps = raw.jt != 0 || raw.jf != 0;
    auto& tree = made.into();
    auto const place = tree.open({.as = jumps ? static_cast<uapi::type const*>(&jump_type) : &statement_type, .number = at});
    made.add(*classic_codes[raw.code & 7], "code", raw.code);
    made.add(jumps ? as::hex32 : operand(static_cast<uapi::filter_kind>(self.count), raw.code, raw.k), "k", raw.k);
    if (jumps) {
        made.add(as::hex8, "jt", raw.jt);
        made.add(as::hex8, "jf", raw.jf);
    }
    tree.close(place);
    return true;
}

constexpr uapi::structure extended_type{{
    {"code", as::hex16},
    {"dst_reg", as::uint8},
    {"src_reg", as::uint8},
    {"off", as::int16},
    {"imm", as::hex32},
}};

bool add_extended(capture& made, uapi::type const&, std::uint64_t at)
{
    constexpr auto const& register_name = as::one_of<names::bpf_registers, uapi::width::u8>;
    struct {
        std::uint8_t code, registers;
        std::uint16_t off;
        std::uint32_t imm;
    } raw{};
    if (!made.read_value(at, raw))
        return false;
    auto& tree = made.into();
    auto const place = tree.open({.as = &extended_type, .number = at});
    made.add(*extended_codes[raw.code & 7], "code", raw.code);
    made.add(register_name, "dst_reg", raw.registers & 15u);
    made.add(register_name, "src_reg", raw.registers >> 4);
    made.add(as::int16, "off", raw.off);
    made.add(as::hex32, "imm", raw.imm);
    tree.close(place);
    return true;
}

// These constants are not inside of the template add_program, because clang 16 crashes on them there.
constexpr uapi::type list_type = as::array<statement_type, uapi::member(0)>;
constexpr uapi::type pointer_type = as::in<list_type>;

// Adds a pointer and the list of instructions that the pointer points to. Without the option -v, adds only the address.
template <class Add>
bool add_program(capture& made, uapi::type const& self, std::string_view name, std::uint64_t to, std::uint64_t many, Add add)
{
    constexpr std::uint64_t size = 8;
    bool const fits = many <= ~std::uint64_t{0} / size && (many == 0 || to + many * size > to);
    if (!made.options().verbose || to == 0 || !fits) {
        made.add_plain(as::address, name, to);
        return true;
    }
    auto& tree = made.into();
    auto const pointer = tree.open({.as = &pointer_type, .name = name, .number = to});
    auto const list = tree.open({.as = &list_type, .number = many});
    auto const shown = std::min(many, most_instructions);
    std::uint64_t done = 0;
    while (done < shown && add(made, self, to + size * done))
        ++done;
    tree.close(list);
    if (done == 0 && many != 0) {
        tree.cancel(list);
        tree.node(pointer).state = value_state::unreadable;
    } else if (done < shown) {
        tree.node(list).state = value_state::unreadable;
        tree.node(list).number = to + size * done;
    } else if (done < many)
        tree.node(list).state = value_state::cut;
    tree.close(pointer);
    return true;
}

bool read_address(capture& made, std::uint64_t at, std::size_t size, std::uint64_t& into)
{
    std::array<std::byte, 8> raw{};
    auto const room = std::span{raw}.first(size);
    if (made.read_shown(at, room) != room.size())
        return false;
    into = decode::load(room);
    return true;
}

}   // namespace

bool filter_program(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    std::uint64_t to = 0;
    return read_address(made, at, uapi::size_of(uapi::width::word, made.model()), to)
           && add_program(made, self, name, to, made.count_here(self.length), add_classic);
}

bool filter_list(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    return add_program(made, self, name, at, made.count_here(self.length), add_classic);
}

bool extended_program(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    std::uint64_t to = 0;
    return read_address(made, at, 8, to) && add_program(made, self, name, to, made.count_here(self.length), add_extended);
}

}   // namespace cotrace::decode
