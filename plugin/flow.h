//
// Copyright (c) 2026 The iplint authors
//
// SPDX-License-Identifier: BSD-2-Clause
//
// flow: the blocks of one function while it is lowered, and their clean-up.
//
// The lowering may leave temporaries that nothing reads, blocks that only
// jump, and values that exist only to be tested; simplify() takes them out.
// The rest of the meaning stays: no call, store or test is lost, and the order
// of effects is kept.
//

#ifndef IPLINT_PLUGIN_FLOW_H
#define IPLINT_PLUGIN_FLOW_H

#include <cstdint>
#include <vector>

#include "ir/ir.h"

namespace iplint {

class Flow {
public:
  using Block = std::vector<ir_insn>;

  explicit Flow(ir_module *M) : M(M), Arena(M->arena) {}

  /// Variables.  Parameters come first, in order.
  unsigned addParam(name_t Name, name_t Type);
  unsigned addLocal(name_t Name, name_t Type);
  unsigned addTemp();
  const ir_expr *local(unsigned Id) const { return Locals[Id].Node; }

  /// The provisional number of a file, for struct ir_loc.
  uint16_t file(name_t Path);

  unsigned addBlock() {
    Blocks.emplace_back();
    return Blocks.size() - 1;
  }
  void add(unsigned B, const ir_insn &I) { Blocks[B].push_back(I); }
  const ir_insn *last(unsigned B) const {
    return Blocks[B].empty() ? nullptr : &Blocks[B].back();
  }

  /// Is this expression known to be 0 or 1?
  bool isTruth(const ir_expr *E) const;
  void setTruth(unsigned Temp) { Locals[Temp].Truth = true; }

  /// Requires that each block ends in its only terminator.
  void simplify();

  /// Hands the function over to its module.
  ir_func *finish(name_t Name, name_t Signature, unsigned Flags, ir_loc Loc,
                  ir_loc End);

private:
  struct Local {
    name_t Name, Type;
    ir_expr *Node;
    bool Param, Temp, Truth;
    unsigned Uses, Defs;
    uint32_t Final;
  };

  unsigned addVariable(name_t Name, name_t Type, bool Param, bool Temp);
  bool isTemp(const ir_expr *E) const {
    return E && E->kind == IR_LOCAL && Locals[E->local].Temp;
  }

  void count(const ir_expr *E);
  void countAll();
  const ir_expr *replace(const ir_expr *E, unsigned Temp, const ir_expr *By);
  const ir_expr *fold(const ir_expr *E);
  void normalise(ir_insn &Branch);

  bool dropDead();
  bool forward();
  bool substitute(ir_insn &Into, unsigned Temp, const ir_expr *By);
  bool foldBranches();
  bool thread();
  bool merge();
  std::vector<unsigned> order() const;
  void collect();

  void finishLocal(ir_build *Build, const ir_expr *E);
  void finishLoc(ir_build *Build, ir_loc &Loc);

  ir_module *M;
  arena *Arena;
  std::vector<Local> Locals;
  std::vector<name_t> Files;
  std::vector<Block> Blocks;
};

} // namespace iplint

#endif // IPLINT_PLUGIN_FLOW_H
