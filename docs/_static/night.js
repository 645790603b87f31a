/* A runbook at night: fills in, copies, ticks, counts down, names who is next. Nothing is sent anywhere.
   Values come from a link and end in a shell: only plain ones are taken, and only ever set as text. */
"use strict";
const LINKED = /^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./:@-]{0,119}$/;
const TYPED = /^[A-Za-z0-9_/.~][A-Za-z0-9_./:@,()+=~%-]{0,199}$/;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(Z|[+-]\d\d:\d\d)$/;
const MINUTE = 60000, STALE = 720 * MINUTE;
const given = Object.create(null), refused = [];
for (const [name, value] of new URLSearchParams(location.search)) {
	if ((name === "paged" ? ISO : LINKED).test(value)) given[name] = value;
	else refused.push(name);
}
const paged = Date.parse(given.paged) || 0;
const incident = given.incident || paged || "";

function make(what, about, ...inside) {
	const [tag, className = ""] = what.split("."), made = document.createElement(tag);
	made.append(...inside);
	return Object.assign(made, { className }, about);
}
const each = (root, what) => [...root.querySelectorAll(what)];
const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };
const day = (at) => new Date(at).toISOString().slice(0, 10);
const utc = (at) => new Date(at).toISOString().slice(11, 16) + " UTC";
const both = (at) => utc(at) + ", " + new Date(at).toTimeString().slice(0, 5) + " here";
function clock(span) {
	const left = Math.ceil(span / 1000);
	return Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
}

// What was typed and ticked, by incident.
function memory(name, warn) {
	const key = "ops-night:" + name + ":" + incident;
	function attempt(work) {
		try {
			return Object(work());
		} catch {
			put(warn, "This browser keeps nothing: copy the timeline in time.");
			return {};
		}
	}
	const kept = attempt(() => JSON.parse(localStorage.getItem(key)));
	const visits = [].concat(kept.visits || []).filter((one) => one && one.id);
	const store = { values: Object.assign(Object.create(null), kept.values), visits, begun: kept.begun };
	// Without an incident nothing says that the values of last time are those of today.
	if (!incident && Date.now() - kept.at > STALE) {
		store.values = Object.create(null);
		put(warn, "Ticks below are of " + day(kept.at) + ": start over.");
	}
	store.save = () => attempt(() => localStorage.setItem(key, JSON.stringify({ ...store, at: Date.now() })));
	return store;
}

