// SPDX-License-Identifier: BSL-1.0
// Custom decoders for ptrace(2) in traced programs: the registers of a tracee, and struct ptrace_syscall_info.
#include "uapi/custom.hpp"

#include "core/audit_arch.hpp"
#include "decode/capture.hpp"
#include "decode/opened.hpp"
#include "uapi/common.hpp"
#include "uapi/constants/security.hpp"
#include "uapi/constants/trace.hpp"
#include "uapi/words.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace cotrace::decode {

bool register_set(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    auto const length = made.count_here(self.length);
    std::uint64_t const whole = self.of->size_in(made.model());
    std::array<std::byte, uapi::largest_structure> buffer;
    auto const raw = std::span{buffer}.first(std::min(whole, length));
    // The kernel transfers only whole registers.
    if (length == 0 || length % uapi::size_of(uapi::width::word, made.model()) != 0 || made.read(at, raw) != raw.size())
        return false;
    return made.add_part_of(*self.of, name, raw, at, length > whole);
}

namespace {

namespace as = uapi::as;

constexpr uapi::structure head{{
    {"op", as::one_of<uapi::names::ptrace_syscall_info_operations, uapi::width::u8>},
    {"reserved", as::hex8, uapi::shown::nonzero},
    {"flags", as::hex16, uapi::shown::nonzero},
    {"arch", as::one_of<uapi::names::audit_arches>},
    {"instruction_pointer", uapi::address64},
    {"stack_pointer", uapi::address64},
    {"entry", as::nothing},
    {"exit", as::nothing},
    {"seccomp", as::nothing},
}};
constexpr uapi::type arguments = as::array<as::hex64, uapi::exactly(6)>;
constexpr uapi::structure entry{{{"nr", as::uint64}, {"args", arguments}, {"ret_data", as::uint32}}};
constexpr uapi::structure exit{{{"rval", as::int64}, {"is_error", as::uint8}}};
constexpr uapi::type failure = {.shape = uapi::shape::kernel_result, .width = uapi::width::u64, .style = uapi::style::decimal};
constexpr uapi::type call_numbers[] = {
    {.shape = uapi::shape::call_number, .width = uapi::width::u64, .interface = uapi::arch::x86_64},
    {.shape = uapi::shape::call_number, .width = uapi::width::u64, .interface = uapi::arch::i386},
    {.shape = uapi::shape::call_number, .width = uapi::width::u64, .interface = uapi::arch::aarch64},
    {.shape = uapi::shape::call_number, .width = uapi::width::u64, .interface = uapi::arch::riscv64},
};
constexpr std::size_t union_at = 24, args_at = 32, data_at = 80, information_size = 88;

// The type of a system call number on the architecture `audit_arch`.
uapi::type const& call_number(std::uint64_t audit_arch) noexcept
{
    auto const interface = uapi::interface_of(static_cast<unsigned>(audit_arch));
    for (auto const& each : call_numbers)
        if (interface == each.interface)
            return each;
    return as::uint64;
}

// The first bytes of a struct ptrace_syscall_info, as many as the call transferred, and zeros after these bytes.
class information {
public:
    explicit information(std::span<std::byte const> passed) noexcept { std::copy(passed.begin(), passed.end(), bytes_.begin()); }

    std::uint64_t number(std::size_t from, std::size_t size) const noexcept
    {
        return load(std::span{bytes_}.subspan(from, size));
    }

private:
    std::array<std::byte, information_size> bytes_{};
};

// Adds the member `entry` or `seccomp` of the union in struct ptrace_syscall_info.
void add_entry(capture& made, information const& all, std::uint64_t length, bool is_seccomp)
{
    opened const part{made, entry, is_seccomp ? "seccomp" : "entry"};
    made.add(call_number(all.number(4, 4)), "nr", all.number(union_at, 8));
    if (auto const many = std::min<std::uint64_t>((length - args_at) / 8, 6); many != 0) {
        opened const list{made, arguments, "args", many};
        for (std::size_t i = 0; i < many; ++i)
            made.add(as::hex64, {}, all.number(args_at + 8 * i, 8));
    }
    if (is_seccomp && length >= data_at + 4)
        made.add(as::uint32, "ret_data", all.number(data_at, 4));
}

void add_exit(capture& made, information const& all, std::uint64_t length)
{
    bool const has_error_flag = length > args_at;
    opened const part{made, exit, "exit"};
    made.add(has_error_flag && all.number(args_at, 1) != 0 ? failure : as::int64, "rval", all.number(union_at, 8));
    if (has_error_flag)
        made.add(as::uint8, "is_error", all.number(args_at, 1));
}

}   // namespace

// Adds a struct ptrace_syscall_info. The fields after the stack pointer depend on the kind of stop.
bool call_information(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at)
{
    constexpr std::uint8_t is_entry = 1, is_exit = 2, is_seccomp = 3;
    auto const length = std::min<std::uint64_t>({made.count_here(self.length), made.argument(2), information_size});
    std::array<std::byte, information_size> buffer;
    auto const raw = std::span{buffer}.first(length);
    if (length == 0 || made.read_shown(at, raw) != length)
        return false;
    information const all{raw};
    auto const place = static_cast<std::uint32_t>(made.into().nodes().size());
    made.add_part_of(head, name, raw.first(std::min(length, std::uint64_t{union_at})), at);
    auto const kind = all.number(0, 1);
    if (length >= args_at && (kind == is_entry || kind == is_seccomp))
        add_entry(made, all, length, kind == is_seccomp);
    else if (length >= args_at && kind == is_exit)
        add_exit(made, all, length);
    made.into().close(place);
    return true;
}

}   // namespace cotrace::decode
