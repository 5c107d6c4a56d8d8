// SPDX-License-Identifier: BSL-1.0
#include <cotrace/memory.hpp>

#include <cotrace/error.hpp>

#include "sys/errno.hpp"
#include "sys/notify.hpp"
#include "sys/procfs.hpp"
#include "sys/unique_fd.hpp"

#include <algorithm>

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

namespace cotrace {

namespace {

constexpr std::size_t page = 4096;

error_code memory_error() noexcept
{
    // /proc/PID/mem gives EIO for an unmapped address, and EINVAL for an address above the largest file offset.
    if (errno == EFAULT || errno == EIO || errno == EINVAL)
        return errc::unmapped_memory;
    return errno == ESRCH || errno == ENOENT ? error_code{errc::tracee_died} : sys::last_error();
}

iovec remote(remote_address at, std::size_t bytes) noexcept { return {reinterpret_cast<void*>(raw(at)), bytes}; }

/// Whether process_vm_readv(2) or process_vm_writev(2) is denied, for example by a container's seccomp profile. /proc/PID/mem
/// needs no special system call.
bool is_denied() noexcept { return errno == EPERM || errno == ENOSYS; }

sys::unique_fd open_memory(tid thread, int how) noexcept
{
    char path[32];
    std::snprintf(path, sizeof path, "/proc/%d/mem", raw(thread));
    return sys::unique_fd{::open(path, how | O_CLOEXEC)};
}

ssize_t read_file(tid thread, remote_address from, std::span<std::byte> into) noexcept
{
    if (!sys::sees_processes()) {
        errno = EPERM;
        return -1;
    }
    auto const file = open_memory(thread, O_RDONLY);
    if (!file)
        return -1;
    auto const got = ::pread(file.get(), into.data(), into.size(), static_cast<off_t>(raw(from)));
    if (got != 0 || into.empty())
        return got;
    errno = ESRCH;   // pread(2) returned 0, because the address space is gone
    return -1;
}

}   // namespace

result<void> memory::check() const noexcept
{
    if (listener_ >= 0 && !sys::is_waiting(listener_, notification_))
        return errc::tracee_died;
    return outcome::success();
}

result<std::size_t> memory::read_some(remote_address from, std::span<std::byte> into) const noexcept
{
    iovec const here{into.data(), into.size()};
    iovec const there = remote(from, into.size());
    auto got = ::process_vm_readv(raw(thread_), &here, 1, &there, 1, 0);
    if (got < 0 && is_denied())
        got = read_file(thread_, from, into);
    if (got < 0)
        return memory_error();
    BOOST_OUTCOME_TRYV(check());
    return static_cast<std::size_t>(got);
}

result<void> memory::read(remote_address from, std::span<std::byte> into) const noexcept
{
    BOOST_OUTCOME_TRY(auto const got, read_some(from, into));
    if (got != into.size())
        return errc::unmapped_memory;
    return outcome::success();
}

result<std::string> memory::read_string(remote_address from, std::size_t limit) const
{
    std::string text;
    // No read crosses a page boundary, because the next page may be unmapped.
    while (text.size() < limit) {
        auto const at = from + text.size();
        auto const step = std::min(limit - text.size(), page - raw(at) % page);
        auto const old = text.size();
        text.resize(old + step);
        auto const got = read_some(at, std::as_writable_bytes(std::span{text}.subspan(old)));
        text.resize(old + (got ? got.value() : 0));
        if (auto const end = text.find('\0', old); end != text.npos) {
            text.resize(end);
            return text;
        }
        if (!got && text.empty())
            return got.error();
        if (!got || got.value() < step)
            break;
    }
    return text;
}

result<std::vector<std::string>> memory::read_strings(remote_address from, uapi::arch interface, std::size_t limit) const
{
    std::vector<std::string> strings;
    unsigned const width = uapi::word_size(interface);
    while (strings.size() < limit) {
        std::uint64_t pointer = 0;   // all supported architectures are little-endian, so a 32-bit pointer fills the low bytes
        auto const bytes = std::as_writable_bytes(std::span{&pointer, 1}).first(width);
        BOOST_OUTCOME_TRYV(read(from + strings.size() * width, bytes));
        if (pointer == 0)
            break;
        BOOST_OUTCOME_TRY(auto text, read_string(remote_address{pointer}, std::size_t{1} << 20));
        strings.push_back(std::move(text));
    }
    return strings;
}

result<socket_address> memory::read_address(remote_address from, socklen_t length) const noexcept
{
    socket_address address;
    address.length = std::min<socklen_t>(length, sizeof address.storage);
    auto const room = std::as_writable_bytes(std::span{&address.storage, 1});
    BOOST_OUTCOME_TRYV(read(from, room.first(address.length)));
    return address;
}

result<void> memory::write(remote_address to, std::span<std::byte const> bytes) const noexcept
{
    BOOST_OUTCOME_TRYV(check());
    iovec const here{const_cast<std::byte*>(bytes.data()), bytes.size()};
    iovec const there = remote(to, bytes.size());
    auto const put = ::process_vm_writev(raw(thread_), &here, 1, &there, 1, 0);
    if (put == static_cast<ssize_t>(bytes.size()))
        return check();
    if (put < 0 && errno != EFAULT && !is_denied())
        return memory_error();

    // Read-only mappings, such as string constants, can be written through /proc/PID/mem, but not by process_vm_writev(2).
    if (!sys::sees_processes())
        return errc::no_procfs;
    auto const file = open_memory(thread_, O_RDWR);
    if (!file)
        return memory_error();
    for (std::size_t done = 0; done < bytes.size();) {
        auto const more = ::pwrite(file.get(), bytes.data() + done, bytes.size() - done, static_cast<off_t>(raw(to) + done));
        if (more <= 0)
            return memory_error();
        done += static_cast<std::size_t>(more);
    }
    return check();
}

}   // namespace cotrace
