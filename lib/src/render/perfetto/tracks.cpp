// SPDX-License-Identifier: BSL-1.0
#include "render/perfetto/tracks.hpp"

#include <utility>

namespace cotrace::render::perfetto {

traced_thread& tracks::of(record const& seen, std::string_view name, std::string& to)
{
    auto const id = raw(seen.thread);
    auto const [at, is_new] = threads_.try_emplace(id);
    auto& own = at->second;
    if (is_new) {
        own.process = seen.process != pid{} ? seen.process : pid{id};
        own.track = packets_.new_id();
    }
    if (name.empty() && seen.comm)
        name = *seen.comm;
    bool const renamed = !name.empty() && name != own.name;
    if (renamed)
        own.name = name;
    if (!is_new && !renamed)
        return own;
    auto& process = processes_[raw(own.process)];
    bool const new_process = process.track == 0;
    if (new_process)
        process.track = packets_.new_id();
    process.threads += is_new;
    if (new_process || id == raw(own.process))   // a process has the name of its thread group leader
        packets_.describe_process(seen.at, process.track, own.process, own.name, to);
    packets_.describe_thread(seen.at, own.track, process.track, {own.process, seen.thread, own.name}, to);
    return own;
}

traced_thread* tracks::find(tid thread) noexcept
{
    auto const found = threads_.find(raw(thread));
    return found != threads_.end() ? &found->second : nullptr;
}

void tracks::forget(tid thread) noexcept
{
    auto const ended = threads_.extract(raw(thread));
    if (ended.empty())
        return;
    auto const process = processes_.find(raw(ended.mapped().process));
    if (process != processes_.end() && --process->second.threads == 0)
        processes_.erase(process);
}

void tracks::limit_memory() noexcept
{
    constexpr std::size_t most = 20'000;
    if (threads_.size() < most)
        return;
    threads_.clear();
    processes_.clear();
}

void tracks::rename(tid former, tid now) noexcept
{
    auto* const from = find(former);
    if (from == nullptr || former == now)
        return;
    auto* const to = find(now);
    if (to != nullptr) {
        to->call = std::move(from->call);
        return forget(former);
    }
    auto moved = threads_.extract(raw(former));
    moved.key() = raw(now);
    threads_.insert(std::move(moved));
}

}   // namespace cotrace::render::perfetto
