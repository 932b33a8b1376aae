/*
 * Copyright (c) 2026 The iplint authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/*
 * The list of findings: search, filter, sort.
 *
 * All of it is in the URL behind the #, so that a view can be kept and sent.
 * Rows are made of text nodes only.  As many are made as are looked at: a
 * first page, and more on request.
 */

"use strict";

(function () {
	const PAGE = 200;
	const [ID, SEVERITY, FUNCTION, FILE, LINE, ENTRY, EXIT, MESSAGE, KIND,
	    SINCE, HREF, OTHERS, SUPPRESSED] = Array(13).keys();
	const ORDER = { error: 0, warning: 1, note: 2 };
	const rows = report.rows;
	const words = rows.map((r) => [r[ID], report.codes[r[ID]][0],
	    r[SEVERITY], r[FUNCTION], r[FILE], r[MESSAGE]].join(" ")
	    .toLowerCase());
	const filters = ["q", "id", "severity", "dir", "kind", "new",
	    "suppressed"];
	const get = (id) => document.getElementById(id);
	const body = get("findings").tBodies[0];
	const heads = Array.from(document.querySelectorAll("th[data-key]"));
	let view = [], shown = 0, sort = "", down = false;

	/* ---- what there is to choose ---- */

	function count(keys) {
		const n = new Map();
		for (const r of rows)
			for (const key of keys(r))
				n.set(key, (n.get(key) || 0) + 1);
		return n;
	}

	function choose(id, n, all, text, order) {
		const select = get(id);
		select.add(new Option(all, ""));
		for (const key of Array.from(n.keys()).sort(order))
			select.add(new Option(text(key) + " (" + n.get(key) +
			    ")", key));
	}

	/* A file's directory, and those that it is in. */
	function dirs(r) {
		const parts = r[FILE].split("/").slice(0, -1);
		return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
	}

	choose("id", count((r) => [r[ID]]), "all",
	    (key) => key + " " + report.codes[key][0]);
	choose("severity", count((r) => [r[SEVERITY]]), "all", (key) => key,
	    (a, b) => ORDER[a] - ORDER[b]);
	choose("dir", count(dirs), "all", (key) => key);
	choose("kind", count((r) => r[KIND] === "" ? [] : [r[KIND]]), "all",
	    (key) => key);

	/* ---- the view ---- */

	function value(id) {
		const e = get(id);
		if (e === null)
			return "";
		return e.type === "checkbox" ? (e.checked ? "1" : "") :
		    e.value.trim();
	}

	function matches() {
		const terms = value("q").toLowerCase().split(/\s+/)
		    .filter((t) => t !== "");
		const id = value("id"), severity = value("severity");
		const dir = value("dir"), kind = value("kind");
		const fresh = value("new") !== "";
		const all = value("suppressed") !== "";
		const found = [];

		rows.forEach((r, i) => {
			if ((id === "" || r[ID] === id) &&
			    (severity === "" || r[SEVERITY] === severity) &&
			    (dir === "" || r[FILE].startsWith(dir + "/")) &&
			    (kind === "" || r[KIND] === kind) &&
			    (!fresh || r[SINCE] === null) &&
			    (all || r[SUPPRESSED] === null) &&
			    terms.every((t) => words[i].includes(t)))
				found.push(i);
		});
		return found;
	}

	const text = (a, b) => a < b ? -1 : a > b ? 1 : 0;
	const place = (a, b) => text(a[FILE], b[FILE]) || a[LINE] - b[LINE];
	const compare = {
		severity: (a, b) => ORDER[a[SEVERITY]] - ORDER[b[SEVERITY]],
		id: (a, b) => text(a[ID], b[ID]),
		function: (a, b) => text(a[FUNCTION], b[FUNCTION]),
		entry: (a, b) => a[ENTRY] - b[ENTRY],
		exit: (a, b) => a[EXIT] - b[EXIT],
		file: place,
		kind: (a, b) => text(a[KIND], b[KIND]),
		since: (a, b) => text(b[SINCE] === null ? "~" : b[SINCE],
		    a[SINCE] === null ? "~" : a[SINCE])
	};

	function order(found) {
		const by = compare[sort];
		if (by !== undefined)
			found.sort((i, k) => (down ? -1 : 1) *
			    by(rows[i], rows[k]) || i - k);
		return found;
	}

	/* ---- rows ---- */

	function element(name, parent, content, className) {
		const e = document.createElement(name);
		if (content !== undefined)
			e.textContent = content;
		if (className !== undefined)
			e.className = className;
		parent.append(e);
		return e;
	}

	/* A path breaks behind its slashes. */
	function path(e, name) {
		for (const part of name.split(/(?<=\/)/))
			e.append(part, document.createElement("wbr"));
	}

	function level(tr, n) {
		const name = report.levels[n] || (n < 0 ? "" : "level " + n);
		element("td", tr, name, "level");
	}

	function make(r) {
		const tr = document.createElement("tr");
		const td = [];

		element("span", element("td", tr), r[SEVERITY], "severity " +
		    r[SEVERITY]);
		const id = element("td", tr, r[ID]);
		id.title = report.codes[r[ID]][1];
		id.className = "code";
		const th = element("th", tr);
		th.scope = "row";
		const a = element("a", th, r[FUNCTION] || r[FILE]);
		a.href = r[HREF];
		element("div", th, r[MESSAGE] + (r[OTHERS] > 0 ? " (and " +
		    r[OTHERS] + " more handlers)" : ""), "message");
		if (r[SUPPRESSED] !== null)
			element("div", th, "Suppressed: " + r[SUPPRESSED],
			    "suppressed");
		level(tr, r[ENTRY]);
		level(tr, r[EXIT]);
		path(element("code", element("td", tr), undefined, "place"),
		    r[FILE] + ":" + r[LINE]);
		element("td", tr, r[KIND]);
		if (report.baseline)
			element("td", tr, r[SINCE] === null ? "new" :
			    r[SINCE] || "known", r[SINCE] === null ? "new" :
			    "");
		return tr;
	}

	function more() {
		const part = document.createDocumentFragment();
		const from = shown;

		for (; shown < view.length && shown < from + PAGE; shown++)
			part.append(make(rows[view[shown]]));
		body.append(part);
		const left = view.length - shown;
		get("more").hidden = left === 0;
		get("more").textContent = "Show " + Math.min(left, PAGE) +
		    " more of " + left;
		return from;
	}

	function draw() {
		view = order(matches());
		shown = 0;
		body.textContent = "";
		more();
		get("count").textContent = view.length === rows.length ?
		    "All " + rows.length : view.length + " of " + rows.length +
		    " findings";
		for (const th of heads) {
			if (th.dataset.key === sort)
				th.setAttribute("aria-sort", down ?
				    "descending" : "ascending");
			else
				th.removeAttribute("aria-sort");
		}
	}

	/* ---- the URL ---- */

	function load() {
		const state = new URLSearchParams(location.hash.slice(1));

		for (const id of filters) {
			const e = get(id);
			if (e === null)
				continue;
			if (e.type === "checkbox")
				e.checked = state.get(id) === "1";
			else
				e.value = state.get(id) || "";
			if (e.value === "" && e.tagName === "SELECT")
				e.selectedIndex = 0;
		}
		sort = state.get("sort") || "";
		down = state.get("down") === "1";
		draw();
	}

	function save() {
		const state = new URLSearchParams();

		for (const id of filters)
			if (value(id) !== "")
				state.set(id, value(id));
		if (sort !== "")
			state.set("sort", sort);
		if (down)
			state.set("down", "1");
		history.replaceState(null, "", "#" + state);
		draw();
	}

	const form = document.querySelector("form.controls");
	form.addEventListener("submit", (event) => event.preventDefault());
	form.addEventListener("input", save);
	form.addEventListener("reset", () => setTimeout(() => {
		sort = "";
		down = false;
		save();
	}));
	for (const th of heads)
		th.firstElementChild.addEventListener("click", () => {
			down = sort === th.dataset.key && !down;
			sort = th.dataset.key;
			save();
		});
	get("more").addEventListener("click", () => {
		const from = more();
		body.rows[from].querySelector("a").focus();
	});
	document.addEventListener("keydown", (event) => {
		if (event.key === "/" && !event.ctrlKey && !event.metaKey &&
		    !/^(INPUT|SELECT)$/.test(event.target.tagName)) {
			get("q").focus();
			event.preventDefault();
		}
	});
	window.addEventListener("hashchange", load);
	form.hidden = false;
	get("findings").hidden = false;
	load();
}());
