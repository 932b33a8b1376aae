-- Copyright (c) 2026 The iplint authors
--
-- SPDX-License-Identifier: BSD-2-Clause
--
-- The database of one analysis.  The views at the end are the promised
-- interface, described in docs/database.md; the tables may change with
-- PRAGMA user_version.
--
-- Texts that repeat are kept once, in name, and referred to by number.
-- Levels are IPL numbers; NULL where a level is not known or is no constant.
-- Lines count from 1; NULL where there is none.  A number that stands for an
-- order (pos, and the keys of finding, ledger, handler, unit and lock) follows
-- the order in which these are printed.

CREATE TABLE name (
	id		INTEGER PRIMARY KEY,	-- 1, 2, ... by first use
	text		TEXT NOT NULL
);

-- What was run: tool, rules, port, counts.  v_summary shows it.
CREATE TABLE info (
	id		INTEGER PRIMARY KEY,
	key		TEXT NOT NULL,
	value		NOT NULL		-- TEXT or INTEGER
);

-- The level table of the port.
CREATE TABLE level (
	name		INTEGER NOT NULL REFERENCES name,
	value		INTEGER NOT NULL,
	preferred	INTEGER NOT NULL	-- 1: the one that is printed
);

CREATE TABLE unit (
	id		INTEGER PRIMARY KEY,
	path		INTEGER NOT NULL REFERENCES name,
	status		INTEGER NOT NULL REFERENCES name,
	reason		TEXT,			-- NULL where status is ok
	funcs		INTEGER,		-- NULL: was not analysed
	lines		INTEGER
);

CREATE TABLE func (
	id		INTEGER PRIMARY KEY,	-- 0, 1, ...
	name		INTEGER NOT NULL REFERENCES name,
	file		INTEGER REFERENCES name,
	line		INTEGER,
	body		INTEGER NOT NULL,	-- 1: analysed
	rule		INTEGER NOT NULL	-- 1: a rule stands for it
);

CREATE TABLE lock (
	id		INTEGER PRIMARY KEY,
	text		INTEGER NOT NULL REFERENCES name,
	spin		INTEGER NOT NULL REFERENCES name,
	lo		INTEGER,
	hi		INTEGER,
	file		INTEGER REFERENCES name, -- the initialisation
	line		INTEGER,
	inits		INTEGER NOT NULL
);

CREATE TABLE ledger (
	id		INTEGER PRIMARY KEY,
	kind		INTEGER NOT NULL REFERENCES ledger_kind,
	func		INTEGER REFERENCES name,
	file		INTEGER REFERENCES name,
	line		INTEGER,
	text		TEXT NOT NULL
);

CREATE TABLE ledger_kind (
	id		INTEGER PRIMARY KEY,
	name		TEXT NOT NULL,
	text		TEXT NOT NULL
);

-- A registration, and what the analysis says of it.
CREATE TABLE handler (
	id		INTEGER PRIMARY KEY,
	func		INTEGER NOT NULL REFERENCES func,
	level		INTEGER,
	level_name	INTEGER REFERENCES name, -- as spelled; NULL: a number
	context		INTEGER REFERENCES name,
	api		INTEGER REFERENCES name, -- the registering call
	registrar	INTEGER REFERENCES func, -- the function that calls it
	file		INTEGER REFERENCES name, -- of the registration
	line		INTEGER,
	others		INTEGER NOT NULL,	-- further ones just like it
	verdict		INTEGER NOT NULL REFERENCES name,
	exit_max	INTEGER,	-- entered with no spin mutex held
	exit_max_nested	INTEGER,	-- entered with one held
	peak		INTEGER,
	common		INTEGER NOT NULL,	-- 1: rests on common_ledger
	thread		INTEGER NOT NULL	-- 1: may sleep
);

-- Most handlers reach most of the kernel, and so most of the ledger: that
-- part is kept once.  handler_ledger has both parts.
CREATE TABLE common_ledger (
	ledger		INTEGER PRIMARY KEY REFERENCES ledger
);

