// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstdint>

namespace cotrace {

/// A thread id in the tracer's pid namespace; see gettid(2).
enum class tid : std::int32_t {};

/// A process id, which is the id of a thread group and the thread id of the thread group leader.
enum class pid : std::int32_t {};

/// A signal number; `signo::none` means "no signal".
enum class signo : std::int32_t { none = 0 };

/// An address in the memory of a traced process. It cannot be dereferenced in the tracer's process.
enum class remote_address : std::uint64_t { null = 0 };

constexpr std::int32_t raw(tid id) noexcept { return static_cast<std::int32_t>(id); }
constexpr std::int32_t raw(pid id) noexcept { return static_cast<std::int32_t>(id); }
constexpr std::int32_t raw(signo sig) noexcept { return static_cast<std::int32_t>(sig); }
constexpr std::uint64_t raw(remote_address at) noexcept { return static_cast<std::uint64_t>(at); }

/// The thread group leader of `process`; its thread id is the process id.
constexpr tid leader(pid process) noexcept { return tid{raw(process)}; }

constexpr remote_address operator+(remote_address at, std::uint64_t bytes) noexcept { return remote_address{raw(at) + bytes}; }

}   // namespace cotrace
