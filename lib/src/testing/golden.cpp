// SPDX-License-Identifier: BSL-1.0
//
// Process ids, descriptors and addresses differ from run to run. `placeholder_replacer` replaces them by unlikely numbers, the
// placeholders. `placeholders::named` replaces placeholders in a rendered line by names, except in strings.
#include <cotrace/testing/golden.hpp>

#include "record/returned_type.hpp"
#include "testing/journal.hpp"
#include "testing/messages.hpp"
#include "uapi/sender.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <variant>

#include <regex.h>

namespace cotrace::testing {

namespace {

using uapi::shape;

enum class kind : std::uint8_t { process, descriptor, address };

/// Maps numbers to placeholders, and placeholders to names.
class placeholders {
public:
    std::uint64_t operator()(kind of, std::uint64_t number)
    {
        auto& all = known_[index(of)];
        auto const [at, added] = all.try_emplace(number, all.size());
        return first[index(of)] + at->second;
    }

    /// Replaces placeholders by names, but not inside of strings.
    std::string named(std::string_view line)
    {
        std::string made;
        bool quoted = false;
        for (std::size_t i = 0; i < line.size();) {
            if (quoted && line[i] == '\\' && i + 1 < line.size()) {
                made.append(line, i, 2);
                i += 2;
                continue;
            }
            quoted = quoted != (line[i] == '"');
            auto const length = quoted ? 0 : name_at(line.substr(i), made);
            if (length == 0)
                made += line[i];
            i += std::max(length, std::size_t{1});
        }
        return made;
    }

    std::string name_of(tid thread)
    {
        return named(std::to_string((*this)(kind::process, static_cast<std::uint32_t>(raw(thread)))));
    }

private:
    static constexpr std::size_t index(kind of) noexcept { return static_cast<std::size_t>(of); }

    // The first of the `range` placeholders of each kind, which have equally many digits. Those of processes and descriptors fit
    // into a signed 32-bit integer.
    static constexpr std::uint64_t first[] = {1'810'000'000, 1'910'000'000, 0x7ead'5710'0000};
    static constexpr std::uint64_t range = 0x10'0000;
    static constexpr std::string_view names[] = {"pid", "fd", "addr"};

    /// If `text` begins with a number, appends the number, or the name of a placeholder. Returns the length of the number in
    /// `text`, otherwise 0.
    std::size_t name_at(std::string_view text, std::string& made)
    {
        bool const hex = text.starts_with("0x");
        auto const* const begin = text.data() + (hex ? 2 : 0);
        std::uint64_t number = 0;
        auto const [end, error] = std::from_chars(begin, text.data() + text.size(), number, hex ? 16 : 10);
        if (error != std::errc{} || end == begin)
            return 0;
        auto const length = static_cast<std::size_t>(end - text.data());
        for (auto const of : {kind::process, kind::descriptor, kind::address})
            if (auto const which = index(of); hex == (of == kind::address) && number - first[which] < range) {
                auto& seen = seen_[which];
                auto const given = seen.try_emplace(number, seen.size() + 1).first->second;
                made.append(names[which]).append(std::to_string(given));
                return length;
            }
        // All digits are appended. Otherwise the next call would begin in the middle of the number, and might take the rest for a
        // placeholder.
        made.append(text.substr(0, length));
        return length;
    }

    std::map<std::uint64_t, std::uint64_t> known_[3];
    std::map<std::uint64_t, std::size_t> seen_[3];
};

/// Copies records, and replaces the numbers in them that differ from run to run by placeholders.
class placeholder_replacer {
public:
    explicit placeholder_replacer(placeholders& by) noexcept
        : by_{by}
    {
    }

