//
// Copyright (c) 2026 The iplint authors
//
// SPDX-License-Identifier: BSD-2-Clause
//
// What has an effect: calls, assignments, initialisers, inline assembly.
//

#include "compat.h"

#include "clang/AST/Attr.h"
#include "clang/Basic/Builtins.h"

#include "lower.h"

using namespace clang;

namespace iplint {

//===----------------------------------------------------------------------===//
// Instructions
//===----------------------------------------------------------------------===//

ir_loc Lower::loc(SourceLocation L) {
  ir_loc Out = {};
  Spot S = N.spot(L);
  if (S.Line == 0)
    return Out;
  Out.line = S.Line;
  Out.col = std::min(S.Col, unsigned(UINT16_MAX));
  Out.file = F.file(S.File);
  Out.macro = S.Macro;
  if (S.SLine != 0) {
    Out.sline = S.SLine;
    Out.scol = std::min(S.SCol, unsigned(UINT16_MAX));
    Out.sfile = F.file(S.SFile);
  }
  return Out;
}

void Lower::assign(const ir_expr *Dst, const ir_expr *Src, const ir_loc &L) {
  ir_insn I = {};
  I.kind = IR_ASSIGN;
  I.loc = L;
  I.dst = Dst;
  I.src = Src;
  emit(I);
}

void Lower::assign(const ir_expr *Dst, const ir_expr *Src, SourceLocation L) {
  assign(Dst, Src, loc(L));
}

void Lower::lost(const Stmt *S, const char *What) {
  U.complain(S->getBeginLoc(), What);
}

const ir_expr *Lower::tempOf(const Expr *E, bool Truth) {
  const ir_expr *&T = Temps[E];
  if (!T) {
    T = temp();
    if (Truth)
      F.setTruth(T->local);
  }
  return T;
}

//===----------------------------------------------------------------------===//
// Expressions that are listed in the graph
//===----------------------------------------------------------------------===//

void Lower::effect(const Expr *E) {
  E = strip(E);
  if (E->isValueDependent() || E->containsErrors() || NotRun.count(E))
    return;
  switch (E->getStmtClass()) {
  case Stmt::CallExprClass:
    call(cast<CallExpr>(E));
    break;
  case Stmt::CompoundAssignOperatorClass:
    assignment(cast<BinaryOperator>(E));
    break;
  case Stmt::BinaryOperatorClass: {
    const auto *B = cast<BinaryOperator>(E);
    if (B->isAssignmentOp())
      assignment(B);
    else if (B->isLogicalOp())
      Values[E] = tempOf(E, true);
    break;
  }
  case Stmt::UnaryOperatorClass:
    if (cast<UnaryOperator>(E)->isIncrementDecrementOp())
      increment(cast<UnaryOperator>(E));
    break;
  case Stmt::ConditionalOperatorClass:
  case Stmt::BinaryConditionalOperatorClass:
    if (!E->getType()->isVoidType())
      Values[E] = tempOf(E, false);
    break;
  case Stmt::StmtExprClass: {
    const CompoundStmt *Body = cast<StmtExpr>(E)->getSubStmt();
    const auto *Last = dyn_cast_or_null<ValueStmt>(Body->getStmtExprResult());
    const Expr *V = Last ? Last->getExprStmt() : nullptr;
    if (!V || E->getType()->isVoidType())
      break;
    const ir_expr *T = temp();
    assign(T, value(V), V->getBeginLoc());
    Values[E] = T;
    break;
  }
  case Stmt::AtomicExprClass:
    atomic(cast<AtomicExpr>(E));
    break;
  case Stmt::VAArgExprClass: {
    const ir_expr *T = temp();
    assign(T, opaque(), E->getBeginLoc());
    Values[E] = T;
    break;
  }
  case Stmt::CompoundLiteralExprClass: {
    const auto *L = cast<CompoundLiteralExpr>(E);
    const ir_expr *T = temp();
    Values[E] = T;
    initialise(T, L->getType(), L->getInitializer(), L->getBeginLoc());
    break;
  }
  default:
    break;
  }
  const Expr *Conditional = ArmOf.lookup(E);
  if (!Conditional || Conditional->getType()->isVoidType())
    return;
  const auto *C = cast<AbstractConditionalOperator>(Conditional);
  const Expr *Arm =
      strip(C->getTrueExpr()) == E ? C->getTrueExpr() : C->getFalseExpr();
  assign(tempOf(C, false), value(Arm), Arm->getBeginLoc());
}

void Lower::assignment(const BinaryOperator *E) {
  const ir_expr *Dst = place(E->getLHS()), *Src = value(E->getRHS());
  if (E->isCompoundAssignmentOp())
    Src = arithmetic(E, Dst, Src);
  Values[E] = Dst;
  assign(Dst, Src, E->getBeginLoc());
}

void Lower::increment(const UnaryOperator *E) {
  const ir_expr *Dst = place(E->getSubExpr());
  ir_loc L = loc(E->getBeginLoc());
  if (E->isPostfix()) {
    const ir_expr *Old = temp();
    assign(Old, Dst, L);
    Values[E] = Old;
  } else {
    Values[E] = Dst;
  }
  QualType T = E->getType();
  const ir_expr *Src = opaque();
  if (T->isIntegralOrEnumerationType() || T->isAnyPointerType() ||
      T->isAtomicType())
    Src = ir_binary(Arena, E->isIncrementOp() ? IR_OP_ADD : IR_OP_SUB, Dst,
                    constant(1));
  assign(Dst, Src, L);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

bool Lower::builtinCall(const CallExpr *E, unsigned Id) {
  switch (Id) {
  case Builtin::BI__builtin_expect:
  case Builtin::BI__builtin_expect_with_probability:
    Values[E] = value(E->getArg(0));
    return true;
  case Builtin::BI__builtin_unreachable:
  case Builtin::BI__builtin_assume:
    return true;
  case Builtin::BI__builtin_constant_p: {
    const ir_expr *V = evaluate(E);
    Values[E] = V ? V : constant(0);
    return true;
  }
  case Builtin::BI__builtin_object_size: {
    const ir_expr *V = evaluate(E);
    Values[E] = V ? V : opaque();
    return true;
  }
  default:
    // Whatever is a constant, such as __builtin_bswap32() of one.
    if (const ir_expr *V = evaluate(E)) {
      Values[E] = V;
      return true;
    }
    return false;
  }
}

void Lower::call(const CallExpr *E) {
  if (unsigned Id = E->getBuiltinCallee()) {
    const FunctionDecl *Fn = E->getDirectCallee();
    if (Fn && compat::startsWith(Fn->getName(), "__builtin_") &&
        builtinCall(E, Id))
      return;
  }
  ir_insn I = {};
  I.kind = IR_CALL;
  I.loc = loc(E->getBeginLoc());
  const ir_expr *Callee = value(E->getCallee());
  QualType T = E->getCallee()->getType();
  if (T->isPointerType())
    T = T->getPointeeType();
  const auto *FT = T->getAs<FunctionType>();
  if (Callee->kind == IR_ADDR && Callee->a->kind == IR_GLOBAL) {
    I.src = Callee->a;
  } else {
    I.src = Callee;
    I.name = FT ? N.signature(FT) : N.intern("?");
  }
  I.nargs = std::min(E->getNumArgs(), unsigned(UINT16_MAX));
  if (I.nargs != 0)
    I.args = static_cast<const ir_expr **>(
        arena_alloc(Arena, I.nargs * sizeof(*I.args)));
  for (unsigned A = 0; A < I.nargs; ++A)
    I.args[A] = value(E->getArg(A));
  if (!E->getType()->isVoidType()) {
    I.dst = temp();
    Values[E] = I.dst;
  }
  emit(I);
}

// The atomic operations that clang gives an own node; they are called what the
// source calls them.
void Lower::atomic(const AtomicExpr *E) {
  ir_insn I = {};
  I.kind = IR_CALL;
  I.loc = loc(E->getBeginLoc());
  SourceLocation Name =
      Ctx.getSourceManager().getSpellingLoc(E->getBuiltinLoc());
  I.src = ir_global(Arena, N.intern(N.identifierAt(Name)));
  unsigned Count = E->getNumSubExprs();
  auto *Subs = const_cast<AtomicExpr *>(E)->getSubExprs();
  I.args = static_cast<const ir_expr **>(
      arena_alloc(Arena, Count * sizeof(*I.args)));
  I.nargs = Count;
  // Clang keeps the orders next to the pointer; the source has them last.
  static const unsigned Order[][6] = {
      {0},          {0, 1},          {0, 2, 1},
      {0, 2, 3, 1}, {0, 2, 4, 1, 3}, {0, 2, 4, 5, 1, 3}};
  for (unsigned A = 0; A < Count; ++A)
    I.args[A] = value(Subs[Count <= 6 ? Order[Count - 1][A] : A]);
  if (!E->getType()->isVoidType()) {
    I.dst = temp();
    Values[E] = I.dst;
  }
  emit(I);
}

void Lower::cleanup(const VarDecl *VD) {
  const auto *A = VD->getAttr<CleanupAttr>();
  ir_insn I = {};
  I.kind = IR_CALL;
  I.loc = loc(VD->getLocation());
  U.refer(A->getFunctionDecl());
  I.src = ir_global(Arena, N.global(A->getFunctionDecl()));
  I.nargs = 1;
  I.args = static_cast<const ir_expr **>(arena_alloc(Arena, sizeof(*I.args)));
  I.args[0] = ir_addr(Arena, localOf(VD));
  emit(I);
}

void Lower::assembly(const AsmStmt *S) {
  ir_insn I = {};
  I.kind = IR_ASM;
  I.loc = loc(S->getAsmLoc());
  if (const auto *G = dyn_cast<GCCAsmStmt>(S)) {
    I.name = N.intern(compat::asmText(G));
    I.nargs = G->getNumOutputs();
    if (I.nargs != 0)
      I.args = static_cast<const ir_expr **>(
          arena_alloc(Arena, I.nargs * sizeof(*I.args)));
    for (unsigned A = 0; A < I.nargs; ++A)
      I.args[A] = place(G->getOutputExpr(A));
  } else if (const auto *MS = dyn_cast<MSAsmStmt>(S)) {
    I.name = N.intern(MS->getAsmString());
  }
  emit(I);
}

//===----------------------------------------------------------------------===//
// Initialisers
//===----------------------------------------------------------------------===//

static bool isAddress(const ir_expr *E) {
  if (E->kind != IR_ADDR)
    return false;
  for (E = E->a; E->kind == IR_FIELD || E->kind == IR_INDEX;)
    E = E->a;
  return E->kind == IR_GLOBAL;
}

void Lower::store(const ir_expr *Place, const ir_expr *Value,
                  SourceLocation Loc) {
  if (!Static) {
    assign(Place, Value, Loc);
    return;
  }
  if (Value->kind == IR_CONST) {
    StringRef Macro = N.text(Value->macro);
    if (Macro.empty() || Macro == "NULL" || Macro == "true" || Macro == "false")
      return;
  } else if (!isAddress(Value)) {
    return;
  }
  Spot S = N.spot(Loc);
  ir_init Init = {};
  Init.place = Place;
  Init.value = Value;
  Init.file = S.File;
  Init.line = S.Line;
  vec_push(&U.M->inits, Init);
}

void Lower::initialiseZero(const ir_expr *Place, QualType T,
                           SourceLocation Loc) {
  if (Static)
    return;
  if (const RecordDecl *RD = T->getAsRecordDecl()) {
    if (RD->isUnion())
      return;
    for (const FieldDecl *Field : RD->fields())
      if (Field->getIdentifier())
        initialiseZero(ir_field(Arena, Place, N.record(RD), N.field(Field)),
                       Field->getType(), Loc);
    return;
  }
  if (T->isIntegralOrEnumerationType() || T->isAnyPointerType())
    store(Place, constant(0), Loc);
}

void Lower::initialiseList(const ir_expr *Place, QualType T,
                           const InitListExpr *List) {
  if (const ConstantArrayType *A = Ctx.getAsConstantArrayType(T)) {
    for (unsigned I = 0; I < List->getNumInits(); ++I) {
      const Expr *Init = strip(List->getInit(I));
      // Tables of plain numbers are long and of no interest.
      if (Static && isa<IntegerLiteral>(Init->IgnoreParenImpCasts()) &&
          Init->getBeginLoc().isFileID())
        continue;
      initialise(ir_index(Arena, Place, constant(I)), A->getElementType(),
                 List->getInit(I), List->getBeginLoc());
    }
    return;
  }
  const RecordDecl *RD = T->getAsRecordDecl();
  if (!RD) {
    if (List->getNumInits() == 1)
      initialise(Place, T, List->getInit(0), List->getBeginLoc());
    return;
  }
  auto Member = [&](const FieldDecl *Field, const Expr *Init) {
    const ir_expr *At = Place;
    if (Field->getIdentifier())
      At = ir_field(Arena, Place, N.record(RD), N.field(Field));
    initialise(At, Field->getType(), Init, List->getBeginLoc());
  };
  if (RD->isUnion()) {
    const FieldDecl *Field = List->getInitializedFieldInUnion();
    if (Field && List->getNumInits() > 0)
      Member(Field, List->getInit(0));
    return;
  }
  unsigned I = 0;
  for (const FieldDecl *Field : RD->fields()) {
    if (compat::isUnnamedBitField(Field))
      continue;
    if (I >= List->getNumInits())
      break;
    Member(Field, List->getInit(I++));
  }
}

void Lower::initialise(const ir_expr *Place, QualType T, const Expr *Init,
                       SourceLocation Loc) {
  if (!Init || Init->isValueDependent() || Init->containsErrors())
    return;
  const Expr *E = strip(Init);
  if (isa<NoInitExpr>(E))
    return;
  if (isa<ImplicitValueInitExpr>(E)) {
    initialiseZero(Place, T, Loc);
    return;
  }
  if (const auto *Update = dyn_cast<DesignatedInitUpdateExpr>(E)) {
    initialise(Place, T, Update->getBase(), Loc);
    initialise(Place, T, Update->getUpdater(), Loc);
    return;
  }
  if (const auto *List = dyn_cast<InitListExpr>(E)) {
    if (List->isSemanticForm() || !List->getSemanticForm())
      initialiseList(Place, T, List);
    else
      initialiseList(Place, T, List->getSemanticForm());
    return;
  }
  if (Static && !T->isScalarType()) {
    // "(struct foo){ ... }" as an initialiser is the list in it.
    if (const auto *Cast = dyn_cast<ImplicitCastExpr>(E))
      E = strip(Cast->getSubExpr());
    if (const auto *L = dyn_cast<CompoundLiteralExpr>(E))
      initialise(Place, T, L->getInitializer(), Loc);
    return;
  }
  const ir_expr *V = stringOf(E);
  store(Place, V ? V : value(Init), E->getBeginLoc());
}

void Lower::declaration(const VarDecl *VD, SourceLocation Loc) {
  if (!compat::HasCleanups && VD->hasAttr<CleanupAttr>())
    U.lose(VD->getLocation(), "cleanup functions need clang 18");
  if (!VD->hasLocalStorage() || !VD->getInit() || VD->isInvalidDecl())
    return;
  const Expr *Init = VD->getInit();
  const ir_expr *Place = localOf(VD);
  if (isa<InitListExpr>(strip(Init)))
    initialise(Place, VD->getType(), Init, Loc);
  else
    assign(Place, value(Init), Loc);
}

void Lower::staticInit(const VarDecl *VD) {
  Static = VD;
  initialise(ir_global(Arena, N.global(VD)), VD->getType(), VD->getInit(),
             VD->getLocation());
  Static = nullptr;
}

} // namespace iplint
