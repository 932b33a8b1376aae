# Copyright (c) 2026 The iplint authors
#
# SPDX-License-Identifier: BSD-2-Clause
#
# single: units of a kernel's sources, parsed outside of any configuration.
#
# A labelled function may be in a driver that no kernel at hand is configured
# with, or in another port's files.  Its unit can be parsed all the same, with
# stubs for what config(1) would have generated:
#
# - links from the names of the ports to their include directories;
# - opt_*.h, empty: the options of a configuration of that port, GENERIC if
#   there is one, are defined on the command line;
# - NAME.h with a count of one (#define NNAME 1);
# - locators.h with the locators that clang misses;
# - ioconf.h with the cfdrivers and cfattachs that clang misses.
#
# A parse is tried again as long as clang's complaints name something that
# can be stubbed.  A unit with errors left is not parsed: nothing is said
# of it.

import os
import re
import subprocess

# port: clang's target (None: clang has none), further flags
PORTS = {
    "amd64": ("x86_64", ["-mcmodel=kernel", "-mno-red-zone", "-mno-sse",
                         "-mno-sse2", "-Damd64", "-Dx86_64"]),
    "i386": ("i386", ["-mno-sse", "-Di386"]),
    "acorn32": ("arm", ["-mcpu=arm7tdmi"]),
    "evbarm": ("arm", ["-mcpu=arm1176jzf-s"]),
    "aarch64": ("aarch64", []),
    "evbmips": ("mips64", ["-mabi=n32", "-mcpu=mips64", "-DMIPS64"]),
    "pmax": ("mipsel", ["-mcpu=mips2", "-DMIPS1"]),
    "sgimips": ("mips", ["-mcpu=mips2", "-DMIPS3"]),
    "macppc": ("powerpc", ["-DPPC_OEA"]),
    "prep": ("powerpc", ["-DPPC_OEA"]),
    "ofppc": ("powerpc", ["-DPPC_OEA"]),
    "evbppc": ("powerpc", []),
    "sparc": ("sparc", ["-DSUN4", "-DSUN4C", "-DSUN4M"]),
    "sparc64": ("sparc64", ["-DSUN4U"]),
    "amiga": ("m68k", ["-DM68040", "-DM68060"]),
    "atari": ("m68k", ["-DM68030", "-DM68040"]),
    "mac68k": ("m68k", ["-DM68030", "-DM68040"]),
    "sun3": ("m68k", ["-DM68020"]),
    "hp300": ("m68k", ["-DM68030", "-DM68040"]),
    "riscv": ("riscv64", []),
    "ia64": (None, []),
    "vax": (None, []),
    "alpha": (None, []),
    "hppa": (None, []),
    "hp700": (None, []),
    "sh3": (None, []),
}

# Targets of the same word size and byte order, for ports without one.
STAND_INS = {"ia64": "x86_64", "vax": "i386", "alpha": "x86_64",
             "hppa": "mips", "hp700": "mips", "sh3": "mipsel"}

# A directory below arch/ that several ports share, and one of these ports.
SHARED = {"arm": "evbarm", "mips": "evbmips", "powerpc": "macppc",
          "m68k": "sun3", "x86": "amd64", "xen": "xen", "sun68k": "sun3",
          "hpc": "hpcmips", "ews4800mips": "ews4800mips"}

# What all kernels are compiled with.
OPTIONS = ["DIAGNOSTIC", "MAXUSERS=64", "_KERNEL", "_KERNEL_OPT"]

# Where the configurations of a port are, if not in its own directory.
CONFIGURATIONS = {"xen": ("amd64", "XEN3_DOMU")}

# Subsystems that bring headers of their own.
EXTERNAL = ["external/bsd/acpica/dist/include", "external/bsd/ipf",
            "external/isc/atheros_hal/dist", "external/isc/atheros_hal/ic",
            "external/bsd/drm/dist/bsd-core",
            "external/bsd/drm/dist/shared-core", "external/bsd/common/include",
            "external/mit/xen-include-public/dist"]

