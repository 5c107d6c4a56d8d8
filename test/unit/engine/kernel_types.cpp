// SPDX-License-Identifier: BSL-1.0
#include "engine/observe/kernel_types.hpp"
#include "support/catch.hpp"
#include "unit/decode/bytes.hpp"

#include "sys/anonymous_file.hpp"

#include <cerrno>
#include <cstdint>
#include <string>

#include <unistd.h>

namespace kernel_types_tests {

using namespace cotrace;
using namespace cotrace::engine::observe;
using test::words;

namespace {

/// Type information (BTF) that contains the types `types` and their names `names`. The first name begins at offset 1.
std::string information(std::string const& types, std::string const& names)
{
    std::string const strings = '\0' + names + '\0';
    return words(0x1eb9f, 24, 0, types.size(), types.size(), strings.size()) + types + strings;
}

// These functions make types. `to` and `of` are ids of other types: places in the type information, from 1.
std::string integer_type() { return words(0, 1 << 24, 4, 32); }
std::string pointer_to(std::uint32_t to) { return words(0, 2 << 24, to); }
std::string name_for(std::uint32_t to) { return words(1, 8 << 24, to); }   // this is a typedef; its name is at offset 1
/// A structure with two members of type `of`.
std::string structure_of(std::uint32_t of) { return words(0, 4 << 24 | 2, 8, 0, of, 0, 0, of, 32); }
/// A function with three parameters of type `of`.
std::string function_of(std::uint32_t of) { return words(0, 13 << 24 | 3, 0, 0, of, 0, of, 0, of); }

/// Reads the type information `bytes`.
result<kernel_types> types_in(std::string const& bytes)
{
    auto const file = sys::anonymous_file::make(bytes);
    REQUIRE(file);
    return kernel_types::read({"task_struct", "path", "btf_trace_sys_enter"},
                              ("/proc/self/fd/" + std::to_string(file.value().fd())).c_str());
}

}   // namespace

TEST_CASE("the excerpt of the kernel's types has the wanted structures with their members", "[observe]")
{
    if (::access("/sys/kernel/btf/vmlinux", R_OK) != 0) {
        WARN("not checked: this kernel has no BTF");
        return;
    }
    auto const whole = kernel_types::read({"task_struct", "path", "btf_trace_sys_enter", "no_such_type"});
    REQUIRE(whole);
    CHECK(whole.value().id_of("btf_trace_sys_enter") != 0);
    CHECK(whole.value().id_of("no_such_type") == 0);
    CHECK(whole.value().parameters_of("btf_trace_sys_enter") == 3);   // data of the program, the registers, and the call number
    auto const excerpt = whole.value().structures();
    CHECK(excerpt.size() < 1 << 18);
    for (std::string const name : {"task_struct", "path", "tgid", "thread_info", "dentry"})
        CHECK(excerpt.find('\0' + name + '\0') != std::string::npos);
    auto const again = types_in(excerpt);
    REQUIRE(again);
    CHECK(again.value().structures() == excerpt);   // the excerpt contains all types that it refers to
    CHECK(again.value().id_of("btf_trace_sys_enter") == 0);
}

TEST_CASE("parameters_of() returns the number of parameters of the function that a typedef points to", "[observe]")
{
    auto const parameters = [](std::string const& types, std::string const& name = "btf_trace_sys_enter") {
        auto const read = types_in(information(types, name));
        REQUIRE(read);
        return read.value().parameters_of("btf_trace_sys_enter");
    };
    CHECK(parameters(integer_type() + function_of(1) + pointer_to(2) + name_for(3)) == 3);
    CHECK(parameters(integer_type() + name_for(3) + pointer_to(4) + function_of(1)) == 3);   // types may refer to later ones
    CHECK(parameters(integer_type() + function_of(1) + pointer_to(2) + name_for(3), "another_name") == 0);
    // The typedef stands for a function, for a pointer to a number, and for a pointer to a structure.
    CHECK(parameters(integer_type() + function_of(1) + name_for(2)) == 0);
    CHECK(parameters(integer_type() + pointer_to(1) + name_for(2)) == 0);
    CHECK(parameters(integer_type() + structure_of(1) + pointer_to(2) + name_for(3)) == 0);
    CHECK(parameters(integer_type() + pointer_to(99) + name_for(2)) == 0);   // there is no type with the id 99
    CHECK(parameters(integer_type() + name_for(99)) == 0);
    CHECK(parameters(name_for(2) + pointer_to(3) + function_of(0), "another_name") == 0);   // the typedef has another name
}

TEST_CASE("type information of an unknown format is refused", "[observe]")
{
    std::string const header{"\x9f\xeb\x01\0\x18\0\0\0\0\0\0\0\x0c\0\0\0\x0c\0\0\0\x01\0\0\0", 24};
    std::string const unknown_kind{"\0\0\0\0\0\0\0\x1f\0\0\0\0", 12};
    std::string const integer{"\0\0\0\0\0\0\0\x01\x04\0\0\0", 12};   // the word that describes the integer is missing
    error_code const refused{EPROTO, boost::system::system_category()};
    for (auto const& bytes : {std::string{"text"}, header, header + unknown_kind + '\0', header + integer + '\0'}) {
        auto const read = types_in(bytes);
        REQUIRE(!read);
        CHECK(read.error() == refused);
    }
}

}   // namespace kernel_types_tests
