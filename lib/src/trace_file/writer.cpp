// SPDX-License-Identifier: BSL-1.0
#include <cotrace/trace_file.hpp>

#include "record/clock.hpp"
#include "trace_file/head.hpp"
#include "trace_file/record_encoder.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <sys/utsname.h>
#include <zstd.h>

namespace cotrace {

namespace {

constexpr int compression = 3;   // the level for zstd: level 1 is only a little faster, and makes larger files

}   // namespace

trace_file_head trace_file_head::now(std::string program, record_clock clock)
{
    trace_file_head made{.program = std::move(program), .clock = clock};
    utsname names{};
    ::uname(&names);
    made.host = names.nodename;
    made.kernel = names.release;
    made.machine = names.machine;
    made.begin = clock_now(record_clock::realtime);
    made.begin_of_clock = clock_now(clock);
    return made;
}

struct trace_file_writer::state {
    struct free_context {
        void operator()(ZSTD_CCtx* context) const noexcept { ::ZSTD_freeCCtx(context); }
    };

    explicit state(trace_file_head const& head)
        : context{::ZSTD_createCCtx()}
    {
        trace_file::append_head(head, content);
        ::ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, compression);
        ::ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
    }

    void compress(std::string& to)
    {
        if (auto const most = ::ZSTD_compressBound(content.size()); packed.size() < most)
            packed.resize(most);
        index.compressed = ::ZSTD_compress2(context.get(), packed.data(), packed.size(), content.data(), content.size());
        index.size = content.size();
        index.processes.assign(processes.begin(), processes.end());
        trace_file::append_index(index, to);
        to.append(packed, 0, index.compressed);
        content.clear();
        processes.clear();
        index = {};
        encoder.begin_frame();
    }

    std::unique_ptr<ZSTD_CCtx, free_context> context;
    trace_file::record_encoder encoder{};
    std::string content{};   ///< the content of the current frame; the first frame contains the head
    std::string packed{};    ///< memory for a compressed frame, which is reused, because new memory costs page faults
    trace_file::frame_index index{};
    std::set<std::int32_t> processes{};
};

trace_file_writer::trace_file_writer(trace_file_head const& head)
    : state_{std::make_unique<state>(head)}
{
}

trace_file_writer::~trace_file_writer() = default;
trace_file_writer::trace_file_writer(trace_file_writer&&) noexcept = default;
trace_file_writer& trace_file_writer::operator=(trace_file_writer&&) noexcept = default;

bool trace_file_writer::is_available() noexcept { return true; }

void trace_file_writer::begin(std::string& to)
{
    to += trace_file::magic;
    state_->compress(to);
}

void trace_file_writer::append(record const& seen, std::string& to)
{
    auto& now = *state_;
    auto const at = seen.at.time_since_epoch().count();
    now.index.first = now.index.records == 0 ? at : std::min(now.index.first, at);
    now.index.last = now.index.records == 0 ? at : std::max(now.index.last, at);
    ++now.index.records;
    now.processes.insert(raw(seen.process));
    now.encoder.append(seen, now.content);
    if (now.content.size() >= frame_size)
        now.compress(to);
}

void trace_file_writer::end_frame(std::string& to)
{
    if (state_->index.records != 0)
        state_->compress(to);
}

void trace_file_writer::finish(std::string& to)
{
    end_frame(to);
    trace_file::append_index({.is_end = true}, to);
}

std::size_t trace_file_writer::records_in_frame() const noexcept { return state_->index.records; }

}   // namespace cotrace