OPTION = re.compile(r'^options?\s+"?(\w+(?:=(?:"[^"]*"|[^\s#"]+))?)', re.M)
INCLUDE = re.compile(r'^include\s+"([^"]+)"', re.M)
DEFINE = re.compile(r"^(?:CPPFLAGS|CFLAGS|IDENT|DEFCOPTS)\s*[+?]?=(.*)$", re.M)
FILE = re.compile(r"^file\s+(\S+)[ \t]+([^#\n]+)", re.M)
INIT = re.compile(r"mutex_init\s*\(\s*([^,;]*?)\s*,|"
                  r"([\w.>\-\[\]]+)\s*=\s*mutex_obj_alloc")
ENTER = re.compile(r"mutex_(?:spin_)?(?:try)?enter\s*\(([^;]*?)\)\s*[;)&|=!]")
LAST = re.compile(r"(\w+)\W*$")
QUOTED = re.compile(r'^#\s*include\s*[<"]([^>"]+)[>"]', re.M)
ASM = re.compile(r"register name .* in asm|asm(?:embly)? (?:in|out)put|"
                 r"constraint .* in asm")
COMMON = ("sys/", "machine/", "uvm/", "lib/", "net/", "netinet/", "kern/",
          "opt_", "prop/", "crypto/", "miscfs/")


class Parsed:
    """The outcome of one unit: shard is None if it could not be parsed."""

    def __init__(self, shard=None, error=None, target=None):
        self.shard = shard
        self.error = error
        self.target = target


def text(path):
    with open(path, encoding="latin-1") as f:
        return f.read()


def has_function(shard, name):
    with open(shard, encoding="utf-8", errors="replace") as f:
        return any(line.startswith("func @%s " % name) for line in f)