CREATE TABLE handler_own (
	handler		INTEGER NOT NULL REFERENCES handler,
	ledger		INTEGER NOT NULL REFERENCES ledger,
	PRIMARY KEY (handler, ledger)
) WITHOUT ROWID;

CREATE TABLE finding (
	id		INTEGER PRIMARY KEY,
	number		INTEGER NOT NULL REFERENCES finding_id,
	severity	INTEGER NOT NULL REFERENCES name,
	func		INTEGER REFERENCES func,
	handler		INTEGER REFERENCES handler,
	file		INTEGER REFERENCES name,
	line		INTEGER,
	col		INTEGER,
	entry		INTEGER,
	exit		INTEGER,
	message		TEXT NOT NULL,
	fingerprint	TEXT NOT NULL		-- 32 hex digits
);

CREATE TABLE finding_id (
	id		INTEGER PRIMARY KEY,	-- 1 is IPL001
	code		TEXT NOT NULL,
	name		TEXT NOT NULL,
	text		TEXT NOT NULL
);

-- Further handlers that share a finding.
CREATE TABLE finding_handler (
	finding		INTEGER NOT NULL REFERENCES finding,
	handler		INTEGER NOT NULL REFERENCES handler,
	PRIMARY KEY (finding, handler)
) WITHOUT ROWID;

-- Findings that somebody wants to keep: comments in the source, and lines of
-- a file.  What each is about is said by one of target, path and func, or
-- fingerprint.
CREATE TABLE suppression (
	id		INTEGER PRIMARY KEY,
	origin		INTEGER NOT NULL REFERENCES name, -- source, file
	file		INTEGER REFERENCES name,
	line		INTEGER,
	number		INTEGER REFERENCES finding_id,
	path		INTEGER REFERENCES name,
	func		INTEGER REFERENCES name,
	fingerprint	TEXT,			-- the first digits
	expires		TEXT,			-- the last day: 2026-11-22
	reason		TEXT NOT NULL,
	fault		TEXT			-- why it is none
);

CREATE TABLE finding_suppression (
	finding		INTEGER NOT NULL REFERENCES finding,
	suppression	INTEGER NOT NULL REFERENCES suppression,
	PRIMARY KEY (finding, suppression)
) WITHOUT ROWID;

CREATE TABLE finding_ledger (
	finding		INTEGER NOT NULL REFERENCES finding,
	ledger		INTEGER NOT NULL REFERENCES ledger,
	PRIMARY KEY (finding, ledger)
) WITHOUT ROWID;

CREATE TABLE witness (
	id		INTEGER PRIMARY KEY,
	finding		INTEGER NOT NULL REFERENCES finding,
	pos		INTEGER NOT NULL,
	title		TEXT NOT NULL,
	clean		INTEGER NOT NULL	-- 1: shown for comparison
);

CREATE TABLE step (
	id		INTEGER PRIMARY KEY,	-- in the order of execution
	witness		INTEGER NOT NULL REFERENCES witness,
	pos		INTEGER NOT NULL,
	kind		INTEGER NOT NULL REFERENCES name,
	file		INTEGER REFERENCES name,
	line		INTEGER,
	col		INTEGER,
	depth		INTEGER NOT NULL,
	func		INTEGER REFERENCES func,
	text		TEXT NOT NULL,
	note		TEXT NOT NULL,
	before		INTEGER,
	after		INTEGER,
	lo		INTEGER,		-- bounds of the level after it
	hi		INTEGER,
	lock		INTEGER REFERENCES name, -- taken or released
	held		INTEGER NOT NULL
);

-- Findings that concern a handler: its own, shared with others, or below it;
-- and the calls down to the function that has it, the handler's first.
CREATE TABLE handler_finding (
	handler		INTEGER NOT NULL REFERENCES handler,
	finding		INTEGER NOT NULL REFERENCES finding,
	how		INTEGER NOT NULL REFERENCES name,
	PRIMARY KEY (handler, finding)
) WITHOUT ROWID;