    happening of(happening const& each, record& made)
    {
        made = {each.seen->thread, {}, each.seen->what};
        if (auto* entered = std::get_if<syscall_entered>(&made.what))
            entered->call = call(entered->call);
        else if (auto* exited = std::get_if<syscall_exited>(&made.what))
            exit(*exited);
        else if (auto* got = std::get_if<signal_received>(&made.what))
            signal(got->info);
        else if (auto* gone = std::get_if<superseded>(&made.what))
            gone->by = tid{static_cast<std::int32_t>(process(raw(gone->by)))};
        return {&made, each.what};
    }

private:
    /// A negative number is the id of a process group, as in kill(2). 0 and -1 are not ids.
    std::int64_t process(std::int32_t id)
    {
        if (id == 0 || id == -1)
            return id;
        auto const placeholder = static_cast<std::int64_t>(by_(kind::process, static_cast<std::uint32_t>(std::abs(id))));
        return id < 0 ? -placeholder : placeholder;
    }

    std::uint64_t descriptor(std::int32_t number)
    {
        return number <= 2 ? static_cast<std::uint32_t>(number) : by_(kind::descriptor, static_cast<std::uint32_t>(number));
    }

    std::uint64_t address(std::uint64_t at) { return at == 0 ? 0 : by_(kind::address, at); }

    /// Whether a number is taken for an address: a hexadecimal number from 2^32 to 2^47. Other numbers are rarely that large.
    static bool is_address(uapi::type const& as, std::uint64_t number) noexcept
    {
        bool const wide = as.width == uapi::width::word || as.width == uapi::width::klong || as.width == uapi::width::u64;
        return wide && as.style == uapi::style::hex && number >> 32 != 0 && number >> 47 == 0;
    }

    std::uint64_t number(uapi::type const& as, value_state state, std::uint64_t was)
    {
        auto const& traits = uapi::traits_of(as.shape);
        switch (traits.refers) {
        case uapi::reference::descriptor: return descriptor(static_cast<std::int32_t>(was));
        case uapi::reference::process: return static_cast<std::uint64_t>(process(static_cast<std::int32_t>(was)));
        case uapi::reference::none: break;
        }
        // An array that could not be read has the address of the array as its number.
        bool const unread_array = as.shape == shape::array && state == value_state::unreadable;
        bool const is_number_of_address = as.shape == shape::integer && is_address(as, was);
        return traits.address || unread_array || is_number_of_address ? address(was) : was;
    }

    /// Replaces those numbers in a tree of values that differ from run to run. Times that the kernel wrote become 0.
    void tree(value_tree& all, bool from_kernel)
    {
        for (std::size_t i = 0; i < all.nodes().size(); ++i) {
            auto& node = all.node(static_cast<std::uint32_t>(i));
            if (node.as == nullptr)
                continue;
            node.number = from_kernel && is_time(node) ? 0 : number(*node.as, node.state, node.number);
            if (node.as->shape == shape::signal_info)
                signal_info(all, node);
        }
    }

    static bool is_time(value_node const& node) noexcept
    {
        return node.as->shape == shape::time || node.as->shape == shape::clock_ticks || node.name == "tv_sec"
               || node.name == "tv_nsec" || node.name == "tv_usec";
    }

    void signal_info(value_tree& all, value_node const& node)
    {
        siginfo_t info{};
        auto const bytes = all.bytes_at(node.begin, std::min<std::size_t>(node.length, sizeof info));
        std::memcpy(&info, bytes.data(), bytes.size());
        signal(info);
        std::memcpy(bytes.data(), &info, bytes.size());
    }

    void signal(siginfo_t& info)
    {
        constexpr int from_kernel = 0x80;   // SI_KERNEL
        if (info.si_signo == SIGCHLD && info.si_code > 0 && info.si_code != from_kernel)
            info.si_utime = info.si_stime = 0;
        if (uapi::sender_of(info) != 0)
            info.si_pid = static_cast<::pid_t>(process(info.si_pid));
        else if (info.si_code > 0
                 && (info.si_signo == SIGSEGV || info.si_signo == SIGBUS || info.si_signo == SIGILL || info.si_signo == SIGFPE
                     || info.si_signo == SIGTRAP || info.si_signo == SIGSYS))
            info.si_addr = reinterpret_cast<void*>(address(reinterpret_cast<std::uintptr_t>(info.si_addr)));
    }

