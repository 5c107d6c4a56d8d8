// SPDX-License-Identifier: BSL-1.0
// Colors the text of records after the text was written. The comment of the class `painter` gives the reason.
#include "render/text/colour.hpp"

#include <algorithm>

namespace cotrace::render {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_capital(char c) noexcept { return c >= 'A' && c <= 'Z'; }
bool is_small(char c) noexcept { return c >= 'a' && c <= 'z'; }
bool is_word(char c) noexcept { return is_digit(c) || is_capital(c) || is_small(c) || c == '_'; }

// The punctuation that has a color. If one mark is the beginning of another, the longer mark comes first.
constexpr std::string_view marks[] = {", ", " => ", " or ", "...", "]=", "<<", "&&", "==", "{",
                                      "}",  "[",    "]",    "(",   ")",  "|",  "<",  ">",  "="};

// Whether a word is the name of a constant, such as O_RDONLY, AF_DECnet or __NR_read. Other names are in lower case.
bool is_constant(std::string_view word) noexcept
{
    word.remove_prefix(std::min(word.find_first_not_of('_'), word.size()));
    return word.size() > 1 && is_capital(word[0]) && !is_small(word[1]) && word != "NULL";
}

// The size of the quoted text that `text` begins with, including both quotes.
std::size_t quoted_size(std::string_view text) noexcept
{
    for (std::size_t i = 1; i < text.size(); ++i)
        if (text[i] == '\\')
            ++i;
        else if (text[i] == text[0])
            return i + 1;
    return text.size();
}

// Returns the index after the comment that begins at `at`. A comment can contain other comments.
std::size_t comment_size(std::string_view text, std::size_t at) noexcept
{
    std::size_t open = 0;
    while (at + 1 < text.size()) {
        auto const two = text.substr(at, 2);
        at += two == "/*" || two == "*/" ? 2 : 1;
        if (two == "/*")
            ++open;
        else if (two == "*/" && --open == 0)
            return at;
    }
    return text.size();
}

// Appends the text of arguments with colors. Text that has no color of its own has the color of values.
class value_painter {
public:
    value_painter(text_colors const& with, std::string_view text, std::string& to) noexcept
        : with_{with}
        , rest_{text}
        , to_{to}
    {
    }

    void paint()
    {
        while (!rest_.empty())
            token();
    }

private:
    void plain(std::size_t size)
    {
        to_ += rest_.substr(0, size);
        rest_.remove_prefix(std::min(size, rest_.size()));
    }

    void colored(std::string const& color, std::size_t size)
    {
        to_ += color;
        plain(size);
    }

    void between_values(std::string const& color, std::size_t size)
    {
        colored(color, size);
        to_ += with_.argument_value;
    }

    void mark(std::size_t size) { between_values(with_.punctuation, size); }

    void token()
    {
        char const c = rest_[0];
        if (is_word(c))
            return word();
        if (c == '"' || c == '\'')
            return plain(quoted_size(rest_));
        if (rest_.starts_with(" /*") || rest_.starts_with("/*"))
            return between_values(with_.comment, comment_size(rest_, c == ' ' ? 1 : 0));
        if (rest_.starts_with("???"))
            return between_values(with_.error, 3);
        if (c == '<' && !rest_.starts_with("<<"))
            return in_angle_brackets();
        auto const* const found = std::ranges::find_if(marks, [&](auto each) { return rest_.starts_with(each); });
        found != std::end(marks) ? mark(found->size()) : plain(1);
    }

    void word()
    {
        auto const size = static_cast<std::size_t>(std::ranges::find_if_not(rest_, is_word) - rest_.begin());
        auto const next = rest_.substr(size, 2);
        if (is_digit(rest_[0]))
            plain(size);
        else if (next.starts_with('('))
            colored(with_.call, size);
        else if (next.starts_with('=') && next != "==")
            colored(with_.argument_name, size);
        else if (is_constant(rest_.substr(0, size)))
            between_values(with_.constant, size);
        else
            plain(size);
    }

