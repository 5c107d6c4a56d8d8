// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/words.hpp"

/// Decoders for values that a table cannot describe. They are declared here because
/// rows of tables refer to them, and are defined in lib/src/decode. The comment of each
/// decoder describes the value that it decodes. `self` is the type of the value. `at` is
/// the address of the value or, if the value is an argument of the call, the argument.
namespace cotrace::decode {

/// A struct sockaddr of `self.length` bytes. The address family decides which fields the structure has.
bool socket_address(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A value of type `self.of` at the beginning of a larger object.
bool beginning(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A chain of struct cmsghdr in `self.length` bytes.
bool control_messages(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The directory entries that getdents64(2) or getdents(2) wrote. The return value of the call is the size of
/// the entries in bytes.
bool directory_entries(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A path. The return value of the call is the number of bytes of the path, including the null byte.
bool returned_path(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// An IPv4 address in the first 4 of 16 bytes. With -X raw and -X verbose, the text output shows all 16 bytes.
bool wide_inet4(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The number 0, for a field that the text output shows although the structure does not have it.
bool absent_number(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The directory entry that readdir(2) wrote.
bool old_directory_entry(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The offset that _llseek(2) takes in two registers. The first register is the high half.
bool offset_high_first(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A set of type `self.of`, which is in a register and not in memory.
bool number_as_set(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The signal mask that rt_sigreturn(2), or the old sigreturn(2), reads from the stack.
bool signal_frame(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The value of a socket option in `self.length` bytes. The text output shows 4 bytes as an int, and any other length as
/// bytes.
bool option_value(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The value of a socket option: a number of type `self.of`, which has 4 bytes. `self.length` is the length of the
/// option. The number is decoded if the length is at least 4. With `self.count` not 0, the length must be exactly 4.
bool option_number(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The value of a socket option: a value of type `self.of`. `self.length` is the length of the option. The whole value is
/// decoded if the length is positive.
bool option_of_any_length(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The value of a socket option in `self.length` bytes: an array of elements of type `self.of`, which have 4 bytes each.
bool option_numbers(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The value of a socket option: a structure `self.of`. `self.length` is the length of the option. The structure is decoded
/// if the length is at least the size of the structure. With `self.count` not 0, both must be equal.
bool option_structure(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The value of a socket option: the first `self.length` bytes of a structure `self.of`. The kernel wrote only these bytes,
/// and the last of them may be a part of a field.
bool option_result(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The value of the socket option ICMP_FILTER.
bool option_filter(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The value of the socket option SO_GET_FILTER. It is decoded only with -v.
bool option_program(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A hardware address. Its length in bytes is `self.length`, but at most `self.size`.
bool sized_address(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The buffers of struct msghdr. Their type is `self.failed` if the socket address in the structure has the family
/// AF_NETLINK, else `self.of`.
bool message_vectors(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// An element of the array of sendmmsg(2). Its type is `self.of` if the message was sent, else `self.after`.
bool sent_message(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The struct msghdr inside a struct mmsghdr, as a structure of type `self.of`. The field `msg_len` of struct mmsghdr
/// limits the received bytes that are captured.
bool received_message(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The data that a socket sends or receives. Their type is `self.failed` for a netlink socket, else `self.of`.
bool socket_buffer(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// Netlink messages in `self.length` bytes.
bool netlink_messages(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The capability sets of capget(2) and capset(2). Each set has 32 or 64 bits, depending on the version in the header.
bool capability_words(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A structure `self.of` that later kernels may extend. The first version of the structure has `self.count` bytes.
/// `self.custom.grows` and `self.custom.one_page` say how a longer structure is decoded.
///
/// If `self.length.from` is not `source::none`, `self.length` is the number of bytes that the traced thread passed. If it is
/// less than `self.count`, the structure is not decoded.
///
/// If `self.length.from` is `source::none`, the structure contains its size, in the 32-bit field at offset
/// `self.length.value`. A size of 0 stands for `self.count` if `self.custom.zero_is_first` is true. If any other size is less
/// than `self.count`, only the fields up to and including the size field are decoded. With `growth::cut`, the structure is
/// not decoded if the size is less than `self.count` and not 0.
bool versioned(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A structure `self.of`, of which the traced thread passed `self.length` bytes. The bytes that were not passed count as
/// zeros. A structure with fewer than `self.count` passed bytes is not decoded.
bool zero_padded(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// Like `zero_padded`, but the structure is decoded only if its address is a multiple of 32.
bool aligned_area(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A value of type `self.of`. It is decoded only if the call failed with the errno `self.length.value`.
bool after_error(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A set of registers in `self.length` bytes, as a structure of type `self.of`.
bool register_set(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The first `self.length` bytes of struct ptrace_syscall_info.
bool call_information(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A member of union bpf_attr. The member is a structure `self.of` and has the name `self.custom.name`.
/// Bytes that the traced thread did not pass count as zeros, as in the kernel. The fields in the first
/// `self.length` bytes are shown even if they were not passed. A later field is shown only if at least one
/// of its bytes was passed. Bytes after the first `self.count` bytes are shown with -v if they are not all zero.
/// Without -v, the value is then marked as cut.
bool bpf_attributes(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A member of union bpf_attr. The 32-bit number at offset `self.length.value` of the union, masked with
/// `self.length.mask`, selects the type of the member from `self.cases`. If no case fits, or if the traced thread passed
/// at most 16 bytes, the type is `self.of`.
bool bpf_choice(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The program before or after which bpf(2) attaches a program. The value is an id if the flags at offset
/// `self.length.value` of union bpf_attr contain BPF_F_ID, otherwise a file descriptor. With BPF_F_LINK, the id or file
/// descriptor is that of the BPF link of the program.
bool relative_program(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A value of type `self.of`. It is decoded only if the field `count` of union bpf_attr changed since the entry of the
/// call.
bool bpf_count(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// struct io_uring_probe: a structure `self.of`, and then an array with elements of type `self.after`. The array has at
/// most as many elements as the buffer has room for.
bool ring_probe(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The operand of struct io_uring_restriction: one of `self.fields`, selected by the 16-bit number before the operand.
bool ring_restriction(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// struct io_uring_sqe. The first byte of the structure selects its type from `self.cases`; if no case fits, the type
/// is `self.of`.
bool ring_submission(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A chain of struct io_uring_query_hdr. The data of the query IO_URING_QUERY_OPCODES have the type `self.of`. The data
/// of any other query are shown as an address.
bool ring_query(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A little-endian number of `self.size` bytes that consists of bit fields. Each row of `self.names` has the mask and
/// the name of one field. A field of one bit is of type uint32, a field of several bits is of type `self.of`. A field
/// whose name begins with "__reserved" is of type `self.after`, and is shown only if it is not 0.
bool bit_fields(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// Like `bit_fields`, but a field of one bit that is 0 is decoded only with -v.
bool set_bit_fields(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The field at offset `self.length.value` of struct perf_event_attr. This field is a union: other fields of the
/// structure decide which member of the union is used.
bool perf_word(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// Text in `self.length` bytes. The text output shows a null byte at the end only if the whole text is in hexadecimal.
bool attribute_value(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A set of NUMA nodes in whole words. `self.length` is the argument `maxnode` of the call. The kernel reads `maxnode` - 1
/// bits.
bool node_set(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The result of mincore(2) for `self.length` bytes of memory: one number for each page.
bool resident_pages(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// struct lsm_ctx in `self.length` bytes.
bool module_context(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A value of type `self.of`. If this value cannot be read, a value of type `self.after` at the same address is decoded
/// instead.
bool either(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A value of type `self.of`. It is decoded only if `self.count` bytes at the address `self.length` can be read.
/// `self.count` is at most 8; a `self.count` of 0 stands for 4 bytes.
bool if_readable(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// struct msgbuf. The third argument of the call is the length of the field `mtext`.
bool message(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// struct file_handle.
bool file_handle(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A string after struct statmount. The field at address `at` is the 32-bit offset of the string.
bool mount_string(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// Consecutive strings after struct statmount. The field at address `at` is the 32-bit offset of the first string, and
/// the field before this field is the number of strings.
bool mount_strings(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A chain of struct lsm_ctx in `self.length` bytes.
bool module_contexts(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The pointer in struct sock_fprog to the `self.length` instructions of a classic BPF program. `at` is the address of the
/// pointer. The instructions are decoded only with -v.
bool filter_program(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A classic BPF program: `self.length` instructions. They are decoded only with -v.
bool filter_list(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The pointer in union bpf_attr to the `self.length` instructions that bpf(2) loads. `at` is the address of the
/// pointer. The instructions are decoded only with -v.
bool extended_program(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The capabilities that keyctl(2) reports: an array of bytes, whose bits are flags.
bool key_capabilities(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A member of a union. The member has the type `self.of`. The union has the type `self.after` and ends at the address
/// `at`.
bool within(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The set of bits that an ioctl(2) request wrote. The return value of the call is the number of bytes in the set.
/// `self.of` is the type of the set, which limits the number of bits.
bool returned_bits(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A structure `self.of`. The text output shows the values of its fields as an array.
bool tuple(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The fields in the first `self.length` bytes of the structure `self.of`. If `self.length` is less than `self.count`,
/// nothing is decoded.
bool cut_to_size(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// struct input_mt_request_layout in `self.length` bytes: a code, and a value for each contact slot of a touch device.
bool contact_slots(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The beginning of an array. `self.of` is the type of the whole array, and `self.length` says how many elements it has.
/// Only the first `self.count` elements are captured. If `self.unlimited` is true and -v is given, up to 4096 elements are
/// captured.
bool first_few(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A value that has the type `self.of` in 64-bit programs and `self.after` in 32-bit programs. Both types have the same
/// size.
bool of_model(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A structure `self.of` with pointers to lists. If at least one list has elements and no unreadable element, the fields are
/// added. Otherwise the structure is added without its fields, and the text output does not show the structure at exit.
bool whole_list(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A placeholder for values that are not captured. The text output shows "...".
bool more(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A value of type `self.of`. The value is left out if all of its bytes are zero.
bool unless_zero(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A string in `self.length` bytes. It is added only if all of the bytes can be read.
bool fixed_text(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A number of type `self.of`. Without -v, a number that is equal to `self.length.value` is left out.
bool unless_usual(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The items that a btrfs search found. The struct btrfs_ioctl_search_key of the search begins `self.count` bytes
/// before `at`.
bool search_items(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The size of the buffer that the items of a btrfs search need. It is decoded only if the buffer that the traced thread
/// passed was too small.
bool search_size(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The values of struct btrfs_data_container, as an array of type `self.of`. Each element of the array consists of
/// three of these values.
bool container_inodes(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The paths in struct btrfs_data_container. Each value of the structure is the offset of a path.
bool container_paths(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The array `self.of` after struct btrfs_ioctl_space_args. Without -v, the text output shows "..." in place of the array.
/// The array is left out if the request asked only for the number of elements.
bool found_spaces(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// struct dm_ioctl and the data after this structure.
bool mapped_devices(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The argument of an ioctl(2) request whose argument type is not known. With -v, the text output shows the bytes of the
/// argument; their number is in the request number. Otherwise, it shows the argument as a hexadecimal number.
bool request_bytes(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A value that begins with a 64-bit number. This number selects the type of the value from `self.cases`; if no case
/// fits, the type is `self.of`.
bool chosen_by_start(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The 32-bit number in the 4 bytes before the address `at`.
bool number_before(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The link layer address in struct sockaddr. The first field of the structure, a device type (ARPHRD_*), decides how
/// many bytes the address has.
bool hardware_address(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The length in bytes of a list of struct ifreq. The text output also shows the number of structures.
bool interface_bytes(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The pointer in struct ifconf to a list of struct ifreq. `at` is the address of the pointer. The elements of the list
/// have the type `self.of`. The first field of struct ifconf is the length of the list in bytes.
bool interface_list(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The pointer in struct console_font_op to the bitmap of a font. `at` is the address of the pointer. Other fields of
/// the structure give the size of the bitmap.
bool font_data(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The pointer in struct tee_ioctl_buf_data to a buffer of `buf_len` bytes. `at` is the address of the pointer. The
/// buffer contains a structure `self.of` that ends with an array of parameters.
bool tee_buffer(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

} // namespace cotrace::decode
