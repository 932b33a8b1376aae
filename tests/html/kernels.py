#
# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
"""The databases that the tests of pages are about."""

import shutil
import sqlite3
import subprocess
from pathlib import Path


def run(*command, ok=(0,)):
    done = subprocess.run([str(c) for c in command], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    if done.returncode not in ok:
        raise RuntimeError(f"{command}: {done.returncode}: {done.stdout}")
    return done.stdout


def testdata(iplint, top, out):
    """testdata/kernel: the database, and where its sources are."""
    kernel = Path(top) / "testdata" / "kernel"
    run(kernel / "mkdb", out / "obj")
    db = out / "kernel.db"
    run(iplint, "run", "-q", "--port=amd64", "-p", out / "obj", "-o", db)
    return db, kernel / "sys"


def report(iplint, db, site, *options):
    run(iplint, "report", f"--html={site}", *options, db)
    return site


# ---- names that are markup ----

MARKUP = "a\"b'<img src=x onerror=alert(1)>&amp;/<script>alert(2)</script>.c"
COMMENT = "</pre></span><script>alert(3)</script><!-- ]]> &lt; \xf6\x01"


def hostile(iplint, mkshard, out):
    """A unit whose path, texts and source are full of markup."""
    quoted = MARKUP.replace('"', '\\"')
    ir = "\n".join((
        f'unit "{quoted}"', "key 69700000000000000000000000000009",
        "lines 20",
        'source "sys/arch/amd64/include/intr.h" ' + "0" * 32,
        "level IPL_NONE 0", "level IPL_VM 6", "level IPL_HIGH 8",
        "func @bad_intr i32(p) static", f'file 0 "{quoted}"',
        "at 3:1 end 12:1", "param %arg p", "local %s i32", "b0:",
        "\t6:2 %s = call @splhigh()",
        "\t7:2 br (%arg != 0) b1 b2", "b1:", "\t8:3 ret 0", "b2:",
        "\t9:2 call @splx(%s)", "\t10:2 ret 1", "}",
        "func @attach v()", f'file 0 "{quoted}"', "at 14:1 end 18:1",
        "b0:", "\t16:2 call @pci_intr_establish(0, 0, 6'IPL_VM', "
        "&@bad_intr, 0)", "\t17:2 ret", "}", ""))
    (out / "hostile.ir").write_text(ir)
    run(mkshard, out / "hostile.ir", out / "hostile.ipl")
    db = out / "hostile.db"
    run(iplint, "link", "-q", "-o", db, out / "hostile.ipl", ok=(0, 3))
    source = out / "hostile"
    (source / MARKUP).parent.mkdir(parents=True, exist_ok=True)
    lines = [f"/* {COMMENT} */"] * 5 + [
        '\ts = splhigh(); char *p = "</mark><img src=x onerror=alert(4)>";',
        "\tif (arg)", "\t\treturn 0;", "\tsplx(s);", "\treturn 1;",
        "", "}"] + ["/* > */"] * 8
    (source / MARKUP).write_bytes(
        "\n".join(lines).encode("latin-1"))
    return db, source


# ---- many, and long ----

def copy_rows(con, table, where, changes):
    """Copy rows, with some columns replaced by expressions."""
    columns = [row[1] for row in con.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changes.get(c, c) for c in columns)
    con.execute(f"INSERT INTO {table} SELECT {values} FROM {table} "
                f"WHERE {where}")


def big(db, out, findings=10000):
    """The same findings over and over, with other fingerprints."""
    new = out / "big.db"
    shutil.copy(db, new)
    con = sqlite3.connect(new)
    n = con.execute("SELECT count(*) FROM finding").fetchone()[0]
    while n < findings:
        take = min(n, findings - n)
        copy_rows(con, "finding", f"id <= {take}", {
            "id": f"id + {n}",
            "fingerprint": f"printf('%016x', id + {n}) || "
                           "substr(fingerprint, 17)"})
        n += take
    con.commit()
    con.close()
    return new


# A name that no page can break at a blank.
LONG = "very_long_" * 30 + "name"


def long(db, out, steps=300):
    """The first finding with a path of so many steps and long names."""
    new = out / "long.db"
    shutil.copy(db, new)
    con = sqlite3.connect(new)
    con.execute("UPDATE name SET text = ? WHERE id = (SELECT u.name FROM "
                "finding f JOIN func u ON u.id = f.func WHERE f.id = 1)",
                (LONG,))
    con.execute("UPDATE finding SET message = ? || ' returns' WHERE id = 1",
                (LONG,))
    last, = con.execute("SELECT max(s.pos) FROM step s JOIN witness w ON "
                        "w.id = s.witness WHERE w.finding = 1 AND w.pos = 0"
                        ).fetchone()
    for i in range(steps - last - 1):
        copy_rows(con, "step", "pos = 0 AND witness = (SELECT id FROM "
                  "witness WHERE finding = 1 AND pos = 0)", {
                      "id": f"(SELECT max(id) + {i + 1} FROM step)",
                      "pos": f"{last + 1 + i}", "depth": f"{i % 30}",
                      "text": f"'{LONG}({i})'",
                      "lo": f"{i % 9}", "hi": f"{i % 9}"})
    con.commit()
    con.close()
    return new
