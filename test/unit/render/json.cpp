// SPDX-License-Identifier: BSL-1.0
// Parses the lines with Boost.JSON, which rejects bytes that are not UTF-8. boost/json/src.hpp compiles Boost.JSON.
#include "support/catch.hpp"
#include "support/short_form.hpp"

#include "unit/decode/byte_memory.hpp"
#include "unit/decode/random_memory.hpp"

#include "uapi/numbers.hpp"

#include <cotrace/render/json.hpp>

#include <boost/json/src.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <random>
#include <set>
#include <span>

namespace json_tests {

using namespace cotrace;
using cotrace::uapi::arch;
using test::byte_memory;
using test::for_each_call;
using test::random_call;
using test::random_exit;
using test::random_memory;
using test::short_form;
using test::traced_call;

namespace {

record of(int thread, event what)
{
    return {tid{thread}, timestamp{std::chrono::nanoseconds{1'700'000'000'123'456'789}}, std::move(what), pid{5}};
}

std::string line(record const& seen, bool entries = false)
{
    std::string text;
    render::append_json(seen, {.entries = entries}, text);
    return text;
}

boost::json::value parsed(std::string const& text)
{
    INFO(text);
    boost::system::error_code error;
    auto made = boost::json::parse(text, error);
    REQUIRE_FALSE(error);
    return made;
}

/// The part of a call's line that the JSON pointer `at` refers to.
std::string part(traced_call const& call, std::string const& at)
{
    return boost::json::serialize(parsed(line(call.exited())).at_pointer(at));
}

std::string part(event what, std::string const& at)
{
    return boost::json::serialize(parsed(line(of(1, std::move(what)))).at_pointer(at));
}

/// The JSON of the argument `buf` of write(2), without the member "text".
std::string buffer(traced_call const& call)
{
    auto argument = parsed(line(call.exited())).at_pointer("/arguments/buf").as_object();
    argument.stable_erase(argument.find("text"));
    return boost::json::serialize(argument);
}

traced_call wrote(std::string bytes, std::uint64_t length, capture_options const& options = {})
{
    byte_memory memory;
    memory.put(0x1000, std::move(bytes));
    traced_call write{"write", {1, 0x1000, length}};
    write.enter(memory, options).leave(memory, 1);
    return write;
}

}   // namespace

TEST_CASE("a call is one line, an object with the arguments and the result")
{
    byte_memory memory;
    memory.put(0x1000, {"/etc/passwd\0", 12});
    traced_call open{"openat", {0xffffff9c, 0x1000, 02000000}};
    open.enter(memory).leave(memory, 3);
    open.exit.took = std::chrono::nanoseconds{4200};
    open.call->ip = 0x7f0000001234;
    CHECK(line(of(7, open.exit))
          == R"({"schema":2,"event":"syscall_exited","pid":5,"tid":7,"comm":"","start":1700000000123452589,"duration":4200,)"
             R"("name":"openat","number":257,"abi":"x86_64","ip":"0x7f0000001234",)"
             R"("arguments":{"dirfd":{"text":"AT_FDCWD","value":-100,"name":"AT_FDCWD"},)"
             R"("pathname":{"text":"\"/etc/passwd\"","string":"/etc/passwd","length":11},)"
             R"("flags":{"text":"O_RDONLY|O_CLOEXEC","value":524288,"names":["O_RDONLY","O_CLOEXEC"]}},)"
             R"("return":{"text":"3","value":3}})"
             "\n");
}

TEST_CASE("a line has the name of its thread, which is empty if it is not known")
{
    auto seen = of(7, detached{});
    CHECK(line(seen)
          == R"({"schema":2,"event":"detached","pid":5,"tid":7,"comm":"","start":1700000000123456789,"duration":0})"
             "\n");
    seen.comm = std::make_shared<std::string const>("my \"name\"");
    CHECK(line(seen)
          == R"({"schema":2,"event":"detached","pid":5,"tid":7,"comm":"my \"name\"","start":1700000000123456789,"duration":0})"
             "\n");
}

TEST_CASE("the entry of a call has a line only if entries are wanted")
{
    byte_memory memory;
    traced_call close{"close", {3}};
    close.enter(memory);
    CHECK(line(close.entered()).empty());
    auto const entry = parsed(line(close.entered(), true));
    CHECK(entry.at("event").as_string() == "syscall_entered");
    CHECK(boost::json::serialize(entry.at("arguments")) == R"({"fd":{"text":"3","value":3}})");
}

