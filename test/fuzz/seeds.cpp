// SPDX-License-Identifier: BSL-1.0
// Makes inputs for the fuzz target from the descriptors of system calls. The type of a "choice" depends on a number in a register
// or in memory.
#include "fuzz/scene.hpp"

#include "uapi/numbers.hpp"

#include <cotrace/uapi/syscalls.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace cotrace::fuzz {
namespace {

using uapi::shape;
using uapi::source;
using uapi::type;

// The number of types that a value of the type `as`, or its target if `as` is a pointer, can have.
std::size_t outcomes(type const& as)
{
    if (as.shape == shape::pointer && as.of)
        return as.of->shape == shape::choice ? outcomes(*as.of) : 1;
    if (as.shape != shape::choice)
        return 1;
    auto all = outcomes(*as.of);
    for (auto const& each : std::span{as.cases, as.count})
        all += outcomes(*each.as);
    return all;
}

// Fills the tracee's memory for the arguments of a call. apply_decisions() finally sets the numbers that select the types or
// lengths of other values.
class memory_builder {
public:
    memory_builder(uapi::arch interface, std::size_t variant)
        : model_{uapi::model_of(interface)}
        , variant_{variant}
    {
    }

    /// The value of the register that holds an argument of this type. Fills the memory that the argument points to.
    std::uint64_t argument(type const& as) { return number(chosen(as, variant_, {}), 0, {}); }

    void apply_decisions(std::array<std::uint64_t, 6>& args, uapi::syscall_descriptor const& what)
    {
        for (auto const& each : decisions_)
            if (each.by.from == source::field)
                store(each.in.at + each.field_at, each.size, blend(load(each.in.at + each.field_at, each.size), each));
            else if (each.by.from == source::argument && each.by.index < 6) {
                auto& to = args[register_of(what, each.by.index)];
                to = blend(to, each);
            } else if (each.by.from == source::pointee && args[each.by.index] >= memory_at)
                store(args[each.by.index] - memory_at, 4, each.value);
    }

    std::string contents{};

private:
    struct place {
        type const* layout = nullptr;
        std::uint64_t at = 0;
    };
    struct decision {
        uapi::amount by;
        std::uint64_t value;
        place in{};
        std::uint64_t field_at = 0;
        unsigned size = 0;
    };

    static unsigned register_of(uapi::syscall_descriptor const& what, unsigned index)
    {
        auto const from = what.arguments[index].from;
        return from >= 0 ? static_cast<unsigned>(from) : index;
    }

    static std::uint64_t blend(std::uint64_t old, decision const& made)
    {
        return (old & ~made.by.mask) | (made.value & made.by.mask);
    }

    void decide(uapi::amount const& by, std::uint64_t value, place in)
    {
        decision made{by, value, in, 0, 0};
        if (by.from == source::field) {
            if (!in.layout || by.index >= in.layout->count)
                return;
            auto const& part = in.layout->fields[by.index];
            made.field_at = part.offset[static_cast<unsigned>(model_)];
            made.size = std::min(part.as->size_in(model_), 8u);
        }
        decisions_.push_back(made);
    }

    // Returns type number `which` of a choice, modulo the number of its types, and records the decisions that select this type.
    // Returns other types unchanged.
    type const& chosen(type const& as, std::size_t which, place in)
    {
        if (as.shape != shape::choice)
            return as;
        which %= outcomes(as);
        for (auto const& each : std::span{as.cases, as.count}) {
            auto const ways = outcomes(*each.as);
            if (which < ways) {
                // Decisions are applied in this order, and an inner choice may set more bits of the same number.
                decide(as.length, each.value, in);
                return chosen(*each.as, which, in);
            }
            which -= ways;
        }
        return chosen(*as.of, which, in);
    }

    std::uint64_t reserve(std::size_t size)
    {
        auto const at = (contents.size() + 7) / 8 * 8;
        contents.resize(at + size);
        return at;
    }

