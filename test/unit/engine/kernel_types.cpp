// SPDX-License-Identifier: BSL-1.0
#include "engine/observe/kernel_types.hpp"
#include "support/catch.hpp"

#include "sys/anonymous_file.hpp"

#include <cerrno>
#include <string>

#include <unistd.h>

using namespace cotrace;
using namespace cotrace::engine::observe;

namespace {

/// Reads type information that consists of these bytes.
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
    auto const excerpt = whole.value().structures();
    CHECK(excerpt.size() < 1 << 18);
    for (std::string const name : {"task_struct", "path", "tgid", "thread_info", "dentry"})
        CHECK(excerpt.find('\0' + name + '\0') != std::string::npos);
    auto const again = types_in(excerpt);
    REQUIRE(again);
    CHECK(again.value().structures() == excerpt);   // all that it refers to is in it
    CHECK(again.value().id_of("btf_trace_sys_enter") == 0);
}

TEST_CASE("type information of an unknown format is refused", "[observe]")
{
    std::string const header{"\x9f\xeb\x01\0\x18\0\0\0\0\0\0\0\x0c\0\0\0\x0c\0\0\0\x01\0\0\0", 24};
    std::string const unknown_kind{"\0\0\0\0\0\0\0\x1f\0\0\0\0", 12};
    std::string const integer{"\0\0\0\0\0\0\0\x01\x04\0\0\0", 12};   // what describes the integer is missing
    error_code const refused{EPROTO, boost::system::system_category()};
    for (auto const& bytes : {std::string{"text"}, header, header + unknown_kind + '\0', header + integer + '\0'}) {
        auto const read = types_in(bytes);
        REQUIRE(!read);
        CHECK(read.error() == refused);
    }
}
