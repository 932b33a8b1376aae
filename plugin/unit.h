//
// Copyright (c) 2026 The iplint authors
//
// SPDX-License-Identifier: BSD-2-Clause
//
// unit: one translation unit on its way into a module.  It decides what is
// lowered: every function that other units can call, every function of the
// main file, and what those refer to, directly or through initialisers.
//

#ifndef IPLINT_PLUGIN_UNIT_H
#define IPLINT_PLUGIN_UNIT_H

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseSet.h"
#include <string>
#include <vector>

#include "naming.h"
#include "remarks.h"

namespace iplint {

class Unit {
public:
  Unit(clang::Preprocessor &PP, clang::ASTContext &Ctx, ir_module *M,
       struct names *N, llvm::StringRef Root);

  /// To be told of each declaration at file scope when it has been read:
  /// then it is still in the cache, which walking over all of them at the end
  /// would have to fill again.
  static bool isRoot(const clang::Decl *D);

  /// Fills the module; Roots are those that isRoot() is true of.  Where the
  /// unit had errors, functions that contain one are left out.
  void lower(llvm::ArrayRef<const clang::Decl *> Roots, bool HadErrors,
             Remarks &Comments);

  /// Code or an initialiser that is kept uses this function or variable.
  void refer(const clang::FunctionDecl *FD);
  void refer(const clang::VarDecl *VD);

  /// Something that should not happen and loses information: one line on
  /// stderr if the environment has IPLINT_VERBOSE.
  void complain(clang::SourceLocation Loc, llvm::StringRef What);
  /// The same, and the module is marked as incomplete.
  void lose(clang::SourceLocation Loc, llvm::StringRef What);

  clang::ASTContext &Ctx;
  ir_module *M;
  Naming Names;

private:
  void addSources();
  void addLevels();
  void addAlias(const clang::NamedDecl *D);
  void addAssembly(llvm::StringRef Text);
  void addRoots(llvm::ArrayRef<const clang::Decl *> Roots);
  void addFunctions(bool HadErrors);
  void addRemarks(llvm::ArrayRef<const clang::Decl *> Roots,
                  Remarks &Comments);
  void addVariables();
  void addDeclarations();
  bool inMainFile(const clang::Decl *D) const;

  clang::Preprocessor &PP;
  clang::SourceManager &SM;
  llvm::DenseSet<const clang::Decl *> Seen;
  std::vector<const clang::FunctionDecl *> Work, Undefined;
  std::vector<const clang::VarDecl *> Vars;
  size_t VarsDone = 0;
  bool Verbose;
};

/// The value of an object-like macro whose body is an integer constant
/// expression, as far as this can be told from its tokens.
bool macroValue(clang::Preprocessor &PP, clang::ASTContext &Ctx,
                const clang::IdentifierInfo *Name, int64_t &Value);

} // namespace iplint

#endif // IPLINT_PLUGIN_UNIT_H