    void store(std::uint64_t at, unsigned size, std::uint64_t value)
    {
        if (at + size <= contents.size())
            std::memcpy(contents.data() + at, &value, size);
    }

    std::uint64_t load(std::uint64_t at, unsigned size) const
    {
        std::uint64_t value = 0;
        if (at + size <= contents.size())
            std::memcpy(&value, contents.data() + at, size);
        return value;
    }

    // A plausible value for a register or a word of memory of this type.
    std::uint64_t number(type const& as, unsigned depth, place in)
    {
        switch (as.shape) {
        case shape::enumeration:
        case shape::flags:
        case shape::ioctl_request: return as.names && as.names->count ? as.names->rows[variant_ % as.names->count].value : 1;
        case shape::pointer: return depth < 8 ? memory_at + target(as, depth + 1, in) : 0;
        case shape::custom: return depth < 8 ? memory_at + custom(as, depth + 1, in) : 0;
        case shape::signal: return 1 + variant_ % 64;
        default: return 16 + variant_ % 7;
        }
    }

    std::uint64_t target(type const& as, unsigned depth, place in)
    {
        auto const& of = chosen(*as.of, variant_, in);
        auto const at = reserve(size_of_target(of));
        fill(of, at, depth, in);
        return at;
    }

    std::size_t size_of_target(type const& as) const
    {
        switch (as.shape) {
        case shape::characters: return std::max<std::size_t>(as.size_in(model_), 8);
        case shape::bytes:
        case shape::signal_set:
        case shape::cpu_set:
        case shape::fd_set: return std::max<std::size_t>(as.size_in(model_), 32);
        case shape::array: return as.of->size_in(model_) * std::max<std::size_t>(as.length.value, 3);
        case shape::custom: return as.of ? as.of->size_in(model_) + 16 : 160;
        default: return as.size_in(model_);
        }
    }

    // Reserves and fills memory for a value of `shape::custom`, which a function of its own decodes.
    std::uint64_t custom(type const& as, unsigned depth, place in)
    {
        auto const at = reserve(size_of_target(as));
        fill(as, at, depth, in);
        return at;
    }

    void fill(type const& as, std::uint64_t at, unsigned depth, place in)
    {
        auto const& is = chosen(as, variant_, in);
        switch (is.shape) {
        case shape::structure: return fill_fields(is, at, depth);
        case shape::array: return fill_elements(is, at, depth, in);
        case shape::characters: return fill_text(at, std::max(is.size_in(model_), 8u));
        case shape::bytes:
        case shape::signal_set:
        case shape::cpu_set:
        case shape::fd_set: decide(is.length, 16, in); return fill_text(at, std::max(is.size_in(model_), 16u));
        case shape::custom:
            decide(is.length, is.of ? is.of->size_in(model_) : 128, in);
            if (is.of)
                return fill(*is.of, at, depth, in);
            for (unsigned i = 0; i < 16; ++i)
                store(at + 8 * i, 8, i == 0 ? variant_ : 16 + i);
            return;
        case shape::unix_path:
        case shape::inet6:
        case shape::signal_info: return fill_text(at, is.size_in(model_));
        case shape::nothing: return;
        default: store(at, std::min(is.size_in(model_), 8u), number(is, depth, in));
        }
    }

    void fill_text(std::uint64_t at, unsigned size)
    {
        for (unsigned i = 0; i + 1 < size; ++i)
            store(at + i, 1, 'a' + (i + variant_) % 26);
    }

    void fill_fields(type const& as, std::uint64_t at, unsigned depth)
    {
        for (auto const& each : std::span{as.fields, as.count}) {
            fill(*each.as, at + each.offset[static_cast<unsigned>(model_)], depth, {&as, at});
            if (each.only.member >= 0 && each.only.holds)
                decide(uapi::amount{.from = source::field,
                                    .index = static_cast<std::uint8_t>(each.only.member),
                                    .mask = each.only.mask},
                       each.only.value, {&as, at});
        }
    }

