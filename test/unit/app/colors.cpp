// SPDX-License-Identifier: BSL-1.0
#include "colors.hpp"

#include "unit/app/parsing.hpp"

namespace colors_tests {

using namespace cotrace;
using namespace cotrace::app;
using namespace cotrace::app::test;

namespace {

/// All escape sequences of a palette, one after the other.
std::string all(render::text_colors const& from)
{
    return from.argument_name + from.argument_value + from.call + from.comment + from.constant + from.error + from.punctuation
           + from.returned + from.syscall + from.reset;
}

}   // namespace

TEST_CASE("STRACE_COLORS changes the colors that it names")
{
    auto const standard = all({});
    CHECK(standard == "\033[39m\033[35m\033[33m\033[36m\033[34m\033[31m\033[0m\033[32m\033[33m\033[0m");
    CHECK(all(parse_colors("")) == standard);
    CHECK(all(parse_colors("argname=1:argval=2:call=3:comment=4:const=5:error=6:punct=7:retval=8:syscall=9"))
          == "\033[1m\033[2m\033[3m\033[4m\033[5m\033[6m\033[7m\033[8m\033[9m\033[0m");
    auto const seen = parse_colors(" Error = 1;31 : CONST\t=\t;0;:error=4:");
    CHECK(seen.error == "\033[4m");
    CHECK(seen.constant == "\033[;0;m");
    CHECK(seen.syscall == "\033[33m");
}

TEST_CASE("pieces of STRACE_COLORS that are invalid are ignored")
{
    auto const standard = all({});
    for (std::string const each : {"error", "error=", "=31", "error=;", "error=red", "error=3 1", "error=31m", "error=\033[31m",
                                   "err=31", "errors=31", "error=31=32", ":", "=", "reset=31", "error=-1"})
        CHECK(all(parse_colors(each)) == standard);
    CHECK(parse_colors("error=x:error=7:error=y").error == "\033[7m");
}

TEST_CASE("colors are the default only on a terminal that shows colors, and not if NO_COLOR exists")
{
    CHECK(terminal_has_colors(true, nullptr, "xterm"));
    CHECK_FALSE(terminal_has_colors(false, nullptr, "xterm"));
    CHECK_FALSE(terminal_has_colors(true, "", "xterm"));
    CHECK_FALSE(terminal_has_colors(true, "0", "xterm"));
    for (auto const* term : {static_cast<char const*>(nullptr), "", "dumb", "Dumb", "UNKNOWN"})
        CHECK_FALSE(terminal_has_colors(true, nullptr, term));
    CHECK(terminal_has_colors(true, nullptr, "dumb-color"));
}

TEST_CASE("--color without an argument means always, and unknown arguments are rejected")
{
    CHECK(good({"true"}).color == color_choice::automatic);
    CHECK(good({"--color", "true"}).color == color_choice::always);
    CHECK(good({"--color=always", "true"}).color == color_choice::always);
    CHECK(good({"--color", "--color=auto", "true"}).color == color_choice::automatic);
    CHECK(good({"--color=never", "true"}).color == color_choice::never);
    CHECK(bad({"--color=alway", "true"}) == "invalid --color argument: 'alway'; did you mean 'always'?");
    CHECK(bad({"--color=nevr", "true"}) == "invalid --color argument: 'nevr'; did you mean 'never'?");
    CHECK(bad({"--color=", "true"}) == "invalid --color argument: ''");
    CHECK(bad({"--color", "--format=json", "true"}) == "--color=always and --format are mutually exclusive");
    CHECK(good({"--color=auto", "--format=json", "true"}).warnings.empty());
    CHECK(good({"--color", "-c", "true"}).warnings == words{"--color=always has no effect with -c/--summary-only"});
}

TEST_CASE("--color=always colors every output of the text format, and no summary")
{
    CHECK(colors_for(good({"--color", "true"}), -1).has_value());
    CHECK_FALSE(colors_for(good({"--color=never", "true"}), -1).has_value());
    CHECK_FALSE(colors_for(good({"true"}), -1).has_value());
    CHECK_FALSE(colors_for(good({"--color", "-c", "true"}), -1).has_value());
}

}   // namespace colors_tests
