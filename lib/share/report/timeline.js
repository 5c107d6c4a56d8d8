// SPDX-License-Identifier: BSL-1.0
//
// The timeline: one line for each thread, on a canvas, and above it a strip in which a range can be marked.
"use strict";

const timeline = {
  LABELS: 190,   // width of the names of threads, in pixels
  x: d3.scale.linear(),
  whole: d3.scale.linear(),
  zoom: d3.behavior.zoom(),

  begin() {
    const span = Math.max(trace.end - trace.begin, 1000);
    this.domain = [trace.begin - span * 0.005, trace.begin + span * 1.005];
    this.row = trace.lanes.length <= 8 ? 30 : 20;
    this.x.domain(this.domain);
    this.zoom.on("zoom", () => this.clamp());
    const canvas = d3.select("#canvas").call(this.zoom);
    const wheel = canvas.on("wheel.zoom");
    canvas.on("wheel.zoom", function () {   // without Ctrl, the wheel scrolls
      if (d3.event.ctrlKey || d3.event.metaKey) wheel.apply(this, arguments);
    });
    element("lanes").addEventListener("scroll", () => this.draw());
    element("canvas").addEventListener("mousemove", event => this.point(event));
    element("canvas").addEventListener("mouseleave", () => { element("tip").hidden = true; });
    element("canvas").addEventListener("click", event => {
      const call = event.defaultPrevented ? null : this.callAt(event);
      if (call) choose(call);
    });
    element("zoom-in").onclick = () => this.scaleBy(3);
    element("zoom-out").onclick = () => this.scaleBy(1 / 3);
    element("zoom-all").onclick = () => this.show(...this.domain);
    this.resize();
  },

  resize() {
    this.width = Math.max(element("lanes").clientWidth, this.LABELS + 100);
    this.height = 0;
    const [from, to] = this.x.domain();
    const places = [this.LABELS, this.width - 1];
    this.x.range(places);
    this.whole.domain(this.domain).range(places);
    this.x.domain(this.domain);
    this.zoom.x(this.x).scaleExtent([1, 1e7]);
    this.drawOverview(places);
    this.show(from, to);
  },

  // Shows the time from `from` to `to`.
  show(from, to) {
    const least = Math.max((this.domain[1] - this.domain[0]) / 1e7, 10);
    const span = Math.min(Math.max(to - from, least), this.domain[1] - this.domain[0]);
    from = Math.min(Math.max(from, this.domain[0]), this.domain[1] - span);
    const scale = (this.domain[1] - this.domain[0]) / span;
    this.zoom.scale(scale).translate([this.LABELS - scale * this.whole(from), 0]);
    this.x.domain([from, from + span]);
    const isWhole = scale < 1.0001;
    state.range = isWhole ? null : [from, from + span];
    // Threads that do not exist in the range have no line.
    this.lanes = trace.lanes.filter(lane => lane.end >= from && lane.start <= from + span);
    this.lanes.forEach((lane, place) => { lane.place = place; });
    this.setHeight(Math.max(this.lanes.length, 1) * this.row);
    this.brush.extent(isWhole ? [0, 0] : state.range);
    d3.select("#overview .brush").call(this.brush);
    if (element("in-range").checked) later(select);
    this.draw();
  },

  // Makes the canvas as high as `all`, the height of all lines together, but not higher than 430 pixels.
  setHeight(all) {
    const canvas = element("canvas"), ratio = window.devicePixelRatio || 1, height = Math.min(all, 430);
    element("spacer").style.height = `${all - height}px`;
    if (this.height === height) return;
    this.height = height;
    canvas.width = Math.round(this.width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = `${height}px`;
  },

  clamp() { this.show(...this.x.domain()); },

  scaleBy(factor) {
    const [from, to] = this.x.domain();
    const half = (to - from) / factor / 2, middle = (from + to) / 2;
    this.show(middle - half, middle + half);
  },

  // Scrolls to the line of a call. Zooms to the call if it is outside of the shown time, or too short to be seen.
  reveal(call) {
    const [from, to] = this.x.domain();
    const end = call.start + call.took, margin = Math.max(call.took * 4, 2000);
    if (end < from || call.start > to || call.took < (to - from) / 500) this.show(call.start - margin, end + margin);
    const top = call.lane.place * this.row, box = element("lanes");
    if (top < box.scrollTop || top + this.row > box.scrollTop + this.height) box.scrollTop = top - this.height / 2;
  },

  drawOverview([left, right]) {
    const bins = new Float64Array(200);
    for (const call of trace.calls) {
      const at = (call.start + call.took - this.domain[0]) / (this.domain[1] - this.domain[0]);
      bins[Math.min(Math.floor(at * bins.length), bins.length - 1)] += 1;
    }
    const height = d3.scale.sqrt().domain([0, d3.max(bins) || 1]).range([38, 4]);
    const place = d3.scale.linear().domain([0, bins.length - 1]).range([left, right]);
    const area = d3.svg.area().x((_, i) => place(i)).y0(38).y1(d => height(d)).interpolate("step");
    this.brush = d3.svg.brush().x(this.whole).on("brushend", () => {
      const empty = this.brush.empty();
      this.show(...(empty ? this.domain : this.brush.extent()));
    });
    const svg = d3.select("#overview");
    svg.selectAll("*").remove();
    svg.append("rect").attr({class: "frame", x: left, y: 2, width: right - left, height: 36});
    svg.append("path").attr({class: "density", d: area(Array.from(bins))});
    svg.append("g").attr("class", "brush").call(this.brush).selectAll("rect").attr({y: 2, height: 36});
  },

  drawAxis() {
    const [from, to] = this.x.domain();
    const unit = to < 5e3 ? ["ns", 1] : to < 5e6 ? ["\u00b5s", 1e3] : to < 5e9 ? ["ms", 1e6] : ["s", 1e9];
    const scale = d3.scale.linear().domain([from / unit[1], to / unit[1]]).range(this.x.range());
    const format = scale.tickFormat(8);
    const axis = d3.svg.axis().scale(scale).orient("top").ticks(8).tickSize(4).tickFormat(at => `${format(at)} ${unit[0]}`);
    const svg = d3.select("#axis");
    svg.selectAll("g").remove();
    svg.append("g").attr("transform", "translate(0, 20)").call(axis);
  },

  draw() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = 0;
      this.drawAxis();
      this.drawLanes();
    });
  },

  drawLanes() {
    const canvas = element("canvas"), context = canvas.getContext("2d"), ratio = canvas.width / this.width;
    const style = getComputedStyle(document.documentElement);
    const color = name => style.getPropertyValue(`--${name}`).trim();
    const colors = {};
    for (const name of Object.keys(CATEGORIES)) colors[name] = color(name);
    const other = {text: color("text"), faint: color("faint"), line: color("line"), error: color("error"), accent: color("accent")};
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    const scroll = element("lanes").scrollTop;
    const first = Math.floor(scroll / this.row), end = Math.min(Math.ceil((scroll + this.height) / this.row), this.lanes.length);
    for (let at = first; at < end; ++at) this.drawLane(context, this.lanes[at], at * this.row - scroll, colors, other);
  },

  drawLane(context, lane, top, colors, other) {
    const {x, row, width, LABELS} = this, height = row - 6, y = top + 3, isMain = lane.thread === lane.process.id;
    context.fillStyle = isMain ? other.text : other.faint;
    context.font = `${row > 24 ? 12.5 : 11.5}px system-ui, sans-serif`;
    const indent = 4 + Math.min(lane.process.depth, 8) * 10 + (isMain ? 0 : 10);
    context.fillText(laneName(lane), indent, top + row / 2 + 4, LABELS - indent - 8);
    context.save();
    context.beginPath();
    context.rect(LABELS, top, width - LABELS, row);
    context.clip();
    context.fillStyle = other.line;
    context.fillRect(x(lane.start), top + row / 2 - 0.5, x(lane.end) - x(lane.start), 1);
    const [from, to] = x.domain();
    let painted = -1, failedAt = -1;
    for (let i = this.firstIn(lane, from); i < lane.calls.length && lane.calls[i].start <= to; ++i) {
      const call = lane.calls[i], left = x(call.start), right = x(call.start + call.took);
      const isLarge = right - left > 1;
      if (isLarge || Math.floor(left) > painted) {   // draws at most one short call in each pixel
        context.globalAlpha = call.wanted ? 1 : 0.12;
        context.fillStyle = colors[call.category];
        const begin = Math.max(left, LABELS - 2);
        context.fillRect(begin, y, Math.max(Math.min(right, width) - begin - (right - left > 3 ? 0.5 : 0), 1), height);
        painted = Math.floor(right);
      }
      if (call.error && call.wanted && Math.floor(left) > failedAt) {
        context.globalAlpha = 1;
        context.fillStyle = other.error;
        context.fillRect(left, y + height - 3, Math.max(Math.min(right - left, width), 2), 3);
        failedAt = Math.floor(left);
      }
      if (right - left > 46) this.nameCall(context, call, left, right, y + height / 2 + 4);
    }
    context.globalAlpha = 1;
    for (const each of lane.signals) this.mark(context, x(each.time), top + 1, other.text);
    if (state.chosen && state.chosen.lane === lane) {
      const left = x(state.chosen.start);
      context.strokeStyle = other.text;
      context.lineWidth = 2;
      context.strokeRect(left - 1, y - 1, Math.max(x(state.chosen.start + state.chosen.took) - left, 2) + 2, height + 2);
    }
    context.restore();
  },

  nameCall(context, call, left, right, base) {
    const from = Math.max(left, this.LABELS);
    if (Math.min(right, this.width) - from < 46) return;
    context.save();
    context.beginPath();
    context.rect(from, 0, Math.min(right, this.width) - from - 3, this.height);
    context.clip();
    context.font = "11px ui-monospace, Menlo, Consolas, monospace";
    context.fillStyle = call.category === "waiting" ? getComputedStyle(document.body).color : "#0b1017";
    context.fillText(call.name, from + 4, base);
    context.restore();
  },

  mark(context, at, top, color) {
    context.fillStyle = color;
    context.beginPath();
    context.moveTo(at - 4, top);
    context.lineTo(at + 4, top);
    context.lineTo(at, top + 6);
    context.fill();
  },

  // The index of the first call of a lane that ends at `time` or later. The calls of a thread do not overlap.
  firstIn(lane, time) {
    let low = 0, high = lane.calls.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lane.calls[middle].start + lane.calls[middle].took < time) low = middle + 1;
      else high = middle;
    }
    return low;
  },

  // The selected call at the position of the mouse, or the nearest one within 4 pixels. null if there is none.
  callAt(event) {
    const box = element("canvas").getBoundingClientRect();
    const at = event.clientX - box.left, lane = this.lanes[Math.floor((event.clientY - box.top + element("lanes").scrollTop) / this.row)];
    if (!lane || at < this.LABELS) return null;
    const time = this.x.invert(at), near = this.x.invert(at + 4) - time;
    let best = null, least = near;
    for (let i = this.firstIn(lane, time - near); i < lane.calls.length && lane.calls[i].start <= time + near; ++i) {
      const call = lane.calls[i], distance = Math.max(call.start - time, time - call.start - call.took, 0);
      if (call.wanted && (distance < least || (best === null && distance <= least))) [best, least] = [call, distance];
    }
    return best;
  },

  point(event) {
    const tip = element("tip"), call = this.callAt(event);
    tip.hidden = !call;
    if (!call) return;
    tip.replaceChildren(make("div", "mono", call.text), make("div", "facts", factsOf(call).slice(0, 3).join(" \u00b7 ")));
    tip.style.left = `${Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8)}px`;
    tip.style.top = `${event.clientY + 18 + tip.offsetHeight > window.innerHeight ? event.clientY - tip.offsetHeight - 10 : event.clientY + 18}px`;
  },
};