// Each {name} becomes a mark that can be filled again.
function slots(root, names) {
	const texts = [], found = [];
	for (const pre of each(root, "pre")) pre.textContent = pre.textContent.trimEnd();
	const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
	while (walker.nextNode()) texts.push(walker.currentNode);
	for (const text of texts) {
		const parts = text.data.split(/(\{[a-z][a-z0-9_]*\})/);
		if (parts.length < 2 || text.parentNode.closest("script, svg, details, .ops-gaps")) continue;
		text.replaceWith(...parts.map((part, index) => {
			const name = part.slice(1, -1);
			if (index % 2 === 0 || !names.includes(name) || /[$%{]$/.test(parts[index - 1])) return part;
			found.push({ name, node: make("mark", {}) });
			return found[found.length - 1].node;
		}));
	}
	return (values) => {
		for (const slot of found) {
			const value = values[slot.name];
			const node = make(value ? "b.ops-filled" : "mark.ops-gap", {}, value || "{" + slot.name + "}");
			node.dataset.name = slot.name;
			slot.node.replaceWith(node);
			slot.node = node;
		}
	};
}

function byHand(text) {
	const area = make("textarea.ops-away", { value: text }), focus = document.activeElement;
	document.body.append(area);
	area.select();
	const done = document.execCommand("copy");
	area.remove();
	focus.focus();
	return done;
}
const button = (label, onclick) => make("button", { type: "button", onclick }, label);
// `text` gives what to copy, and why not to.
function copier(label, text) {
	const said = make("span.ops-said", { role: "status" });
	return make("p.ops-do", {}, button(label, async () => {
		const [value, fault] = text();
		const board = navigator.clipboard, old = () => byHand(value);
		const done = !fault && await (board ? board.writeText(value).then(() => true, old) : old());
		put(said, fault || (done ? "Copied." : "Not copied: select the text by hand."));
		said.classList.toggle("ops-alarm", !done);
	}), said);
}
// An input at each entry that begins with {name}.
function inputs(list, values, typed) {
	return each(list, "li").map((item) => {
		const name = item.textContent.trim().slice(1).split("}")[0];
		const box = make("input", { autocomplete: "off", autocapitalize: "off", ariaLabel: name, value: values[name] || "" });
		box.oninput = () => typed(name, box.value.trim(), box);
		item.append(box);
		return { name, box };
	});
}
function refuse(names, warn) {
	put(warn, "Value of " + names.join(", ") + " refused: only letters, digits and _ . / : @ - are taken.");
}
function refuseLinked(names, warn) {
	const own = refused.filter((name) => [...names, "paged", "incident"].includes(name));
	if (own[0]) refuse(own, warn);
}
// Other pages hear of the same incident.
function carry(values, runbook) {
	for (const link of each(document, "a[href]")) {
		const to = /\/(runbooks|support)\/[\w-]+\.html$/.exec(link.pathname);
		if (!to || link.host !== location.host || link.getAttribute("href")[0] === "#") continue;
		const known = Object.entries({ ...given, ...values, runbook: to[1] === "support" ? runbook : "" });
		link.search = new URLSearchParams(known.filter(([name, value]) => name === "paged" || LINKED.test(value)));
	}
}

// ── who is woken when: the rules of `dfops page` ──
function reached(duty, targets, at) {
	const found = new Set(), minute = at / MINUTE - duty.from;
	// Spans are triples: minutes since the span before began, length, person.
	function within(spans, take) {
		for (let index = 0, start = 0; index < spans.length; index += 3) {
			start += spans[index];
			if (start <= minute && minute < start + spans[index + 1]) take(spans[index + 2]);
		}
	}
	for (const target of targets) {
		if (Array.isArray(target)) target.forEach((who) => found.add(who));
		else within(duty.rotations[target] || [], (who) => found.add(who));
	}
	within(duty.away, (who) => found.delete(who));
	return [...found].map((who) => duty.people[who]).join(", ");
}
// A step that reaches nobody passes on at once; after any other the next one waits.
function notifications(duty, from) {
	let at = from + duty.first * MINUTE;
	return duty.steps.map(([wait, targets]) => {
		const step = { at, people: reached(duty, targets, at) };
		if (step.people) at += wait * MINUTE;
		return step;
	});
}
// Who is called after `now`, for a page at `from`.
function coming(surface, from, now) {
	const duty = (window.opsShifts || {})[surface];
	if (!duty || !duty.steps[0]) return { fault: "Schedule not loaded: ask dfops oncall" };
	const known = (at) => at >= duty.from * MINUTE && at < duty.until * MINUTE, all = notifications(duty, from);
	const list = all.filter((it) => it.at > now && it.people);
	if (known(from) && known(now) && (!list[0] || known(list[0].at))) return { list, first: all[0].people };
	return { fault: "The schedule in this page ends on " + day(duty.until * MINUTE) + ": ask dfops oncall" };
}

function runbook({ data, root }) {
	const fold = root.querySelector("details"), warn = make("p.ops-refused", { role: "status" });
	(fold || root.querySelector(".ops-lead")).after(warn);
	const store = memory(data.runbook, warn), values = {}, fill = slots(root, data.parameters);
	const fit = (name) => [store.values[name], given[name]].find((value) => value && TYPED.test(value)) || "";
	for (const name of data.parameters) values[name] = fit(name);
	const get = (id) => document.getElementById(id), anchor = (id) => get(root.id + "--" + id) || get(id);
	const steps = data.steps.map(([id, minutes, ways, outcome], index) => ({
		id, minutes, ways, outcome, number: index + 1, alarm: make("p", { role: "alert" }),
		section: anchor("step-" + data.runbook + "-" + id),
	}));
	const plain = (heading) => heading.textContent.replace("¶", "");
	const visit = (step) => store.visits.filter((one) => one.id === step.id).pop();
	const current = () => store.visits.slice(-1)[0];

	function refill() {
		fill(values);
		carry(values, data.runbook);
		const missing = data.parameters.filter((name) => !values[name]).join(", ");
		if (fold) put(fold.querySelector(".sd-summary-text"),
			missing ? "Fill in: " + missing : "Filled in: " + Object.values(values).join(", "));
	}
	const boxes = inputs(fold || warn, values, (name, value, box) => {
		const fine = !value || TYPED.test(value);
		box.ariaInvalid = !fine;
		put(warn, "");
		if (!fine) refuse([name], warn);
		store.values[name] = values[name] = fine ? value : "";
		store.save();
		refill();
	});
	refuseLinked(data.parameters, warn);

	function begin(step) {
		store.begun = store.begun || Date.now();
		store.visits.push({ id: step.id, began: Date.now() });
		changed();
	}
	// Without a way chosen the next step is known where there is one only.
	function tick(step, to, way) {
		if (!visit(step)) store.visits.push({ id: step.id, began: Date.now() });
		const one = visit(step);
		Object.assign(one, { done: one.done || Date.now(), way });
		if (!way && step.ways.length === 1 && one === current()) to = step.ways[0];
		if (to !== undefined) begin(steps[to]);
		else changed();
	}
	for (const step of steps) {
		const pre = step.section.querySelector("pre"), ways = step.section.querySelector(".ops-ways, .ops-end");
		if (pre) pre.closest("[class*=highlight-]").after(copier("Copy", () => {
			const gaps = new Set(each(pre, ".ops-gap").map((gap) => gap.dataset.name));
			return [pre.textContent, gaps.size ? "Not copied. Missing: " + [...gaps].join(", ") : ""];
		}));
		step.box = make("input", { type: "checkbox", onchange() {
			if (step.box.checked) return tick(step);
			delete visit(step).done;
			return changed();
		} });
		step.when = make("span", {});
		step.note = make("textarea", { placeholder: "Note", oninput() {
			visit(step).note = step.note.value;
			store.save();
			put(preview, timeline());
		} });
		const row = make("div.ops-tick", {}, make("label", {}, step.box, " Done ", step.when), step.note, step.alarm);
		if (ways) ways.before(row);
		else step.section.append(row);
		// Following a way on from the current step ticks it and begins the next one.
		each(step.section, ".ops-ways a").forEach((link, index) => {
			link.onclick = () => {
				if (current() && current() === visit(step)) tick(step, step.ways[index], link.closest("li").textContent);
			};
		});
	}

	function timeline() {
		const lines = ["# " + plain(root.querySelector("h1")), "", "- runbook: " + data.runbook];
		for (const [name, value] of Object.entries({ ...given, ...values })) if (value) lines.push("- " + name + ": " + value);
		let date = "";
		for (const one of store.visits) {
			const step = steps.find((own) => own.id === one.id), at = one.done || one.began;
			if (!step) continue;
			if (day(at) !== date) lines.push("", "## " + (date = day(at)), "");
			lines.push("- " + utc(at) + "  step " + plain(step.section.querySelector("h2")) + (one.done ? "" : " (begun)")
				+ (one.note ? " — " + one.note.trim().replace(/\s+/g, " ") : "") + (one.way ? " (" + one.way + ")" : "")
				+ (one.done && step.outcome ? " (end: " + step.outcome + ")" : ""));
		}
		return lines.join("\n") + "\n";
	}
	function download() {
		const link = make("a", { href: URL.createObjectURL(new Blob([timeline()])) });
		link.download = data.runbook + "-" + day(paged || store.begun || Date.now()) + ".md";
		link.click();
	}
	function startOver() {
		if (!confirm("Forget the ticks, notes and values of this runbook?")) return;
		Object.assign(store, { values: Object.create(null), visits: [], begun: 0 });
		for (const { name, box } of boxes) box.value = values[name] = fit(name);
		put(warn, "");
		refill();
		changed();
	}
	const preview = make("pre", {}), list = make("ul", {}), where = make("a", {}), who = make("p", {});
	const start = button("Begin", () => begin(steps[0])), woken = anchor("woken-" + data.runbook);
	const record = make("section.ops-record", {}, make("h2", {}, "Timeline"), preview,
		copier("Copy timeline", () => [timeline(), ""]));
	record.lastChild.append(button("Download timeline", download), button("Start over", startOver));
	woken.before(record);
	woken.querySelector("h2").after(list);
	root.append(make("div.ops-bar", {}, start, make("p", {}, where), who));

	function show() {
		const now = Date.now(), one = current(), step = one && steps.find((own) => own.id === one.id);
		const { fault, list: all = [], first } = coming(data.surface, paged || store.begun || now, now), after = all[0];
		const left = step && !one.done ? one.began + step.minutes * MINUTE - now : Infinity;
		const name = fault || (after ? after.people : "everybody was called; begin again with " + first);
		start.hidden = one;
		where.hidden = !step;
		if (fault) put(who, fault);
		else if (!paged && !store.begun) put(who, "On call: " + first);
		else put(who, "Next: " + name + (after ? ", in " + clock(after.at - now) : ""));
		if (step) {
			const ended = step.outcome ? "ended, " + step.outcome : "done: take a way on";
			where.href = "#" + step.section.id;
			put(where, "Step " + step.number + " of " + steps.length + ": "
				+ (one.done ? ended : left > 0 ? clock(left) + " left" : "out of time"));
		}
		where.className = left > 0 ? "" : "ops-alarm";
		for (const own of steps) {
			const here = own === step && !one.done;
			own.section.classList.toggle("ops-now", here);
			put(own.alarm, here && left <= 0 ? "Out of time: this step has failed. Next: " + name + "." : "");
		}
		const rows = all.slice(0, 4).map((wake) => both(wake.at) + ": " + wake.people);
		if (list.dataset.rows === String(rows)) return;
		list.dataset.rows = rows;
		list.replaceChildren(...(rows[0] ? rows : [name]).map((row) => make("li", {}, row)));
		for (const table of each(woken, ".ops-shifts")) table.hidden = !fault;
	}
	function changed() {
		store.save();
		draw();
	}
	function draw() {
		for (const step of steps) {
			const one = visit(step) || {};
			step.box.checked = one.done;
			step.note.hidden = !one.done;
			put(step.when, one.done ? both(one.done) : "");
			step.note.value = one.note || "";
		}
		put(preview, timeline());
		show();
	}
	refill();
	const hit = get(location.hash.slice(1));
	if (paged && !current()) begin(steps.find((one) => one.section.contains(hit)) || steps[0]);
	else draw();
	setInterval(show, 1000);
}

const blocks = each(document, "script.ops-night").map((block) => {
	const data = JSON.parse(block.textContent);
	return { data, root: block.closest(data.runbook ? "article" : "section") };
});
document.documentElement.classList.add("ops-scripted");
const books = blocks.filter(({ data }) => data.runbook);
if (!document.querySelector(".ops-bundle")) books.forEach(runbook);