CREATE TABLE chain (
	handler		INTEGER NOT NULL REFERENCES handler,
	finding		INTEGER NOT NULL REFERENCES finding,
	pos		INTEGER NOT NULL,
	func		INTEGER NOT NULL REFERENCES func,
	PRIMARY KEY (handler, finding, pos)
) WITHOUT ROWID;

-- Where kind and level of a lock were decided; func NULL: by a rule.
CREATE TABLE lock_init (
	lock		INTEGER NOT NULL REFERENCES lock,
	pos		INTEGER NOT NULL,
	func		INTEGER REFERENCES name,
	file		INTEGER REFERENCES name,
	line		INTEGER,
	spin		INTEGER NOT NULL REFERENCES name,
	lo		INTEGER,
	hi		INTEGER,
	PRIMARY KEY (lock, pos)
) WITHOUT ROWID;

-- The functions that resolved calls lead to from handlers, and in which, or
-- below which, something happens to level or locks.
CREATE TABLE reached (
	func		INTEGER PRIMARY KEY REFERENCES func,
	peak		INTEGER,		-- NULL: as at entry
	sleeps		INTEGER NOT NULL,	-- 1: on every way back
	quiet		INTEGER NOT NULL,	-- calls that are left out
	effect		INTEGER NOT NULL REFERENCES name
);

-- Their calls, in the order of code.
CREATE TABLE call (
	id		INTEGER PRIMARY KEY,
	caller		INTEGER NOT NULL REFERENCES func,
	callee		INTEGER REFERENCES func, -- NULL: one of several
	file		INTEGER REFERENCES name,
	line		INTEGER,
	pointer		INTEGER REFERENCES name, -- as C; NULL: a direct call
	targets		INTEGER NOT NULL,
	peak		INTEGER
);

-- What a pointer can mean, where that is at most a few functions.
CREATE TABLE call_target (
	call		INTEGER NOT NULL REFERENCES call,
	func		INTEGER NOT NULL REFERENCES func,
	PRIMARY KEY (call, func)
) WITHOUT ROWID;

-- What functions do themselves: all that take a lock, and whatever else the
-- reached ones do.  lo and hi are the level right before.
CREATE TABLE act (
	id		INTEGER PRIMARY KEY,
	func		INTEGER NOT NULL REFERENCES func,
	kind		INTEGER NOT NULL REFERENCES name,
	file		INTEGER REFERENCES name,
	line		INTEGER,
	text		INTEGER NOT NULL REFERENCES name,
	lo		INTEGER,
	hi		INTEGER,
	locks		INTEGER NOT NULL	-- how many it can mean; 0: unknown
);

CREATE TABLE act_lock (
	act		INTEGER NOT NULL REFERENCES act,
	lock		INTEGER NOT NULL REFERENCES lock,
	PRIMARY KEY (act, lock)
) WITHOUT ROWID;

CREATE TABLE func_ledger (
	func		INTEGER NOT NULL REFERENCES func,
	ledger		INTEGER NOT NULL REFERENCES ledger,
	PRIMARY KEY (func, ledger)
) WITHOUT ROWID;

-- The files that steps are in, as they were when they were analysed.
CREATE TABLE source (
	path		INTEGER PRIMARY KEY REFERENCES name,
	digest		TEXT			-- 32 hex digits of XXH3-128
);

-- After the data:
-- indexes

CREATE INDEX name_text ON name(text);
CREATE INDEX func_name ON func(name);
CREATE INDEX handler_func ON handler(func);
CREATE INDEX finding_func ON finding(func);
CREATE INDEX finding_handler_handler ON finding_handler(handler);
CREATE INDEX witness_finding ON witness(finding);
CREATE INDEX step_witness ON step(witness);
CREATE INDEX finding_suppression_suppression
    ON finding_suppression(suppression);
