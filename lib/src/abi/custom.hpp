// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/type.hpp>

/// What tables cannot say. Declared here because rows refer to it; at home in
/// the decode layer.
namespace cotrace::decode {

/// A struct sockaddr at `at`, of `self.length` bytes, as its family has it.
bool socket_address(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// What `self.of` says of the beginning of something larger.
bool beginning(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A chain of struct cmsghdr at `at`, of `self.length` bytes.
bool control_messages(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The entries that getdents64(2) or getdents(2) filled in, as many bytes as it returned.
bool directory_entries(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A path with its null byte, which together have as many bytes as the call returned.
bool returned_path(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// An address of IPv4 at the beginning of 16 bytes, which raw text shows all.
bool wide_inet4(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A number that is not there: 0.
bool absent_number(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The entry that readdir(2) filled in.
bool old_directory_entry(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The offset that _llseek(2) takes in two registers, the high half first.
bool offset_high_first(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A number that is a set, as `self.of` says.
bool number_as_set(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The mask that rt_sigreturn(2) finds on the stack.
bool signal_frame(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A socket option, of which `self.length` says how long it is: an int if it is as long, else bytes.
bool option_value(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// One that is a `self.of` of 4 bytes. A longer one will do, unless `self.count` is other than 0.
bool option_number(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// One that is a `self.of`, whatever its length is, if it has any.
bool option_of_any_length(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// One that is as many `self.of`, of 4 bytes each, as fit.
bool option_numbers(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// One that is a `self.of`. A longer one will do, unless `self.count` is other than 0.
bool option_structure(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// As much of a `self.of` as the kernel gave.
bool option_result(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// ICMP_FILTER.
bool option_filter(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// SO_GET_FILTER.
bool option_program(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// As much of a hardware address as `self.length` says, up to its size.
bool sized_address(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The vectors of struct msghdr: `self.failed` if they hold netlink's messages, else `self.of`.
bool message_vectors(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// An element of the array that sendmmsg(2) takes: `self.of` if it was sent, else `self.after`.
bool sent_message(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A struct msghdr `self.of` with the number of received bytes behind it.
bool received_message(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// What a socket sends or receives: `self.failed` if these are netlink's messages, else `self.of`.
bool socket_buffer(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// Netlink's messages in `self.length` bytes.
bool netlink_messages(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// What capget(2) and capset(2) pass: 32 bits of each set, and 32 more if the header's version has them.
bool capability_words(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A structure that grows: `self.of`, of which the subject passed `self.length`
/// bytes, or as many as its own 32-bit field at offset `self.length.value` says.
/// One that is shorter than the first version, `self.count` bytes, is not looked
/// at in the first case, and ends behind that field in the second.
bool versioned(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A structure `self.of`, of which `self.length` bytes were passed, at least `self.count`; the rest is taken for zeros.
bool zero_padded(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A structure as `zero_padded` decodes it, at an address that is a multiple of 32.
bool aligned_area(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// What `self.of` is, where the call failed with errno `self.length.value`.
bool after_error(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A set of registers, `self.of`, in `self.length` bytes.
bool register_set(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// struct ptrace_syscall_info, of which `self.length` bytes count.
bool call_information(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A part of union bpf_attr, `self.of`, and its name in the union, `self.macro`.
/// The kernel takes what was not passed for zeros: the first `self.length` bytes
/// are always shown, and what was passed behind `self.count` is said to be there.
bool bpf_attributes(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// One of such parts, by the 32-bit number `self.length` bytes from the start.
bool bpf_choice(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The program that another is placed before or after, by descriptor or id, as the flags say that lie
/// `self.length` bytes behind the start of union bpf_attr.
bool relative_program(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// `self.of`, where its count is not what it was at entry.
bool bpf_count(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// struct io_uring_probe: `self.of`, and as many operations as the call has room for, each `self.after`.
bool ring_probe(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// One of `self.fields`, by the 16-bit number that stands before it.
bool ring_restriction(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// struct io_uring_sqe: `self.of`, or one of `self.cases` by its first byte.
bool ring_submission(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A chain of struct io_uring_query_hdr; what is asked for is `self.of`.
bool ring_query(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// Single bits, and groups of them, as numbers of their own under the names of
/// `self.names`; a group is `self.of`. The last bits come first in memory.
bool bit_fields(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The same, where single bits that are 0 are shown only in verbose text.
bool set_bit_fields(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// One of the fields of struct perf_event_attr whose name others decide; it lies `self.length.value` bytes behind the start.
bool perf_word(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// Bytes of which the last is not shown if it is a null byte: `self.length` of them.
bool attribute_value(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A set of NUMA nodes with room for `self.length` of them, in whole words.
bool node_set(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// Whether each page of `self.length` bytes is in memory, as mincore(2) says it.
bool resident_pages(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// struct lsm_ctx in `self.length` bytes.
bool module_context(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// `self.of`, or else `self.after`.
bool either(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// `self.of`, if the `self.count` bytes can be read that `self.length` points to: 4 if it is 0, at most 8.
bool if_told(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// struct msgbuf, whose text has as many bytes as the third argument says.
bool message(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// struct file_handle.
bool file_handle(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A string behind struct statmount; the structure has its place, a number of 32 bits.
bool mount_string(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// As many strings as the field before it says, one after the other.
bool mount_strings(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A chain of struct lsm_ctx in as many bytes as `self.length` says.
bool module_contexts(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The instructions of struct sock_fprog, whose address lies at `at`: only that, or all of them in verbose text.
bool filter_program(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The same, where `at` is the address.
bool filter_list(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The instructions that bpf(2) loads, `self.length` of them; in verbose text only.
bool extended_program(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// What keyctl(2) says it can, a byte of flags each.
bool key_capabilities(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// `self.of`, which begins as many bytes before `at` as `self.after` is large.
bool within(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// As many bytes of bits as an ioctl(2) returned, but not more bits than `self.of` has.
bool returned_bits(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The fields of a structure, `self.of`, as a list.
bool tuple(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// As much of the structure `self.of` as `self.length` says, of at least `self.count` bytes.
bool cut_to_size(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// struct input_mt_request_layout: a code and the values of all contacts, in `self.length` bytes.
bool contact_slots(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The first `self.count` elements of the array `self.of`, of which there are `self.length`;
/// if it is `unlimited`, all of them with -v.
bool first_few(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// `self.of`, but where programs of 32 bits have another structure of the same size `self.after`.
bool of_model(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A structure that ends in a list, `self.of`, if that is not empty and can be read.
bool whole_list(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// Nothing, where text says that there is more to be shown.
bool more(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// `self.of`, unless all of its bytes are zero.
bool unless_zero(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// Characters in `self.length` bytes, all of which must be there.
bool fixed_text(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A number, `self.of`, that is left out without -v if it is `self.length`.
bool unless_usual(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The items that btrfs found, behind struct btrfs_ioctl_search_key, which lies `self.count` bytes before.
bool search_items(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// How large the buffer for such items must be, if it was too small.
bool search_size(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The values of struct btrfs_data_container: threes of numbers, as the structure `self.of`.
bool container_inodes(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The same: offsets of paths.
bool container_paths(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The array `self.of` behind struct btrfs_ioctl_space_args, if it asked for any.
bool found_spaces(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// struct dm_ioctl and what it has behind it.
bool mapped_devices(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// What an ioctl(2) request passes whose family is not known: as many bytes as its number says, in verbose text.
bool request_bytes(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// One of `self.cases` by the 64-bit number that lies here, or else `self.of`; of numbers themselves as of structures.
bool chosen_by_start(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The 32-bit number that lies before this.
bool number_before(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The bytes of struct sockaddr that are a link layer's address: as many as the family has that is the field before.
bool hardware_address(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The length of a list of struct ifreq, in bytes.
bool interface_bytes(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A list of struct ifreq, `self.of` each, of as many bytes as the field before says; its address lies here.
bool interface_list(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The dots of a console's font, of a size that the other fields of struct console_font_op say; their address lies here.
bool font_data(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A buffer of a trusted environment, `self.of` and its parameters, which is the field `buf_len` long; its address lies here.
bool tee_buffer(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

} // namespace cotrace::decode
