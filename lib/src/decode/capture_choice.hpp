// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/capture.hpp>
#include <cotrace/filter.hpp>

#include <array>
#include <optional>
#include <utility>

namespace cotrace::decode {

/// What to capture of each call: `session_options::capture`, changed for the calls that `session_options::in_full` or
/// `session_options::flat` selects.
class capture_choice {
public:
    capture_choice(capture_options const& usual, std::optional<filter> in_full, std::optional<filter> flat)
        : in_full_{std::move(in_full)}
        , flat_{std::move(flat)}
    {
        all_.fill(usual);
        all_[1].verbose = all_[3].verbose = true;
        all_[2].follow = all_[3].follow = false;
    }

    capture_options const& of(syscall_call const& call) const noexcept
    {
        bool const in_full = in_full_ && in_full_->wants(call);
        bool const flat = flat_ && flat_->wants(call);
        return all_[(in_full ? 1 : 0) | (flat ? 2 : 0)];
    }

private:
    std::optional<filter> in_full_;
    std::optional<filter> flat_;
    std::array<capture_options, 4> all_;   ///< bit 0 of the index: in full; bit 1: flat
};

}   // namespace cotrace::decode
