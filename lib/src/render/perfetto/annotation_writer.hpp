// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "render/perfetto/packet_writer.hpp"

#include <cotrace/render/text.hpp>
#include <cotrace/value.hpp>

#include <csignal>
#include <cstdint>
#include <string_view>

namespace cotrace::render::perfetto {

/// Adds debug annotations to the message of an event.
class annotation_writer {
public:
    annotation_writer(packet_writer& packets, protozero::pbf_writer& event, text_options const& options, uapi::data_model model)
        : packets_{packets}
        , event_{event}
        , options_{options}
        , model_{model}
    {
    }

    void number(std::string_view name, std::int64_t number);
    void address(std::string_view name, std::uint64_t at);
    void text(std::string_view name, std::string_view text);
    void holds(std::string_view name);

    /// Adds the arguments of a call. `done` is null if the exit of the call was not recorded.
    void arguments(syscall_call const& call, syscall_exited const* done);
    /// Adds the result of a call that has returned, what interceptors did to the call, and whether memory was read late.
    void result(syscall_exited const& done);
    void signal(signal_received const& what);
    /// Adds the frames of a call stack, from the innermost to the outermost. Adds nothing if `shown` is null.
    void stack(call_stack const* shown);

private:
    void write(value const& shown);
    void write(protozero::pbf_writer& into, value const& shown);
    void bytes(protozero::pbf_writer& into, value const& shown);
    void internet_address(protozero::pbf_writer& into, value const& shown);
    void spelled(protozero::pbf_writer& into, value const& shown);
    void elements(protozero::pbf_writer& into, value const& shown);
    void fields(protozero::pbf_writer& into, value const& shown);
    void registers(syscall_call const& call);
    void returned(syscall_exited const& done);

    packet_writer& packets_;
    protozero::pbf_writer& event_;
    text_options const& options_;
    uapi::data_model model_;
};

}   // namespace cotrace::render::perfetto
