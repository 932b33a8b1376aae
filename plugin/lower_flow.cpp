//
// Copyright (c) 2026 The iplint authors
//
// SPDX-License-Identifier: BSD-2-Clause
//
// Control flow: from the blocks of clang's graph to those of the IR.
//

#include "compat.h"

#include "clang/Basic/Builtins.h"
#include <algorithm>

#include "lower.h"

using namespace clang;

namespace iplint {

static CFG::BuildOptions makeOptions() {
  CFG::BuildOptions O;
  O.PruneTriviallyFalseEdges = true;
  O.AddImplicitDtors = true; // for the cleanup attribute
  O.setAlwaysAdd(Stmt::BinaryOperatorClass)
      .setAlwaysAdd(Stmt::CompoundAssignOperatorClass)
      .setAlwaysAdd(Stmt::UnaryOperatorClass)
      .setAlwaysAdd(Stmt::StmtExprClass)
      .setAlwaysAdd(Stmt::AtomicExprClass)
      .setAlwaysAdd(Stmt::VAArgExprClass)
      .setAlwaysAdd(Stmt::CompoundLiteralExprClass);
  return O;
}

// A successor, or null if it is not to be had.  Clang takes the default of a
// switch that names all enumerators for unreachable.  Where nobody has written
// one that is what was meant; but a default that is there runs for all other
// values, which C allows in an enumeration.
static const CFGBlock *follow(const CFGBlock *B, const CFGBlock *Normal,
                              const CFGBlock *Any) {
  const auto *S = dyn_cast_or_null<SwitchStmt>(B->getTerminatorStmt());
  if (Normal || !Any || !S || !S->isAllEnumCasesCovered() ||
      !isa_and_nonnull<DefaultStmt>(Any->getLabel()))
    return Normal;
  return Any;
}

template <class Iterator>
static const CFGBlock *follow(const CFGBlock *B, const Iterator &To) {
  return follow(B, To->getReachableBlock(), To->getPossiblyUnreachableBlock());
}

// Reachable blocks, each before those it leads to, loops apart.
static std::vector<const CFGBlock *> orderOf(const CFG &G) {
  std::vector<const CFGBlock *> Out;
  std::vector<char> Seen(G.getNumBlockIDs());
  std::vector<
      std::pair<const CFGBlock *, CFGBlock::const_succ_reverse_iterator>>
      Stack;
  const CFGBlock *Entry = &G.getEntry();
  Seen[Entry->getBlockID()] = 1;
  Stack.push_back({Entry, Entry->succ_rbegin()});
  while (!Stack.empty()) {
    auto &[B, Next] = Stack.back();
    if (Next == B->succ_rend()) {
      Out.push_back(B);
      Stack.pop_back();
      continue;
    }
    const CFGBlock *To = follow(B, Next++);
    if (!To || Seen[To->getBlockID()])
      continue;
    Seen[To->getBlockID()] = 1;
    Stack.push_back({To, To->succ_rbegin()});
  }
  std::reverse(Out.begin(), Out.end());
  return Out;
}

static void addAll(const Stmt *S, llvm::DenseSet<const Stmt *> &Out) {
  Out.insert(S);
  for (const Stmt *Child : S->children())
    if (Child)
      addAll(Child, Out);
}

// What has to be known of a block before the first one is lowered.
void Lower::survey(const CFGBlock *B) {
  for (const CFGElement &Element : *B) {
    auto S = Element.getAs<CFGStmt>();
    if (!S)
      continue;
    const Stmt *E = S->getStmt();
    if (const auto *Op = dyn_cast<BinaryOperator>(E)) {
      if (Op->isLogicalOp())
        LogicalAt[B->getBlockID()] = Op;
    } else if (const auto *C = dyn_cast<AbstractConditionalOperator>(E)) {
      ArmOf[strip(C->getTrueExpr())] = C;
      ArmOf[strip(C->getFalseExpr())] = C;
    } else if (const auto *C = dyn_cast<CallExpr>(E)) {
      if (C->getBuiltinCallee() == Builtin::BI__builtin_constant_p)
        addAll(C->getArg(0), NotRun);
    }
  }
}

ir_func *Lower::function(const FunctionDecl *Def) {
  static const CFG::BuildOptions Options = makeOptions();
  std::unique_ptr<CFG> G = CFG::buildCFG(Def, Def->getBody(), &Ctx, Options);
  if (!G)
    return nullptr;
  FD = Def;
  Graph = G.get();
  for (const ParmVarDecl *P : FD->parameters())
    Vars[P] = F.local(F.addParam(N.intern(P->getName()), N.type(P->getType())));
  std::vector<const CFGBlock *> Order = orderOf(*G);
  BlockOf.assign(G->getNumBlockIDs(), IR_NONE);
  LogicalAt.assign(G->getNumBlockIDs(), nullptr);
  for (const CFGBlock *B : Order) {
    if (B == &G->getExit())
      continue;
    BlockOf[B->getBlockID()] = F.addBlock();
    survey(B);
  }
  for (const CFGBlock *B : Order)
    if (B != &G->getExit())
      block(B);
  F.simplify();
  unsigned Flags = 0;
  if (!FD->isExternallyVisible())
    Flags |= IR_STATIC;
  if (FD->isInlineSpecified())
    Flags |= IR_INLINE;
  if (FD->isNoReturn())
    Flags |= IR_NORETURN;
  ir_func *Out =
      F.finish(N.global(FD), N.signature(FD), Flags, loc(FD->getLocation()),
               loc(FD->getBody()->getEndLoc()));
  Graph = nullptr;
  return Out;
}

void Lower::block(const CFGBlock *B) {
  Cur = BlockOf[B->getBlockID()];
  HasReturn = false;
  Returned = nullptr;
  for (const CFGElement &E : *B) {
    if (auto S = E.getAs<CFGStmt>())
      element(S->getStmt());
    else if (const VarDecl *VD = compat::cleanupAt(E))
      cleanup(VD);
  }
  if (B->hasNoReturnElement()) {
    ir_insn I = {};
    I.kind = IR_UNREACHABLE;
    I.loc = loc(LastLoc);
    emit(I);
  } else if (HasReturn) {
    ir_insn I = {};
    I.kind = IR_RET;
    I.loc = loc(ReturnLoc);
    I.src = Returned;
    emit(I);
  } else {
    terminator(B);
  }
}

void Lower::element(const Stmt *S) {
  if (NotRun.count(S))
    return;
  LastLoc = S->getBeginLoc();
  if (const auto *E = dyn_cast<Expr>(S)) {
    effect(E);
  } else if (const auto *D = dyn_cast<DeclStmt>(S)) {
    for (const Decl *Single : D->decls())
      if (const auto *VD = dyn_cast<VarDecl>(Single))
        declaration(VD, D->getBeginLoc());
  } else if (const auto *R = dyn_cast<ReturnStmt>(S)) {
    returns(R);
  } else if (const auto *A = dyn_cast<AsmStmt>(S)) {
    assembly(A);
  }
}

void Lower::returns(const ReturnStmt *S) {
  HasReturn = true;
  ReturnLoc = S->getBeginLoc();
  const Expr *E = S->getRetValue();
  if (!E || E->getType()->isVoidType())
    return;
  Returned = value(E);
  if (Returned->kind == IR_CONST)
    return;
  // Cleanup functions may run between this and the return.
  const ir_expr *T = temp();
  assign(T, Returned, ReturnLoc);
  Returned = T;
}

//===----------------------------------------------------------------------===//
// Edges
//===----------------------------------------------------------------------===//

void Lower::jump(unsigned To, SourceLocation Loc) {
  ir_insn I = {};
  I.kind = IR_GOTO;
  I.target[0] = To;
  const ir_insn *Last = F.last(Cur);
  if (Loc.isValid())
    I.loc = loc(Loc);
  else
    I.loc = Last ? Last->loc : loc(FD->getLocation());
  emit(I);
}

unsigned Lower::unreachable(SourceLocation Loc) {
  unsigned B = F.addBlock();
  ir_insn I = {};
  I.kind = IR_UNREACHABLE;
  I.loc = loc(Loc.isValid() ? Loc : FD->getLocation());
  F.add(B, I);
  return B;
}

unsigned Lower::target(const CFGBlock *To) {
  if (To != &Graph->getExit())
    return BlockOf[To->getBlockID()];
  unsigned &Exit = BlockOf[To->getBlockID()];
  if (Exit == IR_NONE) {
    Exit = F.addBlock();
    ir_insn I = {};
    I.kind = IR_RET;
    I.loc = loc(FD->getBody()->getEndLoc());
    F.add(Exit, I);
  }
  return Exit;
}

// Is T one of the operators of the chain of && and || that L heads?
static bool inChain(const Expr *L, const Stmt *T) {
  const auto *B = dyn_cast<BinaryOperator>(strip(L));
  if (!B || !B->isLogicalOp())
    return false;
  return B == T || inChain(B->getLHS(), T) || inChain(B->getRHS(), T);
}

unsigned Lower::edge(const CFGBlock *From, unsigned Nth) {
  const CFGBlock *To = *(From->succ_begin() + Nth);
  if (!To)
    return IR_NONE;
  const Stmt *T = From->getTerminatorStmt();
  const ir_expr *Dst = nullptr, *Src = nullptr;
  SourceLocation Where = T->getBeginLoc();
  unsigned Saved = Cur;
  const BinaryOperator *L = LogicalAt[To->getBlockID()];
  if (NotRun.count(T))
    return target(To);
  if (isa<BinaryOperator>(T) && L && inChain(L, T)) {
    Dst = tempOf(L, true);
    Src = constant(Nth == 0);
    Where = lastOperand(cast<BinaryOperator>(T)->getLHS())->getBeginLoc();
  } else if (const auto *C = dyn_cast<BinaryConditionalOperator>(T)) {
    if (Nth == 0) {
      Dst = tempOf(C, false);
      Src = value(C->getTrueExpr());
    }
  }
  unsigned Out = target(To);
  if (!Dst)
    return Out;
  Cur = F.addBlock();
  unsigned Between = Cur;
  assign(Dst, Src, Where);
  jump(Out, SourceLocation());
  Cur = Saved;
  return Between;
}

void Lower::terminator(const CFGBlock *B) {
  const Stmt *T = B->getTerminatorStmt();
  if (T && NotRun.count(T)) {
    // None of the ways has an effect; the last one leaves a loop.
    unsigned To = IR_NONE;
    for (unsigned Nth = 0; Nth < B->succ_size(); ++Nth) {
      unsigned Next = edge(B, Nth);
      To = Next != IR_NONE ? Next : To;
    }
    jump(To != IR_NONE ? To : unreachable(T->getBeginLoc()), T->getBeginLoc());
    return;
  }
  if (const auto *S = dyn_cast_or_null<SwitchStmt>(T)) {
    switches(B, S);
    return;
  }
  if (const auto *A = dyn_cast_or_null<GCCAsmStmt>(T)) {
    assembly(A);
    dispatch(B, opaque(), A->getAsmLoc());
    return;
  }
  if (B == Graph->getIndirectGotoBlock()) {
    dispatch(B, tempOf(nullptr, false), SourceLocation());
    return;
  }
  if (const auto *G = dyn_cast_or_null<IndirectGotoStmt>(T))
    assign(tempOf(nullptr, false), value(G->getTarget()), G->getBeginLoc());
  if (B->succ_size() > 1) {
    branch(B, T);
    return;
  }
  const CFGBlock *To = nullptr;
  if (!B->succ_empty())
    To = *B->succ_begin();
  if (!To) {
    jump(unreachable(T ? T->getBeginLoc() : SourceLocation()),
         SourceLocation());
    return;
  }
  // The last operand of a chain of && and || is its value.
  const BinaryOperator *L = LogicalAt[To->getBlockID()];
  if (L && !NotRun.count(L) && (!T || !inChain(L, T))) {
    const Expr *Operand = lastOperand(L);
    assign(tempOf(L, true), truth(value(Operand)), Operand->getBeginLoc());
  }
  jump(target(To), T ? T->getBeginLoc() : SourceLocation());
}

void Lower::branch(const CFGBlock *B, const Stmt *T) {
  const Expr *Cond = nullptr;
  if (const auto *If = dyn_cast_or_null<IfStmt>(T))
    Cond = If->getCond();
  else if (const auto *W = dyn_cast_or_null<WhileStmt>(T))
    Cond = W->getCond();
  else if (const auto *D = dyn_cast_or_null<DoStmt>(T))
    Cond = D->getCond();
  else if (const auto *For = dyn_cast_or_null<ForStmt>(T))
    Cond = For->getCond();
  else if (const auto *C = dyn_cast_or_null<AbstractConditionalOperator>(T))
    Cond = C->getCond();
  else if (const auto *L = dyn_cast_or_null<BinaryOperator>(T))
    Cond = L->getLHS();
  if (!T || B->succ_size() != 2) {
    if (T)
      lost(T, "control flow of an unknown kind");
    dispatch(B, opaque(), SourceLocation());
    return;
  }
  unsigned Then = edge(B, 0), Else = edge(B, 1);
  if (Then == IR_NONE && Else == IR_NONE)
    Then = unreachable(T->getBeginLoc());
  if (Then == IR_NONE || Else == IR_NONE || !Cond) {
    jump(Then == IR_NONE ? Else : Then, T->getBeginLoc());
    return;
  }
  // In most conditions each operand of && and || has a block with a branch of
  // its own, and this is the last one.  In others, such as that of a do
  // statement, the operator is listed and has a value.
  const Expr *Last = Values.count(strip(Cond)) ? Cond : lastOperand(Cond);
  ir_insn I = {};
  I.kind = IR_BRANCH;
  I.loc = loc(Last->getBeginLoc());
  I.src = value(Last);
  I.target[0] = Then;
  I.target[1] = Else;
  emit(I);
}

void Lower::switches(const CFGBlock *B, const SwitchStmt *S) {
  ir_insn I = {};
  I.kind = IR_SWITCH;
  I.loc = loc(S->getCond()->getBeginLoc());
  I.src = value(S->getCond());
  std::vector<ir_case> Cases;
  const CFGBlock *Default = nullptr;
  auto Last = B->succ_begin() + (B->succ_size() - 1);
  for (auto Succ = B->succ_begin(); Succ != B->succ_end(); ++Succ) {
    const CFGBlock *To = follow(B, Succ);
    if (Succ == Last) {
      Default = To;
      continue;
    }
    const auto *C = To ? dyn_cast_or_null<CaseStmt>(To->getLabel()) : nullptr;
    if (!C || C->getLHS()->isValueDependent())
      continue;
    auto Number = [&](const Expr *E) {
      llvm::APSInt V = E->EvaluateKnownConstInt(Ctx);
      if (V.getBitWidth() > 64)
        V = V.trunc(64);
      return V.isSigned() ? V.getSExtValue() : int64_t(V.getZExtValue());
    };
    ir_case Case = {};
    Case.lo = Number(C->getLHS());
    Case.hi = C->getRHS() ? Number(C->getRHS()) : Case.lo;
    Case.target = target(To);
    if (Case.lo <= Case.hi)
      Cases.push_back(Case);
  }
  std::sort(Cases.begin(), Cases.end(),
            [](const ir_case &X, const ir_case &Y) { return X.lo < Y.lo; });
  I.target[0] = Default ? target(Default) : unreachable(S->getBeginLoc());
  if (Cases.empty()) {
    jump(I.target[0], S->getBeginLoc());
    return;
  }
  I.nargs = std::min<size_t>(Cases.size(), UINT16_MAX);
  I.cases =
      static_cast<ir_case *>(arena_alloc(Arena, I.nargs * sizeof(*I.cases)));
  std::copy(Cases.begin(), Cases.begin() + I.nargs, I.cases);
  emit(I);
}

// One of the successors, by number from 1, as labelNumber() counts them.
void Lower::dispatch(const CFGBlock *B, const ir_expr *On, SourceLocation Loc) {
  ir_insn I = {};
  I.kind = IR_SWITCH;
  if (Loc.isInvalid())
    Loc = FD->getLocation();
  I.loc = loc(Loc);
  I.src = On;
  std::vector<ir_case> Cases;
  int64_t Number = 0;
  for (auto Succ = B->succ_begin(); Succ != B->succ_end(); ++Succ) {
    ++Number;
    const CFGBlock *To = *Succ;
    if (To)
      Cases.push_back({Number, Number, target(To)});
  }
  I.target[0] = unreachable(Loc);
  I.nargs = Cases.size();
  if (Cases.empty()) {
    jump(I.target[0], Loc);
    return;
  }
  I.cases =
      static_cast<ir_case *>(arena_alloc(Arena, I.nargs * sizeof(*I.cases)));
  std::copy(Cases.begin(), Cases.end(), I.cases);
  emit(I);
}

} // namespace iplint
