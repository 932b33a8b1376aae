//
// Copyright (c) 2026 The iplint authors
//
// SPDX-License-Identifier: BSD-2-Clause
//

#include <algorithm>

#include "flow.h"

namespace iplint {

//===----------------------------------------------------------------------===//
// Construction
//===----------------------------------------------------------------------===//

unsigned Flow::addVariable(name_t Name, name_t Type, bool Param, bool Temp) {
  unsigned Id = Locals.size();
  // The number of a local is settled in finish(), through this only node.
  auto *Node = const_cast<ir_expr *>(ir_local(Arena, Id));
  Locals.push_back({Name, Type, Node, Param, Temp, false, 0, 0, IR_NONE});
  return Id;
}

unsigned Flow::addParam(name_t Name, name_t Type) {
  return addVariable(Name, Type, true, false);
}

unsigned Flow::addLocal(name_t Name, name_t Type) {
  return addVariable(Name, Type, false, false);
}

unsigned Flow::addTemp() { return addVariable(0, 0, false, true); }

uint16_t Flow::file(name_t Path) {
  for (size_t I = Files.size(); I-- > 0;)
    if (Files[I] == Path)
      return I;
  Files.push_back(Path);
  return Files.size() - 1;
}

bool Flow::isTruth(const ir_expr *E) const {
  if (E->kind == IR_UNARY)
    return E->op == IR_OP_NOT;
  if (E->kind == IR_BINARY)
    return E->op >= IR_OP_EQ;
  return E->kind == IR_LOCAL && Locals[E->local].Truth;
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

static bool hasA(const ir_expr *E) {
  return E->kind >= IR_FIELD && E->kind <= IR_BINARY;
}

static bool hasB(const ir_expr *E) {
  return E->kind == IR_INDEX || E->kind == IR_BINARY;
}

void Flow::count(const ir_expr *E) {
  for (; E; E = hasA(E) ? E->a : nullptr) {
    if (E->kind == IR_LOCAL)
      ++Locals[E->local].Uses;
    if (hasB(E))
      count(E->b);
  }
}

void Flow::countAll() {
  for (Local &L : Locals)
    L.Uses = L.Defs = 0;
  for (const Block &B : Blocks)
    for (const ir_insn &I : B) {
      if (I.dst && I.dst->kind == IR_LOCAL)
        ++Locals[I.dst->local].Defs;
      else if (I.dst)
        count(I.dst);
      if (I.src)
        count(I.src);
      if (I.kind == IR_CALL || I.kind == IR_ASM)
        for (unsigned A = 0; A < I.nargs; ++A)
          count(I.args[A]);
    }
}

static bool mentions(const ir_expr *E, unsigned Id) {
  for (; E; E = hasA(E) ? E->a : nullptr) {
    if (E->kind == IR_LOCAL && E->local == Id)
      return true;
    if (hasB(E) && mentions(E->b, Id))
      return true;
  }
  return false;
}

// Does E use the temporary as a value, not as a part of a place?
static bool usesValue(const ir_expr *E, unsigned Id) {
  if (E->kind == IR_LOCAL)
    return E->local == Id;
  if (E->kind == IR_FIELD || E->kind == IR_ADDR || E->kind == IR_INDEX) {
    if (E->kind == IR_INDEX && usesValue(E->b, Id))
      return true;
    return E->a->kind != IR_LOCAL && usesValue(E->a, Id);
  }
  return (hasA(E) && usesValue(E->a, Id)) || (hasB(E) && usesValue(E->b, Id));
}

const ir_expr *Flow::replace(const ir_expr *E, unsigned Id, const ir_expr *By) {
  if (E->kind == IR_LOCAL)
    return E->local == Id ? By : E;
  if (!hasA(E))
    return E;
  const ir_expr *A = replace(E->a, Id, By);
  const ir_expr *B = hasB(E) ? replace(E->b, Id, By) : nullptr;
  if (A == E->a && (!B || B == E->b))
    return E;
  switch (E->kind) {
  case IR_FIELD:
    return ir_field(Arena, A, E->record, E->name);
  case IR_DEREF:
    return ir_deref(Arena, A);
  case IR_INDEX:
    return ir_index(Arena, A, B);
  case IR_ADDR:
    return ir_addr(Arena, A);
  case IR_UNARY:
    return ir_unary(Arena, ir_op(E->op), A);
  default:
    return ir_binary(Arena, ir_op(E->op), A, B);
  }
}

// Tests of constants, as they arise from && and || and ?:.
const ir_expr *Flow::fold(const ir_expr *E) {
  if (E->kind == IR_UNARY && E->op == IR_OP_NOT) {
    const ir_expr *A = fold(E->a);
    return A->kind == IR_CONST ? ir_const(Arena, A->value == 0, 0) : E;
  }
  if (E->kind != IR_BINARY || E->op < IR_OP_EQ)
    return E;
  const ir_expr *A = fold(E->a), *B = fold(E->b);
  if (A->kind != IR_CONST || B->kind != IR_CONST)
    return E;
  int64_t X = A->value, Y = B->value;
  switch (E->op) {
  case IR_OP_EQ:
    return ir_const(Arena, X == Y, 0);
  case IR_OP_NE:
    return ir_const(Arena, X != Y, 0);
  default:
    // Whether the comparison is of signed values is not known here.
    if (X < 0 || Y < 0)
      return E;
    return ir_const(Arena,
                    E->op == IR_OP_LT   ? X < Y
                    : E->op == IR_OP_LE ? X <= Y
                    : E->op == IR_OP_GT ? X > Y
                                        : X >= Y,
                    0);
  }
}

// "!x", "x != 0" and "x == 0" are tests of x, with the targets exchanged where
// needed.  A zero with a name, such as NULL, is kept for the reader.
void Flow::normalise(ir_insn &Branch) {
  for (;;) {
    const ir_expr *E = Branch.src;
    bool Swap = false;
    if (E->kind == IR_UNARY && E->op == IR_OP_NOT) {
      Branch.src = E->a;
      Swap = true;
    } else if (E->kind == IR_BINARY &&
               (E->op == IR_OP_EQ || E->op == IR_OP_NE) &&
               E->b->kind == IR_CONST && E->b->value == 0 &&
               (E->b->macro == 0 || isTruth(E->a))) {
      Branch.src = E->a;
      Swap = E->op == IR_OP_EQ;
    } else {
      return;
    }
    if (Swap)
      std::swap(Branch.target[0], Branch.target[1]);
  }
}

//===----------------------------------------------------------------------===//
// Simplification
//===----------------------------------------------------------------------===//

bool Flow::dropDead() {
  bool Changed = false;
  for (Block &B : Blocks) {
    size_t To = 0;
    for (ir_insn &I : B) {
      if (isTemp(I.dst) && Locals[I.dst->local].Uses == 0) {
        Changed = true;
        if (I.kind == IR_ASSIGN)
          continue;
        I.dst = nullptr;
      }
      B[To++] = I;
    }
    B.resize(To);
  }
  return Changed;
}

bool Flow::substitute(ir_insn &Into, unsigned Temp, const ir_expr *By) {
  if (Into.kind == IR_ASM)
    return false;
  bool IsCall = Into.kind == IR_CALL;
  const ir_expr **Where = nullptr;
  if (Into.src && mentions(Into.src, Temp))
    Where = &Into.src;
  else if (Into.dst && mentions(Into.dst, Temp))
    Where = &Into.dst;
  for (unsigned A = 0; !Where && IsCall && A < Into.nargs; ++A)
    if (mentions(Into.args[A], Temp))
      Where = &Into.args[A];
  if (!Where || !usesValue(*Where, Temp))
    return false;
  const ir_expr *E = replace(*Where, Temp, By);
  // What is called, and what is assigned to, keeps its form.
  if (IsCall && Where == &Into.src && E->kind == IR_ADDR)
    return false;
  if (Where == &Into.dst && !ir_is_place(E))
    return false;
  *Where = E;
  return true;
}

// "t = e" right before the only use of t goes into that use.
bool Flow::forward() {
  bool Changed = false;
  for (Block &B : Blocks) {
    for (size_t I = B.size() - 1; I-- > 0;) {
      ir_insn &Def = B[I], &Use = B[I + 1];
      if (!isTemp(Def.dst))
        continue;
      unsigned Temp = Def.dst->local;
      if (Locals[Temp].Uses != 1 || Locals[Temp].Defs != 1)
        continue;
      if (Def.kind == IR_CALL && Use.kind == IR_ASSIGN && Use.src == Def.dst) {
        Def.dst = Use.dst;
        B.erase(B.begin() + I + 1);
      } else if (Def.kind == IR_ASSIGN && substitute(Use, Temp, Def.src)) {
        B.erase(B.begin() + I);
      } else {
        continue;
      }
      Locals[Temp].Uses = Locals[Temp].Defs = 0;
      Changed = true;
      if (I > B.size() - 1)
        I = B.size() - 1;
    }
  }
  return Changed;
}

bool Flow::foldBranches() {
  bool Changed = false;
  for (Block &B : Blocks) {
    ir_insn &T = B.back();
    if (T.kind == IR_SWITCH && T.src->kind == IR_CONST) {
      for (unsigned I = 0; I < T.nargs; ++I)
        if (T.cases[I].lo <= T.src->value && T.src->value <= T.cases[I].hi)
          T.target[0] = T.cases[I].target;
      T.kind = IR_GOTO;
      T.src = nullptr;
      T.nargs = 0;
      T.cases = nullptr;
      Changed = true;
    }
    if (T.kind != IR_BRANCH)
      continue;
    normalise(T);
    const ir_expr *E = fold(T.src);
    if (E->kind != IR_CONST && T.target[0] != T.target[1])
      continue;
    if (E->kind == IR_CONST)
      T.target[0] = T.target[E->value != 0 ? 0 : 1];
    T.target[1] = 0;
    T.kind = IR_GOTO;
    T.src = nullptr;
    Changed = true;
  }
  return Changed;
}

// A block that only tests a temporary is copied to where the temporary is
// set: "t = 1; goto B" with "B: br t X Y" goes to X.
bool Flow::thread() {
  bool Changed = false;
  for (Block &P : Blocks) {
    if (P.size() < 2 || P.back().kind != IR_GOTO)
      continue;
    ir_insn &Def = P[P.size() - 2];
    const Block &B = Blocks[P.back().target[0]];
    if (B.size() != 1 || B[0].kind != IR_BRANCH || Def.kind != IR_ASSIGN ||
        !isTemp(Def.dst))
      continue;
    unsigned Temp = Def.dst->local;
    if (Locals[Temp].Uses != 1 || !usesValue(B[0].src, Temp))
      continue;
    ir_insn Branch = B[0];
    Branch.src = replace(Branch.src, Temp, Def.src);
    Branch.loc = Def.loc;
    P.resize(P.size() - 2);
    P.push_back(Branch);
    Changed = true;
  }
  return Changed;
}

template <typename Fn> static void eachTarget(ir_insn &T, Fn Do) {
  if (T.kind == IR_GOTO || T.kind == IR_BRANCH || T.kind == IR_SWITCH)
    Do(T.target[0]);
  if (T.kind == IR_BRANCH)
    Do(T.target[1]);
  if (T.kind == IR_SWITCH)
    for (unsigned I = 0; I < T.nargs; ++I)
      Do(T.cases[I].target);
}

// Jumps to jumps, and jumps to a block that nothing else reaches.
bool Flow::merge() {
  bool Changed = false;
  for (Block &B : Blocks)
    eachTarget(B.back(), [&](uint32_t &To) {
      for (unsigned Steps = 0; Steps < 64; ++Steps) {
        const Block &Next = Blocks[To];
        if (Next.size() != 1 || Next[0].kind != IR_GOTO ||
            Next[0].target[0] == To)
          break;
        To = Next[0].target[0];
        Changed = true;
      }
    });
  std::vector<unsigned> Preds(Blocks.size());
  for (Block &B : Blocks)
    eachTarget(B.back(), [&](uint32_t To) { ++Preds[To]; });
  for (unsigned P = 0; P < Blocks.size(); ++P)
    while (Blocks[P].back().kind == IR_GOTO) {
      unsigned Next = Blocks[P].back().target[0];
      if (Preds[Next] != 1 || Next == P || Next == 0)
        break;
      Blocks[P].pop_back();
      Blocks[P].insert(Blocks[P].end(), Blocks[Next].begin(),
                       Blocks[Next].end());
      Blocks[Next].clear();
      Blocks[Next].push_back(ir_insn());
      Blocks[Next].back().kind = IR_UNREACHABLE;
      Changed = true;
    }
  return Changed;
}

// Reachable blocks, each before those it leads to, loops apart.
std::vector<unsigned> Flow::order() const {
  std::vector<unsigned> Out;
  std::vector<char> Seen(Blocks.size());
  struct Visit {
    unsigned Block;
    std::vector<unsigned> Targets; // taken from the back
  };
  std::vector<Visit> Stack;
  auto Enter = [&](unsigned B) {
    Visit V{B, {}};
    ir_insn T = Blocks[B].back();
    eachTarget(T, [&](uint32_t To) { V.Targets.push_back(To); });
    if (T.kind == IR_SWITCH) // the default comes last
      std::rotate(V.Targets.begin(), V.Targets.begin() + 1, V.Targets.end());
    Seen[B] = 1;
    Stack.push_back(std::move(V));
  };
  Enter(0);
  while (!Stack.empty()) {
    Visit &V = Stack.back();
    if (V.Targets.empty()) {
      Out.push_back(V.Block);
      Stack.pop_back();
      continue;
    }
    unsigned Next = V.Targets.back();
    V.Targets.pop_back();
    if (!Seen[Next])
      Enter(Next);
  }
  std::reverse(Out.begin(), Out.end());
  return Out;
}

void Flow::collect() {
  std::vector<unsigned> Order = order();
  std::vector<uint32_t> Number(Blocks.size());
  std::vector<Block> Kept;
  Kept.reserve(Order.size());
  for (unsigned I = 0; I < Order.size(); ++I)
    Number[Order[I]] = I;
  for (unsigned Old : Order) {
    eachTarget(Blocks[Old].back(), [&](uint32_t &To) { To = Number[To]; });
    Kept.push_back(std::move(Blocks[Old]));
  }
  Blocks = std::move(Kept);
}

void Flow::simplify() {
  collect();
  // Each round removes something, so that this ends; most functions need
  // two.
  for (bool Changed = true; Changed;) {
    countAll();
    Changed = dropDead();
    if (Changed)
      countAll();
    Changed |= forward();
    Changed |= foldBranches();
    countAll();
    Changed |= thread();
    Changed |= foldBranches();
    Changed |= merge();
    if (Changed)
      collect();
  }
}

//===----------------------------------------------------------------------===//
// Handing over
//===----------------------------------------------------------------------===//

void Flow::finishLocal(ir_build *Build, const ir_expr *E) {
  if (E->kind == IR_LOCAL) {
    Local &L = Locals[E->local];
    if (L.Final == IR_NONE)
      L.Final =
          L.Temp ? ir_build_temp(Build) : ir_build_local(Build, L.Name, L.Type);
    return;
  }
  if (hasA(E))
    finishLocal(Build, E->a);
  if (hasB(E))
    finishLocal(Build, E->b);
}

void Flow::finishLoc(ir_build *Build, ir_loc &Loc) {
  if (Loc.line == 0) {
    Loc.file = 0;
    return;
  }
  Loc.file = ir_build_file(Build, Files[Loc.file]);
  if (Loc.sline != 0)
    Loc.sfile = ir_build_file(Build, Files[Loc.sfile]);
}

ir_func *Flow::finish(name_t Name, name_t Signature, unsigned Flags, ir_loc Loc,
                      ir_loc End) {
  ir_build *Build = ir_build_new(M, Name, Signature, Flags);
  finishLoc(Build, Loc);
  finishLoc(Build, End);
  ir_build_place(Build, Loc, End);
  for (Local &L : Locals)
    if (L.Param)
      L.Final = ir_build_param(Build, L.Name, L.Type);
  // First all temporaries and locals in the order of their first use, ...
  for (Block &B : Blocks)
    for (ir_insn &I : B) {
      if (I.dst)
        finishLocal(Build, I.dst);
      if (I.src)
        finishLocal(Build, I.src);
      if (I.kind == IR_CALL || I.kind == IR_ASM)
        for (unsigned A = 0; A < I.nargs; ++A)
          finishLocal(Build, I.args[A]);
    }
  // ... then their numbers into the only node that each of them has.
  for (Local &L : Locals)
    L.Node->local = L.Final;
  for (Block &B : Blocks) {
    uint32_t To = ir_build_block(Build);
    for (ir_insn &I : B) {
      finishLoc(Build, I.loc);
      ir_build_insn(Build, To, &I);
    }
  }
  return ir_build_done(Build);
}

} // namespace iplint
