// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/uapi/type.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cotrace::uapi {

/// Says when the text renderer shows a field of a structure. -v is the option of strace that sets
/// `capture_options::verbose`.
enum class shown : std::uint8_t {
    always,
    verbose,      ///< only with -v; without -v the structure ends with "..."
    verbose_or,   ///< with -v always; without -v only if the condition of the field holds
    elided,       ///< only with -v; without -v the text output shows one "..." in place of successive `elided` fields
    nonzero,      ///< only if the field or a part of the field is not 0
    together,     ///< only if at least one of the `together` fields of the structure is not 0
    exit,         ///< captured only at exit; the text output shows the field only in the note after the return value
    changed,      ///< always; at exit, the text output shows `before => after` if the value changed since the entry
    replaced,     ///< always; at exit, the text output shows `before => after` even if the value did not change
    restated,     ///< like `changed`, but text repeats the name: `features=0 => features=UFFD_FEATURE_EVENT_FORK`
    filled_in,    ///< always at entry; at exit only if the field was 0 at entry
    unnamed,      ///< always; the text output leaves the name of the field out
    /// Neither captured nor shown, for example padding.
    never,
};

/// The condition under which a field of a structure is present: `(m & mask) == value`, where m is the value of the
/// field `member`. `holds` and `at_least` change the comparison.
struct condition {
    /// A special value of `member`: m is the number of bytes of the structure that the subject passed.
    static constexpr std::int8_t passed = -2;

    std::int8_t member = -1;   ///< index of the member, in the order of `field::place`; -1: no condition
    bool holds = true;         ///< false: the field is present if the comparison is false
    std::uint32_t mask = 0;    ///< 0xffffffff stands for all bits of the member, also if it has 64 bits
    std::uint32_t value = 0;
    bool at_least = false;   ///< the comparison is `>=` instead of `==`

    /// Whether both conditions require that all bits of one member equal a number. If the two numbers differ, at most
    /// one of the two fields is present.
    constexpr bool same_member(condition const& other) const noexcept
    {
        constexpr std::uint32_t whole = 0xffffffff;
        return member >= 0 && member == other.member && holds && other.holds && mask == whole && other.mask == whole && !at_least
               && !other.at_least;
    }
};

/// The field is present only if the member with index `member` is at least `n`. `member` may be `condition::passed`.
constexpr condition at_least(int member, std::uint32_t n)
{
    return {static_cast<std::int8_t>(member), true, 0xffffffff, n, true};
}
/// The field is present only if the subject passed at least `bytes` bytes of the structure. For fields that a later
/// kernel version added.
constexpr condition if_passed(std::uint32_t bytes) { return at_least(condition::passed, bytes); }

/// A field of a structure. `structure` calculates the offset of the field in each data model.
struct field {
    std::string_view name;
    type const* as = nullptr;
    shown when = shown::always;
    std::uint8_t place = 0;   ///< position in text; fields with the same position are in the order of memory
    condition only{};
    std::array<std::uint16_t, 3> offset{};

    constexpr field() = default;
    constexpr field(std::string_view n, type const& t, shown w = shown::always, unsigned p = 0, condition c = {})
        : name{n}
        , as{&t}
        , when{w}
        , place{static_cast<std::uint8_t>(p)}
        , only{c}
    {
    }
};

/// How the fields of a structure are laid out: as in C (`natural`), as in a union (`overlaid`), or without padding
/// (`packed`).
enum class layout : std::uint8_t { natural, overlaid, packed };

/// Size in bytes of the largest structure that can be captured.
inline constexpr unsigned largest_structure = 4096;

/// A structure. The constructor gets the fields in the order of memory. The fields are stored, indexed and shown in the
/// order of `field::place`. `passed` is the number of bytes that the subject passed; by default, the whole structure.
///
/// Successive fields begin at the same offset, as in a union, if their conditions require different numbers of one
/// member (`condition::same_member`).
template <std::size_t N>
struct structure : type {
    field storage[N]{};

    constexpr explicit structure(field const (&list)[N], amount passed = {}, layout how = layout::natural, unsigned digits = 0,
                                 std::string_view made_by = {})
    {
        text.macro = made_by;
        text.date_digits = static_cast<std::uint8_t>(digits);
        shape = uapi::shape::structure;
        length = passed;
        for (std::size_t i = 0; i < N; ++i)
            storage[i] = list[i];
        for (auto m : {data_model::lp64, data_model::ilp32, data_model::x32})
            lay_out(m, how);
        arrange();
        fields = storage;
        count = N;
    }
    structure(structure const&) = delete;   // `fields` of a copy would point into the original

private:
    constexpr void arrange()
    {
        for (std::size_t i = 1; i < N; ++i)
            for (std::size_t j = i; j > 0 && storage[j].place < storage[j - 1].place; --j) {
                auto const lower = storage[j];
                storage[j] = storage[j - 1];
                storage[j - 1] = lower;
            }
    }

    constexpr void lay_out(data_model m, layout how)
    {
        auto const at = static_cast<unsigned>(m);
        unsigned end = 0, widest = 1, size_so_far = 0, side = 0;
        for (std::size_t i = 0; i < N; ++i) {
            auto& part = storage[i];
            if (i == 0 || !part.only.same_member(storage[i - 1].only))
                side = end;
            else if (part.only.value != storage[i - 1].only.value)
                end = side;
            auto const alignment = how == layout::packed ? 1 : part.as->align_in(m);
            auto const begin = how == layout::overlaid ? 0 : (end + alignment - 1) / alignment * alignment;
            part.offset[at] = static_cast<std::uint16_t>(begin);
            end = begin + part.as->size_in(m);
            size_so_far = end > size_so_far ? end : size_so_far;
            widest = alignment > widest ? alignment : widest;
        }
        if (size_so_far > largest_structure)
            throw "a structure is too large to be captured in one piece";
        size[at] = static_cast<std::uint16_t>((size_so_far + widest - 1) / widest * widest);
        align[at] = static_cast<std::uint8_t>(widest);
    }
};

}   // namespace cotrace::uapi
