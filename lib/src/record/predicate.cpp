// SPDX-License-Identifier: BSL-1.0
// Parses predicates. The grammar, in which the part in "{ … }" may be repeated or left out:
//
//     either     = both { "||" both }
//     both       = one { "&&" one }
//     one        = "!" one | "(" either ")" | condition | subject operator literal | subject "in" list
//     list       = class | "(" element { "," element } ")"
//     element    = literal | class
#include "record/predicate_lexer.hpp"
#include "record/predicate_names.hpp"

#include <cotrace/detail/near_names.hpp>
#include <cotrace/filter.hpp>
#include <cotrace/uapi/errnos.hpp>
#include <cotrace/uapi/signals.hpp>
#include <cotrace/uapi/vocabulary.hpp>

#include "uapi/numbers.hpp"
#include "uapi/ring_operations.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

namespace cotrace {
namespace {

using namespace predicates;

constexpr unsigned most_nested = 100;   // limit for nested parentheses and "!", which the parser handles by recursion

struct operation_name {
    std::string_view written;
    operation what;
};
constexpr operation_name operations[] = {
    {"==", operation::equal},      {"!=", operation::unequal}, {"<", operation::less},
    {"<=", operation::less_equal}, {">", operation::greater},  {">=", operation::greater_equal},
    {"~", operation::like},        {"!~", operation::unlike},  {"has", operation::has},
    {"in", operation::in},
};

/// How the values of a kind are compared. `operators` are separated by blanks. `others` describes the allowed literals in error
/// messages.
struct kind_traits {
    std::string_view operators;
    std::string_view others;
};

kind_traits traits_of(value_kind kind)
{
    constexpr std::string_view ordered = "== != < <= > >= has in", texts = "== != ~ !~ has in";
    switch (kind) {
    case value_kind::text: return {texts, "a text in quotes, such as \"/etc/*\""};
    case value_kind::call_name: return {texts, "the name of a call in quotes, such as \"openat\""};
    case value_kind::event_kind: return {"== != in", "a kind of record in quotes, such as \"signal\""};
    case value_kind::number: return {ordered, "a number"};
    case value_kind::error: return {"== != in", "the name of an error, such as ENOENT, or a number"};
    case value_kind::signal: return {"== != in", "the name of a signal, such as SIGTERM, or a number"};
    case value_kind::duration: return {"== != < <= > >= in", "a time with a unit, such as 5ms"};
    case value_kind::descriptor: return {"== != < <= > >= in", "a number or AT_FDCWD"};
    case value_kind::argument:
        return {"== != < <= > >= ~ !~ has in", "a number, a text in quotes, the name of a constant, or null"};
    case value_kind::condition: break;
    }
    return {};
}

/// Whether `word` is one of the words in `list`, which are separated by blanks.
bool has_word(std::string_view list, std::string_view word)
{
    while (!list.empty()) {
        auto const end = std::min(list.find(' '), list.size());
        if (list.substr(0, end) == word)
            return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

/// The token in the form that error messages show.
std::string shown(token const& what)
{
    if (what.what == token::end)
        return "the end";
    std::string text{"'"};
    for (char const c : what.written)
        text += static_cast<unsigned char>(c) < ' ' || c == 0x7f ? '?' : c;
    return text + "'";
}

/// Whether the values of this kind are texts.
bool is_textual(value_kind kind)
{
    return kind == value_kind::text || kind == value_kind::call_name || kind == value_kind::event_kind;
}

/// Whether the operator tests for equality: "==", "!=" or "in".
bool compares_whole(operation how) { return how == operation::equal || how == operation::unequal || how == operation::in; }

/// Returns an error message if no call and no io_uring operation has this name, otherwise an empty string. Accepts "syscall_0x…",
/// the name of an unknown number in records.
std::string wrong_call_name(std::string const& name, uapi::vocabulary const* also)
{
    constexpr std::string_view call_letters = "abcdefghijklmnopqrstuvwxyz_0123456789";
    if (name.starts_with("syscall_0x") || uapi::is_operation(name))
        return {};
    auto const unknown = "invalid system call " + in_quotes(name);
    if (name.empty() || name.find_first_not_of(call_letters) != name.npos || (name.front() >= '0' && name.front() <= '9'))
        return unknown;
    if (name == "all" || name == "none")
        return unknown;
    if (uapi::group_spelled(name) && !uapi::number_of(uapi::arch::i386, name))
        return unknown + "; 'in %" + name + "' selects a class of calls";
    auto const known = filter::parse(name, also);
    return known ? std::string{} : known.error();
}

class parser {
public:
    parser(std::string_view whole, uapi::vocabulary const* also)
        : tokens_{whole}
        , also_{also}
    {
    }

    result<node, std::string> parse()
    {
        auto made = either(0);
        if (!failed() && now().what != token::end)
            refuse("expected '&&', '||' or the end, not " + shown(now()));
        if (failed())
            return outcome::failure(std::move(wrong_));
        return made;
    }

private:
    token const& now() const noexcept { return tokens_.current(); }
    bool is(std::string_view symbol) const noexcept { return now().what == token::symbol && now().written == symbol; }
    bool failed() const noexcept { return !wrong_.empty(); }

    bool accept(std::string_view symbol)
    {
        if (failed() || !is(symbol))
            return false;
        tokens_.advance();
        return true;
    }

    /// Stores an error message, unless an error was stored earlier. `at` is the index of the first wrong byte.
    void refuse(std::size_t at, std::string const& why)
    {
        if (!failed())
            wrong_ = "column " + std::to_string(tokens_.column_of(at)) + ": " + why;
    }
    void refuse(std::string const& why) { refuse(now().at, why); }

    node either(unsigned depth) { return series("||", node::any, &parser::both, depth); }
    node both(unsigned depth) { return series("&&", node::all, &parser::one, depth); }

    /// Parses parts that are separated by the operator `between`. Returns a node of these parts or, if there is only one part,
    /// this part.
    node series(std::string_view between, node::kind what, node (parser::*part)(unsigned), unsigned depth)
    {
        auto first = (this->*part)(depth);
        if (!is(between))
            return first;
        node made{.what = what};
        made.parts.push_back(std::move(first));
        while (accept(between))
            made.parts.push_back((this->*part)(depth));
        return made;
    }

    node one(unsigned depth)
    {
        if (depth > most_nested)
            refuse("more than " + std::to_string(most_nested) + " parentheses and '!' are nested");
        if (failed())
            return {};
        if (accept("!")) {
            node made{.what = node::none};
            made.parts.push_back(one(depth + 1));
            return made;
        }
        if (accept("(")) {
            auto made = either(depth + 1);
            if (!accept(")"))
                refuse("expected ')', '&&' or '||', not " + shown(now()));
            return made;
        }
        return test();
    }

    node test()
    {
        node made;
        if (now().what != token::name) {
            refuse("expected a name, '!' or '(', not " + shown(now()));
            return made;
        }
        auto const subject_token = now();
        auto const kind = named(subject_token, made.tested);
        tokens_.advance();
        if (failed() || kind == value_kind::condition)
            return made;
        compare(subject_token.written, kind, made.tested);
        return made;
    }

    /// Stores in `to` what a name stands for, and returns the kind of the values that the name stands for.
    value_kind named(token const& name, comparison& to)
    {
        auto const word = name.written;
        if (word.starts_with(argument_prefix)) {
            to.of = subject::argument;
            to.argument = word.substr(argument_prefix.size());
            check_argument(name.at + argument_prefix.size(), to.argument);
            return value_kind::argument;
        }
        auto const all = subject_names();
        if (auto const found = std::ranges::find(all, word, &subject_name::name); found != all.end()) {
            to.of = found->what;
            return found->kind;
        }
        auto question = is_argument(word) ? "; the argument of a call is 'args." + std::string{word} + "'"
                                          : detail::question_about(word, all, &subject_name::name);
        if (question.empty()) {
            question = "; the names are args.NAME";
            for (auto const& each : all)
                question.append(", ").append(each.name);
        }
        refuse(name.at, "unknown name " + in_quotes(word) + question);
        return value_kind::condition;
    }

    void check_argument(std::size_t at, std::string_view path)
    {
        auto const first = path.substr(0, path.find('.'));
        if (first.empty())
            refuse(at, "expected the name of an argument after 'args.'");
        else if (also_ == nullptr && !is_argument(first))
            refuse(at, "no call has an argument " + in_quotes(first) + question_about_argument(first));
    }

    void compare(std::string_view name, value_kind kind, comparison& to)
    {
        auto const traits = traits_of(kind);
        bool const is_word = now().what == token::symbol || now().what == token::name;
        auto const* const found = std::ranges::find(operations, now().written, &operation_name::written);
        if (!is_word || found == std::end(operations) || !has_word(traits.operators, found->written)) {
            refuse("expected one of " + std::string{traits.operators} + " after " + in_quotes(name) + ", not " + shown(now()));
            return;
        }
        to.how = found->what;
        tokens_.advance();
        if (to.how == operation::in)
            return list(name, kind, to);
        if (now().what == token::calls && kind == value_kind::call_name)
            return refuse("a class of calls stands after 'in': name in " + std::string{now().written});
        element(name, kind, to);
    }

    void list(std::string_view name, value_kind kind, comparison& to)
    {
        if (now().what == token::calls && kind == value_kind::call_name)
            return element(name, kind, to);
        if (!accept("("))
            return refuse(std::string{"expected '('"} + (kind == value_kind::call_name ? " or a class such as %file" : "")
                          + " after 'in', not " + shown(now()));
        do
            element(name, kind, to);
        while (accept(","));
        if (!accept(")"))
            refuse("expected ',' or ')', not " + shown(now()));
    }

    /// Parses one literal on the right side of a comparison. `name` is the subject on the left side.
    void element(std::string_view name, value_kind kind, comparison& to)
    {
        if (failed())
            return;
        auto const at = now();
        bool const only_text = to.how == operation::like || to.how == operation::unlike;
        std::optional<literal> made;
        switch (at.what) {
        case token::number: made = number(kind); break;
        case token::text: made = text(kind, to.how); break;
        case token::name: made = word(kind, to.how); break;
        case token::calls: made = calls(kind); break;
        default: break;
        }
        if (failed())
            return;
        if (made && (!only_text || made->what == literal_kind::text)) {
            to.others.push_back(*std::move(made));
            return;
        }
        refuse(at.at, in_quotes(name) + " is compared with "
                          + std::string{only_text ? "a pattern in quotes, such as \"/etc/*\"" : traits_of(kind).others}
                          + ", not with " + shown(at));
    }

    /// The functions `number`, `text`, `word` and `calls` each parse one form of literal. The result is empty if this form is not
    /// allowed or wrong.
    std::optional<literal> number(value_kind kind)
    {
        auto made = number_written(now().written);
        if (!made) {
            refuse(made.error());
            return std::nullopt;
        }
        bool const is_time = made.assume_value().what == literal_kind::duration;
        if (is_textual(kind) || is_time != (kind == value_kind::duration))
            return std::nullopt;
        tokens_.advance();
        return std::move(made).assume_value();
    }

    std::optional<literal> text(value_kind kind, operation how)
    {
        auto read = text_written(now().written);
        if (!read) {
            refuse(now().at + read.error().at, read.error().what);
            return std::nullopt;
        }
        auto words = std::move(read).assume_value();
        if (!is_textual(kind) && kind != value_kind::argument)
            return std::nullopt;
        if (auto const wrong = compares_whole(how) ? wrong_name(kind, words) : std::string{}; !wrong.empty()) {
            refuse(wrong);
            return std::nullopt;
        }
        tokens_.advance();
        return literal{.what = literal_kind::text, .words = std::move(words)};
    }

    /// An error message if `kind` is `call_name` and no call has the name `name`, or if `kind` is `event_kind` and no kind of
    /// record has this name; otherwise an empty string.
    std::string wrong_name(value_kind kind, std::string const& name) const
    {
        if (kind == value_kind::call_name)
            return wrong_call_name(name, also_);
        if (kind != value_kind::event_kind || std::ranges::find(kind_names, name) != kind_names.end())
            return {};
        auto question = detail::question_about(name, kind_names);
        if (question.empty())
            for (auto const each : kind_names)
                question.append(each == kind_names.front() ? "; the kinds are " : ", ").append(each);
        return "unknown kind of record " + in_quotes(name) + question;
    }

    std::optional<literal> word(value_kind kind, operation how)
    {
        auto const name = now();
        bool const is_null = name.written == "null";
        if (is_null && (kind == value_kind::error || kind == value_kind::argument) && compares_whole(how)) {
            tokens_.advance();
            return literal{.what = literal_kind::null};
        }
        if (is_null)
            return std::nullopt;
        switch (kind) {
        case value_kind::error: return numbered(uapi::errno_number(name.written), "error", question_about_errno);
        case value_kind::signal: return numbered(uapi::signal_number(name.written), "signal", question_about_signal);
        case value_kind::descriptor:
            if (name.written != "AT_FDCWD" || how == operation::has)
                return std::nullopt;
            return constants();
        case value_kind::argument:
            if (!compares_whole(how) && how != operation::has)
                return std::nullopt;
            return constants();
        default: return std::nullopt;
        }
    }

    /// Makes a literal from `number`, the number that the current word stands for. Stores an error if `number` is
    /// empty.
    std::optional<literal> numbered(std::optional<int> number, char const* kind, std::string (*question)(std::string_view))
    {
        auto const word = now().written;
        if (!number) {
            refuse("unknown " + std::string{kind} + " " + in_quotes(word) + question(word));
            return std::nullopt;
        }
        tokens_.advance();
        return literal{.what = literal_kind::number, .value = integer::of(*number)};
    }

    /// Parses names of constants that are separated by "|".
    std::optional<literal> constants()
    {
        literal made{.what = literal_kind::constants};
        do {
            if (now().what != token::name) {
                refuse("expected the name of a flag after '|', not " + shown(now()));
                return std::nullopt;
            }
            if (also_ == nullptr && !is_constant(now().written)) {
                refuse("unknown constant " + in_quotes(now().written) + question_about_constant(now().written)
                       + "; a text is written in quotes");
                return std::nullopt;
            }
            made.constants.emplace_back(now().written);
            tokens_.advance();
        } while (accept("|"));
        return made;
    }

    std::optional<literal> calls(value_kind kind)
    {
        if (kind != value_kind::call_name)
            return std::nullopt;
        auto const name = now().written;
        auto const group = uapi::group_spelled(name);
        if (!group) {
            detail::near_names near{name};
            for (auto const spelling : uapi::group_spellings())
                if (spelling.starts_with('%'))
                    near.consider(spelling);
            refuse("unknown class of calls " + in_quotes(name) + near.question());
            return std::nullopt;
        }
        tokens_.advance();
        return literal{.what = literal_kind::calls, .calls = *group};
    }

    lexer tokens_;
    uapi::vocabulary const* also_;
    std::string wrong_{};
};

predicate value_of(result<predicate, std::string> parsed)
{
    if (!parsed)
        throw std::invalid_argument{parsed.error()};
    return std::move(parsed).assume_value();
}

/// Whether the condition contains a subject with this name. The name "args" stands for all subjects that are arguments.
bool has_subject(node const& condition, std::string_view name)
{
    if (condition.what != node::test)
        return std::ranges::any_of(condition.parts, [&](node const& part) { return has_subject(part, name); });
    if (condition.tested.of == subject::argument)
        return name == argument_prefix.substr(0, argument_prefix.size() - 1);
    return std::ranges::any_of(subject_names(),
                               [&](subject_name const& each) { return each.what == condition.tested.of && each.name == name; });
}

}   // namespace

predicate::predicate(std::shared_ptr<tree const> made) noexcept
    : tree_{std::move(made)}
{
}

predicate::predicate(std::string_view expression)
    : predicate{value_of(parse(expression))}
{
}

result<predicate, std::string> predicate::parse(std::string_view expression, uapi::vocabulary const* also)
{
    auto made = parser{expression, also}.parse();
    if (!made)
        return outcome::failure(made.error());
    return predicate{std::make_shared<tree const>(tree{std::move(made).assume_value()})};
}

predicate operator&&(predicate const& left, predicate const& right)
{
    auto const root_of = [](predicate const& each) { return each.tree_ ? each.tree_->root : node{.what = node::any}; };
    node both{.what = node::all, .parts = {root_of(left), root_of(right)}};
    return predicate{std::make_shared<predicate::tree const>(predicate::tree{std::move(both)})};
}

bool predicate::uses(std::string_view name) const noexcept { return tree_ && has_subject(tree_->root, name); }

}   // namespace cotrace
