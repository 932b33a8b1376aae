//
// Copyright (c) 2026 The iplint authors
//
// SPDX-License-Identifier: BSD-2-Clause
//
// The plugin as clang sees it.
//
//   clang -fplugin=/path/iplint.so -fplugin-arg-iplint-out=DIR ...
//
// out=DIR   where the shard goes; without it nothing is done
// root=DIR  paths below it are written relative to it
// key=HEX   digest of the unit's arguments, 32 hexadecimal digits; without it
//           the plugin digests the options that change what the source means
//
// It runs after the compiler's own work and never makes a compilation fail:
// its own errors are one line on stderr, and only if the environment has
// IPLINT_VERBOSE.  The exception is a clang of another major version, in which
// it would crash: that ends the compilation before anything was touched.
//

#include "compat.h"

#include "clang/Basic/CharInfo.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Frontend/FrontendPluginRegistry.h"
#include "clang/Lex/HeaderSearchOptions.h"
#include "clang/Lex/PreprocessorOptions.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>
#include <unistd.h>

#include "shard/shard.h"
#include "unit.h"

using namespace clang;
using llvm::StringRef;

namespace iplint {

//===----------------------------------------------------------------------===//
// The refusal
//===----------------------------------------------------------------------===//

// Runs before any other constructor, and uses nothing of clang but the one
// function, which has had the same form in all releases.
__attribute__((constructor(101))) static void checkVersion() {
  std::string Full = getClangFullVersion();
  const char Key[] = "clang version ";
  size_t At = Full.find(Key);
  int Major = At == std::string::npos
                  ? 0
                  : std::atoi(Full.c_str() + At + sizeof(Key) - 1);
  if (Major == CLANG_VERSION_MAJOR)
    return;
  fprintf(stderr,
          "iplint: built for clang %d, loaded into clang %d; refusing\n",
          CLANG_VERSION_MAJOR, Major);
  fflush(stderr);
  _exit(1);
}

//===----------------------------------------------------------------------===//
// The unit's options
//===----------------------------------------------------------------------===//

struct Options {
  std::string Out, Root;
  digest Key = {};
  bool HasKey = false;
};

static void complain(StringRef What) {
  if (std::getenv("IPLINT_VERBOSE"))
    llvm::errs() << "iplint: " << What << "\n";
}

// What changes the meaning of the source.  Folders are written as the IR
// writes them, so that the same unit has the same key in every checkout.
static digest invocationKey(CompilerInstance &CI, Naming &Names) {
  std::string Text;
  auto Add = [&](StringRef Kind, StringRef What) {
    Text += Kind.str() + " " + What.str() + "\n";
  };
  const TargetOptions &Target = CI.getTargetOpts();
  Add("triple", Target.Triple);
  Add("cpu", Target.CPU);
  for (const std::string &F : Target.FeaturesAsWritten)
    Add("feature", F);
  const LangOptions &LO = CI.getLangOpts();
  Add("standard", std::to_string(unsigned(LO.LangStd)));
  Add("language",
      std::to_string(LO.GNUMode) + std::to_string(LO.Freestanding) +
          std::to_string(LO.NoBuiltin) + std::to_string(LO.Optimize) +
          std::to_string(LO.OptimizeSize) + std::to_string(LO.CharIsSigned) +
          std::to_string(LO.ShortEnums) + std::to_string(LO.MSVCCompat));
  for (const auto &Macro : CI.getPreprocessorOpts().Macros)
    Add(Macro.second ? "undefine" : "define", Macro.first);
  for (const std::string &File : CI.getPreprocessorOpts().Includes)
    Add("include", Names.path(File));
  for (const auto &Entry : CI.getHeaderSearchOpts().UserEntries)
    Add("folder " + std::to_string(unsigned(Entry.Group)),
        Names.path(Entry.Path + "/"));
  return digest_bytes(Text.data(), Text.size());
}

static std::string toolText() {
  std::string Full = getClangFullVersion(), Version;
  const char Key[] = "clang version ";
  size_t At = Full.find(Key);
  if (At != std::string::npos)
    Version = StringRef(Full)
                  .substr(At + sizeof(Key) - 1)
                  .take_while([](char C) { return isDigit(C) || C == '.'; })
                  .str();
  return "iplint " IPLINT_VERSION " clang " + Version;
}

//===----------------------------------------------------------------------===//
// The plugin
//===----------------------------------------------------------------------===//

namespace {

class Consumer : public ASTConsumer {
public:
  Consumer(CompilerInstance &C, Options O) : CI(C), Opts(std::move(O)) {
    CI.getPreprocessor().addCommentHandler(&Comments);
  }