    std::shared_ptr<syscall_call const> call(std::shared_ptr<syscall_call const> const& real)
    {
        if (!real)
            return real;
        auto made = std::make_shared<syscall_call>(*real);
        tree(made->values, false);
        return made;
    }

    void exit(syscall_exited& exited)
    {
        if (!exited.call)
            return;
        auto const& as = returned_type(*exited.call);
        auto& outcome = exited.outcome;
        if (!outcome.failed && as.shape == shape::time)
            outcome.value = 0;
        else if (!outcome.failed)
            outcome.value =
                static_cast<std::int64_t>(number(as, value_state::complete, static_cast<std::uint64_t>(outcome.value)));
        exited.call = call(exited.call);
        tree(exited.values, true);
    }

    placeholders& by_;
};

/// An extended regular expression.
class expression {
public:
    explicit expression(std::string const& text)
    {
        if (int const failed = ::regcomp(&compiled_, text.c_str(), REG_EXTENDED); failed != 0) {
            char reason[256];
            ::regerror(failed, &compiled_, reason, sizeof reason);
            throw std::invalid_argument{"expression '" + text + "': " + reason};
        }
    }
    expression(expression const&) = delete;
    expression& operator=(expression const&) = delete;
    ~expression() { ::regfree(&compiled_); }

    /// Replaces each match that is not empty by the result of `replace(match)`.
    template <class Replace>
    std::string replaced(std::string const& in, Replace replace) const
    {
        std::string made;
        regmatch_t at{};
        std::size_t from = 0;
        while (from < in.size() && ::regexec(&compiled_, in.c_str() + from, 1, &at, from == 0 ? 0 : REG_NOTBOL) == 0) {
            auto const begin = from + static_cast<std::size_t>(at.rm_so), end = from + static_cast<std::size_t>(at.rm_eo);
            made.append(in, from, begin - from);
            if (begin == end) {   // an empty match: continue with the next character
                if (begin < in.size())
                    made += in[begin];
                from = end + 1;
                continue;
            }
            made += replace(in.substr(begin, end - begin));
            from = end;
        }
        return from < in.size() ? made.append(in, from) : made;
    }

private:
    regex_t compiled_{};
};

/// Replaces each match of an expression by the expression's name and a number. Equal matches get equal numbers. Expressions with
/// one name are numbered together.
class renamings {
public:
    explicit renamings(std::vector<golden_options::renaming> const& all)
    {
        for (auto const& each : all)
            rules_.emplace_back(std::make_unique<expression const>(each.expression), each.name);
    }

    std::string operator()(std::string line)
    {
        for (auto const& [what, name] : rules_)
            line = what->replaced(line, [&, &name = name](std::string const& found) {
                auto& known = known_[name];
                return name + std::to_string(known.try_emplace(found, known.size() + 1).first->second);
            });
        return line;
    }

private:
    std::vector<std::pair<std::unique_ptr<expression const>, std::string>> rules_;
    std::map<std::string, std::map<std::string, std::size_t>> known_;
};

bool is_shown(happening const& each, golden_options const& options)
{
    if (each.what == happening::kind::entry)
        return false;
    auto const& what = each.seen->what;
    // If there are several threads, each has a headline that shows its start.
    if (std::holds_alternative<thread_started>(what))
        return false;
    if (!options.signals && (std::holds_alternative<signal_received>(what) || std::holds_alternative<group_stopped>(what)))
        return false;
    if (!options.exits && (std::holds_alternative<thread_exited>(what) || std::holds_alternative<superseded>(what)))
        return false;
    syscall_call const* call = nullptr;
    if (auto const* entered = std::get_if<syscall_entered>(&what))
        call = entered->call.get();
    else if (auto const* exited = std::get_if<syscall_exited>(&what))
        call = exited->call.get();
    if (call && !options.calls.wants(*call))
        return false;
    return std::ranges::none_of(options.without, [&](pattern const& each_of) { return each_of.fits(each); });
}

/// Writes the golden trace thread by thread. The lines of a thread come before the lines of the threads that this thread created.
class writer {
public:
    writer(run const& seen, golden_options const& options)
        : in_{run_access::in(seen)}
        , options_{options}
        , renamed_{options.renamed}
    {
        for (auto const place : run_access::places(seen))
            lines_[in_.track_of(place)].push_back(place);
    }

