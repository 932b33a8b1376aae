//
// Copyright (c) 2026 The iplint authors
//
// SPDX-License-Identifier: BSD-2-Clause
//
// remarks: comments in the source that speak to iplint.
//

#ifndef IPLINT_PLUGIN_REMARKS_H
#define IPLINT_PLUGIN_REMARKS_H

#include "clang/AST/Decl.h"
#include "clang/Basic/LangOptions.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Preprocessor.h"
#include <string>
#include <vector>

#include "naming.h"

namespace iplint {

/// Told of every comment that the preprocessor reads; keeps those that begin
/// with "IPLINT:".
class Remarks : public clang::CommentHandler {
public:
  bool HandleComment(clang::Preprocessor &PP, clang::SourceRange R) override;

  /// A function that is defined in the unit; Line is that of its name.
  void define(const clang::SourceManager &SM, const clang::FunctionDecl *FD,
              uint32_t Line);

  /// Put them into the module, sorted; after all calls of define().
  void add(ir_module *M, Naming &Names) const;

  bool empty() const { return All.empty(); }

private:
  struct Remark {
    clang::FileID File;
    uint32_t Line, Target;
    /// From the next token to what ends a declaration's head.
    unsigned Next, End;
    std::string Text;
  };
  std::vector<Remark> All;
};

} // namespace iplint

#endif // IPLINT_PLUGIN_REMARKS_H
