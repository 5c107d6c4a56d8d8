// SPDX-License-Identifier: BSL-1.0
#include "engine/observe/kernel_types.hpp"

#include "sys/errno.hpp"
#include "sys/unique_fd.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <linux/btf.h>
#include <sys/stat.h>
#include <unistd.h>

namespace cotrace::engine::observe {

namespace {

error_code unknown_format() noexcept { return {EPROTO, boost::system::system_category()}; }

/// Returns the object at an offset, or zeros if the object would reach beyond the end of `from`.
template <class T>
T read_at(std::span<char const> from, std::size_t offset) noexcept
{
    T made{};
    if (offset <= from.size() && sizeof made <= from.size() - offset)
        std::memcpy(&made, from.data() + offset, sizeof made);
    return made;
}

template <class T>
void append(std::string& to, T const& value)
{
    to.append(reinterpret_cast<char const*>(&value), sizeof value);
}

/// The number of bytes that belong to a type and follow its `btf_type`, or -1 if its kind is not known.
int size_of_rest(btf_type const& of) noexcept
{
    int const count = BTF_INFO_VLEN(of.info);
    switch (BTF_INFO_KIND(of.info)) {
    case BTF_KIND_PTR:
    case BTF_KIND_FWD:
    case BTF_KIND_TYPEDEF:
    case BTF_KIND_VOLATILE:
    case BTF_KIND_CONST:
    case BTF_KIND_RESTRICT:
    case BTF_KIND_FUNC:
    case BTF_KIND_FLOAT:
    case BTF_KIND_TYPE_TAG: return 0;
    case BTF_KIND_INT:
    case BTF_KIND_VAR:
    case BTF_KIND_DECL_TAG: return sizeof(std::uint32_t);
    case BTF_KIND_ARRAY: return sizeof(btf_array);
    case BTF_KIND_STRUCT:
    case BTF_KIND_UNION: return count * static_cast<int>(sizeof(btf_member));
    case BTF_KIND_ENUM: return count * static_cast<int>(sizeof(btf_enum));
    case BTF_KIND_FUNC_PROTO: return count * static_cast<int>(sizeof(btf_param));
    case BTF_KIND_DATASEC: return count * static_cast<int>(sizeof(btf_var_secinfo));
    case BTF_KIND_ENUM64: return count * static_cast<int>(sizeof(btf_enum64));
    default: return -1;
    }
}

}   // namespace

/// Copies types into new BTF, in which they have new ids.
class kernel_types::excerpt {
public:
    explicit excerpt(kernel_types const& from)
        : from_{&from}
    {
    }

    /// The new id of a type; 0 (void) if there is no such type.
    std::uint32_t id_of(std::uint32_t former)
    {
        if (former == 0 || former >= from_->offsets_.size())
            return 0;
        auto const [at, is_new] = ids_.try_emplace(former, static_cast<std::uint32_t>(ids_.size() + 1));
        if (is_new)
            order_.push_back(former);
        return at->second;
    }

    /// Copies the types that have a new id, and the types that these refer to. Returns them as BTF.
    std::string finish()
    {
        for (std::size_t i = 0; i < order_.size(); ++i)   // copying a type may add more types to `order_`
            copy(from_->offsets_[order_[i]]);
        btf_header header{};
        header.magic = BTF_MAGIC;
        header.version = BTF_VERSION;
        header.hdr_len = sizeof header;
        header.type_len = static_cast<std::uint32_t>(types_.size());
        header.str_off = header.type_len;
        header.str_len = static_cast<std::uint32_t>(names_.size());
        std::string made;
        append(made, header);
        return made.append(types_).append(names_);
    }

private:
    std::uint32_t name_at(std::uint32_t former)
    {
        if (former == 0)
            return 0;
        auto const [at, is_new] = places_.try_emplace(former, static_cast<std::uint32_t>(names_.size()));
        if (is_new)
            names_.append(from_->name_at(former)).push_back('\0');
        return at->second;
    }

    void copy(std::size_t offset)
    {
        auto type = read_at<btf_type>(from_->types_, offset);
        auto const rest = from_->types_.subspan(offset + sizeof type, static_cast<std::size_t>(size_of_rest(type)));
        auto const kind = BTF_INFO_KIND(type.info);
        type.name_off = name_at(type.name_off);
        switch (kind) {
        case BTF_KIND_STRUCT:
        case BTF_KIND_UNION: append(types_, type); return copy_members(rest);
        case BTF_KIND_ARRAY: append(types_, type); return copy_array(read_at<btf_array>(rest, 0));
        case BTF_KIND_INT: append(types_, type); return append(types_, read_at<std::uint32_t>(rest, 0));
        case BTF_KIND_ENUM:
        case BTF_KIND_ENUM64: type.info &= ~std::uint32_t{0xffff}; break;   // the copy has no enumerators
        case BTF_KIND_PTR: type.type = 0; break;
        case BTF_KIND_TYPEDEF:
        case BTF_KIND_VOLATILE:
        case BTF_KIND_CONST:
        case BTF_KIND_RESTRICT:
        case BTF_KIND_TYPE_TAG: type.type = id_of(type.type); break;
        default: break;   // the other kinds that a member can have need no change
        }
        append(types_, type);
    }

