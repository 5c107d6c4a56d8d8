// SPDX-License-Identifier: BSL-1.0
#include <cotrace/detail/near_names.hpp>

#include <cotrace/filter.hpp>
#include <cotrace/uapi/errnos.hpp>

#include "support/catch.hpp"
#include "uapi/groups.hpp"
#include "uapi/numbers.hpp"

#include <cstring>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace near_names_tests {

using cotrace::detail::edit_distance;
using cotrace::detail::near_names;

namespace {

std::string question(std::string_view word, std::vector<std::string> const& names)
{
    near_names near{word};
    for (auto const& each : names)
        near.consider(each);
    return near.question();
}

std::vector<std::string> call_names()
{
    std::set<std::string> all;
    for (auto const interface : {cotrace::uapi::arch::x86_64, cotrace::uapi::arch::i386})
        for (auto const& row : cotrace::uapi::syscalls(interface))
            all.emplace(row.name);
    return {all.begin(), all.end()};
}

std::vector<std::string> errno_names()
{
    std::vector<std::string> all;
    for (int each = 1; each < 134; ++each)
        if (auto const name = cotrace::uapi::errno_name(each); !name.empty())
            all.emplace_back(name);
    return all;
}

std::vector<std::string> signal_names()
{
    std::vector<std::string> all;
    for (int each = 1; each < 32; ++each)
        if (char const* const name = ::sigabbrev_np(each))
            all.push_back("SIG" + std::string{name});
    return all;
}

/// Makes at most one typing error: leaves a letter out, doubles one, replaces one, or exchanges two.
std::string mistyped(std::string word, std::mt19937& random)
{
    auto const at = random() % word.size();
    char const letter = static_cast<char>('a' + random() % 26);
    switch (random() % 4) {
    case 0: return word.size() > 1 ? word.erase(at, 1) : word;
    case 1: return word.insert(at, 1, word[at]);
    case 2: word[at] = letter; return word;
    default:
        if (at + 1 < word.size())
            std::swap(word[at], word[at + 1]);
        return word;
    }
}

/// The share of misspelled names for which the right name is suggested. Half of the names are mistyped twice.
double share_found(std::vector<std::string> const& names, unsigned rounds)
{
    std::mt19937 random{7};
    std::set<std::string> const known{names.begin(), names.end()};
    unsigned found = 0, tried = 0;
    for (unsigned round = 0; round < 2 * rounds; ++round)
        for (auto const& each : names) {
            auto word = mistyped(each, random);
            if (round % 2 == 1)
                word = mistyped(word, random);
            if (known.contains(word))   // the mistyped word is a valid name
                continue;
            ++tried;
            found += question(word, names).find('\'' + each + '\'') != std::string::npos;
        }
    return static_cast<double>(found) / tried;
}

}   // namespace

TEST_CASE("the edit distance counts letters that are missing, added, replaced or exchanged")
{
    CHECK(edit_distance("open", "open", 2) == 0);
    CHECK(edit_distance("opne", "open", 2) == 1);
    CHECK(edit_distance("opn", "open", 2) == 1);
    CHECK(edit_distance("opeen", "open", 2) == 1);
    CHECK(edit_distance("oxen", "open", 2) == 1);
    CHECK(edit_distance("ENOENT", "enoent", 2) == 0);
    CHECK(edit_distance("oxxn", "open", 2) == 2);
    CHECK(edit_distance("close", "open", 2) > 2);
    // Exchanging two letters of "ipc" gives "icp", and inserting a letter between these two gives "icvp".
    CHECK(edit_distance("icvp", "ipc", 2) == 2);
    CHECK(edit_distance("opcess", "process", 2) == 2);
    CHECK(edit_distance("", "ab", 2) == 2);
    CHECK(edit_distance(std::string(1000, 'x'), "open", 2) == 3);
}

TEST_CASE("the question `did you mean` has at most three names, the nearest first")
{
    CHECK(question("opne", {"close", "open", "openat"}) == "; did you mean 'open'?");
    CHECK(question("stt", {"stat", "set", "start"}) == "; did you mean 'stat', 'set' or 'start'?");
    CHECK(question("reed", {"read", "reap", "redo", "need", "seed"}) == "; did you mean 'read', 'need' or 'seed'?");
    CHECK(question("nosuchcall", {"close", "open"}).empty());
    CHECK(question("rEad", {"readv", "recv", "read"}) == "; did you mean 'read', 'readv' or 'recv'?");
    CHECK(question("rxxd", {"read", "readv"}) == "; did you mean 'read'?");
    CHECK(question("xxd", {"red"}).empty());
    CHECK(question("dcs", {"desc", "dcb"}) == "; did you mean 'dcb' or 'desc'?");
    CHECK(question("al", {"all"}) == "; did you mean 'all'?");
    CHECK(question("", {"s", "ms", ""}).empty());
    CHECK(question("7", {"1", "2"}).empty());
}

TEST_CASE(
    "consider_abbreviated() also suggests names that begin like the word, but prefers names that are like the word as a whole")
{
    near_names near{"folow"};
    CHECK(near.best().empty());
    for (auto const* const each : {"color", "follow-forks", "flow", "format"})
        near.consider_abbreviated(each);
    CHECK(near.best() == "flow");
    CHECK(near.question() == "; did you mean 'flow', 'follow-forks' or 'color'?");
}

TEST_CASE("a name from add() is suggested after the similar names, if there is room for it")
{
    near_names near{"opne"};
    near.consider("open");
    near.add("openat");
    near.add("open");
    CHECK(near.question() == "; did you mean 'open' or 'openat'?");
    near.add("xyz");
    near.consider("opnes");
    CHECK(near.question() == "; did you mean 'opnes', 'open' or 'openat'?");
}

TEST_CASE("the right name is suggested for 95 of 100 names with one or two typing errors")
{
    CHECK(share_found(call_names(), 2) > 0.95);
    CHECK(share_found(errno_names(), 8) > 0.95);
    CHECK(share_found(signal_names(), 40) > 0.95);
}

TEST_CASE("the error of a misspelled call or class of calls suggests similar names")
{
    auto const complaint = [](char const* text) {
        auto parsed = cotrace::filter::parse(text);
        return parsed ? std::string{} : parsed.error();
    };
    CHECK(complaint("opne") == "invalid system call 'opne'; did you mean 'open' or 'openat'?");
    CHECK(complaint("%fille") == "invalid system call '%fille'; did you mean '%file' or 'file'?");
    CHECK(complaint("close,opneat@64") == "invalid system call 'opneat@64'; did you mean 'openat' or 'openat2'?");
}

}   // namespace near_names_tests