TEST_CASE("a failed call has the number, the name and the text of its error, and the result -1")
{
    byte_memory memory;
    traced_call close{"close", {3}};
    close.enter(memory).leave(memory, -EBADF);
    CHECK(part(close, "/error") == R"({"value":9,"name":"EBADF","text":"Bad file descriptor"})");
    CHECK(part(close, "/return") == R"-({"text":"-1 EBADF (Bad file descriptor)","value":-1})-");
}

TEST_CASE("a pointer to unreadable memory, and a null pointer, is an address")
{
    byte_memory memory;
    traced_call rename{"rename", {0, 0xdead0000}};
    rename.enter(memory).leave(memory, -EFAULT);
    CHECK(part(rename, "/arguments")
          == R"({"oldpath":{"text":"NULL","address":"0x0"},"newpath":{"text":"0xdead0000","address":"0xdead0000"}})");
}

TEST_CASE("the name of a Unix socket that begins with a null byte is abstract, also if it is only a null byte")
{
    byte_memory memory;
    memory.put(0x1000, std::string{"\1\0\0x", 4});
    CHECK(part(traced_call{"connect", {3, 0x1000, 4}}.enter(memory).leave(memory, 0), "/arguments/addr/fields/sun_path")
          == R"({"string":"x","length":1,"abstract":true})");
    CHECK(part(traced_call{"connect", {3, 0x1000, 3}}.enter(memory).leave(memory, 0), "/arguments/addr/fields/sun_path")
          == R"({"string":"","length":0,"abstract":true})");
}

