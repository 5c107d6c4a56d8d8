// SPDX-License-Identifier: BSL-1.0
#include "engine/rings/ring_events.hpp"

#include "decode/decode.hpp"
#include "engine/observe/capture_plan.hpp"
#include "engine/session/live_reader.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <span>

namespace cotrace::engine {

namespace {

/// Gives the decoders the memory that the BPF programs read at a submission. `read` returns 0 for other memory.
class submission_reader final : public live_reader {
public:
    submission_reader(tid thread, open_files& files, uapi::ring_entry const& entry, observe::submission_event const& seen)
        : live_reader{thread, files}
        , parts_{{{entry.addr, std::as_bytes(std::span{seen.first}.first(seen.first_length))},
                  {entry.off, std::as_bytes(std::span{seen.second}.first(seen.second_length))}}}
    {
    }

    std::size_t read(remote_address from, std::span<std::byte> into) noexcept override
    {
        for (auto const& each : parts_)
            if (raw(from) >= each.at && raw(from) - each.at < each.bytes.size()) {
                auto const rest = each.bytes.subspan(raw(from) - each.at);
                auto const many = std::min(rest.size(), into.size());
                std::memcpy(into.data(), rest.data(), many);
                return many;
            }
        return 0;
    }
    bool reads_blocks() const noexcept override { return false; }

private:
    struct part {
        std::uint64_t at;
        std::span<std::byte const> bytes;
    };
    std::array<part, 2> parts_;
};

std::optional<ring_submitted> submission_of(observe::submission_event const& seen, open_files& files,
                                            session_options const& options)
{
    ring_submitted made;
    static_assert(sizeof made.entry == sizeof seen.entry);
    std::memcpy(&made.entry, seen.entry, sizeof made.entry);
    submission_reader memory{tid{static_cast<std::int32_t>(seen.head.thread)}, files, made.entry, seen};
    auto operation = std::make_shared<syscall_call>();
    operation->arch = observe::interface_at(seen.head.interface);
    decode::decode_submission(memory, options.capture, made.entry, *operation);
    if (!decode::accesses(memory, options.accesses, *operation))
        return std::nullopt;
    made.operation = std::move(operation);
    made.entry = decode::kept_entry(options.capture, made.entry);
    return made;
}

ring_completed completion_of(observe::completion_event const& seen) noexcept
{
    ring_completed made{seen.user_data, syscall_outcome::from(seen.result), seen.flags, {}};
    // IORING_CQE_F_NOTIF. The opcode is then that of a request that the kernel itself has made.
    constexpr std::uint32_t is_notification = 1 << 3;
    if (seen.opcode >= 0 && (seen.flags & is_notification) == 0)
        made.opcode = static_cast<std::uint8_t>(seen.opcode);
    return made;
}

}   // namespace

std::optional<event> record_of(std::span<std::byte const> seen, open_files& files, session_options const& options)
{
    switch (observe::read_as<observe::event_header>(seen).kind) {
    case observe::event_submitted: return submission_of(observe::read_as<observe::submission_event>(seen), files, options);
    case observe::event_completed:
        if (options.accesses.wants_all())
            return completion_of(observe::read_as<observe::completion_event>(seen));
        return std::nullopt;
    default: return std::nullopt;
    }
}

failure no_submissions() { return {errc::not_observable, "show submissions to io_urings (Linux 6.3)", {}, {}}; }

}   // namespace cotrace::engine
