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

/// A reference to the session of the thread that an interceptor was called for. An interceptor may store a copy. The
/// copy does not keep the session alive: after the end of the session, `kill` and `detach` fail with
/// `errc::session_ended`.
///
/// Thread rule: use a reference on the tracer's thread. On another thread, `kill` and `detach` fail with
/// `errc::wrong_thread`.
class session_reference {
public:
    /// Refers to no session.
    session_reference() noexcept = default;
    explicit session_reference(std::shared_ptr<engine::session_state> const& session) noexcept;

    /// The number and the label of the session. If the session does not exist any more, the number is 0 and the label
    /// is empty.
    session_identity identity() const;

    /// Kills the session's processes, as `session::kill` does. A call that was intercepted at its entry does not run.
    /// An intercepted signal is not delivered.
    result<void> kill() const;

    /// Detaches the session's subjects, as `session::detach` does. The intercepted call or signal proceeds, whatever
    /// the interceptors return.
    result<void> detach() const;

private:
    std::weak_ptr<engine::session_state> session_;
};

}   // namespace cotrace
