// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/record.hpp>
#include <cotrace/render/text.hpp>
#include <cotrace/uapi/argument.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cotrace::render {

/// Appends the result of a call: "= 3" or "= -1 ENOENT (No such file or directory)".
void put_outcome(std::string& to, syscall_outcome const& outcome);

/// Writes a call, argument by argument. `syscall_exited::values` begins with the values of arguments in the state
/// `value_state::later`, in the order of the arguments.
class call_writer {
public:
    call_writer(text_options const& options, syscall_call const& call, std::string& to) noexcept
        : options_{options}
        , call_{call}
        , to_{to}
    {
    }

    void name();

    /// Writes the name and the arguments before the first argument known only at exit. Returns how many values `at_exit` has to
    /// skip. `resumes` is the call that a restart_syscall(2) continues.
    std::size_t at_entry(std::string_view resumes = {});

    /// Writes the arguments after the first `shown`, which is the result of `at_entry`. Writes the registers of a call with an
    /// unknown number.
    void at_exit(syscall_exited const& exited, std::size_t shown);

    /// Writes one argument without its name. `given` is the value at entry. `settled` is the value at exit, and is empty at the
    /// entry.
    void argument(value const& given, std::optional<value> settled);

    /// Writes the result, for example "= 3".
    void result(syscall_exited const& exited);

private:
    bool is_raw() const noexcept { return options_.raw && options_.raw->wants(call_); }
    void separate(std::size_t i);
    void label(value const& shown);
    void write(value const& shown, std::optional<value> before);
    void only_named(value const& given, std::optional<value> returned);
    std::size_t all_raw();
    void raw_arguments();
    void raw_result(syscall_outcome const& outcome);
    void note(uapi::note what, syscall_exited const& exited);
    void explanations(value_tree const& values);
    void reported(value_tree const& values);
    void ready(value_tree const& values);
    void selected(value_tree const& values, std::size_t count);

    text_options const& options_;
    syscall_call const& call_;
    std::string& to_;
    std::size_t parameter_ = 0;
};

}   // namespace cotrace::render
