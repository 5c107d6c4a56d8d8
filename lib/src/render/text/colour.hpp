// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/render/colors.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cotrace::render {

/// Colors text that `text_renderer` has just appended to a string. Without colors, each function costs one branch.
///
/// To keep colors out of the code that writes values, these functions split the finished text into tokens. Quotes within strings,
/// and quotes and brackets within brackets, are escaped. No value is split between two calls.
class painter {
public:
    explicit painter(std::optional<text_colors> const& colors) noexcept
        : colors_{colors ? &*colors : nullptr}
    {
    }

    /// Colors the beginning of a call's line, the text of `to` after `from`: "openat(AT_FDCWD, " or "<... read resumed>".
    void beginning(std::string& to, std::size_t from) const
    {
        if (colors_)
            color_beginning(to, from);
    }

    /// The indices at which the parts of the second half of a call's line begin.
    struct end_of_call {
        std::size_t arguments = 0;   ///< index of the arguments that are written at exit, with ")" and spaces
        std::size_t result = 0;      ///< index of "= 3" or "= -1 ENOENT (…)"; equal to `remarks` if there is no result
        std::size_t remarks = 0;     ///< index of the text that gets no color, such as " (INJECTED) <0.000012>"
        bool failed = false;         ///< whether the result has the name and the text of an error
    };

    /// Colors the second half of a call's line.
    void end(std::string& to, end_of_call const& parts) const
    {
        if (colors_)
            color_end(to, parts);
    }

    /// Colors a line about a signal or the end of a thread, the text of `to` after `from`. Other lines stay unchanged.
    void event(std::string& to, std::size_t from) const
    {
        if (colors_)
            color_event(to, from);
    }

    /// Appends the end of an interrupted call's line, such as " <unfinished ...>", and a line break.
    void interruption(std::string& to, std::string_view text) const;

private:
    void color_beginning(std::string& to, std::size_t from) const;
    void color_end(std::string& to, end_of_call const& parts) const;
    void color_event(std::string& to, std::size_t from) const;

    text_colors const* colors_;
};

}   // namespace cotrace::render
