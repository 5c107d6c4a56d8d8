// SPDX-License-Identifier: BSL-1.0
#include "uapi/constants/names.hpp"

#include "support/catch.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>

namespace constants_tests {

using namespace cotrace::uapi;

namespace {

std::optional<std::uint64_t> number(std::string const& digits, int base)
{
    std::uint64_t value = 0;
    auto const [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (failed != std::errc{} || end != digits.data() + digits.size())
        return std::nullopt;
    return value;
}

/// The value of a macro definition that is a number or a single bit such as "1 << 3" or "BIT(3)"; otherwise empty.
std::optional<std::uint64_t> value_of(std::string const& text)
{
    static std::regex const bit{R"(\(?\s*1[uUlL]*\s*<<\s*(\d+)\s*\)?)"};
    static std::regex const macro{R"((?:_BITUL|_BITULL|BIT)\((\d+)\))"};
    static std::regex const hex{R"(\(?0[xX]([0-9a-fA-F]+)[uUlL]*\)?)"};
    static std::regex const octal{R"(\(?0([0-7]+)[uUlL]*\)?)"};
    static std::regex const decimal{R"(\(?(\d+)[uUlL]*\)?)"};
    std::smatch parts;
    if (std::regex_match(text, parts, bit) || std::regex_match(text, parts, macro)) {
        auto const position = number(parts[1], 10);
        return position && *position < 64 ? std::optional{std::uint64_t{1} << *position} : std::nullopt;
    }
    if (std::regex_match(text, parts, hex))
        return number(parts[1], 16);
    if (std::regex_match(text, parts, octal))
        return number(parts[1], 8);
    if (std::regex_match(text, parts, decimal))
        return number(parts[1], 10);
    return std::nullopt;
}

using definitions = std::map<std::string, std::set<std::uint64_t>>;

void read(definitions& into, std::filesystem::path const& header)
{
    static std::regex const define{R"(\s*#\s*define\s+(\w+)\s+([^/]*[^/\s])\s*(?:/\*.*)?)"};
    std::ifstream file{header};
    std::smatch parts;
    for (std::string line; std::getline(file, line);)
        if (line.find("define") != line.npos && std::regex_match(line, parts, define))
            if (auto const value = value_of(parts[2]))
                into[parts[1]].insert(*value);
}

/// The constants in this machine's kernel headers. A name has several values if headers define it with different values.
definitions const& kernel_headers()
{
    static definitions const found = [] {
        definitions all;
        for (char const* const folder : {"/usr/include/linux", "/usr/include/asm-generic"})
            if (std::filesystem::exists(folder))
                for (auto const& entry : std::filesystem::directory_iterator{folder})
                    if (entry.path().extension() == ".h")
                        read(all, entry.path());
        return all;
    }();
    return found;
}

/// Whether the value in the row `name` may differ from this machine's kernel headers. The rows of open_flags_arm64 are those of
/// another processor.
bool is_special(std::string_view table, std::string_view name)
{
    return table == "open_flags_arm64" || (table == "ptrace_requests" && name == "PTRACE_OLDSETOPTIONS");
}

}   // namespace

TEST_CASE("the constants in the tables have the values of this machine's kernel headers")
{
    if (kernel_headers().empty())
        WARN("this machine has no kernel headers");
    unsigned compared = 0;
    for (auto const& [name, table, flags] : names::all_tables) {
        for (auto const& row : table->all()) {
            auto const at = kernel_headers().find(std::string{row.name});
            if (at == kernel_headers().end() || is_special(name, row.name))
                continue;
            ++compared;
            INFO(name << ": " << row.name << " is " << std::hex << row.value);
            CHECK(at->second.contains(row.value));
        }
    }
    CHECK((compared > 2000 || kernel_headers().empty()));
}

TEST_CASE("a table of constants has no name twice and no row without a name")
{
    for (auto const& [name, table, flags] : names::all_tables) {
        std::set<std::string_view> seen;
        INFO(name);
        CHECK(table->count > 0);
        for (auto const& row : table->all()) {
            INFO(row.name);
            CHECK_FALSE(row.name.empty());
            CHECK(seen.insert(row.name).second);
        }
    }
}

TEST_CASE("the table of an enumeration has each value once, in increasing order")
{
    for (auto const& [name, table, flags] : names::all_tables) {
        INFO(name);
        if (!flags)
            CHECK(table->sorted);
    }
}

TEST_CASE("every bit of a flag's value is also in the mask of the flag")
{
    for (auto const& [name, table, flags] : names::all_tables) {
        if (!flags)
            continue;
        for (auto const& row : table->all()) {
            INFO(name << ": " << row.name);
            CHECK((row.value & ~row.mask) == 0);
        }
    }
}

}   // namespace constants_tests