    void copy_members(std::span<char const> all)
    {
        for (; !all.empty(); all = all.subspan(sizeof(btf_member))) {
            auto member = read_at<btf_member>(all, 0);
            member.name_off = name_at(member.name_off);
            member.type = id_of(member.type);
            append(types_, member);
        }
    }

    void copy_array(btf_array array)
    {
        array.type = id_of(array.type);
        array.index_type = id_of(array.index_type);
        append(types_, array);
    }

    kernel_types const* from_;
    std::unordered_map<std::uint32_t, std::uint32_t> ids_;      ///< key: former id of a type; value: its new id
    std::unordered_map<std::uint32_t, std::uint32_t> places_;   ///< key: former offset of a name; value: its new offset
    std::vector<std::uint32_t> order_;                          ///< the former ids, in the order of the new ids
    std::string types_;
    std::string names_ = std::string(1, '\0');
};

result<kernel_types> kernel_types::read(std::set<std::string, std::less<>> const& wanted, char const* path)
{
    kernel_types made;
    BOOST_OUTCOME_TRYV(made.load(path));
    BOOST_OUTCOME_TRYV(made.find(wanted));
    return made;
}

// The file can be mapped since Linux 6.16. Before that, it is read.
result<void> kernel_types::load(char const* path)
{
    sys::unique_fd const file{::open(path, O_RDONLY | O_CLOEXEC)};
    struct stat about {};
    if (!file || ::fstat(file.get(), &about) != 0)
        return sys::last_error();
    auto const size = static_cast<std::size_t>(about.st_size);
    if (auto whole = sys::mapping::make(size, PROT_READ, MAP_PRIVATE, file.get())) {
        content_ = std::move(whole).value();
        return outcome::success();
    }
    BOOST_OUTCOME_TRY(content_, sys::mapping::make(size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS));
    for (std::size_t had = 0; had < size;) {
        auto const got = ::read(file.get(), content_.data<char>() + had, size - had);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 ? sys::last_error() : unknown_format();
        had += static_cast<std::size_t>(got);
    }
    return outcome::success();
}

result<void> kernel_types::find(std::set<std::string, std::less<>> const& wanted)
{
    std::span const content{content_.data<char const>(), content_.size()};
    auto const header = read_at<btf_header>(content, 0);
    auto const part = [&](std::uint64_t offset, std::uint64_t length) {
        auto const begin = header.hdr_len + offset;
        return begin + length <= content.size() ? content.subspan(begin, length) : std::span<char const>{};
    };
    types_ = part(header.type_off, header.type_len);
    names_ = part(header.str_off, header.str_len);
    if (header.magic != BTF_MAGIC || header.version != BTF_VERSION || types_.empty() || names_.empty() || names_.back() != '\0')
        return unknown_format();
    offsets_.reserve(types_.size() / 24);   // a type has some 24 bytes on average
    offsets_.push_back(0);
    for (std::size_t at = 0; at < types_.size();) {
        auto const type = read_at<btf_type>(types_, at);
        int const rest = size_of_rest(type);
        if (rest < 0 || sizeof type + static_cast<std::size_t>(rest) > types_.size() - at)
            return unknown_format();
        auto const kind = BTF_INFO_KIND(type.info);
        auto const id = static_cast<std::uint32_t>(offsets_.size());
        if (kind == BTF_KIND_STRUCT || kind == BTF_KIND_TYPEDEF)
            if (auto const name = name_at(type.name_off); wanted.contains(name)) {
                if (kind == BTF_KIND_STRUCT)
                    structures_.push_back(id);
                else
                    type_names_.emplace(name, id);
            }
        offsets_.push_back(static_cast<std::uint32_t>(at));
        at += sizeof type + static_cast<std::size_t>(rest);
    }
    return outcome::success();
}

std::string_view kernel_types::name_at(std::uint32_t offset) const noexcept
{
    return offset < names_.size() ? std::string_view{names_.data() + offset} : std::string_view{};
}

std::uint32_t kernel_types::id_of(std::string const& type_name) const
{
    auto const found = type_names_.find(type_name);
    return found != type_names_.end() ? found->second : 0;
}

std::uint32_t kernel_types::parameters_of(std::string const& type_name) const
{
    auto const type_at = [&](std::uint32_t id) {
        return id < offsets_.size() ? read_at<btf_type>(types_, offsets_[id]) : btf_type{};
    };
    auto const id = id_of(type_name);
    if (id == 0)
        return 0;
    auto const function = type_at(type_at(type_at(id).type).type);   // the typedef is a pointer to a function
    return BTF_INFO_KIND(function.info) == BTF_KIND_FUNC_PROTO ? BTF_INFO_VLEN(function.info) : 0;
}

std::string kernel_types::structures() const
{
    excerpt made{*this};
    for (auto const each : structures_)
        made.id_of(each);
    return made.finish();
}

}   // namespace cotrace::engine::observe
