// SPDX-License-Identifier: BSL-1.0
// Parses command lines as the command cotrace does. Each line of the standard input is a command line, with tabs between its
// words. For each command line, prints an error or an empty line.
// With --names, prints the names that a command line can contain, each after its kind and a tab. The kind "word" is an option
// with its argument, such as "color=auto". The kind "set" is an option with one word of a list, such as "quiet=attach".
#include "help_topics.hpp"
#include "option_table.hpp"
#include "parse.hpp"
#include "qualifiers.hpp"

#include <cotrace/uapi/errnos.hpp>

#include "uapi/groups.hpp"
#include "uapi/numbers.hpp"

#include <csignal>
#include <cstring>
#include <iostream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace cotrace;

namespace {

void print(char const* kind, std::string_view name) { std::cout << kind << '\t' << name << '\n'; }

/// Calls `use` with each part of `whole` that has at least four characters. Shorter words with two wrong letters cannot be
/// recognized.
template <class Use>
void for_each_word(std::string_view whole, std::string_view separator, Use use)
{
    for (;;) {
        auto const end = whole.find(separator);
        if (auto const word = whole.substr(0, end); word.size() > 3)
            use(word);
        if (end == whole.npos)
            return;
        whole.remove_prefix(end + separator.size());
    }
}

/// Prints the words of the options whose argument is one word of a short list, such as "auto|always|never".
void print_words()
{
    for (auto const& each : app::option_table()) {
        std::string_view const words = each.metavar != nullptr ? each.metavar : "";
        if (words.find_first_not_of("abcdefghijklmnopqrstuvwxyz-,|") == words.npos)
            for_each_word(words, "|", [&](std::string_view word) {
                print("word", std::string{each.names.front()}.append("=").append(word));
            });
    }
}

/// Prints the words of options that have lists of words as their arguments. The topics of the help explain these words.
void print_sets()
{
    std::set<std::string> found;   // a word can be in several parts
    for (std::string const option : {"quiet", "status", "decode-fds", "decode-pids", "summary-columns"})
        for (auto const& topic : app::help_topics())
            for (auto const& part : topic.parts)
                for_each_word(part.term, ", ", [&](std::string_view word) {
                    auto name = std::string{option}.append("=").append(word);
                    if (app::parse({"cotrace", "-c", "--" + name, "true"}))
                        found.insert(std::move(name));
                });
    for (auto const& name : found)
        print("set", name);
}

void print_names()
{
    for (auto const name : app::qualifier_names())
        print("qualifier", name);
    print_words();
    print_sets();
    for (auto const& each : app::option_table())
        for (char const* const name : each.names)
            if (name != nullptr)
                print("option", name);
    for (auto const name : uapi::group_spellings())
        print("class", name);
    std::set<std::string_view> calls;
    for (auto const interface : {uapi::arch::x86_64, uapi::arch::i386, uapi::arch::x32})
        for (auto const& row : uapi::syscalls(interface))
            if (row.name.find('#') == row.name.npos)   // "execve#64" is strace's name for a 64-bit call in the table of x32
                calls.insert(row.name);
    for (auto const name : calls)
        print("call", name);
    for (int number = 1; number < 4096; ++number)
        if (auto const name = uapi::errno_name(number); !name.empty())
            print("errno", name);
    for (int number = 1; number < NSIG; ++number)
        if (char const* const name = ::sigabbrev_np(number))
            print("signal", std::string{"SIG"} + (number == SIGIO ? "IO" : name));
}

std::vector<std::string> words_of(std::string_view line)
{
    std::vector<std::string> words{"cotrace"};
    for (;;) {
        auto const end = line.find('\t');
        words.emplace_back(line.substr(0, end));
        if (end == line.npos)
            return words;
        line.remove_prefix(end + 1);
    }
}

}   // namespace

int main(int count, char** arguments)
{
    if (count == 2 && arguments[1] == std::string_view{"--names"}) {
        print_names();
        return 0;
    }
    for (std::string line; std::getline(std::cin, line);) {
        auto const parsed = app::parse(words_of(line));
        if (!parsed)
            std::cout << parsed.error();
        std::cout << '\n';
    }
    return std::cout.flush() ? 0 : 1;
}
