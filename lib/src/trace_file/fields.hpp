// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <protozero/types.hpp>

/// The numbers of the fields of a trace file. lib/share/trace_file.proto lists each message and field.
namespace cotrace::trace_file {

using protozero::pbf_tag_type;

enum class trace : pbf_tag_type { head = 1, record = 2 };

enum class head : pbf_tag_type {
    program = 1,
    command,
    host,
    kernel,
    machine,
    clock,
    begin,
    begin_of_clock,
    follow,
    level,
};

enum class level : pbf_tag_type {
    string_limit = 1,
    verbose,
    descriptors,
    processes,
    contexts,
    stacks,
    system_times,
    redacted,
    namespaces,
    virtual_cpus,
};

enum class fact : pbf_tag_type {
    time = 1,
    thread,
    process,
    comm,
    context,
    session,
    label,
    started = 10,
    entered,
    exited,
    signal,
    stopped,
    replaced,
    superseded,
    ended,
    detached,
    lost,
    failed,
    submitted,
    completed,
};

enum class started : pbf_tag_type { how = 1, parent, command };
enum class call : pbf_tag_type { interface = 1, number, arguments, ip, sp, resumes, read_late, inputs, stack };
enum class exited : pbf_tag_type { value = 1, unusual, took, system, tampered, read_late, inputs, stack, call };
enum class inputs : pbf_tag_type { address = 1, length, content, answer, answer_number };
enum class answer : pbf_tag_type { question = 1, kind, owner, id, text, file, process, name, number };
enum class file : pbf_tag_type { path = 1, deleted, device, socket, counter, pidfd_of, signals };
enum class device : pbf_tag_type { block = 1, number, terminal };
enum class socket : pbf_tag_type { protocol = 1, inode, local, remote, peer, name, netlink, port_id };
enum class end : pbf_tag_type { v6 = 1, address, port };
enum class counter : pbf_tag_type { count = 1, id, semaphore };
enum class process : pbf_tag_type { command = 1, outside };
enum class stack : pbf_tag_type { frame = 1, error };
enum class frame : pbf_tag_type { address = 1, file, offset, function, function_offset, source, line };
enum class signal : pbf_tag_type { info = 1, sender, ip, stack };
enum class stopped : pbf_tag_type { signal = 1, ip };
enum class replaced : pbf_tag_type { former = 1, command };
enum class superseded : pbf_tag_type { by = 1 };
enum class ended : pbf_tag_type { status = 1, killed, dumped, unknown };
enum class lost : pbf_tag_type { count = 1 };
enum class failed : pbf_tag_type { error = 1, own, operation, thread, other };
enum class submitted : pbf_tag_type { interface = 1, entry, ring, inputs };
enum class completed : pbf_tag_type { user_data = 1, value, flags, opcode };
enum class index : pbf_tag_type { compressed = 1, size, records, first, last, process, end };

}   // namespace cotrace::trace_file
