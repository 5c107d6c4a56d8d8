// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/result.hpp>

#include "sys/mapping.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cotrace::engine::observe {

/// The type information of the running kernel (BTF), as /sys/kernel/btf/vmlinux has it.
///
/// This class searches the type information once. libbpf would search the information for each structure and each
/// program.
class kernel_types {
public:
    /// Finds the structures and type names that `wanted` names. Errors: those of open(2), mmap(2) and read(2), and
    /// EPROTO for an unknown format.
    static result<kernel_types> read(std::set<std::string, std::less<>> const& wanted,
                                     char const* path = "/sys/kernel/btf/vmlinux");

    /// The id of a wanted type name (a typedef); 0 if the kernel has no type of this name.
    std::uint32_t id_of(std::string const& type_name) const;
    /// Returns the number of parameters if `type_name` is a wanted pointer to a function. Otherwise returns 0.
    std::uint32_t parameters_of(std::string const& type_name) const;
    /// BTF with the wanted structures and the types of their members. All pointers become pointers to void.
    std::string structures() const;

private:
    class excerpt;

    result<void> load(char const* path);
    result<void> find(std::set<std::string, std::less<>> const& wanted);
    std::string_view name_at(std::uint32_t offset) const noexcept;

    sys::mapping content_;
    std::span<char const> types_, names_;     ///< parts of `content_`
    std::vector<std::uint32_t> offsets_;      ///< index: id of a type (0: void); value: its offset in `types_`
    std::vector<std::uint32_t> structures_;   ///< the ids of the wanted structures
    std::unordered_map<std::string, std::uint32_t> type_names_;
};

}   // namespace cotrace::engine::observe
