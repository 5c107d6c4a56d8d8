// SPDX-License-Identifier: BSL-1.0
#include <cotrace/filter.hpp>

#include "uapi/numbers.hpp"

#include "support/catch.hpp"

#include <cotrace/uapi/as.hpp>
#include <cotrace/uapi/vocabulary.hpp>

#include <stdexcept>

namespace filter_tests {

using cotrace::filter;
using cotrace::uapi::arch;
using cotrace::uapi::number_of;

namespace {

bool wants(filter const& chosen, std::string_view name, arch interface = arch::x86_64)
{
    return chosen.wants(interface, number_of(interface, name).value());
}

std::string complaint(std::string_view expression)
{
    auto const parsed = filter::parse(expression);
    return parsed ? std::string{} : parsed.error();
}

cotrace::syscall_call call(arch interface, std::uint64_t number, std::uint64_t first)
{
    cotrace::syscall_call made;
    made.arch = interface;
    made.number = number;
    made.args = {first};
    return made;
}

}   // namespace

TEST_CASE("the empty filter wants every call, known or not")
{
    filter const all;
    CHECK(all.wants_all());
    CHECK(wants(all, "read"));
    CHECK(all.wants(arch::x86_64, 100000));
    CHECK(all.wants(call(arch::i386, 102, 77)));
}

TEST_CASE("a filter that is a list of names wants the named calls, on every interface")
{
    filter const chosen{"openat,close"};
    CHECK_FALSE(chosen.wants_all());
    CHECK(wants(chosen, "openat"));
    CHECK(wants(chosen, "close"));
    CHECK(wants(chosen, "close", arch::i386));
    CHECK(wants(chosen, "openat", arch::x32));
    CHECK(wants(chosen, "openat", arch::riscv64));
    CHECK_FALSE(wants(chosen, "open"));
    CHECK_FALSE(wants(chosen, "read"));
    CHECK_FALSE(chosen.wants(arch::x86_64, 100000));
    CHECK_FALSE(chosen.wants(arch::x86_64, 400));
}

TEST_CASE("a name in a filter selects the call with this name and the subcall with this name")
{
    filter const chosen{"socket"};
    CHECK(wants(chosen, "socket", arch::i386));
    CHECK(chosen.wants(call(arch::i386, 102, 1)));
}

TEST_CASE("an exclamation mark at the beginning of a filter inverts the whole list")
{
    filter const others{"!read,write"};
    CHECK_FALSE(wants(others, "read"));
    CHECK_FALSE(wants(others, "write"));
    CHECK(wants(others, "close"));
    CHECK(others.wants(arch::x86_64, 400));
    CHECK(others.wants(arch::x86_64, 100000));
    CHECK(others.wants(arch::x32, ~std::uint64_t{0}));

    filter const twice{"!!read"};
    CHECK(wants(twice, "read"));
    CHECK_FALSE(wants(twice, "close"));
}

TEST_CASE("the filter `all` wants every call, and the filter `none` wants no call")
{
    CHECK(wants(filter{"all"}, "read"));
    CHECK(filter{"all"}.wants(arch::x86_64, 100000));
    CHECK(filter{"all"}.wants_all());
    CHECK(filter{"!none"}.wants_all());
    CHECK(filter{"!?no_such_call"}.wants_all());
    CHECK_FALSE(filter{"!read"}.wants_all());
    CHECK_FALSE(filter{"none"}.wants_all());
    CHECK_FALSE(wants(filter{"none"}, "read"));
    CHECK_FALSE(filter{"none"}.wants(arch::x86_64, 100000));
    CHECK(wants(filter{"!none"}, "read"));
    CHECK_FALSE(wants(filter{"!all"}, "read"));
}

TEST_CASE("a filter for a class of calls wants the calls in this class")
{
    filter const files{"%file"};
    CHECK(wants(files, "openat"));
    CHECK(wants(files, "execve"));
    CHECK_FALSE(wants(files, "read"));
    CHECK(wants(filter{"file"}, "openat"));
    CHECK(wants(filter{"%desc"}, "read"));
    CHECK(wants(filter{"%%stat"}, "newfstatat"));
    CHECK_FALSE(wants(filter{"%stat"}, "newfstatat"));
    CHECK(wants(filter{"%pure"}, "getpid"));
    CHECK(wants(filter{"!%network"}, "read"));
    CHECK_FALSE(wants(filter{"!%network"}, "connect"));
}

TEST_CASE("the class %io_uring in a filter selects the calls of io_uring and the operations of rings")
{
    filter const rings{"%io_uring"};
    CHECK(rings.wants_ring_operations());
    for (auto const* name : {"io_uring_setup", "io_uring_enter", "io_uring_register"})
        CHECK(wants(rings, name));
    CHECK_FALSE(wants(rings, "io_setup"));
    CHECK_FALSE(wants(rings, "openat"));

    filter const both{"openat,%io_uring"};
    CHECK(both.wants_ring_operations());
    CHECK(wants(both, "openat"));
    CHECK(wants(both, "io_uring_enter"));
    CHECK(filter{"?%io_uring"}.wants_ring_operations());
    CHECK(filter{"!!%io_uring"}.wants_ring_operations());
}

TEST_CASE("a filter without the class %io_uring, or without the calls in it, does not select the operations of rings")
{
    CHECK_FALSE(filter{}.wants_ring_operations());
    for (auto const* expression : {"all", "!none", "none", "io_uring_enter", "/^io_uring_", "%desc", "!%io_uring", "!read"})
        CHECK_FALSE(filter{expression}.wants_ring_operations());
    CHECK_FALSE(wants(filter{"!%io_uring"}, "io_uring_enter"));
    CHECK(wants(filter{"!%io_uring"}, "openat"));
}

TEST_CASE("a regular expression in a filter matches anywhere in the name of a call")
{
    filter const stats{"/stat"};
    CHECK(wants(stats, "fstat"));
    CHECK(wants(stats, "statx"));
    CHECK_FALSE(wants(stats, "read"));
    filter const exact{"/^(read|write)v?$"};
    CHECK(wants(exact, "readv"));
    CHECK(wants(exact, "write"));
    CHECK_FALSE(wants(exact, "pread64"));
}

TEST_CASE("a suffix such as @64 limits a term of a filter to interfaces of one kind")
{
    filter const wide{"read@64,close"};
    CHECK(wants(wide, "read"));
    CHECK(wants(wide, "read", arch::aarch64));
    CHECK_FALSE(wants(wide, "read", arch::i386));
    CHECK_FALSE(wants(wide, "read", arch::x32));
    CHECK(wants(wide, "close", arch::i386));
    CHECK(wants(filter{"%file@32"}, "open", arch::i386));
    CHECK_FALSE(wants(filter{"%file@32"}, "open"));
    CHECK(wants(filter{"/^open$@x32"}, "open", arch::x32));
    CHECK_FALSE(wants(filter{"/^open$@x32"}, "open"));
}

TEST_CASE("a number in a filter means the call with this number on each interface")
{
    filter const chosen{"5"};
    CHECK(wants(chosen, "fstat"));
    CHECK(wants(chosen, "open", arch::i386));
    CHECK(wants(chosen, "fstat", arch::x32));
    CHECK_FALSE(wants(filter{"5@32"}, "fstat"));
    CHECK(wants(filter{"1073741824"}, "read", arch::x32));
    CHECK_FALSE(wants(filter{"1073741824"}, "read"));
}

TEST_CASE("an unknown name after a question mark in a filter is no error")
{
    CHECK(wants(filter{"?nosuchcall,read"}, "read"));
    CHECK_FALSE(wants(filter{"?nosuchcall"}, "read"));
    CHECK(wants(filter{"?read"}, "read"));
}

TEST_CASE("the subcalls of socketcall and ipc are filtered by their own names")
{
    filter const chosen{"connect,shmat"};
    CHECK(chosen.wants(arch::i386, 102));
    CHECK(chosen.wants(arch::i386, 117));
    CHECK(chosen.wants(call(arch::i386, 102, 3)));
    CHECK_FALSE(chosen.wants(call(arch::i386, 102, 1)));
    CHECK(chosen.wants(call(arch::i386, 117, 21)));
    CHECK_FALSE(chosen.wants(call(arch::i386, 117, 1)));

    filter const itself{"socketcall"};
    CHECK(itself.wants(call(arch::i386, 102, 99)));
    CHECK_FALSE(itself.wants(call(arch::i386, 102, 3)));

    CHECK_FALSE(filter{"read"}.wants(arch::i386, 102));
    CHECK(filter{"send"}.wants(call(arch::i386, 102, 9)));
}

TEST_CASE("empty terms of a filter are ignored") { CHECK(wants(filter{",read,,close,"}, "read")); }

TEST_CASE("the error of an invalid filter is one line")
{
    CHECK(complaint("opne") == "invalid system call 'opne'; did you mean 'open' or 'openat'?");
    CHECK(complaint("read,opne,close") == "invalid system call 'opne'; did you mean 'open' or 'openat'?");
    CHECK(complaint("") == "invalid system call ''");
    CHECK(complaint(",") == "invalid system call ','");
    CHECK(complaint("!") == "invalid system call '!'");
    CHECK(complaint("4x") == "invalid system call '4x'");
    CHECK(complaint("0x1") == "invalid system call '0x1'");
    CHECK(complaint("9999") == "invalid system call '9999'");
    CHECK(complaint("222@32") == "invalid system call '222@32'");
    CHECK(complaint("99999999999999999999999") == "invalid system call '99999999999999999999999'");
    CHECK(complaint("net") == "invalid system call 'net'; did you mean '%net'?");
    CHECK(complaint("%nosuch") == "invalid system call '%nosuch'");
    CHECK(complaint(" read") == "invalid system call ' read'");
    CHECK(complaint("chdir-1") == "invalid system call 'chdir-1'");
    CHECK(complaint("read,none") == "invalid system call 'none'");
    CHECK(complaint("/^nosuch") == "invalid system call '/^nosuch'");
    CHECK(complaint("open@foo") == "incorrect personality designator 'foo' in qualification 'open@foo'");
    CHECK(complaint("/[").starts_with("regcomp: [: "));
    CHECK(complaint("read").empty());
    CHECK_THROWS_AS(filter{"opne"}, std::invalid_argument);
}

namespace {

namespace as = cotrace::uapi::as;
constexpr cotrace::uapi::syscall_descriptor my_call{"my_call", {{"fd", as::fd}}};

}   // namespace

TEST_CASE("a filter can select the calls of a vocabulary by name and by number")
{
    cotrace::uapi::vocabulary also;
    also.add<my_call>(arch::x86_64, 555).add<my_call>(arch::i386, 556);
    CHECK_THROWS_AS(filter{"my_call"}, std::invalid_argument);
    CHECK_THROWS_AS(filter{"555"}, std::invalid_argument);

    filter const by_name{"my_call,getpid", also};
    CHECK(by_name.wants(arch::x86_64, 555));
    CHECK(by_name.wants(arch::i386, 556));
    CHECK_FALSE(by_name.wants(arch::x86_64, 556));
    CHECK(wants(by_name, "getpid"));
    CHECK_FALSE(wants(by_name, "openat"));

    filter const by_number{"555", also};
    CHECK(by_number.wants(arch::x86_64, 555));
    CHECK_FALSE(by_number.wants(arch::i386, 556));
    filter const by_expression{"/^my_", also};
    CHECK(by_expression.wants(arch::x86_64, 555));
    filter const one_interface{"my_call@32", also};
    CHECK(one_interface.wants(arch::i386, 556));
    CHECK_FALSE(one_interface.wants(arch::x86_64, 555));
    CHECK_THROWS_AS((filter{"your_call", also}), std::invalid_argument);

    cotrace::uapi::vocabulary far;
    far.add<my_call>(arch::x86_64, 600);
    CHECK(filter::parse("my_call", &far).error()
          == "system call 'my_call' has the number 600; a filter can select only numbers below 560");
}

}   // namespace filter_tests
