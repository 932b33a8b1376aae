//
// Copyright (c) 2026 The iplint authors
//
// SPDX-License-Identifier: BSD-2-Clause
//
// naming: how files, records, types, functions and places are written in the
// IR (docs/ir.md).  Everything is cached; nothing here depends on the order of
// the questions, except that equal static locals of one function are numbered.
//

#ifndef IPLINT_PLUGIN_NAMING_H
#define IPLINT_PLUGIN_NAMING_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include <string>

#include "ir/ir.h"

namespace iplint {

/// Where a token stands.  File 0 is unknown; see struct ir_loc.
struct Spot {
  name_t File = 0;
  uint32_t Line = 0;
  unsigned Col = 0;
  name_t Macro = 0;
  name_t SFile = 0;
  uint32_t SLine = 0;
  unsigned SCol = 0;
};

class Naming {
public:
  /// Paths below Root, which may be empty, are written relative to it.
  Naming(clang::ASTContext &Ctx, struct names *Names, llvm::StringRef Root);

  name_t intern(llvm::StringRef S) {
    return name_intern_n(Names, S.data(), S.size());
  }
  llvm::StringRef text(name_t N) const { return name_str(Names, N); }

  /// A path as the IR writes it: without links in its folders.
  std::string path(llvm::StringRef File);
  name_t file(clang::FileID FID);
  /// The file that Loc is expanded in.
  name_t fileOf(clang::SourceLocation Loc);
  Spot spot(clang::SourceLocation Loc);
  /// The outermost macro whose expansion is exactly E, or 0.
  name_t macroOf(const clang::Expr *E);
  /// The text of a string literal; a file's name, as __FILE__ gives it, is
  /// written as all paths are.
  name_t string(const clang::StringLiteral *S);
  /// The identifier that is written at a place in a file, or nothing.
  llvm::StringRef identifierAt(clang::SourceLocation Loc);

  name_t record(const clang::RecordDecl *RD);
  name_t field(const clang::FieldDecl *FD);
  name_t type(clang::QualType T);
  name_t signature(const clang::FunctionDecl *FD);
  name_t signature(const clang::FunctionType *FT);
  /// A function or a variable that is not automatic, as the linker sees it.
  name_t global(const clang::NamedDecl *D);

private:
  std::string recordText(const clang::RecordDecl *RD);
  std::string ownerText(const clang::RecordDecl *RD);

  clang::ASTContext &Ctx;
  const clang::SourceManager &SM;
  struct names *Names;
  std::string Root;
  llvm::StringMap<std::string> Folders;
  llvm::DenseMap<clang::FileID, name_t> Files;
  llvm::DenseMap<const clang::Decl *, name_t> Decls;
  llvm::DenseMap<const clang::Type *, name_t> Types;
  llvm::DenseMap<const clang::Type *, name_t> Signatures;
  llvm::StringMap<unsigned> StaticLocals;
  clang::FileID LastFile;
  name_t LastName = 0;
};

} // namespace iplint

#endif // IPLINT_PLUGIN_NAMING_H
