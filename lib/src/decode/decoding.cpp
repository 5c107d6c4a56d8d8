// SPDX-License-Identifier: BSL-1.0
#include <cotrace/decode/decoding.hpp>

#include "decode/capture.hpp"

#include <algorithm>

namespace cotrace::decode {

syscall_call const& decoding::call() const noexcept { return made_->call(); }
syscall_outcome const* decoding::outcome() const noexcept { return made_->outcome(); }
capture_options const& decoding::options() const noexcept { return made_->options(); }
uapi::data_model decoding::model() const noexcept { return made_->model(); }
value_tree& decoding::into() noexcept { return made_->into(); }

std::uint64_t decoding::argument(unsigned index) const noexcept
{
    return index < call().args.size() ? made_->argument(index) : 0;
}

std::uint64_t decoding::count(uapi::amount const& of) noexcept { return made_->count_here(of); }

std::size_t decoding::read(std::uint64_t at, std::span<std::byte> into) noexcept { return made_->read_shown(at, into); }

bool decoding::add(uapi::type const& as, std::string_view name, std::uint64_t number) { return made_->add(as, name, number); }

bool decoding::add_at(uapi::type const& as, std::string_view name, std::uint64_t at) { return made_->add_at(as, name, at); }

bool decoding::add_bytes_at(std::string_view name, std::uint64_t at, std::uint64_t really)
{
    static constexpr uapi::type bytes = uapi::as::bytes<uapi::exactly(0)>;
    auto const wanted = static_cast<std::size_t>(std::min<std::uint64_t>(really, made_->most_of_buffer()));
    auto& tree = into();
    auto const begin = tree.add_bytes(wanted);
    if (wanted != 0 && read(at, tree.bytes_at(begin, wanted)) != wanted) {
        tree.drop_bytes(wanted);
        return false;
    }
    tree.open({.as = &bytes,
               .name = name,
               .number = really,
               .begin = begin,
               .length = static_cast<std::uint32_t>(wanted),
               .state = wanted < really ? value_state::cut : value_state::complete});
    return true;
}

void decoding::add_text(uapi::type const& as, std::string_view name, std::span<std::byte const> text)
{
    made_->add_text(as, name, text);
}

}   // namespace cotrace::decode
