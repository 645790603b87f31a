/* A runbook at night: fills in, copies, ticks, counts down, names who is next. Nothing is sent anywhere. Needs duty.js.
   Values come from a link and end in a shell: only plain ones are taken, and only ever set as text. */
"use strict";
const LINKED = /^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./:@-]{0,119}$/;
const TYPED = /^[A-Za-z0-9_/.~][A-Za-z0-9_./:@,()+=~%-]{0,199}$/;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d[\d:.]*(Z|[+-]\d\d:\d\d)$/;
const STALE = 720 * MINUTE;
const given = Object.create(null), refused = [];
for (const [name, value] of new URLSearchParams(location.search)) {
	if ((name === "paged" ? ISO : LINKED).test(value)) given[name] = value;
	else refused.push(name);
}
const paged = Date.parse(given.paged) || 0;
const incident = given.incident || paged || "";

// What was typed, once for all pages of an incident; what was ticked, by runbook.
function memory(name, warn) {
	const own = "ops-night:" + name + ":" + incident, typed = "ops-values:" + incident;
	function attempt(work) {
		try {
			return Object(work());
		} catch {
			put(warn, "This browser keeps nothing: copy the timeline in time.");
			return {};
		}
	}
	const read = (key) => attempt(() => JSON.parse(localStorage.getItem(key)));
	const kept = read(own), values = read(typed);
	const visits = [].concat(kept.visits || []).filter((one) => one && one.id);
	const store = { values: Object.assign(Object.create(null), values.values), visits, begun: kept.begun };
	// Without an incident nothing says that the values of last time are those of today.
	const stale = (at) => !incident && Date.now() - at > STALE;
	if (stale(values.at)) store.values = Object.create(null);
	if (stale(kept.at)) put(warn, "Ticks below are of " + day(kept.at) + ": start over.");
	store.save = () => attempt(() => {
		const now = Date.now();
		localStorage.setItem(own, JSON.stringify({ visits: store.visits, begun: store.begun, at: now }));
		localStorage.setItem(typed, JSON.stringify({ values: store.values, at: now }));
	});
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
	// What the alert said: in the heading for good, in the bar until the page is acknowledged.
	const facts = make("p.ops-facts", { role: "status" }), deadline = paged + (data.severities[given.severity] || 0) * MINUTE;
	const words = [given.connector, (given.severity || "").toUpperCase()].filter(Boolean).join(" · ");
	const promise = paged && deadline > paged ? "acknowledge by " + both(deadline) : "";
	root.querySelector("h1").after(facts);
	put(facts, [words, promise].filter(Boolean).join(" · "));

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
	const preview = make("pre", {}), list = make("ul", {}), where = make("a", {}), who = make("a", {}), what = make("p", {});
	const start = button("Begin", () => begin(steps[0])), paging = anchor("paged-next-" + data.runbook);
	const record = make("section.ops-record", {}, make("h2", {}, "Timeline"), preview,
		copier("Copy timeline", () => [timeline(), ""]));
	record.lastChild.append(button("Download timeline", download), button("Start over", startOver));
	paging.before(record);
	paging.querySelector("h2").after(list);
	who.href = "#" + paging.id;
	root.append(make("div.ops-bar", {}, what, start, make("p", {}, where), make("p", {}, who)));

	function show() {
		const now = Date.now(), one = current(), step = one && steps.find((own) => own.id === one.id);
		const { fault, list: all = [], first } = coming(data.surface, paged || store.begun || now, now), after = all[0];
		const left = step && !one.done ? one.began + step.minutes * MINUTE - now : Infinity;
		const name = fault || (after ? after.people : "everybody was called; begin again with " + first);
		const open = promise && !store.visits.some((own) => own.done), late = open && now > deadline;
		put(what, [words, open && (late ? "acknowledge: " + clock(now - deadline) + " late" : promise)].filter(Boolean).join(" · "));
		what.className = late ? "ops-alarm" : "";
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
		const rows = all.map((wake) => both(wake.at) + ": " + wake.people);
		if (list.dataset.rows === String(rows)) return;
		list.dataset.rows = rows;
		list.replaceChildren(...(rows[0] ? rows : [name]).map((row) => make("li", {}, row)));
		for (const table of each(paging, ".ops-shifts")) table.hidden = !fault;
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

document.documentElement.classList.add("ops-scripted");
const books = blocks.filter(({ data }) => data.runbook);
if (!document.querySelector(".ops-bundle")) books.forEach(runbook);
