// SPDX-License-Identifier: BSL-1.0
#include "policy_contexts.hpp"

#include <cotrace/expected_context.hpp>

#if COTRACE_HAS_SELINUX

#include "last_error.hpp"

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <memory>
#include <type_traits>

#include <dlfcn.h>
#include <selinux/label.h>
#include <selinux/selinux.h>

namespace cotrace::app {

namespace {

/// The functions of libselinux. Loading the library at each start would take a seventh of the start-up time, and 1 MB of memory.
struct libselinux {
    decltype(&::freecon) free_context = nullptr;
    decltype(&::selabel_lookup_raw) find_context = nullptr;
    decltype(&::selabel_open) open_contexts = nullptr;
    decltype(&::selinux_file_context_path) contexts_path = nullptr;
    decltype(&::selinux_set_callback) set_callback = nullptr;

    /// Returns false if the library or one of the functions is missing; dlerror(3) then has the reason.
    bool load()
    {
        void* const library = ::dlopen("libselinux.so.1", RTLD_NOW | RTLD_LOCAL);
        auto const find = [library](auto& function, char const* name) {
            function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
            return function != nullptr;
        };
        return library != nullptr && find(free_context, "freecon") && find(find_context, "selabel_lookup_raw")
               && find(open_contexts, "selabel_open") && find(contexts_path, "selinux_file_context_path")
               && find(set_callback, "selinux_set_callback");
    }
};

libselinux selinux;

/// The file contexts of the policy. Null until `use_policy_contexts` has read them; never closed.
selabel_handle* file_contexts = nullptr;

// The extended attribute of a file has the "raw" context, which mcstransd(8) has not translated.
std::string context_in_policy(std::string_view path, std::uint32_t mode) noexcept
{
    char* found = nullptr;
    if (selinux.find_context(file_contexts, &found, std::string{path}.c_str(), static_cast<int>(mode)) != 0)
        return {};
    std::unique_ptr<char, decltype(&::freecon)> const owner{found, selinux.free_context};
    return found;
}

/// The last error or warning of libselinux, for example about a line of the policy that it cannot read.
std::string last_message;

[[gnu::format(printf, 2, 3)]] int keep_message(int kind, char const* form, ...)
{
    if (kind != SELINUX_ERROR && kind != SELINUX_WARNING)
        return 0;
    std::array<char, 512> line{};
    va_list arguments;
    va_start(arguments, form);
    std::vsnprintf(line.data(), line.size(), form, arguments);
    va_end(arguments);
    last_message = line.data();
    last_message.erase(std::min(last_message.find('\n'), last_message.size()));
    return 0;
}

}   // namespace

bool has_policy_contexts() noexcept { return true; }

std::optional<std::string> use_policy_contexts()
{
    if (!selinux.load())
        return ::dlerror();
    selinux.set_callback(SELINUX_CB_LOG, {.func_log = keep_message});
    file_contexts = selinux.open_contexts(SELABEL_CTX_FILE, nullptr, 0);
    auto const why = last_error();
    if (file_contexts != nullptr)
        set_expected_context(context_in_policy);
    else if (last_message.empty())
        return error_text(selinux.contexts_path(), why);
    return last_message.empty() ? std::nullopt : std::optional{last_message};
}

}   // namespace cotrace::app

#else

namespace cotrace::app {

bool has_policy_contexts() noexcept { return false; }

std::optional<std::string> use_policy_contexts() { return "cotrace was built without libselinux"; }

}   // namespace cotrace::app

#endif
