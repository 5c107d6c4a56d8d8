// SPDX-License-Identifier: BSL-1.0
#include "tips.hpp"

#include "option_table.hpp"
#include "qualifiers.hpp"

#include "unit/app/parsing.hpp"

#include <algorithm>
#include <set>

namespace tips_tests {

using namespace cotrace;
using namespace cotrace::app;
using namespace cotrace::app::test;

namespace {

std::vector<std::string> split(std::string_view text, char const* separators)
{
    std::vector<std::string> parts;
    (void)for_each_in(text, separators, [&](std::string_view each) -> usage_error {
        parts.emplace_back(each);
        return no_error;
    });
    return parts;
}

/// Whether the word begins like an option, and the option table has no option with this name.
bool is_unknown_option(std::string_view word)
{
    if (word.size() < 2 || word[0] != '-')
        return false;
    auto const name = word.substr(2, word.find_first_of("=,.:;") - 2);
    return std::ranges::none_of(option_table(), [&](option_row const& each) {
        if (word[1] != '-')
            return each.letter == word[1];
        return std::ranges::any_of(each.names, [&](char const* known) { return known != nullptr && known == name; });
    });
}

std::string shown(std::string argument) { return tip_text(good({"--tips=" + std::move(argument), "true"}).tips); }

}   // namespace

TEST_CASE("each option that a tip names exists, and each example is a valid command line without warnings", "[options]")
{
    CHECK(all_tips().size() >= 30);
    std::set<std::string_view> texts;
    for (auto const& each : all_tips()) {
        CAPTURE(each.text, each.example);
        CHECK(texts.insert(each.text).second);
        CHECK(each.text.ends_with('.'));
        auto const words = split(each.text, " ");
        for (std::size_t i = 0; i < words.size(); ++i) {
            CHECK_FALSE(is_unknown_option(words[i]));
            if (i + 1 < words.size() && words[i] == "-e") {
                auto const qualifier = words[i + 1].substr(0, words[i + 1].find('='));
                CHECK(std::ranges::count(qualifier_names(), qualifier) == 1);
            }
        }
        auto const command = split(each.example, " ");
        REQUIRE(command.size() > 1);
        CHECK(command.front() == "cotrace");
        auto const seen = parse(command);
        REQUIRE(seen);
        CHECK(seen.value().warnings.empty());
    }
}

TEST_CASE("the argument of --tips is a number and a format, in any order and with or without labels", "[options]")
{
    auto const parts = [](std::string argument) {
        auto const tips = good({"--tips=" + std::move(argument), "true"}).tips;
        return std::pair{tips.id, tips.format};
    };
    using pair = std::pair<std::optional<unsigned>, tip_format>;
    CHECK(good({"true"}).tips.format == tip_format::none);
    CHECK(good({"--tips", "true"}).tips.format == tip_format::compact);
    CHECK(parts("3") == pair{3, tip_format::compact});
    CHECK(parts("id:3,format:full") == pair{3, tip_format::full});
    CHECK(parts("full,3") == pair{3, tip_format::full});
    CHECK(parts("random,none") == pair{std::nullopt, tip_format::none});
    CHECK(good({"--tips=full", "--tips=none", "true"}).tips.format == tip_format::none);
    CHECK(bad({"--tips=fll", "true"}) == "invalid --tips argument: 'fll'; did you mean 'full'?");
    CHECK(bad({"--tips=id:x", "true"}) == "invalid --tips argument: 'id:x'");
    CHECK(bad({"--tips=format:3", "true"}) == "invalid --tips argument: 'format:3'");
    CHECK(bad({"--tips=-1", "true"}) == "invalid --tips argument: '-1'");
    CHECK(good({"--tips"}).only_tip);
    CHECK_FALSE(good({"--tips", "true"}).only_tip);
    CHECK_FALSE(good({"--tips", "-p", "1"}).only_tip);
}

TEST_CASE("a tip is printed in a frame", "[options]")
{
    CHECK(shown("none").empty());
    CHECK(shown("0").starts_with("+- Tip 0 ---"));
    CHECK(shown("0").find("|     cotrace -f make ") != std::string::npos);
    for (std::size_t i = 0; i < all_tips().size(); ++i)
        for (auto const* const format : {"compact", "full"}) {
            auto const lines = split(shown("id:" + std::to_string(i) + ",format:" + format), "\n");
            REQUIRE(lines.size() >= 5);
            CAPTURE(i, format, lines.front());
            for (auto const& line : lines) {
                CHECK(line.size() == lines.front().size());
                CHECK(line.size() <= 80);
            }
        }
    CHECK(shown(std::to_string(all_tips().size())) == shown("0"));
    CHECK(shown("0,full").find("Tip 0 of 0 to ") != std::string::npos);
}

}   // namespace tips_tests
