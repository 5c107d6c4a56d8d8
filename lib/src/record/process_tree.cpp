// SPDX-License-Identifier: BSL-1.0
#include <cotrace/process_tree.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace cotrace {

namespace {

bool executes(std::shared_ptr<syscall_call const> const& call)
{
    auto const name = call != nullptr ? call->name() : std::string{};
    return name == "execve" || name == "execveat";
}

/// Whether the word can be shown without quotes.
bool is_plain(std::string_view word)
{
    return !word.empty()
           && std::ranges::all_of(word, [](unsigned char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; });
}

/// Appends the line that shows one process.
void append(process_tree::process const& shown, std::string& to)
{
    to += std::to_string(raw(shown.id));
    for (auto const& word : shown.command)
        to += is_plain(word) ? ' ' + word : fmt::format(" {:?}", word);
    if (auto const& end = shown.end; end && end->known)
        to += (end->killed ? ", killed by signal " : ", exited with ") + std::to_string(end->status);
    else if (end)
        to += ", ended";
    to += '\n';
}

std::vector<std::string> arguments_of(syscall_call const& call)
{
    std::vector<std::string> words;
    auto const argv = call.argument("argv");
    auto const list = argv ? argv->target() : std::nullopt;
    if (!list)
        return words;
    for (auto const each : list->parts()) {
        auto const target = each.target();
        words.emplace_back(each.text());
        if (target && target->state() == value_state::cut)
            words.back() += "...";
    }
    if (list->state() != value_state::complete)
        words.emplace_back("...");
    return words;
}

}   // namespace

std::optional<std::size_t> process_tree::find(pid id) const noexcept
{
    auto const at = by_id_.find(id);
    return at == by_id_.end() ? std::nullopt : std::optional{at->second};
}

// Returns the index of the record's process. Adds a process if the id is unknown, if a new process has this id, or if the process
// was detached and is attached again.
std::size_t process_tree::process_of(record const& seen)
{
    auto const known = find(seen.process);
    auto const* const started = std::get_if<thread_started>(&seen.what);
    bool const begins = started != nullptr && seen.thread == leader(seen.process);
    bool const is_new = begins && started->how != origin::attached;
    if (known && !is_new && !(begins && all_[*known].ended != timestamp{}))
        return *known;
    process made{.id = seen.process, .began = seen.at};
    auto const index = all_.size();
    if (begins && started->parent != tid{}) {
        if (auto const maker = threads_.find(started->parent); maker != threads_.end()) {
            made.parent = maker->second;
            made.command = all_[maker->second].command;
            all_[maker->second].children.push_back(index);
        }
    }
    all_.push_back(std::move(made));
    by_id_[seen.process] = index;
    return index;
}

void process_tree::add(record const& seen)
{
    if (seen.process == pid{})   // the process is not known
        return;
    auto const index = process_of(seen);
    threads_[seen.thread] = index;
    auto& now = all_[index];
    if (auto const* const entered = std::get_if<syscall_entered>(&seen.what); entered != nullptr && executes(entered->call)) {
        executing_[seen.thread] = arguments_of(*entered->call);
    } else if (auto const* const exited = std::get_if<syscall_exited>(&seen.what)) {
        if (!executes(exited->call))
            return;
        executing_.erase(seen.thread);
        if (!exited->outcome.failed)
            now.command = arguments_of(*exited->call);
    } else if (auto const* const replaced = std::get_if<image_replaced>(&seen.what)) {
        if (auto words = executing_.extract(replaced->former != tid{} ? replaced->former : seen.thread))
            now.command = std::move(words.mapped());
    } else if (std::holds_alternative<superseded>(seen.what)) {
        executing_.erase(seen.thread);
    } else if (auto const* const ended = std::get_if<thread_exited>(&seen.what)) {
        executing_.erase(seen.thread);
        if (seen.thread == leader(seen.process)) {
            now.end = *ended;
            now.ended = seen.at;
        }
    } else if (std::holds_alternative<detached>(seen.what) && seen.thread == leader(seen.process)) {
        now.ended = seen.at;
    }
}

std::string process_tree::text() const
{
    struct line {
        std::size_t process;
        std::size_t depth;
    };
    std::vector<line> left;
    for (std::size_t at = all_.size(); at-- > 0;)
        if (!all_[at].parent)
            left.push_back({at, 0});
    std::string made;
    while (!left.empty()) {
        auto const [process, depth] = left.back();
        left.pop_back();
        made.append(2 * depth, ' ');
        append(all_[process], made);
        for (auto const child : all_[process].children | std::views::reverse)
            left.push_back({child, depth + 1});
    }
    return made;
}

}   // namespace cotrace
