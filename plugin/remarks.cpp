//
// Copyright (c) 2026 The iplint authors
//
// SPDX-License-Identifier: BSD-2-Clause
//

#include "remarks.h"

#include "compat.h"

#include "clang/Basic/CharInfo.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <tuple>

using namespace clang;
using llvm::StringRef;

namespace iplint {

static const char Key[] = "IPLINT:";

// What stands behind the key, without the frame of the comment and with one
// space for each run of white space; false if it is another comment.
static bool textOf(StringRef Comment, std::string &Text) {
  StringRef S = Comment.drop_front(2).ltrim(" \t*!/\n\r");
  if (!compat::startsWith(S, Key))
    return false;
  S = S.drop_front(sizeof(Key) - 1);
  if (compat::startsWith(Comment, "/*") && compat::endsWith(S, "*/"))
    S = S.drop_back(2);
  bool AtStart = false, Space = false;
  for (char C : S) {
    if (C == '\n')
      AtStart = true;
    if (isWhitespace(C) || (AtStart && C == '*')) {
      Space = true;
      continue;
    }
    AtStart = false;
    if (Space && !Text.empty())
      Text += ' ';
    Space = false;
    Text += C;
  }
  return true;
}

bool Remarks::HandleComment(Preprocessor &PP, SourceRange R) {
  SourceManager &SM = PP.getSourceManager();
  auto [File, Begin] = SM.getDecomposedLoc(R.getBegin());
  unsigned End = SM.getDecomposedLoc(R.getEnd()).second;
  StringRef Buffer = SM.getBufferData(File);
  Remark New = {};
  if (End > Buffer.size() || End < Begin + 2 ||
      !textOf(Buffer.slice(Begin, End), New.Text))
    return false;
  New.File = File;
  New.Line = New.Target = SM.getLineNumber(File, Begin);

  // The next token, and how far the head of a function could go.
  Lexer Raw(SM.getLocForStartOfFile(File), PP.getLangOpts(), Buffer.begin(),
            Buffer.begin() + End, Buffer.end());
  Token T;
  New.Next = New.End = Buffer.size();
  for (bool First = true, Last = false; !Last; First = false) {
    Last = Raw.LexFromRawLexer(T) ||
           T.isOneOf(tok::eof, tok::semi, tok::l_brace, tok::r_brace);
    unsigned At = SM.getFileOffset(T.getLocation());
    if (First)
      New.Next = At;
    New.End = At;
  }

  size_t Start = Buffer.rfind('\n', Begin);
  Start = Start == StringRef::npos || Begin == 0 ? 0 : Start + 1;
  if (!Buffer.slice(Start, Begin).trim().empty())
    New.Next = New.End = 0;
  else if (New.Next < Buffer.size())
    New.Target = SM.getLineNumber(File, New.Next);
  All.push_back(New);
  return false;
}

void Remarks::define(const SourceManager &SM, const FunctionDecl *FD,
                     uint32_t Line) {
  auto [File, At] = SM.getDecomposedExpansionLoc(FD->getLocation());
  for (Remark &R : All)
    if (R.File == File && R.Next <= At && At < R.End)
      R.Target = Line;
}

void Remarks::add(ir_module *M, Naming &Names) const {
  for (const Remark &R : All) {
    ir_remark Remark = {Names.file(R.File), R.Line, R.Target,
                        Names.intern(R.Text)};
    vec_push(&M->remarks, Remark);
  }
  auto Order = [&](const ir_remark &R) {
    return std::make_tuple(Names.text(R.file), R.line, R.target,
                           Names.text(R.text));
  };
  ir_remark *First = M->remarks.p;
  std::sort(First, First + M->remarks.n,
            [&](const ir_remark &X, const ir_remark &Y) {
              return Order(X) < Order(Y);
            });
  // A header without a guard is read twice.
  M->remarks.n = std::unique(First, First + M->remarks.n,
                             [&](const ir_remark &X, const ir_remark &Y) {
                               return Order(X) == Order(Y);
                             }) -
                 First;
}

} // namespace iplint