CREATE INDEX ledger_func ON ledger(func);
CREATE INDEX handler_own_ledger ON handler_own(ledger);
CREATE INDEX handler_finding_finding ON handler_finding(finding);
CREATE INDEX call_caller ON call(caller);
CREATE INDEX call_callee ON call(callee);
CREATE INDEX act_func ON act(func);
CREATE INDEX act_lock_lock ON act_lock(lock);

CREATE VIEW handler_ledger AS
SELECT handler, ledger FROM handler_own
UNION ALL
SELECT h.id, c.ledger FROM handler h JOIN common_ledger c WHERE h.common;

CREATE VIEW v_levels AS
SELECT l.value AS level, n.text AS name, l.preferred
FROM level l JOIN name n ON n.id = l.name;

-- The printed name of a level.
CREATE VIEW level_name AS
SELECT value, min(text) AS text
FROM level JOIN name ON id = level.name
WHERE preferred
GROUP BY value;

CREATE VIEW v_findings AS
SELECT f.id, i.code, i.name, s.text AS severity, fn.text AS function,
    nf.text AS file, f.line, f.col, f.message,
    f.entry, le.text AS entry_name, f.exit, lx.text AS exit_name,
    f.handler,
    (SELECT count(*) FROM finding_handler x WHERE x.finding = f.id)
	AS other_handlers,
    (SELECT count(*) FROM finding_ledger x WHERE x.finding = f.id)
	AS rests_on,
    f.fingerprint,
    -- of several, the one that lasts longest
    (SELECT s.id FROM finding_suppression x
	JOIN suppression s ON s.id = x.suppression WHERE x.finding = f.id
	ORDER BY s.expires IS NOT NULL, s.expires DESC, s.id LIMIT 1)
	AS suppression
FROM finding f
JOIN finding_id i ON i.id = f.number
JOIN name s ON s.id = f.severity
LEFT JOIN func u ON u.id = f.func
LEFT JOIN name fn ON fn.id = u.name
LEFT JOIN name nf ON nf.id = f.file
LEFT JOIN level_name le ON le.value = f.entry
LEFT JOIN level_name lx ON lx.value = f.exit
ORDER BY f.id;

CREATE VIEW v_suppressions AS
SELECT s.id, o.text AS origin, nf.text AS file, s.line, i.code, i.name,
    np.text AS path, fn.text AS function, s.fingerprint, s.expires, s.reason,
    s.fault,
    (SELECT count(*) FROM finding_suppression x WHERE x.suppression = s.id)
	AS findings
FROM suppression s
JOIN name o ON o.id = s.origin
LEFT JOIN name nf ON nf.id = s.file
LEFT JOIN finding_id i ON i.id = s.number
LEFT JOIN name np ON np.id = s.path
LEFT JOIN name fn ON fn.id = s.func
ORDER BY s.id;

CREATE VIEW v_steps AS
SELECT w.finding, w.pos AS witness, w.title, s.pos AS step,
    k.text AS kind, nf.text AS file, s.line, s.col, s.depth,
    fn.text AS function, s.text, s.note,
    s.before, lb.text AS before_name, s.after, la.text AS after_name,
    s.lo, s.hi, nl.text AS lock, s.held, w.clean
FROM step s
JOIN witness w ON w.id = s.witness
JOIN name k ON k.id = s.kind
LEFT JOIN name nf ON nf.id = s.file
LEFT JOIN func u ON u.id = s.func
LEFT JOIN name fn ON fn.id = u.name
LEFT JOIN name nl ON nl.id = s.lock
LEFT JOIN level_name lb ON lb.value = s.before
LEFT JOIN level_name la ON la.value = s.after
ORDER BY s.id;

CREATE VIEW v_handlers AS
SELECT h.id, h.func, fn.text AS name, h.level,
    coalesce(ln.text, lv.text) AS level_name,
    h.level AS entry, h.exit_max, h.exit_max_nested, h.peak,
    v.text AS verdict, c.text AS context, a.text AS api,
    h.thread, nf.text AS file, h.line, rn.text AS registered_in, h.others,
    df.text AS func_file, u.line AS func_line,
    (SELECT count(*) FROM handler_ledger x WHERE x.handler = h.id)
	AS rests_on,
    (SELECT count(*) FROM handler_finding x WHERE x.handler = h.id)
	AS findings
