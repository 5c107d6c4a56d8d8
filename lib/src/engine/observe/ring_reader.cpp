// SPDX-License-Identifier: BSL-1.0
#include "engine/observe/ring_reader.hpp"

#include <algorithm>
#include <utility>

#include <linux/bpf.h>
#include <unistd.h>

namespace cotrace::engine::observe {

namespace {

/// The reader gives room back to the kernel after this many bytes, or a quarter of the buffer if less.
constexpr std::uint64_t batch = 1 << 18;

std::size_t page_size() noexcept { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

template <class T>
T load(void const* from) noexcept
{
    return __atomic_load_n(static_cast<T const*>(from), __ATOMIC_ACQUIRE);
}

void store(void* to, std::uint64_t value) noexcept { __atomic_store_n(static_cast<std::uint64_t*>(to), value, __ATOMIC_RELEASE); }

}   // namespace

ring_reader::ring_reader(sys::mapping position, sys::mapping data, std::size_t size) noexcept
    : position_{std::move(position)}
    , data_{std::move(data)}
    , buffer_{data_.data<std::byte const>() + page_size()}
    , size_{size}
{
}

result<ring_reader> ring_reader::map(int descriptor, std::size_t size)
{
    auto const page = page_size();
    BOOST_OUTCOME_TRY(auto position, sys::mapping::make(page, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor));
    BOOST_OUTCOME_TRY(auto data, sys::mapping::make(page + size, PROT_READ, MAP_SHARED, descriptor, static_cast<off_t>(page)));
    return ring_reader{std::move(position), std::move(data), size};
}

std::span<std::byte const> ring_reader::bytes_at(std::uint64_t position, std::size_t length)
{
    auto const begin = position & (size_ - 1);
    if (begin + length <= size_)
        return {buffer_ + begin, length};
    joined_.assign(buffer_ + begin, buffer_ + size_);
    joined_.insert(joined_.end(), buffer_, buffer_ + (length - joined_.size()));
    return joined_;
}

bool ring_reader::consume(std::function<bool(std::span<std::byte const>)> const& on_event)
{
    auto const begin = load<std::uint64_t>(position_.data());
    auto const end = load<std::uint64_t>(data_.data());
    auto at = begin;
    auto told = begin;
    for (bool goes_on = true; goes_on && at != end;) {
        auto const header = load<std::uint32_t>(bytes_at(at, sizeof(std::uint32_t)).data());
        if ((header & BPF_RINGBUF_BUSY_BIT) != 0)   // the kernel has not finished this event yet
            break;
        std::size_t const length = header & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
        if ((header & BPF_RINGBUF_DISCARD_BIT) == 0)
            goes_on = on_event(bytes_at(at + BPF_RINGBUF_HDR_SZ, length));
        at += (BPF_RINGBUF_HDR_SZ + length + 7) & ~std::uint64_t{7};
        if (at - told >= std::min<std::uint64_t>(batch, size_ / 4))
            store(position_.data(), told = at);
    }
    if (at != told)
        store(position_.data(), at);
    return at != begin;
}

}   // namespace cotrace::engine::observe
