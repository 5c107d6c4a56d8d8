// SPDX-License-Identifier: BSL-1.0
// Boost.JSON is compiled without sanitizers, because compiling it with sanitizers takes long.
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/src.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace cotrace::fuzz {
namespace {

// Detects an object with two members of the same name, which Boost.JSON's parser of whole documents accepts.
struct name_checker {
    using error = boost::system::error_code;
    static constexpr std::size_t max_object_size = ~std::size_t{0};
    static constexpr std::size_t max_array_size = ~std::size_t{0};
    static constexpr std::size_t max_key_size = ~std::size_t{0};
    static constexpr std::size_t max_string_size = ~std::size_t{0};

    bool on_document_begin(error&) { return true; }
    bool on_document_end(error&) { return true; }
    bool on_object_begin(error&)
    {
        names.emplace_back();
        return true;
    }
    bool on_object_end(std::size_t, error&)
    {
        names.pop_back();
        return true;
    }
    bool on_array_begin(error&) { return true; }
    bool on_array_end(std::size_t, error&) { return true; }
    bool on_key_part(std::string_view part, std::size_t, error&)
    {
        key += part;
        return true;
    }
    bool on_key(std::string_view part, std::size_t, error&)
    {
        key += part;
        twice = twice || !names.back().insert(key).second;
        key.clear();
        return true;
    }
    bool on_string_part(std::string_view, std::size_t, error&) { return true; }
    bool on_string(std::string_view, std::size_t, error&) { return true; }
    bool on_number_part(std::string_view, error&) { return true; }
    bool on_int64(std::int64_t, std::string_view, error&) { return true; }
    bool on_uint64(std::uint64_t, std::string_view, error&) { return true; }
    bool on_double(double, std::string_view, error&) { return true; }
    bool on_bool(bool, error&) { return true; }
    bool on_null(error&) { return true; }
    bool on_comment_part(std::string_view, error&) { return true; }
    bool on_comment(std::string_view, error&) { return true; }

    std::vector<std::set<std::string>> names{};
    std::string key{};
    bool twice = false;
};

}   // namespace

char const* flaw_of_json(char const* text, std::size_t length)
{
    boost::json::basic_parser<name_checker> parser{{}};
    boost::system::error_code failed;
    auto const used = parser.write_some(false, text, length, failed);
    if (failed)
        return "the text is not JSON, or not UTF-8";
    if (used != length || !parser.done())
        return "the text does not end with the object";
    return parser.handler().twice ? "an object has a name twice" : nullptr;
}

}   // namespace cotrace::fuzz
