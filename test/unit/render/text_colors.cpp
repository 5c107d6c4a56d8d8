// SPDX-License-Identifier: BSL-1.0
// Tests of the colors of the text format.
#include "support/catch.hpp"

#include "render/text/colour.hpp"
#include "unit/render/rendered.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <vector>

namespace text_colors_tests {

using namespace cotrace;
using test::accepted;
using test::both;
using test::byte_memory;
using test::lines;
using test::of;
using test::traced_call;

namespace {

/// Replaces each '^' and the character after it by the color that the character stands for, or by the reset sequence.
std::string bytes(std::string_view text)
{
    render::text_colors const colors;
    std::string made;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '^')
            made += text[i];
        else
            switch (text[++i]) {
            case 'N': made += colors.argument_name; break;
            case 'V': made += colors.argument_value; break;
            case 'F': made += colors.call; break;
            case 'M': made += colors.comment; break;
            case 'C': made += colors.constant; break;
            case 'E': made += colors.error; break;
            case 'P': made += colors.punctuation; break;
            case 'R': made += colors.returned; break;
            case 'S': made += colors.syscall; break;
            default: made += colors.reset;
            }
    return made;
}

/// The text without escape sequences.
std::string stripped(std::string_view text)
{
    std::string made;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\033')
            i = text.find('m', i);
        else
            made += text[i];
    return made;
}

render::text_options in_colors(render::text_options options = {.column = 0})
{
    options.colors.emplace();
    return options;
}

traced_call opened()
{
    byte_memory memory;
    memory.put(0x1000, {"/nothing\0", 9});
    traced_call open{"openat", {0xffffff9c, 0x1000, 02000000}};
    open.enter(memory).leave(memory, -ENOENT);
    return open;
}

traced_call finished(char const* name, std::vector<std::uint64_t> args, std::int64_t result)
{
    byte_memory memory;
    memory.put(0x1000, {"/x\0", 3});
    memory.put_words(0x2000, std::uint64_t{0x10001} << 32 | 3);
    traced_call call{name, std::move(args)};
    call.enter(memory).leave(memory, result);
    return call;
}

siginfo_t fault()
{
    siginfo_t info{};
    info.si_signo = SIGSEGV;
    info.si_code = SEGV_MAPERR;
    return info;
}

/// The colored text of the last arguments of a call, without the ")" after them.
std::string values(std::string_view text)
{
    std::optional<render::text_colors> const colors{std::in_place};
    auto to = std::string{text} + ')';
    render::painter{colors}.end(to, {.arguments = 0, .result = to.size(), .remarks = to.size()});
    auto const end = bytes("^P)^0");
    REQUIRE(std::string_view{to}.ends_with(end));
    to.resize(to.size() - end.size());
    return to;
}

std::vector<record> many_records()
{
    std::vector<record> seen;
    siginfo_t info = fault();
    for (auto const& each :
         {opened(), accepted(), finished("mprotect", {0x1000, 4096, 0x10}, -EINVAL), finished("close", {3}, 0),
          finished("mknod", {0x1000, 020600, 0x103}, 0), finished("fcntl", {3, 3}, 0x8002), finished("poll", {0x2000, 1, 5}, 1),
          finished("poll", {0x2000, 1, 5}, 0), finished("read", {0, 0x1000, 2}, -512),
          finished("rt_sigprocmask", {0, 0x2000, 0, 8}, 0), finished("ioctl", {0, 0x5401, 0x9000}, -ENOTTY),
          finished("futex", {0x2000, 5, 1, 2, 0x3000, 0x14000001}, 1), finished("getpid", {}, 7)}) {
        seen.push_back(each.entered());
        if (seen.size() % 3 == 0)
            seen.push_back(of(8, group_stopped{signo{SIGTSTP}}));
        seen.push_back(each.exited());
    }
    seen.push_back(of(7, signal_received{info}));
    seen.push_back(seen[0]);
    seen.push_back(of(9, records_lost{12}));
    seen.push_back(of(7, thread_exited{SIGSEGV, true, true, true}));
    seen.push_back(of(8, thread_exited{3, false, false, true}));
    seen.push_back(of(9, thread_exited{}));
    return seen;
}

}   // namespace

TEST_CASE("the parts of a failed call have colors")
{
    CHECK(both(opened(), in_colors())
          == bytes("^Sopenat^P(^V^CAT_FDCWD^V^P, ^V\"/nothing\"^P, ^V^CO_RDONLY^V^P|^V^CO_CLOEXEC^V^P)^0 ^P=^0 ^R-1 "
                   "^EENOENT (No such file or directory)^0\n"));
    CHECK(both(finished("read", {0, 0x9000, 1}, -512), in_colors())
          == bytes("^Sread^P(^V0^P, ^V0x9000^P, ^V1^P)^0 ^P=^0 ^R? "
                   "^EERESTARTSYS (To be restarted if SA_RESTART is set)^0\n"));
}

