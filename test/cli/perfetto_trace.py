# SPDX-License-Identifier: BSL-1.0
"""Decodes traces in Perfetto's format with protoc, and looks up the names and tracks that their packets refer to."""

import codecs
import dataclasses
import os
import subprocess

PROTO = os.path.join(os.path.dirname(os.path.realpath(__file__)), "perfetto.proto")
BUILTIN_CLOCKS = {"BUILTIN_CLOCK_REALTIME": 1, "BUILTIN_CLOCK_MONOTONIC": 3, "BUILTIN_CLOCK_BOOTTIME": 6}


def message_of(lines):
    """Reads one message of protoc's text format, up to its closing brace: a dictionary with a list for each field."""
    fields = {}
    for line in lines:
        line = line.strip()
        if line == "}":
            break
        assert not line[0].isdigit(), f"a field that perfetto.proto does not have: {line}"
        if line.endswith(" {"):
            fields.setdefault(line[:-2], []).append(message_of(lines))
            continue
        name, value = line.split(": ", 1)
        if value.startswith('"'):
            value = codecs.escape_decode(value[1:-1].encode())[0].decode()   # decode() fails if the value is not UTF-8
        elif value[0].isdigit() or value[0] == "-":
            value = int(value, 0)
        elif value in ("true", "false"):
            value = value == "true"
        fields.setdefault(name, []).append(value)
    return fields


def decode(path):
    """The packets of a trace. Fails if a packet has a field that perfetto.proto does not have."""
    with open(path, "rb") as file:
        done = subprocess.run(["protoc", f"--proto_path={os.path.dirname(PROTO)}", "--decode=perfetto.protos.Trace", PROTO],
                              stdin=file, capture_output=True, text=True, check=True)
    return message_of(iter(done.stdout.splitlines())).get("packet", [])


def only(values):
    """The single element of a list."""
    value, = values
    return value


@dataclasses.dataclass
class Track:
    name: str
    parent: int | None
    kind: str                     # "process", "thread", "counter", or "" for other tracks
    pid: int | None = None
    tid: int | None = None
    names: list = dataclasses.field(default_factory=list)     # all names that the track got, oldest first


@dataclasses.dataclass
class Event:
    kind: str                     # SLICE, INSTANT or COUNTER
    track: Track
    start: int
    name: str = ""
    categories: list = dataclasses.field(default_factory=list)
    arguments: dict = dataclasses.field(default_factory=dict)
    flows: list = dataclasses.field(default_factory=list)
    end: int | None = None
    value: int | None = None


class Trace:
    """A decoded trace. The constructor checks what must hold for all traces: a name or a track is defined before a packet
    refers to it, the slices of a track are nested, and all packets have the same clock."""

    def __init__(self, path):
        self.tracks, self.events = {}, []
        self._names, self._open, self._last = {}, {}, {}
        first, *rest = decode(path)
        snapshot = only(first["clock_snapshot"])
        self.clock = BUILTIN_CLOCKS[only(snapshot["primary_trace_clock"])]
        self.begin = only(only(snapshot["clocks"])["timestamp"])
        assert only(only(snapshot["clocks"])["clock_id"]) == self.clock
        assert only(first["sequence_flags"]) == 1 and only(first["first_packet_on_sequence"])
        for packet in rest:
            self._add(packet, only(first["trusted_packet_sequence_id"]))
        assert not any(self._open.values()), "a slice has no end"

    def _add(self, packet, sequence):
        assert only(packet["trusted_packet_sequence_id"]) == sequence
        assert only(packet["timestamp_clock_id"]) == self.clock
        for data in packet.get("interned_data", []):
            assert only(packet["sequence_flags"]) == 2
            for kind, entries in data.items():
                for entry in entries:
                    key = kind, only(entry["iid"])
                    assert key not in self._names, f"{key} is defined twice"
                    self._names[key] = only(entry["name"])
        if "track_descriptor" in packet:
            self._describe(only(packet["track_descriptor"]))
        else:
            self._put(only(packet["timestamp"]), only(packet["track_event"]))

    def _describe(self, descriptor):
        uuid = only(descriptor["uuid"])
        parent = only(descriptor.get("parent_uuid", [None]))
        assert parent is None or parent in self.tracks
        kind = next((kind for kind in ("process", "thread", "counter") if kind in descriptor), "")
        own = only(descriptor.get(kind, [{}]))
        name = only(descriptor.get("name") or own.get(f"{kind}_name") or [""])
        new = Track(name, parent, kind, only(own.get("pid", [None])), only(own.get("tid", [None])))
        track = self.tracks.setdefault(uuid, new)
        assert (track.parent, track.kind, track.pid, track.tid) == (new.parent, new.kind, new.pid, new.tid)
        track.name = name
        track.names.append(name)

    def _name(self, kind, message, field="name"):
        """The name in a message, whether it is interned or not."""
        if f"{field}_iid" in message:
            return self._names[kind, only(message[f"{field}_iid"])]
        return only(message.get(field, [""]))

    def _put(self, time, event):
        track, kind = self.tracks[only(event["track_uuid"])], only(event["type"]).removeprefix("TYPE_")
        stack = self._open.setdefault(id(track), [])
        if kind == "SLICE_END":
            ended = stack.pop()
            ended.end = self._last[id(track)] = time
            assert ended.start <= time
            return
        made = Event(kind.removesuffix("_BEGIN"), track, time, self._name("event_names", event))
        made.categories = [self._names["event_categories", each] for each in event.get("category_iids", [])]
        made.arguments = self._dictionary(event.get("debug_annotations", []))
        made.flows = event.get("flow_ids", [])
        made.value = only(event.get("counter_value", [None]))
        assert (track.kind == "counter") == (kind == "COUNTER")
        if kind == "SLICE_BEGIN":
            assert stack or self._last.get(id(track), 0) <= time, f"{made} overlaps the slice before"
            stack.append(made)
        self.events.append(made)

    def _dictionary(self, annotations):
        names = [self._name("debug_annotation_names", each) for each in annotations]
        assert len(set(names)) == len(names) and all(names), names
        return {name: self._value(each) for name, each in zip(names, annotations)}

    def _value(self, annotation):
        if "dict_entries" in annotation:
            return self._dictionary(annotation["dict_entries"])
        if "array_values" in annotation:
            return [self._value(each) for each in annotation["array_values"]]
        return only(only([values for field, values in annotation.items() if field.endswith("_value")]))

    def slices(self, track=None, name=None):
        """The slices on the track `track` with the name `name`. None stands for all tracks or all names."""
        return [each for each in self.events
                if each.kind == "SLICE" and track in (None, each.track) and name in (None, each.name)]

    def instants(self, name=None):
        return [each for each in self.events if each.kind == "INSTANT" and name in (None, each.name)]

    def counter(self):
        """The values of the counter, with their times."""
        return [(each.start, each.value) for each in self.events if each.kind == "COUNTER"]

    def ends_of(self, flow):
        """The events of a flow, in the order of their times."""
        return sorted((each for each in self.events if flow in each.flows), key=lambda each: each.start)