    // Colors the brackets "<" and ">" as punctuation, and the text between them as a value: a file descriptor's path, or
    // "unfinished ...".
    void in_angle_brackets()
    {
        mark(1);
        for (std::size_t open = 1; open != 0 && !rest_.empty();) {
            char const c = rest_[0];
            if (c == '"')
                plain(quoted_size(rest_));
            else if (c == '\\')
                plain(2);
            else if (c == '<' || (c == '>' && !is_arrow())) {
                mark(1);
                c == '<' ? ++open : --open;
            } else
                plain(1);
        }
    }

    // Whether the next '>' belongs to the arrow "->" between two socket addresses. A digit or '[' follows an arrow, but not the
    // end of a path.
    bool is_arrow() const noexcept
    {
        return !to_.empty() && to_.back() == '-' && rest_.size() > 1 && (is_digit(rest_[1]) || rest_[1] == '[');
    }

    text_colors const& with_;
    std::string_view rest_;
    std::string& to_;
};

void put_values(text_colors const& with, std::string_view text, std::string& to) { value_painter{with, text, to}.paint(); }

// Removes the characters of `to` from the index `from` to the end, and returns them.
std::string take(std::string& to, std::size_t from)
{
    auto text = to.substr(from);
    to.resize(from);
    return text;
}

// Appends a result with colors: "= 3", "= ?", "= -1 ENOENT (No such file or directory)".
void put_result(text_colors const& with, std::string_view text, bool failed, std::string& to)
{
    auto const value = std::min(text.find_first_not_of(' ', 1), text.size());
    auto const error = failed ? std::min(text.find(' ', value), text.size() - 1) + 1 : text.size();
    to.append(with.punctuation).append(1, text[0]).append(with.reset).append(text.substr(1, value - 1));
    to.append(with.returned).append(text.substr(value, error - value));
    if (failed)
        to.append(with.error).append(text.substr(error));
    to += with.reset;
}

}   // namespace

void painter::color_beginning(std::string& to, std::size_t from) const
{
    constexpr std::string_view resumed = "<... ";
    auto const plain = take(to, from);
    std::string_view rest{plain};
    if (rest.starts_with(resumed)) {
        auto const end = std::min(rest.find(' ', resumed.size()), rest.size());
        to.append(colors_->punctuation).append("<").append(colors_->argument_value).append("... ");
        to.append(colors_->syscall).append(rest.substr(resumed.size(), end - resumed.size())).append(colors_->argument_value);
        rest.remove_prefix(end);
    } else {
        auto const end = std::min(rest.find('('), rest.size());
        to.append(colors_->syscall).append(rest.substr(0, end));
        rest.remove_prefix(end);
    }
    put_values(*colors_, rest, to);
}

void painter::color_end(std::string& to, end_of_call const& parts) const
{
    auto const plain = take(to, parts.arguments);
    std::string_view const all{plain};
    auto const arguments = all.substr(0, parts.result - parts.arguments);
    auto const result = all.substr(arguments.size(), parts.remarks - parts.result);
    auto const last = arguments.rfind(')');
    put_values(*colors_, arguments.substr(0, last), to);
    to.append(colors_->punctuation).append(")").append(colors_->reset).append(arguments.substr(last + 1));
    if (!result.empty())
        put_result(*colors_, result, parts.failed, to);
    to += all.substr(arguments.size() + result.size());
}

void painter::color_event(std::string& to, std::size_t from) const
{
    auto const line = std::string_view{to}.substr(from);
    constexpr std::size_t mark = 4;   // the size of "--- " and of " ---"
    bool const signal = line.starts_with("--- ");
    if ((!signal && !line.starts_with("+++ ")) || line.size() < 2 * mark)
        return;
    auto const plain = take(to, from);
    auto const middle = std::string_view{plain}.substr(mark, plain.size() - 2 * mark);
    to.append(colors_->punctuation).append(plain, 0, mark);
    if (signal) {
        to += colors_->argument_value;
        put_values(*colors_, middle, to);
    } else {
        bool const usual = middle.starts_with("exited with ") || middle.starts_with("superseded by ");
        to.append(usual ? colors_->returned : colors_->error).append(middle);
    }
    to.append(colors_->punctuation).append(plain, plain.size() - mark).append(colors_->reset);
}

void painter::interruption(std::string& to, std::string_view text) const
{
    if (colors_) {
        put_values(*colors_, text, to);
        to += colors_->reset;
    } else
        to += text;
    to += '\n';
}

}   // namespace cotrace::render
