// SPDX-License-Identifier: BSL-1.0
// What the BPF programs and the tracer exchange. This file is C and C++. The includer defines the integer types first.

enum {
    plan_interfaces = 3,   // x86_64, i386, x32
    plan_slots = 640,      // call numbers below `other_slot` have a slot of their own
    other_slot = 639,      // the slot of all other call numbers
    most_plans = 512,
    plan_reads = 12,
    most_captured = 1 << 16,   // no read begins when the segments of an event have about this many bytes; a power of two
    longest_read = 1 << 15,
    most_queued = 128,   // greatest number of reads that are queued for one event; a power of two
    most_children = 4,
    most_followed = 64,   // pointers are followed in at most this many elements of an array
};

enum interface_index { interface_x86_64, interface_i386, interface_x32 };

// When a memory read of a plan is done.
enum read_when {
    at_entry = 1,
    at_success = 2,   // at exit, if the call did not fail
    at_failure = 4,   // at exit, if the call failed
};

enum { stack_pointer = 7 };   // the index of `sp` in a call_event, if the first argument has the index 0

enum read_kind {
    read_bytes,
    read_string,   // a string, up to and including its null byte
    read_list,     // like read_bytes, but pointers are followed only up to the first null element
    read_file,     // describes the open file of a descriptor, which is the argument or, with `length_returned`, the result
};

// `length_pointee`: the 32-bit number that an argument points to. `length_field`: a field of the element that contains
// the pointer.
enum length_source { length_constant, length_argument, length_returned, length_pointee, length_field };

// One memory read of a plan. Its length is `most` bytes (`length_constant`), or ((number & mask) >> shift) * unit +
// more, at most `most`.
struct planned_read {
    u8 when;
    u8 kind;
    u8 argument;   // if `parent` is 0: index of the register with the address, or `stack_pointer`
    u8 parent;     // 1 + index of the read whose elements contain the address; 0: none
    u8 length_from;
    u8 length_index;   // with `length_argument` or `length_pointee`: index of the register
    u8 length_width;   // with `length_field`: size of the field in bytes
    u8 shift;
    u16 offset;          // offset of the pointer in the element of the parent
    u16 length_offset;   // with `length_field`: offset in the parent's element; with `length_pointee`: offset from the address
    u16 element;         // size of an element whose pointers are followed; 0: no pointers are followed
    u8 first_child, children;
    u32 unit;
    u32 more;
    u32 most;
    u8 in_bits;      // the length is a number of bits, and is rounded up to whole 64-bit words
    u8 in_netlink;   // if argument 0 is a netlink socket, `most` does not limit the length
    u8 spare[2];
    u64 mask;
};

// What the programs know of a call number of an interface.
struct call_slot {
    u16 plan;   // index of the plan; several calls may have the same plan
    u8 wanted;
    u8 spare;
};

struct call_plan {
    u8 reads_at_entry, reads_at_exit;
    u8 count;
    u8 word;       // size of a pointer
    u8 can_wait;   // the reads at the entry of the call can be done at its exit instead, with the same result
    u8 spare[3];
    struct planned_read reads[plan_reads];
};

enum thread_state { thread_launching = 1, thread_observed = 2 };

// What is known of an observed thread, in its task storage.
struct observed_thread {
    u32 state;
    u8 in_call;     // the thread is in the call that `number` and `args` describe
    u8 unwanted;    // no event of the call under way is sent, because the call is not wanted or made this thread
    u8 announced;   // the entry of the call under way was sent in an event of its own
    u8 interface;
    u32 generation;
    u32 missed;   // memory of the entry was not read, or not completely, and is to be read at the exit of the call
    u64 entered;
    u64 number;
    u64 args[6];
    u64 ip, sp;
};

enum event_kind {
    event_entered = 1,   // a call_event of an entry; memory that was read at the entry may follow it
    event_exited,        // a call_event of an exit, after an event of the entry was sent
    event_called,        // a call_event of an entry and its exit, without memory of the entry
    event_called_late,   // like event_called, but the memory of the entry was read at the exit
    event_exited_only,   // a call_event without an entry: the call began before the attach, or seccomp denied the call
    event_forked,
    event_executed,
    event_ended,
    event_signal,
    event_stopped,
    event_submitted,
    event_completed,
};

struct event_header {
    u32 kind;
    u32 thread;
    u32 process;
    u32 interface;
    u64 time;   // nanoseconds of CLOCK_MONOTONIC
};

struct call_event {
    struct event_header head;
    u64 entered;
    u64 number;
    u64 args[6];
    u64 ip, sp;
    s64 result;
};

// What was captured follows a call_event: segments, each padded to a multiple of 8 bytes.
struct segment {
    u64 at;
    u32 length;
    u32 kind;
};

enum segment_kind {
    segment_bytes,     // the bytes at address `at`
    segment_string,    // the bytes at address `at`, up to and including the null byte of a string
    segment_file,      // what descriptor `at` refers to: a file_segment
    segment_netlink,   // the protocol of the netlink socket with descriptor `at`, 4 bytes
};

// The names on the path follow this structure, from the file up, each with a null byte. Without `has_path`, names may
// be missing.
struct file_segment {
    u64 inode;
    u32 mode;
    u8 exists;   // the descriptor is open
    u8 has_path;
    u8 is_unlinked;
    u8 spare;
};

struct fork_event {
    struct event_header head;
    u32 child, child_process;
    u64 flags;   // of clone(2)
};

struct exec_event {
    struct event_header head;
    u32 former;
    u32 spare;
    char command[16];
};

struct end_event {
    struct event_header head;
    u32 status;     // encoded as in wait(2)
    u16 is_last;    // no thread of the process is left
    u16 is_group;   // the status is that of the process
};

struct signal_event {
    struct event_header head;
    u64 ip;
    u8 info[48];
};

struct stop_event {
    struct event_header head;
    u32 signal;
    u32 spare;
};

// `first` and `second` are the memory at the addresses in the fields `addr` and `off` of the entry.
struct submission_event {
    struct event_header head;
    u8 entry[64];   // the beginning of struct io_uring_sqe
    u32 first_length, second_length;
    u8 first[512];
    u8 second[256];
};

struct completion_event {
    struct event_header head;
    u64 user_data;
    s32 result;
    u32 flags;
    s32 opcode;   // -1: not known
    u32 spare;
};
