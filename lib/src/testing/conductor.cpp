// SPDX-License-Identifier: BSL-1.0
#include "testing/conductor.hpp"

#include <cotrace/render/text.hpp>
#include <cotrace/uapi/arch.hpp>
#include <cotrace/uapi/signals.hpp>

#include "sys/procfs.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

namespace cotrace::testing {

namespace {

bool executes(syscall_call const& call)
{
    auto const name = call.name();
    return name == "execve" || name == "execveat";
}

}   // namespace

conductor::conductor(asio::any_io_executor const& executor, fault_options const& options, planned_fault const* plan,
                     bool launched)
    : options_{options}
    , plan_{plan}
    , launched_{launched}
    , begun_{executor, asio::steady_timer::time_point::max()}
    , executed_{!launched}
{
}

void conductor::begin(session& target)
{
    session_ = &target;
    begun_.cancel();
}

task<verdict> conductor::on_entry(intercepted at, syscall_call const& call)
{
    if (!executed_)
        co_return proceed{};
    while (session_ == nullptr)
        co_await begun_.async_wait(use_tuple);
    drain();
    auto* const known = book_.find(at.thread);
    if (known == nullptr || !is_counted(*known, at.thread, call))
        co_return proceed{};
    auto name = call.name();
    auto const occurrence = ++known->made[name];
    fault_site site{known->name, std::move(name), occurrence, {}};
    if (plan_ == nullptr) {
        list(at.thread, call, std::move(site));
        note_writing(at.thread, call);
    } else if (is_planned(site)) {
        co_return carry_out(at.thread, call);
    }
    co_return proceed{};
}

task<verdict> conductor::on_exit(intercepted at, syscall_call const& call, syscall_outcome outcome)
{
    executed_ = executed_ || (executes(call) && !outcome.failed);
    if (failing_.erase(at.thread) == 0)
        co_return proceed{};
    done_ = !options_.lasting;
    co_return fail_with{plan_->what.error};
}

void conductor::note_read()
{
    for (auto const& each : read_)
        note(each);
    read_.clear();
}

void conductor::drain()
{
    while (auto const seen = session_->try_next())
        note(*seen);
}

bool conductor::is_counted(known_thread& known, tid thread, syscall_call const& call)
{
    if (known.begun || options_.before_main || !launched_)
        return true;
    auto const word = uapi::word_size(call.arch);
    if (!known.image)
        known.image = sys::image_of(thread, word);
    // If the program image cannot be read, all calls are counted.
    known.begun = !known.image || sys::has_left_loader(*known.image, thread, call.ip, word);
    return known.begun;
}

void conductor::list(tid thread, syscall_call const& call, fault_site site)
{
    if (!options_.calls.wants(call) || (options_.occurrences != 0 && site.occurrence > options_.occurrences))
        return;
    auto faults = faults_of(call, [&](int fd) { return facts_of(thread, fd); });
    std::erase_if(faults, [&](fault const& each) {
        return !options_.errors.empty() && std::ranges::find(options_.errors, each.error) == options_.errors.end();
    });
    if (faults.empty())
        return;
    open_[&call] = listed_.size();
    listed_.push_back({std::move(site), std::move(faults), {}});
}

bool conductor::is_planned(fault_site const& site) const
{
    auto const& wanted = plan_->site;
    if (failed_)
        return options_.lasting && site.call == wanted.call;
    return site.thread == wanted.thread && site.call == wanted.call && site.occurrence == wanted.occurrence;
}

descriptor_facts conductor::facts_of(tid thread, int fd) const
{
    descriptor_facts facts;
    auto const about = sys::file_of(thread, fd);
    if (!about)
        return facts;
    if (S_ISREG(about->mode))
        facts.what = descriptor_facts::kind::file;
    else if (S_ISFIFO(about->mode) || S_ISSOCK(about->mode))
        facts.what = descriptor_facts::kind::stream;
    facts.unsynced = unsynced_.contains({about->device, about->inode});
    auto const info = sys::fd_info(thread, fd);
    auto digits = sys::field(info, "flags:");
    digits.remove_prefix(std::min(digits.find_first_not_of(" \t"), digits.size()));
    int flags = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), flags, 8);
    facts.nonblocking = (flags & O_NONBLOCK) != 0;
    return facts;
}

// Notes that a thread writes or synchronises a file. Several descriptors may refer to one file, so device and inode identify the
// file.
void conductor::note_writing(tid thread, syscall_call const& call)
{
    int const written = written_argument(call), synced = synced_argument(call);
    if (written < 0 && synced < 0)
        return;
    auto const fd = static_cast<int>(call.args[static_cast<std::size_t>(std::max(written, synced))]);
    auto const about = sys::file_of(thread, fd);
    if (about && written >= 0)
        unsynced_.insert({about->device, about->inode});
    else if (about)
        unsynced_.erase({about->device, about->inode});
}

verdict conductor::carry_out(tid thread, syscall_call const& call)
{
    failed_ = true;
    if (plan_->what.how == fault_manner::after_call) {
        failing_.insert(thread);
        return proceed{};
    }
    done_ = !options_.lasting;
    if (plan_->what.how == fault_manner::instead)
        return fail_with{plan_->what.error};
    auto args = call.args;
    args[0] = 0;
    return change_arguments{args};
}

void conductor::note(record const& seen)
{
    if (auto const* exited = std::get_if<syscall_exited>(&seen.what))
        note_exit(seen, *exited);
    else if (auto const* ended = std::get_if<thread_exited>(&seen.what))
        note_end(seen.thread, *ended);
    book_.note(seen);
}

// `on_entry` stored the address of the call's `syscall_call` in `open_`. The record of the exit keeps that object alive, so its
// address identifies the call.
void conductor::note_exit(record const& seen, syscall_exited const& what)
{
    auto const found = open_.extract(what.call.get());
    if (!found)
        return;
    auto& call = listed_[found.mapped()];
    call.outcome = what.outcome;
    render::text_options plain;
    plain.column = 0;
    call.site.text = render::text(seen, plain);
}

void conductor::note_end(tid thread, thread_exited const& how)
{
    auto const* known = book_.find(thread);
    if (known != nullptr && how.killed)
        crashes_.push_back((known->name == "1" ? "" : "thread " + known->name + ' ') + "killed by "
                           + std::string{uapi::signal_name(how.status)});
}

}   // namespace cotrace::testing