TEST_CASE("the equals sign of a colored line is in the same column as without colors")
{
    CHECK(both(finished("close", {3}, 0), in_colors({})) == bytes("^Sclose^P(^V3^P)^0" + std::string(32, ' ') + "^P=^0 ^R0^0\n"));
}

TEST_CASE("members of structures and changed values have colors")
{
    CHECK(both(accepted(), in_colors())
          == bytes("^Saccept^P(^V3^P, ^V^P{^V^Nsa_family^P=^V^CAF_UNSPEC^V^P, ^V^Nsa_data^P=^V"
                   "\"\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\"^P}^V^P, ^V^P[^V28^P => ^V16^P]^V^P)^0 ^P=^0 ^R4^0\n"));
}

TEST_CASE("comments, names of arguments and calls in values have colors")
{
    CHECK(both(finished("mprotect", {0x1000, 4096, 0x10}, -EINVAL), in_colors())
          == bytes("^Smprotect^P(^V0x1000^P, ^V4096^P, ^V0x10^M /* PROT_??? */^V^P)^0 ^P=^0 ^R-1 "
                   "^EEINVAL (Invalid argument)^0\n"));
    CHECK(both(finished("close", {3}, 0), in_colors({.column = 0, .labels = true}))
          == bytes("^Sclose^P(^V^Nfd^P=^V3^P)^0 ^P=^0 ^R0^0\n"));
    CHECK(both(finished("mknod", {0x1000, 020600, 0x103}, 0), in_colors())
          == bytes("^Smknod^P(^V\"/x\"^P, ^V^CS_IFCHR^V^P|^V0600^P, ^V^Fmakedev^P(^V0x1^P, ^V0x3^P)^V^P)^0 ^P=^0 ^R0^0\n"));
}

TEST_CASE("remarks after the result have no color")
{
    auto call = finished("getpid", {}, 7);
    call.exit.took = std::chrono::microseconds{5};
    call.exit.tampered.result = true;
    CHECK(both(call, in_colors({.column = 0, .durations = true}))
          == bytes("^Sgetpid^P(^V^P)^0 ^P=^0 ^R7^0 (INJECTED) <0.000005>\n"));
}

TEST_CASE("lines about signals and about ends of threads have colors")
{
    CHECK(lines(in_colors(), {of(7, signal_received{fault()})})
          == bytes("^P--- ^V^CSIGSEGV^V ^P{^V^Nsi_signo^P=^V^CSIGSEGV^V^P, ^V^Nsi_code^P=^V^CSEGV_MAPERR^V^P, "
                   "^V^Nsi_addr^P=^VNULL^P}^V^P ---^0\n"));
    CHECK(lines(in_colors(), {of(7, group_stopped{signo{SIGTSTP}})}) == bytes("^P--- ^Vstopped by ^CSIGTSTP^V^P ---^0\n"));
    CHECK(lines(in_colors(), {of(7, thread_exited{3, false, false, true})}) == bytes("^P+++ ^Rexited with 3^P +++^0\n"));
    CHECK(lines(in_colors(), {of(7, thread_exited{SIGSEGV, true, true, true})})
          == bytes("^P+++ ^Ekilled by SIGSEGV (core dumped)^P +++^0\n"));
}

TEST_CASE("the colors end where a line is interrupted, and at the end of a call that does not return")
{
    byte_memory memory;
    memory.put(0x1000, "abc");
    traced_call read{"read", {0, 0x1000, 9}}, leave{"exit_group", {3}};
    read.enter(memory);
    leave.enter(memory);
    render::text_renderer renderer{in_colors({.threads = render::thread_prefix::always, .column = 0, .exits = false})};
    std::string text;
    renderer.append(read.entered(), text);
    CHECK(text == bytes("7     ^Sread^P(^V0^P, ^V"));
    renderer.append(of(8, syscall_entered{leave.call}), text);
    renderer.append(of(8, thread_exited{3, false, false, true}), text);
    read.leave(memory, 3);
    renderer.append(read.exited(), text);
    CHECK(text
          == bytes("7     ^Sread^P(^V0^P, ^V ^P<^Vunfinished ...^P>^V^0\n"
                   "8     ^Sexit_group^P(^V3^P)^0 ^P=^0 ^R?^0\n"
                   "7     ^P<^V... ^Sread^V resumed^P>^V\"abc\"^P, ^V9^P)^0 ^P=^0 ^R3^0\n"));
}

TEST_CASE("without results, the colors end after the arguments")
{
    auto const call = finished("read", {0, 0x1000, 1}, 0);
    CHECK(lines(in_colors({.entries_only = true}), {call.entered()}) == bytes("^Sread^P(^V0^P, ^V^P...^V^P)^0\n"));
}

TEST_CASE("a string has one color, whatever it contains")
{
    auto const* const strange = "\"a, {O_RDONLY=1} /* b */ \\\" => ??? <c> ')\"";
    CHECK(values(strange) == strange);
    CHECK(values("'\\'', '\"', ABC") == bytes("'\\''^P, ^V'\"'^P, ^V^CABC^V"));
    CHECK(values("\"abc\"..., 3") == bytes("\"abc\"^P...^V^P, ^V3"));
}