FROM handler h
JOIN func u ON u.id = h.func
JOIN name fn ON fn.id = u.name
JOIN name v ON v.id = h.verdict
LEFT JOIN name df ON df.id = u.file
LEFT JOIN name ln ON ln.id = h.level_name
LEFT JOIN level_name lv ON lv.value = h.level
LEFT JOIN name c ON c.id = h.context
LEFT JOIN name a ON a.id = h.api
LEFT JOIN name nf ON nf.id = h.file
LEFT JOIN func r ON r.id = h.registrar
LEFT JOIN name rn ON rn.id = r.name
ORDER BY h.id;

CREATE VIEW v_mutexes AS
SELECT l.id, t.text AS name, s.text AS spin,
    CASE WHEN l.lo = l.hi THEN l.lo END AS level,
    CASE WHEN l.lo = l.hi THEN ll.text END AS level_name,
    l.lo, l.hi, nf.text AS file, l.line, l.inits
FROM lock l
JOIN name t ON t.id = l.text
JOIN name s ON s.id = l.spin
LEFT JOIN level_name ll ON ll.value = l.lo
LEFT JOIN name nf ON nf.id = l.file
ORDER BY l.id;

-- Which finding concerns which handler, and the calls down to it.
CREATE VIEW v_handler_findings AS
SELECT x.handler, x.finding, h.text AS how,
    (SELECT group_concat(text, ' > ') FROM
	(SELECT n.text FROM chain c JOIN func f ON f.id = c.func
	JOIN name n ON n.id = f.name
	WHERE c.handler = x.handler AND c.finding = x.finding
	ORDER BY c.pos)) AS calls
FROM handler_finding x JOIN name h ON h.id = x.how;

CREATE VIEW v_functions AS
SELECT r.func AS id, n.text AS name, nf.text AS file, f.line, r.peak,
    l.text AS peak_name, r.sleeps, e.text AS effect, r.quiet
FROM reached r
JOIN func f ON f.id = r.func
JOIN name n ON n.id = f.name
JOIN name e ON e.id = r.effect
LEFT JOIN name nf ON nf.id = f.file
LEFT JOIN level_name l ON l.value = r.peak
ORDER BY r.func;

CREATE VIEW v_calls AS
SELECT c.id, c.caller, c.callee, a.text AS function, b.text AS calls,
    nf.text AS file, c.line, p.text AS pointer, c.targets, c.peak,
    l.text AS peak_name
FROM call c
JOIN func f ON f.id = c.caller
JOIN name a ON a.id = f.name
LEFT JOIN func g ON g.id = c.callee
LEFT JOIN name b ON b.id = g.name
LEFT JOIN name nf ON nf.id = c.file
LEFT JOIN name p ON p.id = c.pointer
LEFT JOIN level_name l ON l.value = c.peak
ORDER BY c.id;

CREATE VIEW v_acts AS
SELECT a.id, a.func, n.text AS function, k.text AS kind, nf.text AS file,
    a.line, t.text, a.lo, a.hi, a.locks
FROM act a
JOIN func f ON f.id = a.func
JOIN name n ON n.id = f.name
JOIN name k ON k.id = a.kind
JOIN name t ON t.id = a.text
LEFT JOIN name nf ON nf.id = a.file
ORDER BY a.id;

-- Who takes and releases a mutex.
CREATE VIEW v_mutex_uses AS
SELECT x.lock AS mutex, a.* FROM act_lock x JOIN v_acts a ON a.id = x.act
ORDER BY x.lock, a.id;

CREATE VIEW v_mutex_inits AS
SELECT i.lock AS mutex, n.text AS function, nf.text AS file, i.line,
    s.text AS spin, i.lo, i.hi