    void fill_elements(type const& as, std::uint64_t at, unsigned depth, place in)
    {
        auto const many = as.length.from == source::none ? 2 : as.length.from == source::constant ? as.length.value : 3;
        decide(as.length, many, in);
        auto const each = as.of->size_in(model_);
        for (std::uint64_t i = 0; i < std::min<std::uint64_t>(many, 4) && depth < 8; ++i)
            fill(*as.of, at + i * each, depth + 1, in);
    }

    uapi::data_model model_;
    std::size_t variant_;
    std::vector<decision> decisions_{};
};

std::string seed_of(uapi::arch interface, std::uint64_t number, uapi::syscall_descriptor const& what, std::size_t variant)
{
    scene made;
    memory_builder builder{interface, variant};
    made.interface = static_cast<std::uint8_t>(interface);
    made.number = static_cast<std::uint16_t>(number);
    made.capture = static_cast<std::uint8_t>(variant % 3 == 1 ? variant | 1 : 0);
    made.string_limit = static_cast<std::uint8_t>(variant);
    made.text = made.lines = static_cast<std::uint8_t>(variant * 37);
    made.result = variant % 5 == 4 ? -11 : static_cast<std::int64_t>(variant % 4 * 8);
    unsigned next = 0;
    for (unsigned i = 0; i < what.arity(); ++i) {
        auto const& each = what.arguments[i];
        next = each.from >= 0 ? static_cast<unsigned>(each.from) : next;
        if (next < made.args.size())
            made.args[next] = builder.argument(*each.as);
        ++next;
    }
    builder.apply_decisions(made.args, what);
    std::string input(sizeof made, '\0');
    std::memcpy(input.data(), &made, sizeof made);
    return input + builder.contents;
}

bool write(std::filesystem::path const& to, std::string const& text)
{
    std::ofstream file{to, std::ios::binary};
    file << text;
    return file.good();
}

// A dictionary for libFuzzer: addresses in the tracee's memory, and numbers at the limits of integer types.
std::string dictionary()
{
    std::string made;
    auto const add = [&](std::uint64_t number, unsigned size) {
        constexpr char digits[] = "0123456789abcdef";
        made += '"';
        for (unsigned i = 0; i < size; ++i) {
            auto const byte = number >> 8 * i & 0xff;
            made += "\\x";
            made += digits[byte >> 4];
            made += digits[byte & 15];
        }
        made += "\"\n";
    };
    for (std::uint64_t i = 0; i < 16; ++i) {
        add(memory_at + i * 40, 8);
        add(memory_at + i * 4096 + 4088, 8);
    }
    for (auto const each :
         {std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{15}, std::uint64_t{1} << 63, std::uint64_t{0xffffffff},
          std::uint64_t{0x7fffffff}, std::uint64_t{0xfffffff0}, std::uint64_t{0xffffff9c}, std::uint64_t{4096}})
        for (auto const size : {4u, 8u})
            add(each, size);
    return made;
}

}   // namespace

bool write_seeds(char const* folder)
{
    using uapi::arch;
    std::filesystem::path const into{folder};
    std::error_code ignored;
    std::filesystem::create_directories(into, ignored);
    // The other ABIs need no inputs of their own, because they have the data model of x86-64.
    for (auto const interface : {arch::x86_64, arch::i386, arch::x32})
        for (auto const& known : uapi::syscalls(interface)) {
            auto const* what = uapi::find(interface, uapi::kernel_number(interface, known.number));
            if (!what)
                continue;
            std::size_t variants = 3;
            for (unsigned i = 0; i < what->arity(); ++i)
                variants = std::max(variants, outcomes(*what->arguments[i].as));
            for (std::size_t variant = 0; variant < variants; ++variant) {
                auto const name = std::to_string(static_cast<unsigned>(interface)) + "-" + std::string{known.name} + "-"
                                  + std::to_string(variant);
                if (!write(into / name, seed_of(interface, known.number, *what, variant)))
                    return false;
            }
        }
    return write(std::filesystem::path{into.string() + ".dictionary"}, dictionary());
}

}   // namespace cotrace::fuzz
