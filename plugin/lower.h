//
// Copyright (c) 2026 The iplint authors
//
// SPDX-License-Identifier: BSD-2-Clause
//
// lower: from clang's syntax tree and control flow graph to the flow IR.
//
// Clang's graph lists what is evaluated, in order.  Whatever has an effect
// (a call, an assignment, ++, a statement expression) is lowered where it is
// listed and its value is remembered; all other expressions are lowered when
// somebody asks for their value.  The value of && || and ?: goes through a
// temporary that is set on the edges into the block where the operator is
// listed; Flow::simplify() takes it out again where it is only tested.
//

#ifndef IPLINT_PLUGIN_LOWER_H
#define IPLINT_PLUGIN_LOWER_H

#include "clang/AST/Expr.h"
#include "clang/AST/Stmt.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include <vector>

#include "flow.h"
#include "unit.h"

namespace iplint {

class Lower {
public:
  explicit Lower(Unit &U)
      : U(U), N(U.Names), Ctx(U.Ctx), Arena(U.M->arena), F(U.M) {}

  /// Lower a function that has a body.  Null if clang has no graph for it.
  ir_func *function(const clang::FunctionDecl *FD);

  /// Add the initialiser of a variable that is not automatic to the module.
  void staticInit(const clang::VarDecl *VD);

private:
  // Expressions: lower_expr.cpp.
  const ir_expr *value(const clang::Expr *E);
  const ir_expr *place(const clang::Expr *E);
  const ir_expr *asPlace(const ir_expr *E);
  const ir_expr *valueOf(const clang::Expr *E);
  const ir_expr *castValue(const clang::CastExpr *E);
  const ir_expr *unaryValue(const clang::UnaryOperator *E);
  const ir_expr *binaryValue(const clang::BinaryOperator *E);
  const ir_expr *arithmetic(const clang::BinaryOperator *E, const ir_expr *A,
                            const ir_expr *B);
  const ir_expr *arrayValue(const clang::Expr *E);
  const ir_expr *subscript(const clang::ArraySubscriptExpr *E);
  const ir_expr *member(const clang::MemberExpr *E);
  const ir_expr *variable(const clang::DeclRefExpr *E);
  const ir_expr *stringOf(const clang::Expr *E);
  const ir_expr *evaluate(const clang::Expr *E);
  const ir_expr *constant(int64_t V, name_t Macro = 0) {
    return ir_const(Arena, V, Macro);
  }
  const ir_expr *opaque() { return ir_opaque(Arena); }
  const ir_expr *truth(const ir_expr *E);
  const ir_expr *labelNumber(const clang::LabelDecl *L);

  // Effects: lower_effect.cpp.
  void effect(const clang::Expr *E);
  void call(const clang::CallExpr *E);
  bool builtinCall(const clang::CallExpr *E, unsigned Id);
  void atomic(const clang::AtomicExpr *E);
  void assignment(const clang::BinaryOperator *E);
  void increment(const clang::UnaryOperator *E);
  void declaration(const clang::VarDecl *VD, clang::SourceLocation Loc);
  void initialise(const ir_expr *Place, clang::QualType T,
                  const clang::Expr *Init, clang::SourceLocation Loc);
  void initialiseList(const ir_expr *Place, clang::QualType T,
                      const clang::InitListExpr *List);
  void initialiseZero(const ir_expr *Place, clang::QualType T,
                      clang::SourceLocation Loc);
  void store(const ir_expr *Place, const ir_expr *Value,
             clang::SourceLocation Loc);
  void assembly(const clang::AsmStmt *S);
  void cleanup(const clang::VarDecl *VD);

  // Control flow: lower_flow.cpp.
  void survey(const clang::CFGBlock *B);
  void block(const clang::CFGBlock *B);
  void element(const clang::Stmt *S);
  void returns(const clang::ReturnStmt *S);
  void terminator(const clang::CFGBlock *B);
  void branch(const clang::CFGBlock *B, const clang::Stmt *T);
  void switches(const clang::CFGBlock *B, const clang::SwitchStmt *S);
  void dispatch(const clang::CFGBlock *B, const ir_expr *On,
                clang::SourceLocation Loc);
  unsigned edge(const clang::CFGBlock *From, unsigned Nth);
  unsigned target(const clang::CFGBlock *To);
  unsigned unreachable(clang::SourceLocation Loc);
  void jump(unsigned To, clang::SourceLocation Loc);

  // Common.
  ir_loc loc(clang::SourceLocation L);
  void emit(const ir_insn &I) { F.add(Cur, I); }
  void assign(const ir_expr *Dst, const ir_expr *Src, clang::SourceLocation L);
  void assign(const ir_expr *Dst, const ir_expr *Src, const ir_loc &L);
  const ir_expr *temp() { return F.local(F.addTemp()); }
  const ir_expr *tempOf(const clang::Expr *E, bool Truth);
  const ir_expr *localOf(const clang::VarDecl *VD);
  void lost(const clang::Stmt *S, const char *What);

  Unit &U;
  Naming &N;
  clang::ASTContext &Ctx;
  arena *Arena;
  Flow F;

  const clang::FunctionDecl *FD = nullptr;
  const clang::CFG *Graph = nullptr; // null in initialisers
  const clang::VarDecl *Static = nullptr;
  unsigned Cur = 0;
  bool Ended = false; // the rest of the current block is not reached
  const ir_expr *Returned = nullptr;
  bool HasReturn = false;
  clang::SourceLocation ReturnLoc;

  std::vector<unsigned> BlockOf;
  std::vector<const clang::BinaryOperator *> LogicalAt; // by CFG block
  llvm::DenseMap<const clang::VarDecl *, const ir_expr *> Vars;
  llvm::DenseMap<const clang::Expr *, const ir_expr *> Values;
  llvm::DenseMap<const clang::Expr *, const ir_expr *> Temps;
  llvm::DenseMap<const clang::Expr *, const clang::Expr *> ArmOf;
  llvm::DenseSet<const clang::Stmt *> NotRun; // though it is listed
  clang::SourceLocation LastLoc;
};

/// Parentheses and all else that has no effect on the value or its type.
const clang::Expr *strip(const clang::Expr *E);

/// The operand of a chain of && and || that is evaluated last.
const clang::Expr *lastOperand(const clang::Expr *E);

} // namespace iplint

#endif // IPLINT_PLUGIN_LOWER_H
