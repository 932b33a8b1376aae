//
// Copyright (c) 2026 The iplint authors
//
// SPDX-License-Identifier: BSD-2-Clause
//
// The value of a macro such as IPL_VM: 6, (IPL_NONE + 1), or the name of
// another macro or of an enumerator.
//

#include "compat.h"

#include "clang/Lex/MacroInfo.h"

#include "unit.h"

using namespace clang;
using llvm::StringRef;

namespace iplint {

namespace {

class Evaluator {
public:
  Evaluator(Preprocessor &P, ASTContext &C) : PP(P), Ctx(C) {}

  bool macro(const IdentifierInfo *Name, int64_t &Value);

private:
  struct Tokens {
    ArrayRef<Token> Rest;
    bool at(tok::TokenKind K) const { return !Rest.empty() && Rest[0].is(K); }
    void next() { Rest = Rest.drop_front(); }
  };

  bool binary(Tokens &T, unsigned Least, int64_t &Value);
  bool unary(Tokens &T, int64_t &Value);
  bool number(const Token &T, int64_t &Value);
  bool enumerator(const IdentifierInfo *Name, int64_t &Value);

  Preprocessor &PP;
  ASTContext &Ctx;
  unsigned Depth = 0;
};

} // namespace

bool Evaluator::macro(const IdentifierInfo *Name, int64_t &Value) {
  const MacroInfo *MI = PP.getMacroInfo(Name);
  if (!MI || MI->isFunctionLike() || MI->isBuiltinMacro() ||
      MI->getNumTokens() == 0 || Depth >= 16)
    return false;
  ++Depth;
  Tokens T{ArrayRef<Token>(&*MI->tokens_begin(), MI->getNumTokens())};
  bool Good = binary(T, 1, Value) && T.Rest.empty();
  --Depth;
  return Good;
}

bool Evaluator::enumerator(const IdentifierInfo *Name, int64_t &Value) {
  DeclarationName DN(Name);
  for (const NamedDecl *D : Ctx.getTranslationUnitDecl()->lookup(DN))
    if (const auto *E = dyn_cast<EnumConstantDecl>(D)) {
      Value = E->getInitVal().getExtValue();
      return true;
    }
  return false;
}

bool Evaluator::number(const Token &T, int64_t &Value) {
  bool Invalid = false;
  std::string Text = PP.getSpelling(T, &Invalid);
  uint64_t Unsigned;
  if (Invalid)
    return false;
  if (StringRef(Text).rtrim("uUlL").getAsInteger(0, Unsigned))
    return false;
  Value = int64_t(Unsigned);
  return true;
}

bool Evaluator::unary(Tokens &T, int64_t &Value) {
  if (T.Rest.empty())
    return false;
  Token First = T.Rest[0];
  T.next();
  switch (First.getKind()) {
  case tok::l_paren:
    if (!binary(T, 1, Value) || !T.at(tok::r_paren))
      return false;
    T.next();
    return true;
  case tok::minus:
    if (!unary(T, Value))
      return false;
    Value = int64_t(-uint64_t(Value));
    return true;
  case tok::tilde:
    if (!unary(T, Value))
      return false;
    Value = ~Value;
    return true;
  case tok::plus:
    return unary(T, Value);
  case tok::numeric_constant:
    return number(First, Value);
  default:
    if (const IdentifierInfo *II = First.getIdentifierInfo())
      return macro(II, Value) || enumerator(II, Value);
    return false;
  }
}

static unsigned precedence(tok::TokenKind K) {
  switch (K) {
  case tok::pipe:
    return 1;
  case tok::caret:
    return 2;
  case tok::amp:
    return 3;
  case tok::lessless:
  case tok::greatergreater:
    return 4;
  case tok::plus:
  case tok::minus:
    return 5;
  case tok::star:
    return 6;
  default:
    return 0;
  }
}

bool Evaluator::binary(Tokens &T, unsigned Least, int64_t &Value) {
  if (!unary(T, Value))
    return false;
  while (!T.Rest.empty()) {
    tok::TokenKind K = T.Rest[0].getKind();
    unsigned P = precedence(K);
    if (P == 0 || P < Least)
      return true;
    int64_t Right;
    T.next();
    if (!binary(T, P + 1, Right))
      return false;
    uint64_t X = uint64_t(Value), Y = uint64_t(Right);
    switch (K) {
    case tok::pipe:
      X |= Y;
      break;
    case tok::caret:
      X ^= Y;
      break;
    case tok::amp:
      X &= Y;
      break;
    case tok::lessless:
    case tok::greatergreater:
      if (Y > 63)
        return false;
      X = K == tok::lessless ? X << Y : X >> Y;
      break;
    case tok::plus:
      X += Y;
      break;
    case tok::minus:
      X -= Y;
      break;
    default:
      X *= Y;
      break;
    }
    Value = int64_t(X);
  }
  return true;
}

bool macroValue(Preprocessor &PP, ASTContext &Ctx, const IdentifierInfo *Name,
                int64_t &Value) {
  return Evaluator(PP, Ctx).macro(Name, Value);
}

} // namespace iplint
