// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/capture.hpp>
#include <cotrace/filter.hpp>
#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

namespace cotrace::decode {

/// Chooses the capture options for each call: `session_options::capture`, with changes for calls in `session_options::in_full` or
/// `session_options::flat`, and for execve(2) and execveat(2) with `capture_options::whole_commands`.
class capture_choice {
public:
    capture_choice(capture_options const& usual, std::optional<filter> in_full, std::optional<filter> flat)
        : in_full_{std::move(in_full)}
        , flat_{std::move(flat)}
    {
        constexpr std::size_t whole_command = 4096;
        all_.fill(usual);
        for (std::size_t i = 0; i < all_.size(); ++i) {
            all_[i].verbose = usual.verbose || (i & 1) != 0;
            all_[i].follow = usual.follow && (i & 2) == 0;
            if ((i & 4) != 0)
                all_[i].string_limit = std::max(usual.string_limit, whole_command);
        }
    }

    /// `session_options::capture`, without changes.
    capture_options const& usual() const noexcept { return all_[0]; }

    capture_options const& of(syscall_call const& call) const noexcept
    {
        bool const in_full = in_full_ && in_full_->wants(call);
        bool const flat = flat_ && flat_->wants(call);
        bool const whole = all_[0].whole_commands && replaces_image(call);
        return all_[(in_full ? 1 : 0) | (flat ? 2 : 0) | (whole ? 4 : 0)];
    }

private:
    static bool replaces_image(syscall_call const& call) noexcept
    {
        auto const* const known = uapi::find(call.arch, call.number);
        return known && (known->name == "execve" || known->name == "execveat");
    }

    std::optional<filter> in_full_;
    std::optional<filter> flat_;
    /// The index is a sum: 1 if `in_full_` selects the call, 2 if `flat_` selects the call, 4 for an execve(2) or execveat(2)
    /// with `capture_options::whole_commands`.
    std::array<capture_options, 8> all_;
};

}   // namespace cotrace::decode
