// SPDX-License-Identifier: BSL-1.0
#include <cotrace/interceptor.hpp>

namespace cotrace {

task<verdict> interceptor::on_entry(intercepted, syscall_call const&) { co_return proceed{}; }
task<verdict> interceptor::on_exit(intercepted, syscall_call const&, syscall_outcome) { co_return proceed{}; }
task<signal_verdict> interceptor::on_signal(intercepted, siginfo_t const&) { co_return proceed{}; }

}   // namespace cotrace