    std::string text()
    {
        // `lines_` has the order in which the threads began, so parents come before their children.
        for (auto const& [track, places] : lines_)
            write(track);
        return std::move(text_);
    }

private:
    void write(std::size_t track)
    {
        auto const found = lines_.find(track);
        if (found == lines_.end() || !done_.insert(track).second)
            return;
        if (lines_.size() > 1)
            write_headline(in_.tracks()[track]);
        placeholder_replacer replacer{names_};
        for (auto const place : found->second) {
            auto const& each = in_.happenings()[place];
            if (!is_shown(each, options_))
                continue;
            record made;
            auto const line = journal::line(replacer.of(each, made));
            if (!line.empty())
                text_ += renamed_(names_.named(line)) + '\n';
        }
        for (std::size_t other = 0; other < in_.tracks().size(); ++other)
            if (in_.tracks()[other].parent == track)
                write(other);
    }

    void write_headline(journal::track const& which)
    {
        text_ += (text_.empty() ? "== " : "\n== ") + names_.name_of(which.id);
        text_.append(", ").append(word_of(which.how));
        if (which.parent)
            text_ += " by " + names_.name_of(in_.tracks()[*which.parent].id);
        text_ += '\n';
    }

    journal const& in_;
    golden_options const& options_;
    renamings renamed_;
    placeholders names_;
    std::map<std::size_t, std::vector<std::size_t>> lines_;   // for each track, the indices of its happenings
    std::set<std::size_t> done_;
    std::string text_;
};

bool wants_update()
{
    char const* const asked = std::getenv("COTRACE_UPDATE_GOLDEN");
    return asked != nullptr && *asked != '\0' && std::string_view{asked} != "0";
}

std::optional<std::string> content_of(std::filesystem::path const& file)
{
    std::ifstream from{file, std::ios::binary};
    if (!from)
        return std::nullopt;
    std::ostringstream all;
    all << from.rdbuf();
    return all.str();
}

void write_file(std::filesystem::path const& file, std::string const& text, std::source_location at)
{
    std::error_code failed;
    if (file.has_parent_path())
        std::filesystem::create_directories(file.parent_path(), failed);
    std::ofstream to{file, std::ios::binary | std::ios::trunc};
    if (!(to << text) || !to.flush())
        throw test_failed{"cannot write " + file.string() + ": " + std::strerror(errno) + '\n', at};
}

}   // namespace

std::string golden_text(run const& seen, golden_options const& options) { return writer{seen, options}.text(); }

void expect_golden(run const& seen, std::filesystem::path const& file, golden_options const& options, std::source_location at)
{
    auto const actual = golden_text(seen, options);
    auto const expected = content_of(file);
    if (expected == actual)
        return;
    if (wants_update())
        return write_file(file, actual, at);
    auto text = file.string();
    text += expected ? " differs from this run (- file, + this run):\n" : " does not exist; this run is:\n";
    text +=
        unified_diff(expected.value_or(""), actual) + "run again with COTRACE_UPDATE_GOLDEN=1 to write this run to the file\n";
    throw test_failed{text + messages::gaps(run_access::in(seen)), at};
}

}   // namespace cotrace::testing
