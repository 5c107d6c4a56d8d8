// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/result.hpp>

#include <memory>

namespace cotrace {

class session;

namespace engine {
class counters;
class session_state;
/// The counters from which the statistics of `of` are made.
std::shared_ptr<counters const> counters_of(session const& of);
/// Makes a session that has ended empty, like a moved-from session. Unlike the destructor of `session`, keeps the
/// queued records.
void forget(session& ended) noexcept;
/// Called immediately before the handler of a launch or an attach is called with `error` and `made`. If the tracer was
/// destroyed after a success, sets `error` to `errc::tracer_closed` and makes `made` empty.
void hand_over(error_code& error, session& made);
}   // namespace engine

}   // namespace cotrace
