// SPDX-License-Identifier: BSL-1.0
#include "support/catch.hpp"

#include "unit/decode/byte_memory.hpp"

#include "render/report/page_json.hpp"

#include <cotrace/render/report.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace report_tests {

using namespace cotrace;
using namespace std::chrono_literals;
using test::traced_call;

namespace {

std::string page_string(std::string_view text)
{
    std::string made;
    render::put_page_string(made, text);
    return made;
}

/// The record of an openat(2) of `path` by thread 7.
record opened(std::string const& path, std::int64_t result)
{
    test::byte_memory memory;
    memory.put(0x1000, path + '\0');
    traced_call call{"openat", {static_cast<std::uint64_t>(-100), 0x1000}};
    call.enter(memory).leave(memory, result);
    call.exit.took = 1us;
    auto made = call.exited();
    made.at = timestamp{5us};
    return made;
}

/// The rows of a page: the texts of the script elements that hold them.
std::string rows_of(std::string_view page)
{
    constexpr std::string_view begins = "<script type=\"application/json\" class=\"rows\">", ends = "</script>";
    std::string rows;
    for (auto at = page.find(begins); at != page.npos; at = page.find(begins, at)) {
        at += begins.size();
        rows += page.substr(at, page.find(ends, at) - at);
    }
    return rows;
}

std::string rows_of(std::vector<record> const& records)
{
    render::report made;
    std::string page;
    for (auto const& each : records)
        made.append(each, page);
    made.finish(page);
    return rows_of(page);
}

}   // namespace

TEST_CASE("text in a page cannot end the element or string that contains it, and bytes that are not UTF-8 are hexadecimal")
{
    CHECK(page_string("/etc/passwd") == R"("/etc/passwd")");
    CHECK(page_string("</script><!--&") == R"("\u003c/script\u003e\u003c!--\u0026")");
    CHECK(page_string("a\"b\\c") == R"("a\"b\\c")");
    CHECK(page_string("a\nb\x1b\x7f") == R"("a\\x0ab\\x1b\\x7f")");
    CHECK(page_string("\xff\xfe") == R"("\\xff\\xfe")");
    CHECK(page_string("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80") == "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"");
    CHECK(page_string("\xc2\x85") == R"("\\xc2\\x85")");                     // a control character
    CHECK(page_string("\xc0\xaf") == R"("\\xc0\\xaf")");                     // an overlong form
    CHECK(page_string("\xed\xa0\x80") == R"("\\xed\\xa0\\x80")");            // a surrogate
    CHECK(page_string("\xf4\x90\x80\x80") == R"("\\xf4\\x90\\x80\\x80")");   // beyond U+10FFFF
    CHECK(page_string("\xe2\x82") == R"("\\xe2\\x82")");                     // an incomplete character
}

TEST_CASE("a report has a row for each call and event")
{
    if (!render::report::is_available())
        return;
    auto start = record{tid{7}, timestamp{1us}, thread_started{origin::launched, {}, "sh"}, pid{7}};
    auto const hostile = opened("/</script>\xff", -ENOENT);
    auto const end = record{tid{7}, timestamp{9us}, thread_exited{1}, pid{7}};
    test::byte_memory memory;
    traced_call waiting{"pause"};
    waiting.enter(memory);
    auto const text = R"x("openat(AT_FDCWD, \"/\u003c/script\u003e\\377\", O_RDONLY) = -1 ENOENT (No such file or directory)")x";
    auto const call =
        R"x(,["call",3000,1000,7,"openat","file",)x" + std::string{text} + R"x(,"ENOENT",-2,["/\u003c/script\u003e\\xff"],[]])x";
    auto const expected = R"x(["start",0,7,7,"launched",0,"sh"])x"
                          "\n"
                          + call
                          + "\n"
                            R"x(,["unfinished",5000,7,"pause","signal","pause("])x"
                            "\n"
                            R"x(,["end",8000,7,"exited with 1"])x"
                            "\n";
    CHECK(rows_of({start, hostile, {tid{7}, timestamp{6us}, syscall_entered{waiting.call}, pid{7}}, end})
          == "[\n" + expected + "]");
}

TEST_CASE("a report has a start row for each thread, also if its start was not recorded, or if it has a reused id")
{
    if (!render::report::is_available())
        return;
    auto call = opened("/", 3);
    call.process = pid{6};
    auto const end = record{tid{7}, timestamp{9us}, detached{}};
    auto const rows = rows_of({call, end, call});
    auto const first = rows.find(R"(["start",0,7,6,"attached",0,""])");
    CHECK(first != rows.npos);
    CHECK(rows.find(R"(["start",0,7,6,"attached",0,""])", first + 1) != rows.npos);
    CHECK(rows.find(R"(["end",4000,7,"detached"])") != rows.npos);
}

TEST_CASE("a report shows the call of a thread group leader that another thread's execve(2) ended")
{
    if (!render::report::is_available())
        return;
    test::byte_memory memory;
    traced_call waiting{"pause"};
    waiting.enter(memory);
    auto const rows = rows_of({{tid{7}, timestamp{1us}, syscall_entered{waiting.call}, pid{7}},
                               {tid{7}, timestamp{3us}, superseded{tid{8}}, pid{7}},
                               {tid{7}, timestamp{4us}, image_replaced{tid{8}}, pid{7}}});
    CHECK(rows.find(R"x(["unfinished",0,7,"pause","signal","pause("])x"
                    "\n"
                    R"x(,["end",2000,7,"superseded by execve"])x")
          != rows.npos);
}

TEST_CASE("the rows of a report are in script elements of a limited size")
{
    if (!render::report::is_available())
        return;
    render::report made;
    std::string page;
    auto const call = opened("/", 3);
    for (int i = 0; i < 500; ++i)
        made.append(call, page);
    made.finish(page);
    std::size_t elements = 0;
    for (auto at = page.find("class=\"rows\""); at != page.npos; at = page.find("class=\"rows\"", at + 1))
        ++elements;
    CHECK(elements == 3);
}

}   // namespace report_tests
