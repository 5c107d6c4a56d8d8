// SPDX-License-Identifier: BSL-1.0
#include <cotrace/session_reference.hpp>

#include "public/request.hpp"

namespace cotrace {

session_reference::session_reference(std::shared_ptr<engine::session_state> const& session) noexcept
    : session_{session}
{
}

session_identity session_reference::identity() const
{
    auto const session = session_.lock();
    return session ? session->identity() : session_identity{};
}

result<void> session_reference::kill() const
{
    auto const session = session_.lock();
    return session ? engine::request(session.get(), [](engine::session_state& of) { return of.kill(); })
                   : result<void>{errc::session_ended};
}

result<void> session_reference::detach() const
{
    auto const session = session_.lock();
    return session ? engine::request(session.get(), [](engine::session_state& of) { return of.detach(); })
                   : result<void>{errc::session_ended};
}

}   // namespace cotrace
