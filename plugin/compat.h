//
// Copyright (c) 2026 The iplint authors
//
// SPDX-License-Identifier: BSD-2-Clause
//
// compat: what differs between the LLVM releases that the plugin builds with.
// No other file of the plugin looks at a version number.
//

#ifndef IPLINT_PLUGIN_COMPAT_H
#define IPLINT_PLUGIN_COMPAT_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"
#include "clang/Analysis/CFG.h"
#include "clang/Basic/Version.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace iplint {
namespace compat {

// StringRef::starts_with() and ends_with(): 16; the old names left in 19.
inline bool startsWith(llvm::StringRef S, llvm::StringRef Prefix) {
  return S.size() >= Prefix.size() && S.substr(0, Prefix.size()) == Prefix;
}

inline bool endsWith(llvm::StringRef S, llvm::StringRef Suffix) {
  return S.size() >= Suffix.size() &&
         S.substr(S.size() - Suffix.size()) == Suffix;
}

// The text of inline assembly may be any constant expression since 21.
inline std::string asmText(const clang::GCCAsmStmt *S) {
#if CLANG_VERSION_MAJOR >= 21
  return S->getAsmString();
#else
  return S->getAsmString()->getString().str();
#endif
}

inline std::string asmText(const clang::FileScopeAsmDecl *D) {
#if CLANG_VERSION_MAJOR >= 21
  return D->getAsmString();
#else
  return D->getAsmString()->getString().str();
#endif
}

// isAscii() became isOrdinary() in 15.
inline bool isPlainString(const clang::StringLiteral *S) {
  return S->getCharByteWidth() == 1;
}

// Spelled with a small f until 19.
inline bool isUnnamedBitField(const clang::FieldDecl *FD) {
  return FD->isBitField() && !FD->getIdentifier();
}

// The variable whose cleanup function runs at this element, or null.  The
// control flow graph has such elements since 18.
constexpr bool HasCleanups = CLANG_VERSION_MAJOR >= 18;

inline const clang::VarDecl *cleanupAt(const clang::CFGElement &E) {
#if CLANG_VERSION_MAJOR >= 18
  if (E.getKind() == clang::CFGElement::CleanupFunction)
    return E.castAs<clang::CFGCleanupFunction>().getVarDecl();
#else
  (void)E;
#endif
  return nullptr;
}

} // namespace compat
} // namespace iplint

#endif // IPLINT_PLUGIN_COMPAT_H
