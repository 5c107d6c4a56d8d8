// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/render/text.hpp>

#include <string>
#include <string_view>

// Texts about signals, io_uring operations and ends of threads, remarks on calls, and new names of threads.

namespace cotrace::render {

/// Appends what interceptors did to a call, such as " (INJECTED)" or " (DELAYED)". Appends nothing if they did nothing.
void put_tampering(std::string& to, tampering const& what);

/// The new name of the calling thread, if the call is a prctl(2) that set the name; otherwise empty.
std::string_view new_name(syscall_exited const& what) noexcept;

/// The text of the siginfo_t of a signal: "{si_signo=SIGUSR1, si_code=SI_USER, …}".
std::string siginfo_text(signal_received const& what, text_options const& options);

/// The text of a signal: "--- SIGUSR1 {…} ---".
std::string signal_text(signal_received const& what, text_options const& options);

/// The text of a submission: "io_uring: openat(AT_FDCWD, "f", O_RDONLY) user_data=0x1".
std::string ring_text(ring_submitted const& what, text_options const& options);

/// The text of a completion: "io_uring: openat user_data=0x1 = 3".
std::string ring_text(ring_completed const& what, text_options const& options);

/// Appends how a thread ended: "+++ exited with 0 +++".
void put_end(std::string& to, thread_exited const& what);

}   // namespace cotrace::render
