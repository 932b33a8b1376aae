//
// Copyright (c) 2026 The iplint authors
//
// SPDX-License-Identifier: BSD-2-Clause
//

#include "compat.h"

#include "clang/AST/Attr.h"
#include "clang/Basic/CharInfo.h"
#include "clang/Basic/FileManager.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <cstdlib>
#include <map>
#include <tuple>

#include "lower.h"
#include "unit.h"

using namespace clang;
using llvm::StringRef;

namespace iplint {

Unit::Unit(Preprocessor &P, ASTContext &C, ir_module *Module, struct names *N,
           StringRef Root)
    : Ctx(C), M(Module), Names(C, N, Root), PP(P), SM(C.getSourceManager()),
      Verbose(std::getenv("IPLINT_VERBOSE") != nullptr) {}

void Unit::complain(SourceLocation Loc, StringRef What) {
  if (!Verbose)
    return;
  Spot S = Names.spot(Loc);
  llvm::errs() << "iplint: " << Names.text(S.File) << ":" << S.Line << ": "
               << What << "\n";
}

void Unit::lose(SourceLocation Loc, StringRef What) {
  complain(Loc, What);
  if (M->incomplete == 0) {
    Spot S = Names.spot(Loc);
    M->incomplete = Names.intern(Names.text(S.File).str() + ":" +
                                 std::to_string(S.Line) + ": " + What.str());
  }
}

bool Unit::inMainFile(const Decl *D) const {
  return SM.isInMainFile(SM.getExpansionLoc(D->getLocation()));
}

//===----------------------------------------------------------------------===//
// What was read
//===----------------------------------------------------------------------===//

void Unit::addSources() {
  std::map<std::string, StringRef> Sources;
  for (unsigned I = 0; I < SM.local_sloc_entry_size(); ++I) {
    const SrcMgr::SLocEntry &Entry = SM.getLocalSLocEntry(I);
    if (!Entry.isFile())
      continue;
    FileID FID =
        SM.getFileID(SourceLocation::getFromRawEncoding(Entry.getOffset()));
    auto File = SM.getFileEntryRefForID(FID);
    if (!File)
      continue;
    if (auto Buffer = SM.getBufferOrNone(FID))
      Sources.insert({Names.text(Names.file(FID)).str(), Buffer->getBuffer()});
  }
  for (const auto &[Path, Bytes] : Sources) {
    ir_source S = {};
    S.path = Names.intern(Path);
    S.digest = digest_bytes(Bytes.data(), Bytes.size());
    vec_push(&M->sources, S);
  }
  FileID Main = SM.getMainFileID();
  M->unit = Names.file(Main);
  if (auto Buffer = SM.getBufferOrNone(Main)) {
    StringRef Text = Buffer->getBuffer();
    M->lines = Text.count('\n');
    if (!Text.empty() && Text.back() != '\n')
      ++M->lines;
  }
}

void Unit::addLevels() {
  std::map<StringRef, int64_t> Levels;
  for (const auto &Macro : PP.macros()) {
    StringRef Name = Macro.first->getName();
    int64_t Value;
    // The rules may ask for the kernel's version: __NetBSD_Version__.
    if ((compat::startsWith(Name, "IPL_") ||
         compat::startsWith(Name, "SOFTINT_") ||
         compat::endsWith(Name, "_Version__")) &&
        macroValue(PP, Ctx, Macro.first, Value))
      Levels[Name] = Value;
  }
  for (const auto &[Name, Value] : Levels) {
    ir_level L = {Names.intern(Name), Value};
    vec_push(&M->levels, L);
  }
}

//===----------------------------------------------------------------------===//
// What is lowered
//===----------------------------------------------------------------------===//

void Unit::refer(const FunctionDecl *FD) {
  const FunctionDecl *Canonical = FD->getCanonicalDecl();
  if (!Seen.insert(Canonical).second)
    return;
  const FunctionDecl *Def = FD->getDefinition();
  if (Def && Def->doesThisDeclarationHaveABody())
    Work.push_back(Def);
  else
    Undefined.push_back(Canonical);
}

void Unit::refer(const VarDecl *VD) {
  if (Seen.insert(VD->getCanonicalDecl()).second)
    Vars.push_back(VD->getCanonicalDecl());
}

void Unit::addAlias(const NamedDecl *D) {
  const auto *A = D->getAttr<AliasAttr>();
  if (!A)
    return;
  ir_alias Alias = {Names.global(D), Names.intern(A->getAliasee())};
  vec_push(&M->aliases, Alias);
}

// "x = y" is how the assembler is told of an alias.
void Unit::addAssembly(StringRef Text) {
  while (!Text.empty()) {
    size_t End = Text.find_first_of(";\n");
    StringRef Line = Text.substr(0, End);
    Text = End == StringRef::npos ? "" : Text.substr(End + 1);
    auto [Left, Right] = Line.split('=');
    Left = Left.trim();
    Right = Right.trim();
    auto IsName = [](StringRef S) {
      return !S.empty() && !isDigit(S.front()) && llvm::all_of(S, [](char C) {
        return isAlphanumeric(C) || C == '_' || C == '$';
      });
    };
    if (!IsName(Left) || !IsName(Right))
      continue;
    ir_alias Alias = {Names.intern(Left), Names.intern(Right)};
    vec_push(&M->aliases, Alias);
  }
}

bool Unit::isRoot(const Decl *D) {
  if (const auto *FD = dyn_cast<FunctionDecl>(D))
    return FD->doesThisDeclarationHaveABody() || FD->hasAttr<AliasAttr>();
  if (const auto *VD = dyn_cast<VarDecl>(D))
    return VD->isThisDeclarationADefinition() != VarDecl::DeclarationOnly;
  return isa<FileScopeAsmDecl>(D);
}

void Unit::addRoots(ArrayRef<const Decl *> Roots) {
  for (const Decl *D : Roots) {
    if (const auto *FD = dyn_cast<FunctionDecl>(D)) {
      addAlias(FD);
      if (!FD->doesThisDeclarationHaveABody())
        continue;
      bool Emitted =
          FD->isExternallyVisible() &&
          (!FD->isInlined() || FD->isInlineDefinitionExternallyVisible());
      if (Emitted || FD->hasAttr<UsedAttr>() ||
          (!FD->isInlined() && inMainFile(FD)))
        refer(FD);
    } else if (const auto *VD = dyn_cast<VarDecl>(D)) {
      addAlias(VD);
      if (VD->isExternallyVisible() || inMainFile(VD))
        refer(VD);
    } else if (const auto *A = dyn_cast<FileScopeAsmDecl>(D)) {
      addAssembly(compat::asmText(A));
    }
  }
}

// Clang keeps trees of what it could not understand; clang's own analyses do
// not look at functions with such trees, nor does this one.
static bool hasErrors(const Stmt *S) {
  if (const auto *E = dyn_cast<Expr>(S))
    if (E->containsErrors() || E->isTypeDependent() || E->isValueDependent())
      return true;
  if (const auto *D = dyn_cast<DeclStmt>(S))
    for (const Decl *Single : D->decls())
      if (Single->isInvalidDecl())
        return true;
  for (const Stmt *Child : S->children())
    if (Child && hasErrors(Child))
      return true;
  return false;
}

void Unit::addFunctions(bool HadErrors) {
  struct Entry {
    bool InMain;
    std::string File;
    unsigned Line, Col;
    size_t Nth;
    ir_func *Func;
  };
  std::vector<Entry> Done;
  while (!Work.empty() || VarsDone < Vars.size()) {
    if (VarsDone < Vars.size()) {
      const VarDecl *VD = Vars[VarsDone++];
      const VarDecl *With = nullptr;
      if (VD->getAnyInitializer(With) && !With->isInvalidDecl())
        Lower(*this).staticInit(With);
      continue;
    }
    const FunctionDecl *FD = Work.back();
    Work.pop_back();
    ir_func *Func = nullptr;
    if (FD->isInvalidDecl() || (HadErrors && hasErrors(FD->getBody())))
      lose(FD->getLocation(), FD->getName().str() + "() has errors");
    else if (!(Func = Lower(*this).function(FD)))
      lose(FD->getLocation(),
           "no control flow graph of " + FD->getName().str() + "()");
    if (!Func) {
      Undefined.push_back(FD);
      continue;
    }
    Done.push_back(
        {inMainFile(FD),
         Names.text(Func->files ? Func->files[Func->loc.file] : 0).str(),
         Func->loc.line, Func->loc.col, 0, Func});
  }
  // The order of discovery is no order to print in.
  std::sort(Done.begin(), Done.end(), [&](const Entry &X, const Entry &Y) {
    return std::make_tuple(!X.InMain, StringRef(X.File), X.Line, X.Col,
                           Names.text(X.Func->name)) <
           std::make_tuple(!Y.InMain, StringRef(Y.File), Y.Line, Y.Col,
                           Names.text(Y.Func->name));
  });
  for (size_t I = 0; I < Done.size(); ++I)
    M->funcs.p[I] = Done[I].Func;
}

// Functions that are not lowered, too: a comment in a header is the same one
// in all units.
void Unit::addRemarks(ArrayRef<const Decl *> Roots, Remarks &Comments) {
  if (Comments.empty())
    return;
  for (const Decl *D : Roots)
    if (const auto *FD = dyn_cast<FunctionDecl>(D))
      if (FD->doesThisDeclarationHaveABody())
        Comments.define(SM, FD, Names.spot(FD->getLocation()).Line);
  Comments.add(M, Names);
}

void Unit::addVariables() {
  for (const VarDecl *First : Vars) {
    const VarDecl *VD = First->getActingDefinition();
    ir_var V = {};
    if (const VarDecl *Def = First->getDefinition())
      VD = Def;
    if (!VD) {
      VD = First;
      V.flags |= IR_EXTERN;
    }
    if (!VD->isExternallyVisible())
      V.flags |= IR_STATIC;
    Spot S = Names.spot(VD->getLocation());
    V.name = Names.global(VD);
    V.type = Names.type(VD->getType());
    V.file = S.File;
    V.line = S.Line;
    vec_push(&M->vars, V);
  }
  std::sort(
      M->vars.p, M->vars.p + M->vars.n, [&](const ir_var &X, const ir_var &Y) {
        return std::make_tuple(Names.text(X.file), X.line, Names.text(X.name)) <
               std::make_tuple(Names.text(Y.file), Y.line, Names.text(Y.name));
      });
  // Initialisers of one variable stay in their order.
  std::stable_sort(M->inits.p, M->inits.p + M->inits.n,
                   [&](const ir_init &X, const ir_init &Y) {
                     return std::make_tuple(Names.text(X.file), X.line) <
                            std::make_tuple(Names.text(Y.file), Y.line);
                   });
}

void Unit::addDeclarations() {
  for (const FunctionDecl *FD : Undefined) {
    ir_func F = {};
    Spot S = Names.spot(FD->getLocation());
    F.name = Names.global(FD);
    F.sig = Names.signature(FD);
    F.flags = IR_EXTERN;
    if (!FD->isExternallyVisible())
      F.flags |= IR_STATIC;
    if (FD->isNoReturn())
      F.flags |= IR_NORETURN;
    F.nfiles = 1;
    F.files = static_cast<name_t *>(arena_alloc(M->arena, sizeof(name_t)));
    F.files[0] = S.File;
    F.loc.line = S.Line;
    vec_push(&M->decls, F);
  }
  std::sort(M->decls.p, M->decls.p + M->decls.n,
            [&](const ir_func &X, const ir_func &Y) {
              return std::make_tuple(Names.text(X.files[0]), X.loc.line,
                                     Names.text(X.name)) <
                     std::make_tuple(Names.text(Y.files[0]), Y.loc.line,
                                     Names.text(Y.name));
            });
}

void Unit::lower(ArrayRef<const Decl *> Roots, bool HadErrors,
                 Remarks &Comments) {
  addSources();
  addLevels();
  addRoots(Roots);
  addFunctions(HadErrors);
  addRemarks(Roots, Comments);
  addVariables();
  addDeclarations();
}

} // namespace iplint
