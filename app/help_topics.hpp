// SPDX-License-Identifier: BSL-1.0
#pragma once

// The long parts of the help: `--help=TOPIC` prints one of them, and the manual page has all of them.

#include <array>
#include <span>
#include <string_view>

namespace cotrace::app {

/// A paragraph, or the explanation of a term.
struct help_part {
    std::string_view term;   ///< the words that `text` explains; empty if `text` is a paragraph
    std::string_view text;   ///< the paragraph or the explanation, without line breaks
};

/// A long part of the help.
struct help_topic {
    std::string_view name;                  ///< the argument of --help
    std::array<std::string_view, 4> also;   ///< other words that --help accepts for this topic; some may be empty
    std::string_view title;
    std::span<help_part const> parts;
};

/// All topics, in the order of the manual page.
std::span<help_topic const> help_topics() noexcept;

/// The topic with this name, or with this word in `help_topic::also`; nullptr if there is none.
help_topic const* find_help_topic(std::string_view word) noexcept;

/// The paragraph about exit statuses, which is in the short help and in a topic.
std::string_view exit_statuses() noexcept;

/// Command lines for a first use of cotrace, each with an explanation.
std::span<help_part const> help_examples() noexcept;

}   // namespace cotrace::app
