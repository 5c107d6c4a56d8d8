// SPDX-License-Identifier: BSL-1.0
#include "help.hpp"

#include "uapi/groups.hpp"
#include "unit/app/parsing.hpp"

#include <cotrace/render/perfetto.hpp>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace help_tests {

using namespace cotrace;
using namespace cotrace::app;
using namespace cotrace::app::test;

namespace {

std::string wrapped(std::string_view text, std::size_t indent, std::size_t width)
{
    std::string line;
    append_wrapped(line, text, indent, width);
    return line;
}

std::vector<std::string> pieces(std::string_view text, std::string_view separators)
{
    std::vector<std::string> all;
    while (!text.empty()) {
        auto const end = std::min(text.find_first_of(separators), text.size());
        if (end > 0)
            all.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

std::size_t longest_line(std::string const& text)
{
    std::size_t longest = 0;
    for (auto const& line : pieces(text, "\n"))
        longest = std::max(longest, line.size());
    return longest;
}

/// The words that a help topic explains, such as "attach" or "all".
std::vector<std::string> terms_of(char const* topic)
{
    std::vector<std::string> all;
    for (auto const& each : find_help_topic(topic)->parts)
        for (auto& term : pieces(each.term, ", "))
            all.push_back(std::move(term));
    return all;
}

}   // namespace

TEST_CASE("append_wrapped() breaks a text into lines of the given width", "[help]")
{
    CHECK(wrapped("one two three", 0, 8) == "one two\nthree");
    CHECK(wrapped("one two three", 2, 7) == "one two\n  three");
    CHECK(wrapped("one\ntwo  three ", 0, 80) == "one two three");
    CHECK(wrapped("longer-than-a-line x", 1, 5) == "longer-than-a-line\n x");
    CHECK(wrapped("--x[=one|two|three]", 4, 12) == "--x[=one|two\n    |three]");
    CHECK(wrapped("a [b|c] d", 0, 80) == "a [b|c] d");
    CHECK(wrapped("", 4, 80).empty());
}

TEST_CASE("the short form of a description is its first clause", "[help]")
{
    CHECK(first_clause("set VAR; without a value, remove it") == "set VAR");
    CHECK(first_clause("print these words: one, two") == "print these words");
    CHECK(first_clause("fail (default: ENOSYS) at once; then go on") == "fail (default: ENOSYS) at once");
    CHECK(first_clause("write FILE.ID for\neach thread") == "write FILE.ID for each thread");
    CHECK(first_clause("One. Two.") == "One");
    CHECK(first_clause("").empty());
}

TEST_CASE("every option is in the help", "[help]")
{
    auto const text = help(80);
    for (auto const* name :
         {"-f  ", "--follow-forks", "--status=[!]SET", "-z, --successful-only", "-e EXPRESSION", "--attach=PID",
          "--format=text|uroot|json|json,entries", "--quiet[=SET]", "-I, --interruptible=WHEN", "--output=FILE"})
        CHECK(text.find(name) != std::string::npos);
    CHECK(text.find("(null)") == std::string::npos);
}

TEST_CASE("the help is as wide as the terminal", "[help]")
{
    for (std::size_t const width : {40, 60, 71, 72, 80, 120}) {
        CHECK(longest_line(help(width)) <= width);
        CHECK(longest_line(help(width)) > width - 10);
        for (auto const& topic : help_topics())
            CHECK(longest_line(help_on(topic, width)) <= width);
    }
}

TEST_CASE("the description of each option begins with a clause that the completion of a shell can show", "[help]")
{
    for (auto const& each : option_table()) {
        CHECK_FALSE(first_clause(each.help).empty());
        CHECK(first_clause(each.help).back() != ',');
    }
}

TEST_CASE("--help accepts the names of the topics, and other names for the topics", "[help]")
{
    CHECK(good({"--help"}).help_topic.empty());
    CHECK(good({"-h"}).help);
    std::set<std::string_view> known;
    std::string names;
    for (auto const& topic : help_topics()) {
        CHECK(good({"--help=" + std::string{topic.name}}).help_topic == topic.name);
        CHECK(find_help_topic(topic.name) == &topic);
        CHECK(known.insert(topic.name).second);
        CHECK_FALSE(topic.parts.empty());
        names.append(names.empty() ? "" : "|").append(topic.name);
        for (auto const other : topic.also) {
            if (other.empty())
                continue;
            CHECK(find_help_topic(other) == &topic);
            CHECK(known.insert(other).second);
        }
    }
    CHECK(find_help_topic("") == nullptr);
    CHECK(help(80).find("--help[=" + names + "]") != std::string::npos);
}

TEST_CASE("an unknown topic is refused with a suggestion and the list of topics", "[help]")
{
    std::string const list = "he topics are trace, inject, quiet, status, decode, format, summary, effects, exit";
    CHECK(bad({"--help=injct"}) == "invalid --help argument: 'injct'; did you mean 'inject'? T" + list);
    CHECK(bad({"--help=nonsense"}) == "invalid --help argument: 'nonsense'; t" + list);
    CHECK(bad({"--help="}) == "invalid --help argument: ''; t" + list);
}

TEST_CASE("the topic `trace` explains every class of calls", "[help]")
{
    auto const terms = terms_of("trace");
    std::string text;
    for (auto const& each : find_help_topic("trace")->parts)
        text.append(each.term).append(" ").append(each.text).append(" ");
    std::set<std::string> words;
    for (auto& word : pieces(text, " ,;"))
        words.insert(std::move(word));
    for (auto const spelling : uapi::group_spellings())
        CHECK(words.contains(std::string{spelling}));
    for (auto const& term : terms)
        if (term.starts_with('%') && term != "%CLASS")
            CHECK(uapi::group_spelled(term));
}

TEST_CASE("the options accept the words that the topics explain", "[help]")
{
    for (auto const& word : terms_of("quiet"))
        good({"--quiet=" + word, "true"});
    for (auto const& word : terms_of("status"))
        good({"--status=" + word, "true"});
    for (auto const& part : find_help_topic("format")->parts)
        if (!part.term.empty() && (part.term != "perfetto" || render::perfetto_trace::is_available()))
            good({"--format=" + std::string{part.term}, "-o", "file", "true"});
    for (auto const& word : terms_of("summary"))
        good({"-c", "-U", word, "true"});
    std::string option = "--decode-fds=";
    for (auto const& part : find_help_topic("decode")->parts)
        if (part.term.empty())   // this part is a paragraph, which begins the explanation of --decode-fds or --decode-pids
            option = part.text.find("--decode-pids") != part.text.npos ? "--decode-pids=" : "--decode-fds=";
        else
            for (auto const& word : pieces(part.term, ", "))
                good({option + word, "true"});
}

TEST_CASE("-e inject accepts the forms of when= that the topic `inject` explains", "[help]")
{
    for (auto const& term : terms_of("inject"))
        if (term.starts_with("when=") && term.find("FIRST") == term.npos)
            good({"-e", "inject=read:error=EIO:" + term, "true"});
}

}   // namespace help_tests
