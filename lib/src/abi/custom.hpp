// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cotrace/abi/as.hpp>

/// Decoders for values that a table cannot describe. They are declared here because
/// rows of tables refer to them, and are defined in lib/src/decode.
namespace cotrace::decode {

/// A struct sockaddr of `self.length` bytes. The family decides which fields it has.
bool socket_address(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A `self.of` at the beginning of a larger object.
bool beginning(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A chain of struct cmsghdr in `self.length` bytes.
bool control_messages(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The directory entries that getdents64(2) or getdents(2) wrote. The call returned their size in bytes.
bool directory_entries(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A path. The call returned the number of its bytes with the null byte.
bool returned_path(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// An IPv4 address at the beginning of 16 bytes. Raw text shows all 16.
bool wide_inet4(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The number 0, in place of a field that the structure does not have.
bool absent_number(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The directory entry that readdir(2) wrote.
bool old_directory_entry(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The offset that _llseek(2) takes in two registers, the high half first.
bool offset_high_first(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A set `self.of` in a number.
bool number_as_set(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The signal mask that rt_sigreturn(2) reads from the stack.
bool signal_frame(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A socket option of `self.length` bytes: an int if it has 4 bytes, else bytes.
bool option_value(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A socket option that is a `self.of` of 4 bytes. A longer option is accepted if `self.count` is 0.
bool option_number(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A socket option that is a `self.of`, if its length is not 0.
bool option_of_any_length(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A socket option that is an array of `self.of` of 4 bytes each.
bool option_numbers(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A socket option that is a structure `self.of`. A longer option is accepted if `self.count` is 0.
bool option_structure(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The bytes of a structure `self.of` that the kernel wrote.
bool option_result(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The value of ICMP_FILTER.
bool option_filter(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The value of SO_GET_FILTER.
bool option_program(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A hardware address of `self.length` bytes, at most its size.
bool sized_address(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The buffers of struct msghdr: `self.failed` if they hold netlink messages, else `self.of`.
bool message_vectors(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// An element of the array of sendmmsg(2): `self.of` if the message was sent, else `self.after`.
bool sent_message(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A struct mmsghdr: the struct msghdr `self.of` and the number of received bytes.
bool received_message(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The data that a socket sends or receives: `self.failed` for netlink messages, else `self.of`.
bool socket_buffer(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// Netlink messages in `self.length` bytes.
bool netlink_messages(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The capability sets of capget(2) and capset(2): 32 bits of each set, or 64 if the version in the header says so.
bool capability_words(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A structure `self.of` that later kernels may extend. The subject passed
/// `self.length` bytes, or the number in the 32-bit field at offset
/// `self.length.value`. The first version has `self.count` bytes. A shorter structure
/// is not decoded in the first case, and ends after the size field in the second.
bool versioned(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A structure `self.of`. `self.length` bytes were passed, at least `self.count`; the rest counts as zeros.
bool zero_padded(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A structure as `zero_padded` decodes it, at an address that is a multiple of 32.
bool aligned_area(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// `self.of`, if the call failed with the errno `self.length.value`.
bool after_error(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A set of registers, `self.of`, in `self.length` bytes.
bool register_set(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The first `self.length` bytes of struct ptrace_syscall_info.
bool call_information(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A member of union bpf_attr: its structure `self.of`, and its name `self.custom.name`.
/// Bytes that were not passed count as zeros, as in the kernel. The first
/// `self.length` bytes are always shown. Passed bytes after the first `self.count`
/// are shown as extra data if they are not zero.
bool bpf_attributes(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A member of union bpf_attr, selected by the 32-bit number at offset `self.length.value`.
bool bpf_choice(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The file descriptor or the id of the program that a program is placed before or after. The flags at offset
/// `self.length.value` of union bpf_attr decide which.
bool relative_program(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// `self.of`, if its count changed since the entry.
bool bpf_count(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// struct io_uring_probe: `self.of`, and an array of `self.after` with as many elements as the buffer has room for.
bool ring_probe(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// One of `self.fields`, selected by the 16-bit number before it.
bool ring_restriction(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// struct io_uring_sqe: one of `self.cases`, selected by its first byte, or else `self.of`.
bool ring_submission(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A chain of struct io_uring_query_hdr. The queried data are a `self.of`.
bool ring_query(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A little-endian number of `self.size` bytes that consists of bit fields. Each row of `self.names` has the mask and the
/// name of one field. A field of one bit is of type uint32, a field of several bits of type `self.of`. A field whose name
/// begins with "__reserved" is of type `self.after`, and is shown only if it is not 0.
bool bit_fields(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// Bit fields as in `bit_fields`. Single bits that are 0 are shown only in verbose text.
bool set_bit_fields(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The field at offset `self.length.value` of struct perf_event_attr. Other fields decide its name.
bool perf_word(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// `self.length` bytes. A null byte at the end is not shown.
bool attribute_value(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A set of at most `self.length` NUMA nodes, in whole words.
bool node_set(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The result of mincore(2) for each page of `self.length` bytes.
bool resident_pages(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// struct lsm_ctx in `self.length` bytes.
bool module_context(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// `self.of`, or else `self.after`.
bool either(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// `self.of`, if `self.count` bytes at the address `self.length` can be read. 0 stands for 4 bytes; at most 8.
bool if_readable(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// struct msgbuf. The third argument is the length of its text.
bool message(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// struct file_handle.
bool file_handle(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A string after struct statmount. The field at `at` is its 32-bit offset.
bool mount_string(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// Consecutive strings after struct statmount. The field before `at` is their number.
bool mount_strings(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A chain of struct lsm_ctx in `self.length` bytes.
bool module_contexts(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The pointer at `at` to the instructions of struct sock_fprog. Only verbose text shows the instructions.
bool filter_program(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// `self.length` instructions of a classic filter at the address `at`. Only verbose text shows them.
bool filter_list(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The pointer at `at` to the `self.length` instructions that bpf(2) loads. Only verbose text shows them.
bool extended_program(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The capabilities that keyctl(2) reports, as bytes of flags.
bool key_capabilities(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// `self.of`, which begins before `at`: the distance is the size of `self.after`.
bool within(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The bits that an ioctl(2) request wrote: it returned the number of bytes. At most as many bits as `self.of` has.
bool returned_bits(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The fields of the structure `self.of`, as a list.
bool tuple(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The first `self.length` bytes of the structure `self.of`, at least `self.count`.
bool cut_to_size(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// struct input_mt_request_layout in `self.length` bytes: a code and the values of all contacts.
bool contact_slots(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The first `self.count` elements of the array `self.of` of `self.length` elements. With `self.unlimited`, -v shows
/// all of them.
bool first_few(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// `self.of` in 64-bit programs, `self.after` in 32-bit programs. Both have the same size.
bool of_model(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A structure `self.of` that ends in a list. Empty if the list is empty or cannot be read.
bool whole_list(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// No value. Text shows "..." for it.
bool more(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// `self.of`, unless all of its bytes are zero.
bool unless_zero(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// Characters in `self.length` bytes, all of which must be readable.
bool fixed_text(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// A number `self.of`. Without -v it is left out if it is equal to `self.length.value`.
bool unless_usual(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The items that a btrfs search found. struct btrfs_ioctl_search_key is `self.count` bytes before `at`.
bool search_items(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The required size of the buffer for the items of a btrfs search, if the buffer was too small.
bool search_size(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The values of struct btrfs_data_container as elements of the array `self.of`, three numbers each.
bool container_inodes(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The values of struct btrfs_data_container as offsets of paths.
bool container_paths(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The array `self.of` after struct btrfs_ioctl_space_args. Left out if the call asked only for the number of elements.
bool found_spaces(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// struct dm_ioctl and the data after it.
bool mapped_devices(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The argument of an ioctl(2) request of an unknown family. Verbose text shows the bytes; their number is in the request.
bool request_bytes(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// One of `self.cases`, selected by the 64-bit number at `at`, or else `self.of`.
bool chosen_by_start(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The 32-bit number before `at`.
bool number_before(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The link layer address in struct sockaddr. The field before it decides its length.
bool hardware_address(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The length of a list of struct ifreq, in bytes.
bool interface_bytes(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The pointer at `at` to a list of struct ifreq, `self.of` each. The field before it is the length in bytes.
bool interface_list(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The pointer at `at` to the bitmap of a console font. Other fields of struct console_font_op give its size.
bool font_data(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

/// The pointer at `at` to a buffer of a trusted execution environment: `self.of` and its parameters, `buf_len` bytes.
bool tee_buffer(capture& made, abi::type const& self, std::string_view name, std::uint64_t at);

} // namespace cotrace::decode