TEST_CASE("the path of a descriptor and the name of a process have one color")
{
    CHECK(values("3</tmp/a, {B} /* c->, 4") == bytes("3^P<^V/tmp/a, {B} /* c-^P>^V^P, ^V4"));
    CHECK(values("AT_FDCWD</tmp>, 5</x>(deleted)") == bytes("^CAT_FDCWD^V^P<^V/tmp^P>^V^P, ^V5^P<^V/x^P>^V^P(^Vdeleted^P)^V"));
    CHECK(values("0</dev/pts/1<char 136:1>>") == bytes("0^P<^V/dev/pts/1^P<^Vchar 136:1^P>^V^P>^V"));
    CHECK(values("4<TCP:[127.0.0.1:5->127.0.0.1:6]>") == bytes("4^P<^VTCP:[127.0.0.1:5->127.0.0.1:6]^P>^V"));
    CHECK(values("4<TCPv6:[[::1]:5->[::1]:6]>") == bytes("4^P<^VTCPv6:[[::1]:5->[::1]:6]^P>^V"));
    CHECK(values("4<UNIX-STREAM:[1->2,@\"a>b\"]>, A1") == bytes("4^P<^VUNIX-STREAM:[1->2,@\"a>b\"]^P>^V^P, ^V^CA1^V"));
    CHECK(values("12<a\\74b\\\\>") == bytes("12^P<^Va\\74b\\\\^P>^V"));
}

TEST_CASE("values of unusual forms have colors")
{
    CHECK(values("TCGETS or SNDCTL_TMR_TIMEBASE, 0x1") == bytes("^CTCGETS^V^P or ^V^CSNDCTL_TMR_TIMEBASE^V^P, ^V0x1"));
    CHECK(values("_IOC(_IOC_NONE, 0x1)") == bytes("^F_IOC^P(^V^C_IOC_NONE^V^P, ^V0x1^P)^V"));
    CHECK(values("[[NFT_A]=1]") == bytes("^P[^V^P[^V^CNFT_A^V^P]=^V1^P]^V"));
    CHECK(values("???, __NR_read, K_HEXa, AF_DECnet") == bytes("^E???^V^P, ^V^C__NR_read^V^P, ^V^CK_HEXa^V^P, ^V^CAF_DECnet^V"));
    CHECK(values("0x1 /* 0x0 /* A */+1 */, 2") == bytes("0x1^M /* 0x0 /* A */+1 */^V^P, ^V2"));
    CHECK(values("/* bytes 4..7 */ \"\\1\"") == bytes("^M/* bytes 4..7 */^V \"\\1\""));
    CHECK(values("[{WIFEXITED(s) && WEXITSTATUS(s) == 0}]")
          == bytes("^P[^V^P{^V^FWIFEXITED^P(^Vs^P)^V ^P&&^V ^FWEXITSTATUS^P(^Vs^P)^V ^P==^V 0^P}^V^P]^V"));
    CHECK(values("~[INT CHLD]") == bytes("~^P[^V^CINT^V ^CCHLD^V^P]^V"));
    CHECK(values("1<<28|2") == bytes("1^P<<^V28^P|^V2"));
    for (auto const* each :
         {"\"", "'", "<", "3</a", "/*", " /* /* */", "\\", "\"\\", "<\\", "<\"", "a=", "_", "__", "=", "A", "?", ""})
        CHECK(stripped(values(each)) == each);
}

TEST_CASE("without the escape sequences, colored text is the same as text without colors")
{
    auto const seen = many_records();
    using enum render::thread_prefix;
    std::vector<render::text_options> const all = {
        {},
        {.column = 0},
        {.names = render::constants::raw},
        {.names = render::constants::verbose, .labels = true},
        {.threads = always, .times = render::time_prefix::epoch, .strings = render::escapes::all_hex, .durations = true},
        {.pointers = true, .numbers = true, .entries_only = true},
        {.statuses = {call_status::successful, call_status::unfinished}},
        {.raw = filter{"all"}},
    };
    for (auto const& options : all) {
        auto const plain = lines(options, seen), colored = lines(in_colors(options), seen);
        CHECK(stripped(colored) == plain);
        CHECK(colored != plain);
    }
    for (auto const& each : seen)
        CHECK(stripped(render::text(each, in_colors())) == render::text(each, {.column = 0}));
}

TEST_CASE("escape sequences other than the default can be selected, also empty ones")
{
    render::text_options options{.column = 0};
    options.colors = render::text_colors{.argument_value = "", .punctuation = "", .returned = "<green>", .reset = "<off>"};
    CHECK(both(finished("close", {3}, 0), options) == "\033[33mclose(3)<off> =<off> <green>0<off>\n");
}

}   // namespace text_colors_tests
