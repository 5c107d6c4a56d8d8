// SPDX-License-Identifier: BSL-1.0
#include "trace_file/inputs_decoder.hpp"

#include "trace_file/fields.hpp"
#include "trace_file/message_reader.hpp"

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>

namespace cotrace::trace_file {

namespace {

using protozero::data_view;

open_file::end end_in(data_view message)
{
    open_file::end made;
    for (message_reader<end> in{message}; in.next();)
        switch (in.tag()) {
        case end::v6: made.is_v6 = in.get_bool(); break;
        case end::address: {
            auto const bytes = in.get_view();
            require(bytes.size() <= made.address.size());
            std::memcpy(made.address.data(), bytes.data(), bytes.size());
            break;
        }
        case end::port: made.port = static_cast<std::uint16_t>(in.get_uint64()); break;
        default: in.skip();
        }
    return made;
}

open_file::device device_in(data_view message)
{
    open_file::device made;
    for (message_reader<device> in{message}; in.next();)
        switch (in.tag()) {
        case device::block: made.is_block = in.get_bool(); break;
        case device::number: made.number = in.get_uint64(); break;
        case device::terminal: made.terminal = in.get_uint32(); break;
        default: in.skip();
        }
    return made;
}

open_file::socket socket_in(data_view message)
{
    open_file::socket made;
    for (message_reader<socket> in{message}; in.next();)
        switch (in.tag()) {
        case socket::protocol: made.protocol = string_in(in.get_view()); break;
        case socket::inode: made.inode = in.get_uint64(); break;
        case socket::local: made.local = end_in(in.get_view()); break;
        case socket::remote: made.remote = end_in(in.get_view()); break;
        case socket::peer: made.peer = static_cast<std::uint32_t>(in.get_uint64()); break;
        case socket::name: made.name = string_in(in.get_view()); break;
        case socket::netlink: made.netlink = static_cast<std::uint8_t>(in.get_uint32()); break;
        case socket::port_id: made.port_id = static_cast<std::uint32_t>(in.get_uint64()); break;
        default: in.skip();
        }
    return made;
}

open_file::counter counter_in(data_view message)
{
    open_file::counter made;
    for (message_reader<counter> in{message}; in.next();)
        switch (in.tag()) {
        case counter::count: made.count = in.get_uint64(); break;
        case counter::id: made.id = in.get_uint32(); break;
        case counter::semaphore: made.semaphore = in.get_uint32(); break;
        default: in.skip();
        }
    return made;
}

open_file file_in(data_view message)
{
    open_file made;
    for (message_reader<file> in{message}; in.next();)
        switch (in.tag()) {
        case file::path: made.path = string_in(in.get_view()); break;
        case file::deleted: made.deleted = in.get_bool(); break;
        case file::device: made.about = device_in(in.get_view()); break;
        case file::socket: made.about = socket_in(in.get_view()); break;
        case file::counter: made.about = counter_in(in.get_view()); break;
        case file::pidfd_of: made.about = open_file::process{pid{in.get_int32()}}; break;
        case file::signals: made.about = open_file::signals{in.get_fixed64()}; break;
        default: in.skip();
        }
    return made;
}

std::shared_ptr<decode::inputs::answer const> answer_in(data_view message)
{
    auto const shared = std::make_shared<decode::inputs::answer>();
    auto& made = *shared;
    for (message_reader<answer> in{message}; in.next();)
        switch (in.tag()) {
        case answer::question: made.asked = static_cast<decode::inputs::question>(in.get_uint64()); break;
        case answer::kind: made.kind = static_cast<std::uint8_t>(in.get_uint64()); break;
        case answer::owner: made.owner = static_cast<std::int32_t>(in.get_sint64()); break;
        case answer::id: made.id = in.get_sint64(); break;
        case answer::text: made.text = string_in(in.get_view()); break;
        case answer::file: made.found = file_in(in.get_view()); break;
        case answer::process: made.found = process_in(in.get_view()); break;
        case answer::name: made.found = string_in(in.get_view()); break;
        case answer::number: made.found = in.get_uint64(); break;
        default: in.skip();
        }
    return shared;
}

}   // namespace

process_name process_in(data_view message)
{
    process_name made;
    for (message_reader<process> in{message}; in.next();)
        switch (in.tag()) {
        case process::command: made.command = string_in(in.get_view()); break;
        case process::outside: made.outside = in.get_int32(); break;
        default: in.skip();
        }
    return made;
}

decode::inputs inputs_decoder::decode(data_view message, std::array<std::uint64_t, 6> const& args)
{
    decode::inputs made;
    for (message_reader<inputs> in{message}; in.next();)
        switch (in.tag()) {
        case inputs::address:
            for (auto const each : in.get_packed_uint64())
                made.pieces.push_back({each < args.size() ? args[each] : each, 0, 0});
            break;
        case inputs::length: {
            std::uint64_t end = 0;
            auto at = made.pieces.begin();
            for (auto const each : in.get_packed_uint32()) {
                require(at != made.pieces.end());
                at->begin = static_cast<std::uint32_t>(end);
                at->length = each;
                ++at;
                end += each;
                require(end <= message.size());
            }
            break;
        }
        case inputs::content: {
            auto const content = in.get_view();
            auto const bytes = std::as_bytes(std::span{content.data(), content.size()});
            made.bytes.assign(bytes.begin(), bytes.end());
            break;
        }
        case inputs::answer: answers_.push_back(answer_in(in.get_view())); break;
        case inputs::answer_number:
            for (auto const each : in.get_packed_uint32()) {
                require(each < answers_.size());
                made.answers.push_back(answers_[each]);
            }
            break;
        default: in.skip();
        }
    for (auto const& each : made.pieces)
        require(each.length <= made.bytes.size() && each.begin <= made.bytes.size() - each.length);
    return made;
}

}   // namespace cotrace::trace_file
