#!/usr/bin/env python3
#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
"""The formats for other programs say what the database says.

usage: check.py BIN TOOLS TOP

Analyses testdata/kernel with some suppressions, and a unit whose names are
odd.  SARIF is held against sarif-subset.schema.json, which knows the parts of
the standard that iplint writes, and against the schema of OASIS if
IPLINT_SARIF_SCHEMA names it, as scripts/test does; JSON against
docs/json.schema.json.
"""

import gzip
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import urllib.parse

import jsonschema

BIN, TOOLS, TOP = (os.path.abspath(a) for a in sys.argv[1:4])
HERE = os.path.join(TOP, "tests", "formats")
os.environ["LC_ALL"] = "C"


def run(*args, want=(0,), tool=None):
    """What a command prints, as bytes."""
    done = subprocess.run([tool or os.path.join(BIN, "iplint"), *args],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode in want, (args, done.returncode, done.stderr)
    return done.stdout


def load(path):
    with open(path, encoding="utf-8") as fp:
        return json.load(fp)


def validator(path):
    schema = load(path)
    cls = jsonschema.validators.validator_for(schema)
    cls.check_schema(schema)
    return cls(schema)


SARIF = [validator(os.path.join(HERE, "sarif-subset.schema.json"))]
if os.environ.get("IPLINT_SARIF_SCHEMA"):
    SARIF.append(validator(os.environ["IPLINT_SARIF_SCHEMA"]))
JSON = validator(os.path.join(TOP, "docs", "json.schema.json"))


def sarif(text):
    value = json.loads(text)
    for v in SARIF:
        v.validate(value)
    run_ = value["runs"][0]
    rules = run_["tool"]["driver"]["rules"]
    for r in run_["results"]:
        assert rules[r["ruleIndex"]]["id"] == r["ruleId"]
    return run_


def json_of(text):
    value = json.loads(text)
    JSON.validate(value)
    return value


def rows(db, query, *args):
    con = sqlite3.connect("file:%s?mode=ro" % db, uri=True)
    con.text_factory = lambda b: b.decode("utf-8", "replace")
    found = con.execute(query, args).fetchall()
    con.close()
    return found


def unescape(text):
    return re.sub("%([0-9A-F]{2})", lambda m: chr(int(m.group(1), 16)), text)


def place(location):
    physical = location.get("physicalLocation", {})
    uri = physical.get("artifactLocation", {}).get("uri", "")
    region = physical.get("region", {})
    return (urllib.parse.unquote(uri, errors="replace") or None,
            region.get("startLine"), region.get("startColumn"))


# ---- the small kernel ----

def edit(path, old, new):
    with open(path, encoding="utf-8") as fp:
        text = fp.read()
    assert text.count(old) == 1, (path, old)
    with open(path, "w", encoding="utf-8") as fp:
        fp.write(text.replace(old, new))


def kernel():
    """testdata/kernel with a finding suppressed in the source, one in a
    file, and a suppression of nothing."""
    shutil.copytree(os.path.join(TOP, "testdata", "kernel"), "kernel")
    edit("kernel/sys/dev/pci/if_toy.c",
         "return 0;\t\t/* expect: IPL001 in bad_toy_intr */",
         "return 0;\t/* IPLINT: IPL001 it is restored by the toy */")
    with open("kernel/sys/dev/cons.c", "a", encoding="utf-8") as fp:
        fp.write("/* IPLINT: IPL006 nothing here */\n")
    with open("keep", "w", encoding="utf-8") as fp:
        fp.write("iplint-suppressions 1\nIPL004 arch/toy/pci/pci_machdep.c "
                 "bad_conf_read until 2027-01-31 bug 12\n")
    run("obj", tool="kernel/mkdb")
    run("run", "-q", "--port=amd64", "--root=kernel/sys", "-p", "obj",
        "--suppressions=keep", "-o", "k.db")


TODAY = "--today=2026-01-01"
FINDINGS = ("select code, severity, message, file, line, col, function, "
            "fingerprint, id from v_findings where %s order by id")


def check_sarif():
    args = ["check", "--format=sarif", TODAY, "k.db"]
    text = run(*args, want=(2,))
    assert text == run(*args, want=(2,))
    run("report", TODAY, "--sarif=k.sarif", "k.db")
    with open("k.sarif", "rb") as fp:
        assert fp.read() == text
    got = sarif(text)
    want = rows("k.db", FINDINGS % "suppression is null")
    assert len(want) > 50 and len(got["results"]) == len(want)
    for r, w in zip(got["results"], want):
        assert (r["ruleId"], r["level"], r["message"]["text"]) == w[:3]
        assert place(r["locations"][0]) == w[3:6]
        assert r["locations"][0]["logicalLocations"][0]["name"] == w[6]
        assert r["partialFingerprints"]["iplint/v2"] == w[7]
        assert "suppressions" not in r and "baselineState" not in r
        check_flows(r, w[8])
    told = got["invocations"][0]["toolConfigurationNotifications"]
    assert [place(t["locations"][0])[0] for t in told] == ["dev/cons.c"]
    assert got["invocations"][0]["executionSuccessful"]

    got = sarif(run("check", "--format=sarif", TODAY, "--suppressed", "k.db",
                    want=(2,)))
    kept = [r for r in got["results"] if "suppressions" in r]
    assert sorted((r["suppressions"][0]["kind"],
                   r["suppressions"][0]["justification"]) for r in kept) == [
        ("external", "bug 12"), ("inSource", "it is restored by the toy")]
    assert len(got["results"]) == len(want) + 2

    # Every id has help, and more than its name.
    for rule in got["tool"]["driver"]["rules"]:
        assert rule["help"]["markdown"].startswith("# " + rule["id"])


def check_flows(result, finding):
    steps = rows("k.db", "select witness, file, line, col, depth, text, note "
                 "from v_steps where finding = ? and clean < 2 "
                 "order by witness, step",
                 finding)
    got = []
    for n, flow in enumerate(result["codeFlows"]):
        assert len(flow["threadFlows"]) == 1
        for s in flow["threadFlows"][0]["locations"]:
            got.append((n, *place(s["location"]), s["nestingLevel"],
                        s["location"]["message"]["text"]))
    want = [(*s[:5], s[5] + ("  --  " + s[6] if s[6] else ""))
            for s in steps]
    assert got == want, (got, want)


def check_baseline():
    run("baseline", "write", "-q", TODAY, "k.db", "k.base")
    got = sarif(run("check", "--format=sarif", TODAY, "--allow-stale",
                    "--new-since=k.base", "k.db"))
    assert got["results"] == []
    assert got["invocations"][0]["toolConfigurationNotifications"] == []
    with open("k.base", encoding="utf-8") as fp:
        lines = [l for l in fp if "bad_adv_" not in l and "ledger extern"
                 not in l]
    with open("less.base", "w", encoding="utf-8") as fp:
        fp.writelines(lines)
    args = [TODAY, "--new-since=less.base", "--allow-stale", "k.db"]
    got = sarif(run("check", "--format=sarif", *args, want=(2,)))
    assert got["results"]
    for r in got["results"]:
        assert r["baselineState"] == "new"
        name = r["locations"][0]["logicalLocations"][0]["name"]
        assert name.startswith("bad_adv_")
    told = got["invocations"][0]["toolConfigurationNotifications"]
    value = json_of(run("check", "--format=json", *args, want=(2,)))
    gate = value["gate"]
    assert gate["baseline"] and gate["fails"] and gate["suppressed"] == 2
    assert gate["new"] == len(got["results"]) == len(value["findings"])
    assert len(gate["complaints"]) == len(told) > 0
    extern = rows("k.db", "select count(*) from v_ledger where kind = ?",
                  "extern")[0][0]
    assert len(told) == extern


def check_json():
    args = ["check", "--format=json", TODAY, "--suppressed", "k.db"]
    text = run(*args, want=(2,))
    run("report", TODAY, "--suppressed", "--json=k.json", "k.db")
    with open("k.json", "rb") as fp:
        assert fp.read() == text
    value = json_of(text)
    want = rows("k.db", FINDINGS % "true")
    assert value["complete"] and value["counts"]["findings"] == len(want)
    for f, w in zip(value["findings"], want):
        assert tuple(f[k] for k in ("code", "severity", "message", "file",
                                    "line", "col", "function",
                                    "fingerprint")) == w[:8]
        kept = rows("k.db", "select s.reason from v_findings f join "
                    "v_suppressions s on s.id = f.suppression where f.id = ?",
                    w[8])
        if kept:
            assert f["state"] == "suppressed" and not f["counts"]
            assert f["suppression"]["reason"] == kept[0][0]
        else:
            assert f["state"] == "new" and f["suppression"] is None
        entries = [r[0] for r in rows("k.db", "select ledger from v_rests "
                                      "where finding = ? order by ledger",
                                      w[8])]
        assert f["restsOn"] == entries
        n = rows("k.db", "select count(*) from v_steps where finding = ? "
                 "and clean < 2", w[8])[0][0]
        assert n == sum(len(p["steps"]) for p in f["paths"])
    known = {e["id"] for e in value["ledger"]}
    for f in value["findings"]:
        assert known.issuperset(f["restsOn"])
    assert [s["findings"] for s in value["suppressions"]] == [0, 1, 1]


def check_lines():
    want = rows("k.db", FINDINGS % "suppression is null")
    text = run("check", "--format=oneline", TODAY, "--allow-stale", "k.db",
               want=(2,)).decode()
    got = [re.fullmatch(r"([^:]+):(\d+):(\d+): (\w+): (.*) "
                        r"\[(IPL\d+) [a-z-]+\] ([0-9a-f]{8})", line).groups()
           for line in text.splitlines()]
    assert got == [(w[3], str(w[4]), str(w[5]), w[1], w[2], w[0], w[7][:8])
                   for w in want]
    text = run("check", "--format=github", TODAY, "--allow-stale", "k.db",
               want=(2,)).decode()
    got = [re.fullmatch(r"::(\w+) file=([^,:]+),line=(\d+),col=(\d+),"
                        r"title=(IPL\d+) [^,:]*::(.*)", line).groups()
           for line in text.splitlines()]
    level = {"note": "notice"}
    assert got == [(level.get(w[1], w[1]), w[3], str(w[4]), str(w[5]), w[0],
                    w[2]) for w in want]


# ---- limits ----

def limits(results, locations, others, gzipped):
    done = subprocess.run([os.path.join(TOOLS, "formats_limits"), "k.db",
                           str(results), str(locations), str(others),
                           str(gzipped)], check=True, capture_output=True)
    return done.stdout, [int(n) for n in done.stderr.split()]


def check_limits():
    big = 10 ** 9
    everything, cut = limits(big, big, big, big)
    total = len(sarif(everything)["results"])
    assert cut == [0, 0, 0] and total > 50

    text, cut = limits(5, big, big, big)
    got = sarif(text)
    assert len(got["results"]) == 5 and cut == [total - 5, 0, 0]
    assert all(r["level"] == "error" for r in got["results"])
    told = got["invocations"][0]["toolExecutionNotifications"]
    assert told[0]["message"]["text"].startswith("%d results" % (total - 5))
    # Notes go first, and the order stays.
    notes = sum(r["level"] == "note"
                for r in sarif(everything)["results"])
    assert notes > 0
    got = sarif(limits(total - notes, big, big, big)[0])
    assert not any(r["level"] == "note" for r in got["results"])
    keys = [place(r["locations"][0])[:2] for r in got["results"]]
    assert keys == sorted(keys)

    text, cut = limits(big, 2, big, big)
    flows = [f["threadFlows"][0]["locations"]
             for r in sarif(text)["results"] for f in r["codeFlows"]]
    assert max(len(f) for f in flows) == 2 and cut[1] > 0

    text, cut = limits(big, big, 0, big)
    assert all("relatedLocations" not in r for r in sarif(text)["results"])

    size = len(gzip.compress(everything))
    for part in (size * 3 // 4, size // 2):
        text, cut = limits(big, big, big, part)
        assert len(gzip.compress(text)) <= part and cut[0] > 0
        assert len(sarif(text)["results"]) == total - cut[0]


# ---- odd names ----

def check_odd():
    """A file's name with markup, the separators of GitHub's commands and of
    URIs, a byte that is no UTF-8, and one of two bytes that is."""
    with open(os.path.join(TOP, "tests", "cli", "ir", "foo.ir"),
              encoding="utf-8") as fp:
        text = fp.read()
    odd = r"a b/<b>%41,x:y;\x0a\xff\xc3\xa4&'\".c"
    text = text.replace("sys/dev/foo.c", odd)
    name = b"a b/<b>%41,x:y;\n\xff\xc3\xa4&'\".c"
    with open("odd.ir", "w", encoding="utf-8") as fp:
        fp.write(text)
    run("odd.ir", "odd.ipl", tool=os.path.join(TOOLS, "mkshard"))
    run("link", "-q", "-o", "odd.db", "odd.ipl")
    shown = name.decode("utf-8", "replace")

    line = run("check", "--format=github", "odd.db", want=(2,))
    assert line.count(b"\n") == 1
    file = re.match(rb"::error file=([^,:]*),line=118,", line).group(1)
    assert re.sub(rb"%([0-9A-F]{2})",
                  lambda m: bytes([int(m.group(1), 16)]), file) == name

    got = sarif(run("check", "--format=sarif", "odd.db", want=(2,)))
    assert place(got["results"][0]["locations"][0])[0] == shown
    got = json_of(run("check", "--format=json", "odd.db", want=(2,)))
    assert got["findings"][0]["file"] == shown

    # A baseline has one line for it, and knows it again.
    run("baseline", "write", "-q", "odd.db", "odd.base")
    run("baseline", "check", "-q", "odd.db", "odd.base")


def check_incomplete():
    run(os.path.join(TOP, "tests", "cli", "ir", "incomplete.ir"), "i.ipl",
        tool=os.path.join(TOOLS, "mkshard"))
    run("link", "-q", "-o", "i.db", "i.ipl", want=(3,))
    got = sarif(run("check", "--format=sarif", "i.db", want=(3,)))
    assert not got["invocations"][0]["executionSuccessful"]
    told = got["invocations"][0]["toolExecutionNotifications"]
    assert told[0]["message"]["text"] == "sys/dev/clean.c: incomplete: 2 errors"
    got = json_of(run("check", "--format=json", "i.db", want=(3,)))
    assert not got["complete"] and got["units"][0]["status"] == "incomplete"


def main():
    with tempfile.TemporaryDirectory(prefix="iplint-formats.") as out:
        os.chdir(out)
        kernel()
        for check in (check_sarif, check_baseline, check_json, check_lines,
                      check_limits, check_odd, check_incomplete):
            check()
            print(check.__name__)
        os.chdir("/")


main()