class Tree:
    """Sources of one revision.  root has sys/ and perhaps common/."""

    def __init__(self, root, work, clang, plugin):
        self.root = root
        self.sys = os.path.join(root, "sys")
        self.work = work
        self.clang = clang
        self.plugin = plugin
        self.inits = None
        param = text(os.path.join(self.sys, "sys", "param.h"))
        self.os = "netbsd" if "__NetBSD_Version__" in param else "openbsd"

    def ports(self, path, build):
        """The ports whose kernel may have the file, likely ones first;
        build: the label's list."""
        part = path.split("/")
        if part[0] == "arch":
            return [SHARED.get(part[1], part[1])]
        if part[:2] == ["dev", "qbus"]:
            return ["vax"]
        out = [b.split("/")[0] for b in build if "@" in b]
        out += ["amd64", "i386", "sparc64", "macppc", "amiga"]
        return [p for p in dict.fromkeys(out) if p in PORTS]

    def parse(self, path, ports, options=(), function=None):
        """Parse one unit, with the plugin.  path is relative to sys.  Where
        the options of a configuration need more than is there, those of
        the network do; where the function is not compiled, another port."""
        first = parsed = None
        for port in ports:
            for names in (self.configured(port, path), ["INET", "INET6"]):
                out = self.attempt(path, port, names + list(options))
                first = first or out
                if not out.shard:
                    continue
                if function is None or has_function(out.shard, function):
                    return out
                parsed = parsed or out
        return parsed or first

    def attempt(self, path, port, options):
        arch = "amd64" if port == "xen" else port
        target, flags = PORTS.get(arch, (None, []))
        name = target
        if target is None:
            target = STAND_INS.get(arch)
            if target is None:
                return Parsed(error="no target for " + port)
            name = target + " with headers of " + port
        work = self.stubs(port)
        command = [self.clang, "-target", target + "-unknown-" + self.os,
                   "-std=gnu99", "-ffreestanding", "-nostdinc", "-w",
                   "-fsyntax-only", "-ferror-limit=100", "-fno-strict-aliasing",
                   "-Wno-error=implicit-function-declaration",
                   "-Wno-error=implicit-int", "-Wno-error=int-conversion",
                   "-Wno-error=incompatible-function-pointer-types",
                   "-Wno-error=return-mismatch",
                   "-Wno-error=incompatible-pointer-types", "-I" + work]
        command += flags
        if port == "xen":
            command += ["-I" + os.path.join(work, "xen-ma")]
        command += ["-D" + o for o in dict.fromkeys(OPTIONS + options)]
        for d in (os.path.join(self.root, "common", "include"),
                  os.path.join(self.sys, "arch"), self.sys):
            command.append("-I" + d)
        for d in EXTERNAL:
            if os.path.isdir(os.path.join(self.sys, d)):
                command.append("-I" + os.path.join(self.sys, d))
        unit = os.path.join(self.sys, path)
        out = os.path.join(work, "shards")
        os.makedirs(out, exist_ok=True)
        before = {f: os.stat(os.path.join(out, f)).st_mtime_ns
                  for f in os.listdir(out)}
        self.generated(command, unit, work)
        plugin = ["-fplugin=" + self.plugin,
                  "-fplugin-arg-iplint-out=" + out,
                  "-fplugin-arg-iplint-root=" + self.root]
        for _ in range(8):
            p = subprocess.run(command + plugin + [unit], cwd=work,
                               capture_output=True, text=True, check=False,
                               errors="replace")
            if p.returncode == 0:
                break
            if self.complaints(p.stderr, work):
                continue
            errors = [x for x in p.stderr.splitlines() if "error:" in x]
            if name != target and all(ASM.search(x) for x in errors):
                break
            error = errors[0] if errors else p.stderr.strip()
            return Parsed(error=error.replace(self.root + "/", ""),
                          target=name)
        for f in os.listdir(out):
            s = os.path.join(out, f)
            if before.get(f) != os.stat(s).st_mtime_ns:
                return Parsed(shard=s, target=name)
        return Parsed(error="no shard", target=name)

    def configured(self, port, path):
        """The options of a configuration of the port; those that the unit
        itself needs, where options have no headers (OpenBSD)."""
        arch, name = CONFIGURATIONS.get(port, (port, "GENERIC"))
        conf = os.path.join(self.sys, "arch", arch, "conf")
        out = []
        if os.path.isdir(conf):
            names = [name] if os.path.exists(os.path.join(conf, name)) else \
                self.mentioning(conf, path)
            if names:
                self.read_options(os.path.join(conf, names[0]), out, set())
            make = os.path.join(conf, "Makefile." + arch)
            if os.path.exists(make):
                for line in DEFINE.findall(text(make)):
                    out += re.findall(r"-D(\w+(?:=\w+)?)(?=\s|$)", line)
        if self.os == "openbsd":
            for f in ("conf/files", "arch/%s/conf/files.%s" % (arch, arch)):
                for unit, words in FILE.findall(
                        text(os.path.join(self.sys, f))):
                    if unit == path:
                        out += re.findall(r"\w+", words.upper())
        return out

    @staticmethod
    def mentioning(conf, path):
        """Configurations with the unit's device, or else its directory."""
        word = os.path.basename(path).split("_")[0].split(".")[0]
        files = [f for f in sorted(os.listdir(conf)) if f.isupper()
                 and os.path.isfile(os.path.join(conf, f))]
        out = []
        for w in (word, os.path.basename(os.path.dirname(path))):
            out += [f for f in files if w in text(os.path.join(conf, f))]
        return out

    def read_options(self, path, out, seen):
        if path in seen or not os.path.isfile(path):
            return
        seen.add(path)
        source = text(path)
        for f in INCLUDE.findall(source):
            for d in (self.sys, os.path.dirname(path)):
                self.read_options(os.path.normpath(os.path.join(d, f)), out,
                                  seen)
        out += OPTION.findall(source)

    def stubs(self, port):
        """The directory of links and stubs of a port."""
        work = os.path.join(self.work, port)
        if os.path.isdir(work):
            return work
        os.makedirs(work)
        arch = os.path.join(self.sys, "arch")
        for a in sorted(os.listdir(arch)):
            inc = os.path.join(arch, a, "include")
            if os.path.isdir(inc) and a != port:
                os.symlink(inc, os.path.join(work, a))
        machine = os.path.join(arch, port, "include")
        if port == "xen":
            machine = os.path.join(machine, "amd64")
            os.symlink(os.path.join(arch, "xen", "include"),
                       os.path.join(work, "xen"))
            ma = os.path.join(work, "xen-ma")
            os.makedirs(ma)
            os.symlink(os.path.join(arch, "amd64", "include"),
                       os.path.join(ma, "machine"))
        else:
            os.symlink(machine, os.path.join(work, port))
        os.symlink(machine, os.path.join(work, "machine"))
        for f in ("locators.h", "ioconf.h"):
            open(os.path.join(work, f), "w").close()
        with open(os.path.join(work, "ioconf.h"), "w") as f:
            f.write("#include <sys/device.h>\n")
        return work

    def generated(self, command, unit, work):
        """Stubs for the headers that config(1) would have generated."""
        p = subprocess.run(command[:command.index("-fsyntax-only")]
                           + command[command.index("-fsyntax-only") + 1:]
                           + ["-M", "-MG", unit], cwd=work,
                           capture_output=True, text=True, check=False,
                           errors="replace")
        for word in p.stdout.replace("\\\n", " ").split():
            if "/" not in word and word.endswith(".h"):
                self.stub(word, work)

    @staticmethod
    def stub(name, work):
        path = os.path.join(work, name)
        if os.path.exists(path):
            return False
        with open(path, "w") as f:
            if not name.startswith("opt_"):
                f.write("#define N%s 1\n" % name[:-2].upper())
        return True

    def complaints(self, errors, work):
        """Stub what clang misses; false if nothing could be."""
        done = False
        for m in re.finditer(r"fatal error: '([^'/]+\.h)' file not found",
                             errors):
            done |= self.stub(m.group(1), work)
        for m in set(re.findall(r"use of undeclared identifier '(\w+)'",
                                errors)):
            if re.fullmatch(r"[A-Z0-9_]+CF_[A-Z0-9_]+", m):
                line = "#define %s %s\n" % (
                    m, "(-1)" if m.endswith("_DEFAULT") else "0")
                done |= self.append(os.path.join(work, "locators.h"), line)
            elif m.endswith("_cd"):
                done |= self.append(os.path.join(work, "ioconf.h"),
                                    "extern struct cfdriver %s;\n" % m)
        return done

    @staticmethod
    def append(path, line):
        if line in text(path):
            return False
        with open(path, "a") as f:
            f.write(line)
        return True

    def initialisations(self):
        """path -> names of the locks that are initialised there"""
        if self.inits is None:
            p = subprocess.run(["grep", "-rlE", "--include=*.c",
                                "mutex_init|mutex_obj_alloc", "."],
                               cwd=self.sys, capture_output=True, text=True,
                               check=False)
            self.inits = {}
            for f in sorted(p.stdout.splitlines()):
                names = set()
                for m in INIT.finditer(text(os.path.join(self.sys, f))):
                    last = LAST.search(m.group(1) or m.group(2) or "")
                    if last:
                        names.add(last.group(1))
                self.inits[os.path.relpath(f)] = names
        return self.inits

    def companions(self, path):
        """Units that initialise a lock that this unit takes: those of the
        same directory, and those that share a header of the driver."""
        source = text(os.path.join(self.sys, path))
        wanted = {LAST.search(m).group(1) for m in ENTER.findall(source)
                  if LAST.search(m)}
        mine = self.initialisations().get(path, set())
        if not wanted - mine:
            return []
        headers = {h for h in QUOTED.findall(source)
                   if h.endswith(".h") and not h.startswith(COMMON)}
        out = []
        for f, names in self.initialisations().items():
            if f == path or not names & (wanted - mine):
                continue
            if os.path.dirname(f) == os.path.dirname(path) or \
                    headers & set(QUOTED.findall(
                        text(os.path.join(self.sys, f)))):
                out.append(f)
        out.sort(key=lambda f: (os.path.dirname(f) != os.path.dirname(path),
                                f))
        return out[:12]
