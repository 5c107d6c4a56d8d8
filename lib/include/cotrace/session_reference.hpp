// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/result.hpp>

#include <memory>
#include <utility>

namespace cotrace {

namespace engine {
class session_state;
}

/// The session that an interceptor is called for. An interceptor may keep a copy, which
/// does not keep the session alive: requests fail with `errc::session_ended` once the
/// session has ended.
///
/// Thread rule: use it on the tracer's thread, where interceptors run. On another thread,
/// requests fail with `errc::wrong_thread`.
class session_reference {
public:
    /// Refers to no session.
    session_reference() noexcept = default;
    explicit session_reference(std::shared_ptr<engine::session_state> const& session) noexcept;

    /// The number and the label of the session; empty if the session does not exist any more.
    session_identity identity() const;

    /// Kills the session's processes, as `session::kill` does. The intercepted call or signal does not take effect.
    result<void> kill() const;

    /// Detaches the session's subjects, as `session::detach` does, including the intercepted
    /// thread. The call of this thread is carried out as if every interceptor had said `proceed`.
    result<void> detach() const;

private:
    std::weak_ptr<engine::session_state> session_;
};

} // namespace cotrace