TEST_CASE("bytes are text if they are UTF-8, and base64 otherwise, and their length is the length before cutting")
{
    CHECK(part(wrote("a\"\\\n\x01\x7f\xc3\xa9", 8), "/arguments/buf")
          == R"({"text":"\"a\\\"\\\\\\n\\1\\177\\303\\251\"","string":"a\"\\\n\u0001)"
             "\x7f\xc3\xa9\",\"length\":8}");
    CHECK(buffer(wrote(std::string(100, 'x'), 100))
          == R"({"string":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","length":100,"cut":true})");
    CHECK(buffer(wrote("\xff", 1)) == R"({"base64":"/w==","length":1})");
    CHECK(buffer(wrote("\xff\xfe", 2)) == R"({"base64":"//4=","length":2})");
    CHECK(buffer(wrote("\xff\xfe\xfd", 3)) == R"({"base64":"//79","length":3})");
    CHECK(buffer(wrote({"\0\0", 2}, 2)) == R"({"string":"\u0000\u0000","length":2})");
}

TEST_CASE("text is cut only between characters")
{
    for (std::string character : {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"})
        for (std::size_t beside = 0; beside < 32; ++beside) {
            std::string bytes(beside, 'x');
            while (bytes.size() < 64)
                bytes += character;
            auto const whole = beside + (32 - beside) / character.size() * character.size();
            auto const at = parsed(line(wrote(bytes, bytes.size()).exited())).at_pointer("/arguments/buf");
            CHECK(at.at("string").as_string() == bytes.substr(0, whole));
            CHECK(at.at("cut").as_bool());
        }
    CHECK(buffer(wrote(std::string(31, 'x') + "\xc3x", 33)).starts_with(R"({"string":"xxx)"));
    CHECK(buffer(wrote(std::string(31, 'x') + "\xffx", 33)).starts_with(R"({"base64":)"));
    CHECK(buffer(wrote(std::string(30, 'x') + "\xc3x", 32)).starts_with(R"({"base64":)"));
}

TEST_CASE("only valid UTF-8 counts as text")
{
    for (std::string bad :
         {"\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xc3"})
        CHECK(parsed(line(wrote(bad, bad.size()).exited())).at_pointer("/arguments/buf").as_object().contains("base64"));
    for (std::string good :
         {"\x7f", "\xc2\x80", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
        CHECK(parsed(line(wrote(good, good.size()).exited())).at_pointer("/arguments/buf/string").as_string() == good);
}

TEST_CASE("every integer is a JSON number, however large it is")
{
    auto const seek = [](std::uint64_t offset, std::int64_t result) {
        byte_memory memory;
        traced_call made{"lseek", {3, offset, 0}};
        made.enter(memory).leave(memory, result);
        return made;
    };
    CHECK(part(seek(0x20000000000000, 0), "/arguments/offset/value") == "9007199254740992");
    CHECK(part(seek(~std::uint64_t{0}, 0), "/arguments/offset/value") == "-1");
    CHECK(part(seek(std::uint64_t{1} << 63, 0), "/arguments/offset/value") == "-9223372036854775808");
    CHECK(part(seek(0, 0x7fffffffffffffff), "/return/value") == "9223372036854775807");
    CHECK(part(records_lost{~std::uint64_t{0}}, "/count") == "18446744073709551615");
}

TEST_CASE("a number that an argument points to is in an array, also with its value before the call if that differs")
{
    byte_memory memory;
    memory.put_words(0x1000, 28);
    traced_call name{"getsockname", {3, 0x2000, 0x1000}};
    name.enter(memory);
    memory.put_words(0x1000, 16);
    memory.put(0x2000, {"\2\0\0\120\177\0\0\1\0\0\0\0\0\0\0\0", 16});
    name.leave(memory, 0);
    CHECK(part(name, "/arguments/addrlen") == R"({"text":"[28 => 16]","elements":[{"value":16}]})");
    CHECK(part(name, "/before") == R"({"addrlen":{"text":"[28]","elements":[{"value":28}]}})");
    CHECK(part(name, "/arguments/addr/fields")
          == R"({"sa_family":{"value":2,"name":"AF_INET"},"sin_port":{"value":80},"sin_addr":{"string":"127.0.0.1"}})");
}

TEST_CASE("a failed call has the arguments that were passed to it")
{
    byte_memory memory;
    memory.put_words(0x1000, 28);
    traced_call name{"getsockname", {3, 0x2000, 0x1000}};
    name.enter(memory).leave(memory, -ENOTSOCK);
    CHECK(part(name, "/arguments")
          == R"({"sockfd":{"text":"3","value":3},"addr":{"text":"0x2000","address":"0x2000"},)"
             R"("addrlen":{"text":"[28]","elements":[{"value":28}]}})");
    CHECK_FALSE(parsed(line(name.exited())).as_object().contains("before"));
}

TEST_CASE("a structure that was not captured completely is marked")
{
    byte_memory memory;
    memory.put(0x2000, std::string(144, '\0'));
    traced_call brief{"fstat", {3, 0x2000}}, full{"fstat", {3, 0x2000}};
    brief.enter(memory).leave(memory, 0);
    full.enter(memory).leave(memory, 0, {.verbose = true});
    CHECK(part(brief, "/arguments/statbuf/cut") == "true");
    auto const whole = parsed(line(full.exited())).at_pointer("/arguments/statbuf").as_object();
    CHECK_FALSE(whole.contains("cut"));
    CHECK(boost::json::serialize(whole.at("fields").at("st_mode")) == R"({"value":0,"octal":"0"})");
}

TEST_CASE("the argument of an ioctl request is decoded in JSON even if strace does not decode it")
{
    byte_memory memory;
    memory.put(0x1000, {"\1\0\0\0\2\0\0\0", 8});
    auto const request = [&](std::uint64_t number, std::uint64_t argument, bool verbose, std::int64_t result = 0) {
        capture_options options;
        options.verbose = verbose;
        traced_call call{"ioctl", {3, number, argument}};
        call.enter(memory, options).leave(memory, result, options);
        auto const shown = parsed(line(call.exited())).at_pointer("/arguments/argp");
        for (auto const* member : {"fields", "elements"})
            if (auto const* const found = shown.as_object().if_contains(member))
                return boost::json::serialize(*found);
        return boost::json::serialize(shown);
    };
    for (bool const verbose : {false, true}) {
        CHECK(request(0x4008af10, 0x1000, verbose) == R"({"index":{"value":1},"num":{"value":2}})");   // VHOST_SET_VRING_NUM
        CHECK(request(0x4004ae86, 0x1000, verbose) == R"([{"value":1}])");                             // KVM_INTERRUPT
        CHECK(request(0x80045503, 0x1000, verbose, -EBADF) == R"([{"value":1}])");                     // USBDEVFS_RESETEP
        CHECK(request(0x40045564, 1, verbose).ends_with(R"("value":1,"name":"EV_KEY"})"));             // UI_SET_EVBIT
        CHECK(request(0x4008af10, 0x9000, verbose) == R"({"text":"0x9000","address":"0x9000"})");
    }
}

TEST_CASE("a field that the text shows twice is one member in JSON")
{
    byte_memory memory;
    memory.put(0x2000, "Q" + std::string(159, '\0'));   // this is a struct sg_io_v4
    traced_call transfer{"ioctl", {3, 0x2285, 0x2000}};
    transfer.enter(memory).leave(memory, 0);
    std::string_view const name = "\"response_len\":";
    auto const text = line(transfer.exited());
    INFO(text);
    REQUIRE(text.find(name) != text.npos);
    CHECK(text.find(name) == text.rfind(name));
}

TEST_CASE("the bits of a value that have no name are together in one JSON member")
{
    traced_call state{"prctl", {70}};   // 70 is PR_RISCV_V_GET_CONTROL; the bits 0x63 of its result have no names
    byte_memory memory;
    state.enter(memory).leave(memory, 0x73);
    auto const text = line(state.exited());
    INFO(text);
    CHECK(text.find(R"("names":["PR_RISCV_V_VSTATE_CTRL_DEFAULT","PR_RISCV_V_VSTATE_CTRL_INHERIT"],"rest":99)") != text.npos);
    CHECK(text.find("\"rest\":") == text.rfind("\"rest\":"));
}

TEST_CASE("an array of which only a part is shown has its real length")
{
    byte_memory memory;
    memory.put_words(0x1000, 0x2000, 0x2000, 0);
    memory.put(0x2000, {"x\0", 2});
    traced_call exec{"execve", {0x2000, 0x1000, 0x1000}};
    exec.enter(memory).leave(memory, 0);
    CHECK(part(exec, "/arguments/argv/elements") == R"([{"string":"x","length":1},{"string":"x","length":1}])");
    CHECK(part(exec, "/arguments/envp") == R"({"text":"0x1000 /* 2 vars */","elements":[],"length":2,"cut":true})");
}

TEST_CASE("a call with an unknown number is shown with its registers")
{
    auto call = std::make_shared<syscall_call>();
    call->number = 0x1ff;
    call->args[5] = ~std::uint64_t{0};
    syscall_exited const exit{call, {-ENOSYS, true}, {}, {}};
    CHECK(part(exit, "/name") == R"("syscall_0x1ff")");
    CHECK(part(exit, "/registers") == R"(["0x0","0x0","0x0","0x0","0x0","0xffffffffffffffff"])");
    CHECK(part(syscall_exited{nullptr, {5, false}, {}, {}}, "/return") == R"({"text":"5","value":5})");
}

TEST_CASE("each kind of event that is not a call has members of its own")
{
    CHECK(part(thread_started{origin::vfork, tid{6}}, "/how") == R"("vfork")");
    CHECK(part(thread_started{origin::vfork, tid{6}}, "/parent") == "6");
    CHECK(part(thread_started{origin::launched, {}}, "/parent") == "null");
    CHECK(part(group_stopped{signo{SIGTSTP}}, "/signal") == R"({"value":20,"name":"SIGTSTP"})");
    CHECK(part(image_replaced{tid{8}}, "/former") == "8");
    CHECK(part(superseded{tid{9}}, "/by") == "9");
    CHECK(part(superseded{}, "/by") == "null");
    CHECK(part(thread_exited{3, false, false, true}, "/status") == "3");
    CHECK(part(thread_exited{3, false, false, true}, "/signal") == "null");
    CHECK(part(thread_exited{SIGSEGV, true, true, true}, "/signal") == R"({"value":11,"name":"SIGSEGV"})");
    CHECK(part(thread_exited{SIGSEGV, true, true, true}, "/core") == "true");
    CHECK(part(thread_exited{0, false, false, false}, "/status") == "null");
    CHECK(part(detached{}, "/event") == R"("detached")");
    failure const what{{EPERM, boost::system::system_category()}, "execve \xff", tid{5}, {}};
    CHECK(part(trace_failed{what}, "/operation") == "\"execve \xef\xbf\xbd\"");
    CHECK(part(trace_failed{what}, "/error/name") == R"("EPERM")");
    CHECK(part(trace_failed{what}, "/subject") == "5");
}

TEST_CASE("a signal has the members that its cause fills in")
{
    siginfo_t child{};
    child.si_signo = SIGCHLD;
    child.si_code = CLD_KILLED;
    child.si_pid = 12;
    child.si_status = SIGTERM;
    CHECK(
        part(signal_received{child}, "/siginfo")
        == R"({"text":"{si_signo=SIGCHLD, si_code=CLD_KILLED, si_pid=12, si_uid=0, si_status=SIGTERM, si_utime=0, si_stime=0}",)"
           R"("fields":{"si_signo":{"value":17,"name":"SIGCHLD"},"si_code":{"value":2,"name":"CLD_KILLED"},"si_pid":{"value":12},)"
           R"("si_uid":{"value":0},"si_status":{"value":15,"name":"SIGTERM"},"si_utime":{"value":0},"si_stime":{"value":0}}})");
    siginfo_t fault{};
    fault.si_signo = SIGSEGV;
    fault.si_code = 1;
    CHECK(part(signal_received{fault}, "/siginfo/fields/si_addr") == R"({"address":"0x0"})");
    CHECK(part(signal_received{fault}, "/siginfo/fields/si_code/name") == R"("SEGV_MAPERR")");
}

namespace {

/// Whether each member of a value has the type that the documentation of `append_json` gives.
bool is_value(boost::json::value const& any);

bool are_values(boost::json::value const& any)
{
    if (auto const* const list = any.if_array())
        return std::ranges::all_of(*list, is_value);
    auto const* const named = any.if_object();
    return named != nullptr && std::ranges::all_of(*named, [](auto const& each) { return is_value(each.value()); });
}

bool is_value(boost::json::value const& any)
{
    auto const* const members = any.if_object();
    return members != nullptr && std::ranges::all_of(*members, [](auto const& each) {
               auto const name = std::string_view{each.key()};
               auto const& is = each.value();
               if (name == "value" || name == "rest" || name == "length")
                   return is.is_int64() || is.is_uint64();
               if (name == "names")
                   return is.is_array() && std::ranges::all_of(is.as_array(), [](auto const& one) { return one.is_string(); });
               if (name == "elements" || name == "fields")
                   return is.is_array() == (name == "elements") && are_values(is);
               if (name == "cut" || name == "abstract")
                   return is.is_bool();
               return is.is_string()
                      && (name == "text" || name == "name" || name == "string" || name == "base64" || name == "octal"
                          || name == "address" || name == "unreadable");
           });
}

bool has_values(boost::json::value const& record)
{
    for (auto const* name : {"arguments", "before", "notes"})
        if (auto const* const found = record.as_object().if_contains(name); found != nullptr && !are_values(*found))
            return false;
    for (auto const* name : {"return", "siginfo"})
        if (auto const* const found = record.as_object().if_contains(name); found != nullptr && !is_value(*found))
            return false;
    return true;
}

// Checks the values, because Boost.JSON keeps only the last of several members with one name.
bool names_differ(value_list const& parts, bool are_members)
{
    std::set<std::string_view> names;
    for (auto const each : parts) {
        bool const is_structure = each.shape() == cotrace::uapi::shape::structure;
        if ((are_members && !names.insert(each.name()).second) || !names_differ(each.parts(), is_structure))
            return false;
    }
    return true;
}

void run(arch interface, std::uint64_t number, std::uint32_t seed)
{
    std::minstd_rand random{seed};
    random_memory memory{seed};
    auto const call = random_call(interface, number, random);
    capture_options options;
    options.verbose = random() % 2;
    decode::decode_entry(memory, options, *call);
    auto exited = random_exit(call, random);
    decode::decode_exit(memory, options, *call, exited);

    REQUIRE(names_differ(call->values.all(), true));
    REQUIRE(names_differ(exited.values.all(), true));
    REQUIRE(has_values(parsed(line(of(1, syscall_entered{call}), true))));
    REQUIRE(has_values(parsed(line(of(1, exited)))));
}

}   // namespace

TEST_CASE("every line is valid JSON, whatever the registers and the memory of a call contain")
{
    for_each_call([](arch interface, std::uint64_t number, std::string_view name) {
        INFO(name);
        for (std::uint32_t seed = 1; seed <= (short_form() ? 2 : 5); ++seed)
            run(interface, number, seed * 7919);
    });
}

TEST_CASE("every line is valid JSON, whatever the siginfo of a signal contains")
{
    std::minstd_rand random{1};
    for (int signal = 0; signal <= 66; ++signal)
        for (int code : {0, 1, 2, 3, 4, 5, 6, 9, 0x80, -1, -2, -6, -60, 1000}) {
            siginfo_t info{};
            for (auto& each : std::as_writable_bytes(std::span{&info, 1}))
                each = static_cast<std::byte>(random());
            info.si_signo = signal;
            info.si_code = code;
            REQUIRE(has_values(parsed(line(of(1, signal_received{info})))));
        }
}

}   // namespace json_tests