  ~Consumer() override {
    if (CI.hasPreprocessor())
      CI.getPreprocessor().removeCommentHandler(&Comments);
  }

  bool HandleTopLevelDecl(DeclGroupRef Group) override {
    for (const Decl *D : Group)
      if (Unit::isRoot(D))
        Roots.push_back(D);
    return true;
  }

  void HandleTranslationUnit(ASTContext &Ctx) override {
    struct names *Names = names_new();
    ir_module *M = ir_module_new(Names);
    run(Ctx, M, Names);
    ir_module_free(M);
    names_free(Names);
  }

private:
  void run(ASTContext &Ctx, ir_module *M, struct names *Names) {
    DiagnosticsEngine &Diags = CI.getDiagnostics();
    bool HadErrors = Diags.hasErrorOccurred();
    Unit U(CI.getPreprocessor(), Ctx, M, Names, Opts.Root);
    M->tool = U.Names.intern(toolText());
    M->key = Opts.HasKey ? Opts.Key : invocationKey(CI, U.Names);
    U.lower(Roots, HadErrors, Comments);
    if (HadErrors) {
      unsigned Count = Diags.getClient()->getNumErrors();
      M->incomplete = U.Names.intern(
          Count == 1 ? "1 error" : std::to_string(Count) + " errors");
    }
    write(M, U);
  }

  void write(ir_module *M, Unit &U) {
    buf Name = {};
    fault Fault = {};
    shard_name(U.Names.text(M->unit).data(), M->key, &Name);
    std::string Path = Opts.Out + "/" + Name.p;
    buf_free(&Name);
    if (std::error_code EC = llvm::sys::fs::create_directories(Opts.Out)) {
      complain(Opts.Out + ": " + EC.message());
      return;
    }
    if (shard_write(Path.c_str(), M, &Fault) != 0)
      complain(Fault.text);
  }

  CompilerInstance &CI;
  Options Opts;
  std::vector<const Decl *> Roots;
  Remarks Comments;
};

class Action : public PluginASTAction {
public:
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI,
                                                 StringRef) override {
    return std::make_unique<Consumer>(CI, Opts);
  }

  ActionType getActionType() override { return AddAfterMainAction; }

  // False leaves the plugin out and the compilation alone.
  bool ParseArgs(const CompilerInstance &,
                 const std::vector<std::string> &Args) override {
    for (StringRef Arg : Args) {
      if (Arg.consume_front("out=")) {
        Opts.Out = Arg.str();
      } else if (Arg.consume_front("root=")) {
        Opts.Root = Arg.str();
      } else if (Arg.consume_front("key=")) {
        Opts.HasKey = digest_parse(Arg.str().c_str(), &Opts.Key);
        if (!Opts.HasKey) {
          complain("key=" + Arg.str() + ": not 32 hexadecimal digits");
          return false;
        }
      } else {
        complain("unknown argument " + Arg.str());
        return false;
      }
    }
    if (Opts.Out.empty())
      complain("no out=DIR, nothing to do");
    return !Opts.Out.empty();
  }

private:
  Options Opts;
};

} // namespace

static FrontendPluginRegistry::Add<Action>
    Registration("iplint", "write a shard of flow IR for iplint");

} // namespace iplint
