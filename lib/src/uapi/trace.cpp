// SPDX-License-Identifier: BSL-1.0
// ptrace(2).
#include "uapi/constants/trace.hpp"

#include "uapi/common.hpp"
#include "uapi/constants/security.hpp"
#include "uapi/custom.hpp"
#include "uapi/filters.hpp"
#include "uapi/topics.hpp"

namespace cotrace::uapi {
namespace {

using namespace as;

// The registers of x86, from sys/user.h.
constexpr structure registers_64{{
    {"r15", hex64}, {"r14", hex64}, {"r13", hex64}, {"r12", hex64}, {"rbp", hex64}, {"rbx", hex64},
    {"r11", hex64}, {"r10", hex64}, {"r9", hex64}, {"r8", hex64}, {"rax", hex64}, {"rcx", hex64},
    {"rdx", hex64}, {"rsi", hex64}, {"rdi", hex64}, {"orig_rax", hex64}, {"rip", hex64}, {"cs", hex64},
    {"eflags", hex64}, {"rsp", hex64}, {"ss", hex64}, {"fs_base", hex64}, {"gs_base", hex64}, {"ds", hex64},
    {"es", hex64}, {"fs", hex64}, {"gs", hex64},
}};
static_assert(registers_64.size[0] == 216);
constexpr structure registers_32{{
    {"ebx", hex32}, {"ecx", hex32}, {"edx", hex32}, {"esi", hex32}, {"edi", hex32}, {"ebp", hex32},
    {"eax", hex32}, {"xds", hex32}, {"xes", hex32}, {"xfs", hex32}, {"xgs", hex32}, {"orig_eax", hex32},
    {"eip", hex32}, {"xcs", hex32}, {"eflags", hex32}, {"esp", hex32}, {"xss", hex32},
}};
constexpr structure float_registers_64{{
    {"cwd", hex16},
    {"swd", hex16},
    {"ftw", hex16},
    {"fop", hex16},
    {"rip", hex64},
    {"rdp", hex64},
    {"mxcsr", hex32},
    {"mxcr_mask", hex32},
    {"st_space", as::array<hex32, exactly(32)>},
    {"xmm_space", as::array<hex32, exactly(64)>},
    {"padding", as::array<hex32, exactly(24)>},
}};
static_assert(float_registers_64.size[0] == 512);
constexpr structure float_registers_32{{
    {"cwd", hex32},
    {"swd", hex32},
    {"twd", hex32},
    {"fip", hex32},
    {"fcs", hex32},
    {"foo", hex32},
    {"fos", hex32},
    {"st_space", as::array<hex32, exactly(20)>},
}};

// The offsets of registers and fields in struct user of x86-64: the argument `addr` of PTRACE_PEEKUSER and PTRACE_POKEUSER.
constexpr enum_table user_offsets{"", {
    {0, "8*R15"}, {8, "8*R14"}, {16, "8*R13"}, {24, "8*R12"}, {32, "8*RBP"}, {40, "8*RBX"}, {48, "8*R11"},
    {56, "8*R10"}, {64, "8*R9"}, {72, "8*R8"}, {80, "8*RAX"}, {88, "8*RCX"}, {96, "8*RDX"}, {104, "8*RSI"},
    {112, "8*RDI"}, {120, "8*ORIG_RAX"}, {128, "8*RIP"}, {136, "8*CS"}, {144, "8*EFL"}, {152, "8*RSP"}, {160, "8*SS"},
    {216, "offsetof(struct user, u_fpvalid)"}, {224, "offsetof(struct user, i387)"},
    {736, "offsetof(struct user, u_tsize)"}, {744, "offsetof(struct user, u_dsize)"},
    {752, "offsetof(struct user, u_ssize)"}, {760, "offsetof(struct user, start_code)"},
    {768, "offsetof(struct user, start_stack)"}, {776, "offsetof(struct user, signal)"},
    {784, "offsetof(struct user, reserved)"}, {792, "offsetof(struct user, u_ar0)"},
    {800, "offsetof(struct user, u_fpstate)"}, {808, "offsetof(struct user, magic)"},
    {816, "offsetof(struct user, u_comm)"}, {848, "offsetof(struct user, u_debugreg)"}, {912, "sizeof(struct user)"},
}};
constexpr type user_offset = {.shape = shape::offset, .width = width::word, .style = style::hex, .names = &user_offsets};

// The fourth argument of PTRACE_GETREGSET and PTRACE_SETREGSET: an iovec with a set of registers.
template <auto const& Registers>
constexpr auto const& register_set = in<as::custom_of<Registers, decode::register_set, member(1)>>;
template <auto const& General, auto const& Float>
constexpr choice_case register_sets[] = {{1, register_set<General>}, {2, register_set<Float>}};
template <auto const& General, auto const& Float>
constexpr type registers_at = {.shape = shape::choice, .width = width::word, .of = &address, .length = argument(2),
                               .cases = register_sets<General, Float>, .count = 2, .size = {8, 4, 4}, .align = {8, 4, 4}};
template <auto const& General, auto const& Float>
constexpr structure register_vector{{{"iov_base", registers_at<General, Float>}, {"iov_len", size}}};

constexpr structure signals_wanted{{
    {"off", uint64},
    {"flags", flags<names::ptrace_peeksiginfo_flags>},
    {"nr", uint32},
}};
constexpr auto const& signals_got = out<as::array<signal_info, returned()>>;
constexpr structure filter_asked{{{"filter_off", uint64}}};
constexpr structure filter_known{{
    {"filter_off", uint64},
    {"flags", flags<names::seccomp_filter_flags, width::u64>},
}, returned()};
constexpr type filter_asked_whole = {.shape = shape::custom, .width = width::word, .of = &filter_asked, .length = argument(2), .count = 8,
                                     .custom = {.decode = decode::zero_padded}};
constexpr type filter_metadata = {.shape = shape::pointer, .width = width::word, .way = direction::inout, .of = &filter_asked_whole,
                                  .after = &filter_known, .failed = &filter_asked_whole};
template <amount Length>
constexpr auto const& call_information = as::custom<decode::call_information, direction::in, Length>;

constexpr choice_case pids[] = {{0, nothing}};
#define COTRACE_NO_REGISTERS_ADDRESS {12, nothing}, {13, nothing}, {14, nothing}, {15, nothing}
#define COTRACE_ADDRESSES                                                                                    \
    {0, nothing}, {3, user_offset}, {6, user_offset}, {8, nothing}, {16, nothing}, {0x4204, one_of<names::elf_notes, width::word>}, \
        {0x4205, one_of<names::elf_notes, width::word>}, {0x4207, nothing}, {0x4208, nothing},               \
        {0x4209, in<signals_wanted>}, {0x420a, size}, {0x420b, size}, {0x420c, size}, {0x420d, size},        \
        {0x420e, size}, {0x4212, size}
constexpr choice_case addresses[] = {COTRACE_ADDRESSES};
constexpr choice_case addresses_x86[] = {COTRACE_NO_REGISTERS_ADDRESS, COTRACE_ADDRESSES};
#undef COTRACE_ADDRESSES
#undef COTRACE_NO_REGISTERS_ADDRESS

constexpr auto const& options = flags<names::ptrace_options, width::klong>;
constexpr auto const& sent = signal;
#define COTRACE_DATA                                                                                         \
    {0, nothing}, {1, out<address>}, {2, out<address>}, {3, out<address>}, {7, sent}, {8, nothing}, {9, sent}, \
        {16, nothing}, {17, sent}, {21, options}, {24, sent}, {31, sent}, {32, sent}, {33, sent}, {0x4200, options}, \
        {0x4201, out<long_unsigned>}, {0x4202, out<signal_info>}, {0x4203, in<signal_info>}, {0x4206, options}, \
        {0x4207, nothing}, {0x4208, nothing}, {0x4209, signals_got},                                         \
        {0x420a, out<as::signal_set<argument(2)>>}, {0x420b, in<as::signal_set<argument(2)>>},               \
        {0x420c, filter_instructions_got}, {0x420d, filter_metadata},                   \
        {0x420e, out<call_information<returned()>>}, {0x4212, in<call_information<argument(2)>>}
template <auto const& Vector>
constexpr auto const& registers_read = out_or<Vector, iovec_plain>;
template <auto const& General, auto const& Float, auto const& Vector = register_vector<General, Float>>
constexpr choice_case data_of[] = {
    COTRACE_DATA, {12, out<General>}, {13, in<General>}, {14, out<Float>}, {15, in<Float>},
    {0x4204, registers_read<Vector>}, {0x4205, in<Vector>},
};
constexpr choice_case data_elsewhere[] = {COTRACE_DATA, {0x4204, out<iovec_plain>}, {0x4205, in<iovec_plain>}};
#undef COTRACE_DATA

constexpr auto const& request = one_of<names::ptrace_requests, width::klong>;
constexpr auto const& pid = chosen<argument(0), pids, process_id>;

constexpr syscall_descriptor rows[] = {
    {"ptrace", {{"op", request}, {"pid", pid}, {"addr", chosen<argument(0), addresses_x86>}, {"data", chosen<argument(0), data_of<registers_64, float_registers_64>>}}, {}, {arch::x86_64, arch::x32}},
    {"ptrace", {{"op", request}, {"pid", pid}, {"addr", chosen<argument(0), addresses_x86>}, {"data", chosen<argument(0), data_of<registers_32, float_registers_32>>}}, {}, {arch::i386}},
    {"ptrace", {{"op", request}, {"pid", pid}, {"addr", chosen<argument(0), addresses>}, {"data", chosen<argument(0), data_elsewhere>}}, {}, {arch::aarch64, arch::riscv64}},
};

} // namespace

std::span<syscall_descriptor const> trace_calls() noexcept
{
    return rows;
}

} // namespace cotrace::uapi
