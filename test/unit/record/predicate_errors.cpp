// SPDX-License-Identifier: BSL-1.0
// Tests of the errors of predicates that cannot be parsed. Each error names the column and the mistake.
#include "support/catch.hpp"

#include <cotrace/predicate.hpp>
#include <cotrace/uapi/vocabulary.hpp>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace predicate_errors_tests {

using namespace cotrace;

namespace {

std::string error_of(std::string_view expression)
{
    auto const parsed = predicate::parse(expression);
    if (parsed)
        FAIL(std::string{expression} + " is accepted");
    CHECK(parsed.error().find('\n') == std::string::npos);
    return parsed.error();
}

void check(std::vector<std::pair<std::string, std::string>> const& expressions)
{
    for (auto const& [expression, error] : expressions) {
        INFO(expression);
        CHECK(error_of(expression) == error);
    }
}

}   // namespace

TEST_CASE("the error of an unknown name suggests names")
{
    check({
        {"eror == 1", "column 1: unknown name 'eror'; did you mean 'error'?"},
        {"failed && (nmae == \"read\")", "column 12: unknown name 'nmae'; did you mean 'name'?"},
        {"flags has O_CREAT", "column 1: unknown name 'flags'; the argument of a call is 'args.flags'"},
        {"error == ENOET", "column 10: unknown error 'ENOET'; did you mean 'ENOENT', 'ENONET' or 'ENODEV'?"},
        {"error in (ENOENT, 5, EPREM)", "column 22: unknown error 'EPREM'; did you mean 'EPERM'?"},
        {"signal == SIGTRM", "column 11: unknown signal 'SIGTRM'; did you mean 'SIGTERM', 'SIGTRAP' or 'SIGALRM'?"},
        {"kind == \"signl\"", "column 9: unknown kind of record 'signl'; did you mean 'signal'?"},
        {"kind == \"nothing\"",
         "column 9: unknown kind of record 'nothing'; the kinds are start, entry, call, signal, stop, exec, "
         "superseded, exit, detached, lost, failure, submission, completion"},
        {"name == \"opne\"", "column 9: invalid system call 'opne'; did you mean 'open' or 'openat'?"},
        {"name in (\"read\", \"opne\")", "column 18: invalid system call 'opne'; did you mean 'open' or 'openat'?"},
        {"name == \"file\"", "column 9: invalid system call 'file'; 'in %file' selects a class of calls"},
        {"name == \"read,write\"", "column 9: invalid system call 'read,write'"},
        {"name in %fille", "column 9: unknown class of calls '%fille'; did you mean '%file'?"},
    });
    CHECK(error_of("args.falgs == 1").starts_with("column 6: no call has an argument 'falgs'; did you mean 'flags'"));
    CHECK(error_of("args.flags has O_CRAET").starts_with("column 16: unknown constant 'O_CRAET'; did you mean 'O_CREAT'"));
    CHECK(error_of("args.flags has nothing_like_it")
          == "column 16: unknown constant 'nothing_like_it'; a text is written in quotes");
    CHECK(error_of("something").starts_with("column 1: unknown name 'something'; the names are args.NAME, name, number, "));
}

TEST_CASE("the error of a missing or wrong operator names the operators that are possible")
{
    check({
        {"name = \"read\"", "column 6: expected one of == != ~ !~ has in after 'name', not '='"},
        {"name < \"read\"", "column 6: expected one of == != ~ !~ has in after 'name', not '<'"},
        {"error", "column 6: expected one of == != in after 'error', not the end"},
        {"error && failed", "column 7: expected one of == != in after 'error', not '&&'"},
        {"duration ~ 5ms", "column 10: expected one of == != < <= > >= in after 'duration', not '~'"},
        {"pid like 3", "column 5: expected one of == != < <= > >= has in after 'pid', not 'like'"},
    });
}

TEST_CASE("the error of a wrong right side says what the left side is compared with")
{
    check({
        {"duration > 5", "column 12: 'duration' is compared with a time with a unit, such as 5ms, not with '5'"},
        {"result > 5ms", "column 10: 'result' is compared with a number, not with '5ms'"},
        {"result > \"5\"", "column 10: 'result' is compared with a number, not with '\"5\"'"},
        {"path == 5", "column 9: 'path' is compared with a text in quotes, such as \"/etc/*\", not with '5'"},
        {"path == etc", "column 9: 'path' is compared with a text in quotes, such as \"/etc/*\", not with 'etc'"},
        {"path == null", "column 9: 'path' is compared with a text in quotes, such as \"/etc/*\", not with 'null'"},
        {"args.pathname ~ 5",
         "column 17: 'args.pathname' is compared with a pattern in quotes, such as \"/etc/*\", not with '5'"},
        {"name == read", "column 9: 'name' is compared with the name of a call in quotes, such as \"openat\", not with 'read'"},
        {"name == %file", "column 9: a class of calls stands after 'in': name in %file"},
        {"path in %file", "column 9: expected '(' after 'in', not '%file'"},
        {"error == \"ENOENT\"", "column 10: 'error' is compared with the name of an error, such as ENOENT, or a number, not with "
                                "'\"ENOENT\"'"},
        {"fd == STDIN", "column 7: 'fd' is compared with a number or AT_FDCWD, not with 'STDIN'"},
        {"pid ==", "column 7: 'pid' is compared with a number, not with the end"},
        {"args. == 1", "column 6: expected the name of an argument after 'args.'"},
        {"args.flags has O_CREAT|", "column 24: expected the name of a flag after '|', not the end"},
    });
}

