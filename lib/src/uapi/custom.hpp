// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "uapi/words.hpp"

/// Decoders for values that a table cannot describe, defined in lib/src/decode. Each comment describes the value. `self` is
/// the type of the value. `at` is the address of the value or, if the value is an argument, the argument.
namespace cotrace::decode {

/// A struct sockaddr of `self.length` bytes. The address family decides which fields the structure has.
bool socket_address(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A value of type `self.of` at the beginning of a larger object.
bool beginning(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A chain of struct cmsghdr in `self.length` bytes.
bool control_messages(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The directory entries that getdents64(2) or getdents(2) wrote. The call returned their size in bytes.
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

/// The value of a socket option in `self.length` bytes. The text output shows 4 bytes as an int, and other lengths as bytes.
bool option_value(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The value of a socket option: a number `self.of` of 4 bytes. The number is decoded if the length `self.length` is at least
/// 4 or, if `self.count` is not 0, exactly 4.
bool option_number(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The value of a socket option: a value of type `self.of`. The whole value is decoded if the length `self.length` is
/// positive.
bool option_of_any_length(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The value of a socket option in `self.length` bytes: an array of elements of type `self.of`, which have 4 bytes each.
bool option_numbers(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The value of a socket option: a structure `self.of`. The structure is decoded if the length `self.length` is at least the
/// size of the structure or, if `self.count` is not 0, equal to the size.
bool option_structure(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The value of a socket option: the first `self.length` bytes of a structure `self.of`, which the kernel wrote. The last
/// field may be incomplete.
bool option_result(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The value of the socket option ICMP_FILTER.
bool option_filter(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The value of the socket option SO_GET_FILTER. It is decoded only with -v.
bool option_program(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A hardware address. Its length in bytes is `self.length`, but at most `self.size`.
bool sized_address(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The buffers of struct msghdr, of type `self.failed` if the socket address in the structure has the family AF_NETLINK, else
/// `self.of`.
bool message_vectors(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// An element of the array of sendmmsg(2). Its type is `self.of` if the message was sent, else `self.after`.
bool sent_message(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The struct msghdr inside a struct mmsghdr, of type `self.of`. The field `msg_len` limits the received bytes that are
/// captured.
bool received_message(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The data that a socket sends or receives. Their type is `self.failed` for a netlink socket, else `self.of`.
bool socket_buffer(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// Netlink messages in `self.length` bytes.
bool netlink_messages(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The capability sets of capget(2) and capset(2). Each set has 32 or 64 bits, depending on the version in the header.
bool capability_words(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A structure `self.of` that later kernels may extend; its first version has `self.count` bytes. `self.custom.grows` and
/// `self.custom.one_page` say how a longer structure is decoded.
///
/// If `self.length.from` is not `source::none`, the traced thread passed `self.length` bytes. If `self.length` is less than
/// `self.count`, the structure is not decoded.
///
/// If `self.length.from` is `source::none`, the 32-bit field at offset `self.length.value` is the size. With
/// `self.custom.zero_is_first`, a size of 0 stands for `self.count`. If any other size is less than `self.count`, only the
/// fields up to the size field are decoded. With `growth::cut`, a size from 1 to `self.count` - 1 is not decoded.
bool versioned(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A structure `self.of`, of which `self.length` bytes were passed. The other bytes count as zeros. The structure is not
/// decoded if fewer than `self.count` bytes were passed.
bool zero_padded(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// Like `zero_padded`, but the structure is decoded only if its address is a multiple of 32.
bool aligned_area(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A value of type `self.of`. It is decoded only if the call failed with the errno `self.length.value`.
bool after_error(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A set of registers in `self.length` bytes, as a structure of type `self.of`.
bool register_set(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The first `self.length` bytes of struct ptrace_syscall_info.
bool call_information(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A structure `self.of` in union bpf_attr, with the name `self.custom.name`. Bytes that were not passed count as zeros. A
/// field after the first `self.length` bytes is shown only if one of its bytes was passed. Bytes after the first `self.count`
/// bytes are shown only with -v, if they are not all zero.
bool bpf_attributes(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A member of union bpf_attr. The 32-bit number at offset `self.length.value`, masked with `self.length.mask`, selects the
/// type from `self.cases`. If no case fits, or if at most 16 bytes were passed, the type is `self.of`.
bool bpf_choice(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The program before or after which bpf(2) attaches a program. The flags at offset `self.length.value` of union bpf_attr say
/// what identifies the program (BPF_F_ID, BPF_F_LINK).
bool relative_program(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A value of type `self.of`, decoded only if the field `count` of union bpf_attr changed since the entry of the call.
bool bpf_count(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// struct io_uring_probe: a structure `self.of`, and then elements of type `self.after`, at most as many as fit into the
/// buffer.
bool ring_probe(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The operand of struct io_uring_restriction: one of `self.fields`, selected by the 16-bit number before the operand.
bool ring_restriction(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// struct io_uring_sqe. The first byte selects the type from `self.cases`; if no case fits, the type is `self.of`.
bool ring_submission(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A chain of struct io_uring_query_hdr. `self.of` is the type of the data of IO_URING_QUERY_OPCODES. Other data are shown as
/// an address.
bool ring_query(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A little-endian number of `self.size` bytes that consists of bit fields. The rows of `self.names` are their masks and
/// names. A field of one bit has the type uint32, a longer field has the type `self.of`. A field with a name that begins with
/// "__reserved" has the type `self.after`, and is shown only if it is not 0.
bool bit_fields(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// Like `bit_fields`, but a field of one bit that is 0 is decoded only with -v.
bool set_bit_fields(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The union at offset `self.length.value` of struct perf_event_attr. Other fields of the structure decide which member is
/// used.
bool perf_word(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// Text in `self.length` bytes. The text output shows a null byte at the end only if the text is shown in hexadecimal.
bool attribute_value(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A set of NUMA nodes. `self.length` is the argument `maxnode` of the call. The kernel reads `maxnode` - 1 bits.
bool node_set(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The result of mincore(2) for `self.length` bytes of memory: one number for each page.
bool resident_pages(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// struct lsm_ctx in `self.length` bytes.
bool module_context(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A value of type `self.of` or, if this value cannot be read, of type `self.after`.
bool either(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A value of type `self.of`, decoded only if `self.count` bytes at the address `self.length` can be read. `self.count` is at
/// most 8; 0 stands for 4.
bool if_readable(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// struct msgbuf. The third argument of the call is the length of the field `mtext`.
bool message(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// struct file_handle.
bool file_handle(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A string after struct statmount. The field at address `at` is the 32-bit offset of the string.
bool mount_string(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// Consecutive strings after struct statmount. The field at `at` is the 32-bit offset of the first string, the field before
/// it is the number of strings.
bool mount_strings(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A chain of struct lsm_ctx in `self.length` bytes.
bool module_contexts(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The pointer, at the address `at`, in struct sock_fprog to a classic BPF program of `self.length` instructions, which are
/// decoded only with -v.
bool filter_program(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A classic BPF program: `self.length` instructions. They are decoded only with -v.
bool filter_list(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The pointer, at the address `at`, in union bpf_attr to the `self.length` instructions that bpf(2) loads. The instructions
/// are decoded only with -v.
bool extended_program(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The capabilities that keyctl(2) reports: an array of bytes, whose bits are flags.
bool key_capabilities(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A member `self.of` of a union. The union has the type `self.after` and ends at the address `at`.
bool within(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A set of bits, of type `self.of`, that an ioctl(2) request wrote. The call returned the number of bytes in the set.
bool returned_bits(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A structure `self.of`. The text output shows the values of its fields as an array.
bool tuple(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The fields in the first `self.length` bytes of the structure `self.of`. Nothing is decoded if `self.length` is less than
/// `self.count`.
bool cut_to_size(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// struct input_mt_request_layout in `self.length` bytes: a code, and a value for each contact slot of a touch device.
bool contact_slots(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The first `self.count` elements of an array of type `self.of`, which has `self.length` elements. With `self.unlimited` and
/// -v, the first 4096 elements.
bool first_few(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A value that has the type `self.of` in 64-bit programs and `self.after` in 32-bit programs. Both types have the same
/// size.
bool of_model(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A structure `self.of` with pointers to lists. If no list has elements that can all be read, the structure is added without
/// fields and not shown at exit.
bool whole_list(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A placeholder for values that are not captured. The text output shows "...".
bool more(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A value of type `self.of`. The value is left out if all of its bytes are zero.
bool unless_zero(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A string in `self.length` bytes. It is added only if all of the bytes can be read.
bool fixed_text(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A number of type `self.of`. Without -v, a number that is equal to `self.length.value` is left out.
bool unless_usual(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The items that a btrfs search found. The struct btrfs_ioctl_search_key begins `self.count` bytes before `at`.
bool search_items(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The size of the buffer that the items of a btrfs search need, decoded only if the passed buffer was too small.
bool search_size(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The values of struct btrfs_data_container, as an array of type `self.of`. Each element consists of three values.
bool container_inodes(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The paths in struct btrfs_data_container. Each value of the structure is the offset of a path.
bool container_paths(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The array `self.of` after struct btrfs_ioctl_space_args, left out if the request asked only for the number of elements.
/// Without -v, the text output shows "...".
bool found_spaces(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// struct dm_ioctl and the data after this structure.
bool mapped_devices(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The argument of an ioctl(2) request with an unknown argument type. The text output shows the argument's bytes with -v,
/// otherwise a hexadecimal number.
bool request_bytes(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// A value that begins with a 64-bit number, which selects the type from `self.cases`; if no case fits, the type is
/// `self.of`.
bool chosen_by_start(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The 32-bit number in the 4 bytes before the address `at`.
bool number_before(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The link layer address in struct sockaddr. The first field, a device type (ARPHRD_*), decides the length of the address.
bool hardware_address(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The length in bytes of a list of struct ifreq. The text output also shows the number of structures.
bool interface_bytes(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The pointer, at the address `at`, in struct ifconf to a list of structures `self.of`. The first field of struct ifconf is
/// the length of the list in bytes.
bool interface_list(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The pointer, at the address `at`, in struct console_font_op to the bitmap of a font. Other fields give the size of the
/// bitmap.
bool font_data(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

/// The pointer, at the address `at`, in struct tee_ioctl_buf_data to a buffer of `buf_len` bytes. The buffer contains a
/// structure `self.of` that ends with an array.
bool tee_buffer(capture& made, uapi::type const& self, std::string_view name, std::uint64_t at);

} // namespace cotrace::decode
