// SPDX-License-Identifier: BSL-1.0
#include <cotrace/record_channel.hpp>

#include "engine/session/channel_state.hpp"

#include <memory>
#include <utility>

namespace cotrace {

record_channel::record_channel(executor_type executor, channel_options options)
    : state_{std::make_shared<detail::channel_state>(std::move(executor), options)}
{
}

record_channel::record_channel(std::shared_ptr<detail::channel_state> state) noexcept
    : state_{std::move(state)}
{
}

record_channel::executor_type record_channel::get_executor() const noexcept { return state_->executor(); }
std::optional<record> record_channel::try_receive() { return state_->take(); }
bool record_channel::try_send(record fact) { return state_->try_push(std::move(fact)).queued; }
record_channel record_channel::tee(channel_options options) const { return record_channel{state_->tee(options)}; }
void record_channel::close() { state_->close(); }
void record_channel::cancel() { state_->cancel_all(); }
bool record_channel::is_open() const noexcept { return state_->is_open(); }
channel_counts record_channel::counts() const noexcept { return state_->counts(); }

}   // namespace cotrace
