//
// Copyright (c) 2026 The iplint authors
//
// SPDX-License-Identifier: BSD-2-Clause
//
// Expressions without effects: values and places.
//

#include "compat.h"

#include "clang/AST/ExprCXX.h"

#include "lower.h"

using namespace clang;

namespace iplint {

const Expr *strip(const Expr *E) {
  for (;;) {
    const Expr *Next = E->IgnoreParens();
    if (const auto *Full = dyn_cast<FullExpr>(Next))
      Next = Full->getSubExpr();
    if (Next == E)
      return E;
    E = Next;
  }
}

const Expr *lastOperand(const Expr *E) {
  for (;;) {
    E = strip(E);
    const auto *B = dyn_cast<BinaryOperator>(E);
    if (!B || !B->isLogicalOp())
      return E;
    E = B->getRHS();
  }
}

// Integers and pointers have arithmetic; everything else is opaque.
static bool isPlain(QualType T) {
  return T->isIntegralOrEnumerationType() || T->isAnyPointerType() ||
         T->isAtomicType();
}

const ir_expr *Lower::evaluate(const Expr *E) {
  Expr::EvalResult R;
  if (E->isValueDependent() || !E->getType()->isIntegralOrEnumerationType() ||
      !E->EvaluateAsInt(R, Ctx))
    return nullptr;
  llvm::APSInt V = R.Val.getInt();
  if (V.getBitWidth() > 64)
    V = V.trunc(64);
  return constant(V.isSigned() ? V.getSExtValue() : int64_t(V.getZExtValue()));
}

const ir_expr *Lower::truth(const ir_expr *E) {
  if (E->kind == IR_CONST)
    return E->value == 0 || E->value == 1 ? E : constant(1);
  if (E->kind == IR_OPAQUE || F.isTruth(E))
    return E;
  return ir_binary(Arena, IR_OP_NE, E, constant(0));
}

const ir_expr *Lower::asPlace(const ir_expr *E) {
  return ir_is_place(E) ? E : ir_deref(Arena, opaque());
}

const ir_expr *Lower::value(const Expr *E) {
  const ir_expr *V = valueOf(strip(E));
  // An implicit cast stands where its operand stands.
  if (V->kind != IR_CONST || isa<ImplicitCastExpr>(E))
    return V;
  // "(EIO)", where EIO is a macro: the outermost macro inside parentheses.
  name_t Macro = N.macroOf(E);
  while (Macro == 0 && isa<ParenExpr>(E)) {
    E = cast<ParenExpr>(E)->getSubExpr();
    Macro = N.macroOf(E);
  }
  return Macro == 0 || Macro == V->macro ? V : constant(V->value, Macro);
}

const ir_expr *Lower::valueOf(const Expr *E) {
  if (E->isValueDependent() || E->containsErrors())
    return opaque();
  auto Known = Values.find(E);
  if (Known != Values.end())
    return Known->second;
  switch (E->getStmtClass()) {
  case Stmt::ImplicitCastExprClass:
  case Stmt::CStyleCastExprClass:
    return castValue(cast<CastExpr>(E));
  case Stmt::DeclRefExprClass:
  case Stmt::MemberExprClass:
  case Stmt::ArraySubscriptExprClass:
    return place(E);
  case Stmt::UnaryOperatorClass:
    return unaryValue(cast<UnaryOperator>(E));
  case Stmt::BinaryOperatorClass:
    return binaryValue(cast<BinaryOperator>(E));
  case Stmt::OpaqueValueExprClass:
    if (const Expr *Source = cast<OpaqueValueExpr>(E)->getSourceExpr())
      return value(Source);
    return opaque();
  case Stmt::AddrLabelExprClass:
    return labelNumber(cast<AddrLabelExpr>(E)->getLabel());
  case Stmt::ImplicitValueInitExprClass:
    return isPlain(E->getType()) ? constant(0) : opaque();
  case Stmt::InitListExprClass: {
    const auto *List = cast<InitListExpr>(E);
    if (isPlain(E->getType()) && List->getNumInits() == 1)
      return value(List->getInit(0));
    return opaque();
  }
  case Stmt::StringLiteralClass:
  case Stmt::PredefinedExprClass:
    if (const ir_expr *S = stringOf(E))
      return S;
    return opaque();
  case Stmt::CallExprClass:
  case Stmt::ConditionalOperatorClass:
  case Stmt::BinaryConditionalOperatorClass:
  case Stmt::CompoundAssignOperatorClass:
  case Stmt::CompoundLiteralExprClass:
  case Stmt::StmtExprClass:
  case Stmt::AtomicExprClass:
  case Stmt::VAArgExprClass:
    // These have been lowered where the graph lists them.
    if (const ir_expr *V = evaluate(E))
      return V;
    lost(E, "an effect that the control flow graph does not list");
    return opaque();
  default:
    // Literals, sizeof, offsetof and the like.
    if (const ir_expr *V = evaluate(E))
      return V;
    return opaque();
  }
}

const ir_expr *Lower::castValue(const CastExpr *E) {
  const Expr *Sub = E->getSubExpr();
  switch (E->getCastKind()) {
  case CK_LValueToRValue:
  case CK_LValueBitCast:
    return place(Sub);
  case CK_ArrayToPointerDecay:
    return arrayValue(Sub);
  case CK_FunctionToPointerDecay:
  case CK_BuiltinFnToFnPtr:
    return ir_addr(Arena, place(Sub));
  case CK_NoOp:
  case CK_IntegralToPointer:
  case CK_AddressSpaceConversion:
  case CK_AtomicToNonAtomic:
  case CK_NonAtomicToAtomic:
    return value(Sub);
  case CK_BitCast:
    return isPlain(E->getType()) ? value(Sub) : opaque();
  case CK_NullToPointer: {
    const ir_expr *V = value(Sub);
    return V->kind == IR_CONST ? V : constant(0);
  }
  case CK_IntegralToBoolean:
  case CK_PointerToBoolean:
    return truth(value(Sub));
  case CK_IntegralCast:
  case CK_BooleanToSignedIntegral:
  case CK_PointerToIntegral: {
    const ir_expr *V = value(Sub);
    if (V->kind == IR_CONST || V->kind == IR_ADDR)
      if (const ir_expr *C = evaluate(E))
        return V->kind == IR_CONST ? constant(C->value, V->macro) : C;
    return V;
  }
  default:
    if (const ir_expr *V = evaluate(E))
      return V;
    return opaque();
  }
}

const ir_expr *Lower::unaryValue(const UnaryOperator *E) {
  const Expr *Sub = E->getSubExpr();
  ir_op Op;
  switch (E->getOpcode()) {
  case UO_AddrOf:
    return ir_addr(Arena, place(Sub));
  case UO_Deref:
    return place(E);
  case UO_Plus:
    return value(Sub);
  case UO_Minus:
    Op = IR_OP_NEG;
    break;
  case UO_Not:
    Op = IR_OP_COMPL;
    break;
  case UO_LNot:
    Op = IR_OP_NOT;
    break;
  case UO_PreInc:
  case UO_PreDec:
  case UO_PostInc:
  case UO_PostDec:
    lost(E, "an increment that the control flow graph does not list");
    return opaque();
  default:
    return opaque();
  }
  if (!isPlain(E->getType()) || !isPlain(Sub->getType()))
    return opaque();
  const ir_expr *A = value(Sub);
  if (A->kind == IR_OPAQUE)
    return A;
  if (A->kind == IR_CONST)
    if (const ir_expr *V = evaluate(E))
      return V;
  return ir_unary(Arena, Op, A);
}

static bool irOp(BinaryOperatorKind Op, ir_op &Out) {
  switch (Op) {
  case BO_Add:
  case BO_AddAssign:
    Out = IR_OP_ADD;
    return true;
  case BO_Sub:
  case BO_SubAssign:
    Out = IR_OP_SUB;
    return true;
  case BO_Mul:
  case BO_MulAssign:
    Out = IR_OP_MUL;
    return true;
  case BO_Div:
  case BO_DivAssign:
    Out = IR_OP_DIV;
    return true;
  case BO_Rem:
  case BO_RemAssign:
    Out = IR_OP_REM;
    return true;
  case BO_And:
  case BO_AndAssign:
    Out = IR_OP_AND;
    return true;
  case BO_Or:
  case BO_OrAssign:
    Out = IR_OP_OR;
    return true;
  case BO_Xor:
  case BO_XorAssign:
    Out = IR_OP_XOR;
    return true;
  case BO_Shl:
  case BO_ShlAssign:
    Out = IR_OP_SHL;
    return true;
  case BO_Shr:
  case BO_ShrAssign:
    Out = IR_OP_SHR;
    return true;
  case BO_EQ:
    Out = IR_OP_EQ;
    return true;
  case BO_NE:
    Out = IR_OP_NE;
    return true;
  case BO_LT:
    Out = IR_OP_LT;
    return true;
  case BO_LE:
    Out = IR_OP_LE;
    return true;
  case BO_GT:
    Out = IR_OP_GT;
    return true;
  case BO_GE:
    Out = IR_OP_GE;
    return true;
  default:
    return false;
  }
}

const ir_expr *Lower::arithmetic(const BinaryOperator *E, const ir_expr *A,
                                 const ir_expr *B) {
  ir_op Op;
  if (!irOp(E->getOpcode(), Op) || !isPlain(E->getType()) ||
      !isPlain(E->getLHS()->getType()) || !isPlain(E->getRHS()->getType()) ||
      A->kind == IR_OPAQUE || B->kind == IR_OPAQUE)
    return opaque();
  return ir_binary(Arena, Op, A, B);
}

const ir_expr *Lower::binaryValue(const BinaryOperator *E) {
  if (E->getOpcode() == BO_Comma)
    return value(E->getRHS());
  if (E->isAssignmentOp() || E->isLogicalOp()) {
    if (const ir_expr *V = evaluate(E))
      return V;
    lost(E, "an operator that the control flow graph does not list");
    return opaque();
  }
  const ir_expr *A = value(E->getLHS()), *B = value(E->getRHS());
  if (A->kind == IR_CONST && B->kind == IR_CONST)
    if (const ir_expr *V = evaluate(E))
      return V;
  return arithmetic(E, A, B);
}

const ir_expr *Lower::stringOf(const Expr *E) {
  E = strip(E);
  if (const auto *P = dyn_cast<PredefinedExpr>(E))
    E = P->getFunctionName();
  const auto *S = dyn_cast_or_null<StringLiteral>(E);
  if (!S || !compat::isPlainString(S))
    return nullptr;
  return ir_str(Arena, N.string(S));
}

const ir_expr *Lower::arrayValue(const Expr *E) {
  if (const ir_expr *S = stringOf(E))
    return S;
  if (isa<StringLiteral>(strip(E)))
    return opaque(); // of wide characters
  return ir_addr(Arena, ir_index(Arena, place(E), constant(0)));
}

const ir_expr *Lower::labelNumber(const LabelDecl *L) {
  const CFGBlock *Dispatch = Graph ? Graph->getIndirectGotoBlock() : nullptr;
  int64_t Number = 0;
  if (!Dispatch)
    return opaque();
  for (auto I = Dispatch->succ_begin(); I != Dispatch->succ_end(); ++I) {
    ++Number;
    const CFGBlock *To = *I;
    const auto *S = To ? dyn_cast_or_null<LabelStmt>(To->getLabel()) : nullptr;
    if (S && S->getDecl() == L)
      return constant(Number);
  }
  return opaque();
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

const ir_expr *Lower::localOf(const VarDecl *VD) {
  const ir_expr *&E = Vars[VD];
  if (!E)
    E = F.local(F.addLocal(N.intern(VD->getName()), N.type(VD->getType())));
  return E;
}

const ir_expr *Lower::variable(const DeclRefExpr *E) {
  const ValueDecl *D = E->getDecl();
  if (const auto *C = dyn_cast<EnumConstantDecl>(D)) {
    const llvm::APSInt &V = C->getInitVal();
    return constant(V.isSigned() ? V.getSExtValue() : int64_t(V.getZExtValue()),
                    Static ? 0 : N.intern(C->getName()));
  }
  if (const auto *Fn = dyn_cast<FunctionDecl>(D)) {
    U.refer(Fn);
    return ir_global(Arena, N.global(Fn));
  }
  const auto *V = dyn_cast<VarDecl>(D);
  if (!V)
    return ir_deref(Arena, opaque());
  if (V->hasLocalStorage())
    return localOf(V);
  U.refer(V);
  return ir_global(Arena, N.global(V));
}

const ir_expr *Lower::member(const MemberExpr *E) {
  const Expr *Base = E->getBase();
  const ir_expr *P;
  if (E->isArrow())
    P = ir_deref(Arena, value(Base));
  else
    P = Base->isLValue() ? place(Base) : asPlace(value(Base));
  const auto *Field = dyn_cast<FieldDecl>(E->getMemberDecl());
  if (!Field)
    return ir_deref(Arena, opaque());
  // The members of an anonymous struct or union belong to its owner.
  if (!Field->getIdentifier())
    return P;
  return ir_field(Arena, P, N.record(Field->getParent()), N.field(Field));
}

const ir_expr *Lower::subscript(const ArraySubscriptExpr *E) {
  const Expr *Base = strip(E->getBase());
  if (Base->getType()->isVectorType())
    return ir_deref(Arena, opaque());
  const ir_expr *Index = value(E->getIdx());
  const auto *Decay = dyn_cast<ImplicitCastExpr>(Base);
  if (Decay && Decay->getCastKind() == CK_ArrayToPointerDecay &&
      !stringOf(Decay->getSubExpr()))
    return ir_index(Arena, place(Decay->getSubExpr()), Index);
  const ir_expr *P = value(Base);
  if (Index->kind != IR_CONST || Index->value != 0)
    P = ir_binary(Arena, IR_OP_ADD, P, Index);
  return ir_deref(Arena, P);
}

const ir_expr *Lower::place(const Expr *E) {
  E = strip(E);
  if (E->isValueDependent() || E->containsErrors())
    return ir_deref(Arena, opaque());
  auto Known = Values.find(E);
  if (Known != Values.end())
    return asPlace(Known->second);
  switch (E->getStmtClass()) {
  case Stmt::DeclRefExprClass:
    return variable(cast<DeclRefExpr>(E));
  case Stmt::MemberExprClass:
    return member(cast<MemberExpr>(E));
  case Stmt::ArraySubscriptExprClass:
    return subscript(cast<ArraySubscriptExpr>(E));
  case Stmt::UnaryOperatorClass:
    if (cast<UnaryOperator>(E)->getOpcode() == UO_Deref)
      return ir_deref(Arena, value(cast<UnaryOperator>(E)->getSubExpr()));
    return ir_deref(Arena, opaque());
  case Stmt::StringLiteralClass:
  case Stmt::PredefinedExprClass:
    if (const ir_expr *S = stringOf(E))
      return ir_deref(Arena, S);
    return ir_deref(Arena, opaque());
  case Stmt::CompoundLiteralExprClass:
    if (!Graph) // an unnamed object at file scope
      return ir_deref(Arena, opaque());
    return asPlace(valueOf(E));
  case Stmt::ImplicitCastExprClass:
  case Stmt::CStyleCastExprClass: {
    const auto *C = cast<CastExpr>(E);
    if (C->getCastKind() == CK_NoOp || C->getCastKind() == CK_LValueBitCast)
      return place(C->getSubExpr());
    return asPlace(castValue(C));
  }
  default:
    return asPlace(valueOf(E));
  }
}

} // namespace iplint
