// SPDX-License-Identifier: BSL-1.0
#include "shell_words.hpp"

#include <optional>
#include <utility>

namespace cotrace::app {

namespace {

constexpr std::string_view blanks = " \t\n";
constexpr std::string_view operators = "|&;<>()";
constexpr std::string_view expanded_in_quotes = "$`";

/// Splits a command line, one character after the other.
class splitter {
public:
    explicit splitter(std::string_view line)
        : left_{line}
    {
    }

    /// Splits the whole line. Returns an error message, or an empty string if the line is valid.
    std::string run()
    {
        while (!left_.empty() && wrong_.empty())
            take(next());
        end_word();
        return wrong_;
    }

    std::vector<std::string> words;

private:
    char next()
    {
        char const c = left_.front();
        left_.remove_prefix(1);
        return c;
    }

    void take(char c)
    {
        if (blanks.find(c) != blanks.npos)
            return end_word();
        if (c == '#' && !word_)
            return refuse(c);
        if (operators.find(c) != operators.npos || expanded_in_quotes.find(c) != expanded_in_quotes.npos)
            return refuse(c);
        if (!word_)
            word_.emplace();
        if (c == '\'')
            take_single_quoted();
        else if (c == '"')
            take_double_quoted();
        else if (c == '\\')
            take_escaped();
        else
            *word_ += c;
    }

    void take_escaped()
    {
        if (left_.empty())
            wrong_ = "nothing follows the last backslash";
        else if (char const c = next(); c != '\n')
            *word_ += c;
    }

    void take_single_quoted()
    {
        auto const end = left_.find('\'');
        if (end == left_.npos) {
            wrong_ = "a ' has no second '";
            return;
        }
        word_->append(left_.substr(0, end));
        left_.remove_prefix(end + 1);
    }

    void take_double_quoted()
    {
        constexpr std::string_view escaped = "$`\"\\\n";   // a backslash before any other character is kept
        while (!left_.empty()) {
            char const c = next();
            if (c == '"')
                return;
            if (expanded_in_quotes.find(c) != expanded_in_quotes.npos)
                return refuse(c);
            if (c == '\\' && !left_.empty() && escaped.find(left_.front()) != escaped.npos)
                take_escaped();
            else
                *word_ += c;
        }
        wrong_ = "a \" has no second \"";
    }

    void end_word()
    {
        if (word_)
            words.push_back(*std::exchange(word_, std::nullopt));
    }

    void refuse(char c) { wrong_ = std::string{"'"} + c + "' has no meaning here; quote it, or run sh -c '...'"; }

    std::string_view left_;
    std::optional<std::string> word_;   ///< the word that is being read; nullopt between words
    std::string wrong_;
};

}   // namespace

result<std::vector<std::string>, std::string> shell_words(std::string_view line)
{
    splitter split{line};
    if (auto wrong = split.run(); !wrong.empty())
        return outcome::failure(std::move(wrong));
    return std::move(split.words);
}

usage_error add_run(options& to, std::string_view line)
{
    auto words = shell_words(line);
    if (!words)
        return "; " + words.error();
    if (words.value().empty() || words.value().front().empty())
        return "; it names no command";
    to.runs.push_back(std::move(words).value());
    return no_error;
}

}   // namespace cotrace::app