TEST_CASE("the error of a number or a text that cannot be read says why")
{
    check({
        {"tid == 12x", "column 8: 'x' is no unit; the units are ns, us, ms and s for times, and k, M, G and T"},
        {"tid == 0x", "column 8: '0x' is not a number"},
        {"tid == 089", "column 8: '089' is not a number"},
        {"tid == 99999999999999999999", "column 8: '99999999999999999999' is too large for a number"},
        {"tid == 99999999999999999T", "column 8: '99999999999999999T' is too large for a number"},
        {"tid == -9223372036854775809", "column 8: '-9223372036854775809' is too large for a number"},
        {"result == 1.5", "column 11: '1.5' has a decimal point, which only a time may have, such as 1.5ms"},
        {"duration == 1.2.3s", "column 13: '1.2.3s' is not a number"},
        {"comm == \"x", "column 9: the text that begins here has no closing quote"},
        {"comm == \"x\\\"", "column 9: the text that begins here has no closing quote"},
        {"comm == \"a\\q\"", "column 11: a backslash in a text is followed by \", \\, n, t, or x and two hexadecimal digits"},
        {"comm == \"a\\x0g\"", "column 11: a backslash in a text is followed by \", \\, n, t, or x and two hexadecimal digits"},
    });
}

TEST_CASE("the error of a wrong structure says what may stand at its place")
{
    check({
        {"", "column 1: expected a name, '!' or '(', not the end"},
        {" && failed", "column 2: expected a name, '!' or '(', not '&&'"},
        {"failed &&", "column 10: expected a name, '!' or '(', not the end"},
        {"5 == pid", "column 1: expected a name, '!' or '(', not '5'"},
        {"failed == 1", "column 8: expected '&&', '||' or the end, not '=='"},
        {"failed)", "column 7: expected '&&', '||' or the end, not ')'"},
        {"failed | successful", "column 8: expected '&&', '||' or the end, not '|'"},
        {"(failed", "column 8: expected ')', '&&' or '||', not the end"},
        {"fd in 3", "column 7: expected '(' after 'in', not '3'"},
        {"name in \"read\"", "column 9: expected '(' or a class such as %file after 'in', not '\"read\"'"},
        {"fd in (3 4)", "column 10: expected ',' or ')', not '4'"},
        {"fd in ()", "column 8: 'fd' is compared with a number or AT_FDCWD, not with ')'"},
        {"comm == \"\xc3\xbc\" nonsense", "column 13: expected '&&', '||' or the end, not 'nonsense'"},
        {"failed \xc3\xbc", "column 8: expected '&&', '||' or the end, not '\xc3\xbc'"},
        {"failed \x01", "column 8: expected '&&', '||' or the end, not '?'"},
    });
    CHECK(error_of(std::string(101, '!') + "failed") == "column 102: more than 100 parentheses and '!' are nested");
    CHECK(error_of(std::string(100'000, '(')).starts_with("column 102: "));
    CHECK(predicate::parse(std::string(100, '!') + "failed"));
    std::string many = "failed";
    for (int i = 0; i < 10'000; ++i)
        many += " || failed && failed";
    CHECK(predicate::parse(many));
}

TEST_CASE("the examples of the documentation are accepted")
{
    for (auto const* const each : {
             R"(name == "openat" && error == ENOENT && path ~ "/etc/*" && duration > 5ms)",
             R"(failed && name in %file)",
             R"(error in (EACCES, EPERM))",
             R"(name == "openat" && args.flags has O_CREAT && successful)",
             R"(duration > 100ms && name != "futex")",
             R"(path ~ "*.so" || path ~ "*.so.*")",
             R"(name in ("write", "writev") && fd in (1, 2))",
             R"(bytes >= 64k)",
             R"(name == "connect" && address !~ "127.*" && args.addr.sin_port == 443)",
             R"(kind == "signal" && !(signal in (SIGCHLD, SIGALRM)))",
             R"(kind == "exit" && !(status == 0))",
             R"(args.flags == O_WRONLY|O_CREAT)",
             R"(args.whence ~ "SEEK_*")",
             R"(args.iov.0.iov_len == 4k)",
         }) {
        auto const parsed = predicate::parse(each);
        CHECK((parsed ? std::string{} : parsed.error()) == "");
    }
}

TEST_CASE("the constructor throws the error")
{
    CHECK_THROWS_AS(predicate{"eror == 1"}, std::invalid_argument);
    CHECK_THROWS_WITH(predicate{"eror == 1"}, "column 1: unknown name 'eror'; did you mean 'error'?");
}

TEST_CASE("with a vocabulary, the names of arguments and of constants are not checked")
{
    uapi::vocabulary const words{};
    CHECK(predicate::parse("args.unheard_of has MY_FLAG", &words));
    CHECK_FALSE(predicate::parse("args.unheard_of has MY_FLAG"));
    CHECK_FALSE(predicate::parse("name == \"opne\"", &words));
}

}   // namespace predicate_errors_tests