FROM lock_init i
JOIN name s ON s.id = i.spin
LEFT JOIN name n ON n.id = i.func
LEFT JOIN name nf ON nf.id = i.file
ORDER BY i.lock, i.pos;

-- Findings on whose path a mutex is taken or released.
CREATE VIEW v_mutex_findings AS
SELECT DISTINCT l.id AS mutex, w.finding
FROM step s
JOIN lock l ON l.text = s.lock
JOIN witness w ON w.id = s.witness
WHERE NOT w.clean
ORDER BY l.id, w.finding;

-- What resolved calls lead to from each handler.  A function that sleeps on
-- every way back does not return to an interrupt handler.
CREATE VIEW v_reaches AS
WITH RECURSIVE r(handler, func, thread) AS (
    SELECT h.id, h.func, h.thread FROM handler h
    JOIN reached x ON x.func = h.func
    UNION
    SELECT r.handler, c.callee, r.thread FROM r
    JOIN call c ON c.caller = r.func
    JOIN reached x ON x.func = c.callee
    WHERE r.thread OR NOT x.sleeps)
SELECT handler, func FROM r;

-- v_ledger without the counts, which cost much where they are not asked for.
CREATE VIEW entry AS
SELECT e.id, k.name AS kind, fn.text AS function, nf.text AS file, e.line,
    e.text
FROM ledger e
JOIN ledger_kind k ON k.id = e.kind
LEFT JOIN name fn ON fn.id = e.func
LEFT JOIN name nf ON nf.id = e.file;

CREATE VIEW v_ledger AS
SELECT e.*,
    (SELECT count(*) FROM finding_ledger x WHERE x.ledger = e.id)
	AS findings,
    (SELECT count(*) FROM handler_own x WHERE x.ledger = e.id) +
    (SELECT count(*) FROM common_ledger x WHERE x.ledger = e.id) *
    (SELECT count(*) FROM handler h WHERE h.common)
	AS handlers
FROM entry e
ORDER BY e.id;

-- Which finding or handler rests on which entry.
CREATE VIEW v_rests AS
SELECT finding, NULL AS handler, ledger FROM finding_ledger
UNION ALL
SELECT NULL, handler, ledger FROM handler_ledger;

CREATE VIEW v_units AS
SELECT u.id, p.text AS path, s.text AS status, u.reason, u.funcs, u.lines
FROM unit u
JOIN name p ON p.id = u.path
JOIN name s ON s.id = u.status
ORDER BY u.id;

CREATE VIEW v_summary AS
SELECT key, value FROM info
UNION ALL SELECT 'findings', (SELECT count(*) FROM finding)
UNION ALL SELECT 'finding ' || i.code || ' ' || i.name,
    (SELECT count(*) FROM finding f WHERE f.number = i.id) FROM finding_id i
UNION ALL SELECT 'findings suppressed',
    (SELECT count(DISTINCT finding) FROM finding_suppression)
UNION ALL SELECT 'suppressions', (SELECT count(*) FROM suppression)
UNION ALL SELECT 'handlers', (SELECT count(*) FROM handler)
UNION ALL SELECT * FROM (
    SELECT 'handlers ' || text, count(*) FROM handler
    JOIN name ON name.id = verdict GROUP BY text ORDER BY text)
UNION ALL SELECT 'units', (SELECT count(*) FROM unit)
UNION ALL SELECT * FROM (
    SELECT 'units ' || text, count(*) FROM unit
    JOIN name ON name.id = status GROUP BY text ORDER BY text)
UNION ALL SELECT 'functions', (SELECT count(*) FROM func WHERE body)
UNION ALL SELECT 'locks', (SELECT count(*) FROM lock)
UNION ALL SELECT 'ledger', (SELECT count(*) FROM ledger)
UNION ALL SELECT 'ledger ' || k.name,
    (SELECT count(*) FROM ledger e WHERE e.kind = k.id) FROM ledger_kind k;
