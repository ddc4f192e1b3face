//===- Time_budgetPass.cpp - Charge work against the price of time_budget -----------===//
//
// Generated from time_budget.num by dslc. Do not edit: change the spec and build
// again.
//
// Inserts time_budget_update(units), inlined as a count-down, wherever a program can
// spend unbounded time: at the entry of every function and on every back edge.
// When the count-down passes zero, time_budget_update_slow of libtime_budget_probe.a reads
// the clock and the price. Units only pace those visits, so they are estimated
// from the target's cost model and block frequencies.
//
// A function with loops counts in a register and settles with the thread's
// count-down where it returns. A loop that is short and calls nothing is
// charged for as a whole by the code around it. Nothing is charged before
// OptimizerLast: earlier, the charges would keep loops from being vectorised.
//
//   clang-19 -O2 -fpass-plugin=./Time_budgetPass.so prog.c libtime_budget_probe.a
//   opt-19 -load-pass-plugin=./Time_budgetPass.so -passes=time_budget in.ll
//
// __attribute__((annotate("time_budget_skip"))) exempts a function. The options below
// are given to clang as
//   -fplugin=./Time_budgetPass.so -mllvm -time_budget-poll-units=N
//
//===----------------------------------------------------------------------===//

#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/AssumptionCache.h"
#include "llvm/Analysis/BlockFrequencyInfo.h"
#include "llvm/Analysis/BranchProbabilityInfo.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolution.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/PassPlugin.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Transforms/Instrumentation.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"
#include "llvm/Transforms/Utils/LoopUtils.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;

#define DEBUG_TYPE "time_budget"

STATISTIC(NumFunctions, "Functions charged");
STATISTIC(NumBackEdges, "Back edges with a count-down");
STATISTIC(NumHoisted, "Loops charged with what is around them");
STATISTIC(NumVersioned, "Loops charged for as a whole when short");

static cl::opt<unsigned>
    PollUnits("time_budget-poll-units", cl::init(1 << 16), cl::Hidden,
              cl::desc("Units a function with loops counts in a register "
                       "before it settles with the thread's count-down"));
static cl::opt<unsigned>
    HoistUnits("time_budget-hoist-units", cl::init(1 << 16), cl::Hidden,
               cl::desc("A loop that is certain to cost less is charged for "
                        "as a whole"));

namespace {

/// What the pass refers to in the probe.
struct Probe {
  GlobalVariable *CountDown; ///< Units the thread may still spend.
  FunctionCallee Slow;       ///< Called once the count-down is negative.
  MDNode *Rarely;            ///< Branch weights of that call.

  explicit Probe(Module &M) {
    LLVMContext &C = M.getContext();
    Type *I64 = Type::getInt64Ty(C);
    CountDown = cast<GlobalVariable>(M.getOrInsertGlobal("time_budget_thread", I64));
    CountDown->setThreadLocalMode(GlobalValue::InitialExecTLSModel);
    // The probe is linked into the same image. Were the call to go through the
    // PLT, the lazy resolver would clobber registers that preserve_most keeps.
    CountDown->setVisibility(GlobalValue::HiddenVisibility);
    Slow = M.getOrInsertFunction("time_budget_update_slow", Type::getVoidTy(C), I64);
    auto *F = cast<Function>(Slow.getCallee());
    F->setVisibility(GlobalValue::HiddenVisibility);
    F->setCallingConv(CallingConv::PreserveMost);
    F->addFnAttr(Attribute::Cold);
    F->addFnAttr(Attribute::NoUnwind);
    Rarely = MDBuilder(C).createUnlikelyBranchWeights();
  }
};

/// Charges one function.
class FunctionCharger {
  Function &F;
  const Probe &P;
  LoopInfo &LI;
  DominatorTree &DT;
  ScalarEvolution &SE;
  TargetTransformInfo &TTI;
  Type *I64 = Type::getInt64Ty(F.getContext());

  /// Units of one iteration, without the loops inside that are charged
  /// separately; of nullptr: of the function outside of its loops.
  DenseMap<const Loop *, double> Cost;
  /// Loops that something else is charged for.
  SmallPtrSet<const Loop *, 8> Hoisted;
  /// Blocks that jump back, with the units since the last jump.
  SmallVector<std::pair<BasicBlock *, double>, 8> BackEdges;
  /// A loop whose iterations are known when it starts: one more than Trips.
  struct CountedLoop {
    Loop *L;
    Value *Trips;
  };
  SmallVector<CountedLoop, 4> Counted;
  /// Units since the function started or last settled with the thread.
  AllocaInst *Spent = nullptr;

  ConstantInt *units(double Units) const {
    return cast<ConstantInt>(
        ConstantInt::get(I64, std::max<uint64_t>(1, Units + 0.5)));
  }

  /// Sums up units, each block weighted by how often it runs for each iteration
  /// of the loop around it.
  void estimate() {
    BranchProbabilityInfo BPI(F, LI);
    BlockFrequencyInfo BFI(F, BPI, LI);
    for (const BasicBlock &BB : F) {
      const Loop *L = LI.getLoopFor(&BB);
      double Units = 0;
      for (const Instruction &I : BB.instructionsWithoutDebug()) {
        auto C =
            TTI.getInstructionCost(&I, TargetTransformInfo::TCK_SizeAndLatency);
        if (auto Value = C.getValue())
          Units += std::max<int64_t>(0, *Value);
      }
      const BasicBlock *Header = L ? L->getHeader() : &F.getEntryBlock();
      double Of = BFI.getBlockFreq(Header).getFrequency();
      double Often = BFI.getBlockFreq(&BB).getFrequency();
      Cost[L] += Of > 0 ? Units * std::min(1.0, Often / Of) : Units;
    }
  }

  /// Cycles with several entries are no loops to LoopInfo; each has an edge
  /// that closes it in depth-first order.
  void findIrreducible() {
    SmallVector<std::pair<const BasicBlock *, const BasicBlock *>, 8> Closing;
    FindFunctionBackedges(F, Closing);
    for (auto [From, To] : Closing) {
      const Loop *L = LI.getLoopFor(To);
      if (!L || L->getHeader() != To || !L->contains(From))
        BackEdges.emplace_back(const_cast<BasicBlock *>(From),
                               Cost[LI.getLoopFor(From)]);
    }
  }

  /// Calls may take any time, which units do not cover.
  static bool callsNothing(const Loop &L) {
    for (const BasicBlock *BB : L.blocks())
      for (const Instruction &I : *BB)
        if (isa<CallBase>(I) && !isa<IntrinsicInst>(I))
          return false;
    return true;
  }

  /// If L is certain to be short, moves its cost to what is around it.
  bool hoist(Loop &L) {
    unsigned Trips = SE.getSmallConstantMaxTripCount(&L);
    bool Inner = all_of(L, [&](Loop *Sub) { return Hoisted.contains(Sub); });
    if (!Inner || !Trips || Trips * Cost[&L] > HoistUnits || !callsNothing(L))
      return false;
    Cost[L.getParentLoop()] += Trips * Cost[&L];
    ++NumHoisted;
    return true;
  }

  /// If the iterations of L are known when it starts, computes them there.
  bool count(Loop &L, SCEVExpander &Expander) {
    const SCEV *Trips = SE.getBackedgeTakenCount(&L);
    if (!L.isInnermost() || !L.isLoopSimplifyForm() || !L.isSafeToClone() ||
        F.hasOptSize() || Cost[&L] > HoistUnits || !callsNothing(L) ||
        isa<SCEVCouldNotCompute>(Trips) || !Trips->getType()->isIntegerTy() ||
        SE.getTypeSizeInBits(Trips->getType()) > 64)
      return false;
    Instruction *Start = L.getLoopPreheader()->getTerminator();
    if (!Expander.isSafeToExpandAt(Trips, Start) ||
        Expander.isHighCostExpansion(Trips, &L, SCEVCheapExpansionBudget, &TTI,
                                     Start))
      return false;
    Value *V = Expander.expandCodeFor(Trips, Trips->getType(), Start);
    IRBuilder<> B(Start);
    // The loop may never have branched on a bound that is poison.
    Counted.push_back({&L, B.CreateFreeze(B.CreateZExt(V, I64))});
    return true;
  }

  /// Chooses for each loop, from the inside out, how it is charged for.
  void plan() {
    findIrreducible();
    bool Reducible = BackEdges.empty();
    SCEVExpander Expander(SE, F.getDataLayout(), "time_budget");
    auto Loops = LI.getLoopsInPreorder();
    for (Loop *L : reverse(Loops)) {
      if (Reducible && hoist(*L)) {
        Hoisted.insert(L);
        continue;
      }
      if (Reducible && count(*L, Expander))
        continue;
      SmallVector<BasicBlock *, 4> Latches;
      L->getLoopLatches(Latches);
      for (BasicBlock *Latch : Latches)
        BackEdges.emplace_back(Latch, Cost[L]);
    }
    // A count may be computed from what another loop leaves behind; that must
    // come through phi nodes, to which version() adds the copy's value.
    for (const CountedLoop &C : Counted)
      formLCSSA(*C.L, DT, &LI, &SE);
  }

  /// Runs L as it is, charged for as a whole, when that is short enough, and a
  /// copy with a count-down on its back edge otherwise.
  void version(const CountedLoop &C) {
    Loop &L = *C.L;
    BasicBlock *Start = L.getLoopPreheader();
    BasicBlock *Whole = SplitBlock(Start, Start->getTerminator(), &DT, &LI);
    ValueToValueMapTy Copies;
    SmallVector<BasicBlock *, 8> Blocks;
    Loop *Copy = cloneLoopWithPreheader(Whole, Start, &L, Copies, ".time_budget", &LI,
                                        &DT, Blocks);
    remapInstructionsInBlocks(Blocks, Copies);
    SmallVector<BasicBlock *, 4> Exits;
    L.getUniqueExitBlocks(Exits);
    for (BasicBlock *Exit : Exits)
      for (PHINode &Phi : Exit->phis())
        for (unsigned I = 0, E = Phi.getNumIncomingValues(); I != E; ++I) {
          Value *V = Phi.getIncomingValue(I), *CopyOfV = Copies.lookup(V);
          Phi.addIncoming(CopyOfV ? CopyOfV : V, cast<BasicBlock>(Copies.lookup(
                                                     Phi.getIncomingBlock(I))));
        }

    ConstantInt *Units = units(Cost[&L]);
    IRBuilder<> B(Start->getTerminator());
    Value *Short = B.CreateICmpULT(
        C.Trips, B.getInt64(HoistUnits / Units->getZExtValue()));
    B.CreateCondBr(Short, Whole, Copy->getLoopPreheader());
    Start->getTerminator()->eraseFromParent();
    B.SetInsertPoint(Whole->getTerminator());
    spend(B, B.CreateMul(B.CreateAdd(C.Trips, B.getInt64(1)), Units));
    BackEdges.emplace_back(Copy->getLoopLatch(), Cost[&L]);
    ++NumVersioned;
  }

  Value *spend(IRBuilder<> &B, Value *Units) {
    Value *Sum = B.CreateAdd(B.CreateLoad(I64, Spent), Units);
    B.CreateStore(Sum, Spent);
    return Sum;
  }

  /// Calls the probe before At when Condition holds. Returns where that is
  /// done.
  Instruction *visitIf(Value *Condition, Value *Units, Instruction *At) {
    Instruction *Cold = SplitBlockAndInsertIfThen(
        Condition, At->getIterator(), /*Unreachable=*/false, P.Rarely);
    IRBuilder<>(Cold)
        .CreateCall(P.Slow, Units)
        ->setCallingConv(CallingConv::PreserveMost);
    return Cold;
  }

  /// time_budget_update(Units), inlined: one subtraction in memory and a branch.
  void update(Instruction *At, Value *Units) {
    IRBuilder<> B(At);
    Value *Thread = B.CreateThreadLocalAddress(P.CountDown);
    Value *Left = B.CreateSub(B.CreateLoad(I64, Thread), Units, "time_budget_update");
    B.CreateStore(Left, Thread);
    visitIf(B.CreateICmpSLT(Left, B.getInt64(0)), B.getInt64(0), At);
  }

  /// The same for a back edge, in a register.
  void countDown(BasicBlock *BB, double Units) {
    Instruction *At = BB->getTerminator();
    IRBuilder<> B(At);
    Value *Sum = spend(B, units(Units));
    Value *Over = B.CreateICmpUGT(Sum, B.getInt64(PollUnits), "time_budget_update");
    B.SetInsertPoint(visitIf(Over, Sum, At));
    B.CreateStore(B.getInt64(0), Spent);
    ++NumBackEdges;
  }

public:
  FunctionCharger(Function &F, const Probe &P, FunctionAnalysisManager &FAM)
      : F(F), P(P), LI(FAM.getResult<LoopAnalysis>(F)),
        DT(FAM.getResult<DominatorTreeAnalysis>(F)),
        SE(FAM.getResult<ScalarEvolutionAnalysis>(F)),
        TTI(FAM.getResult<TargetIRAnalysis>(F)) {
    auto &AC = FAM.getResult<AssumptionAnalysis>(F);
    SmallVector<Loop *, 8> Outermost(LI.begin(), LI.end());
    for (Loop *L : Outermost)
      simplifyLoop(L, &DT, &LI, &SE, &AC, /*MSSAU=*/nullptr,
                   /*PreserveLCSSA=*/false);
  }

  void run() {
    estimate();
    plan();
    ++NumFunctions;
    BasicBlock &Entry = F.getEntryBlock();
    Instruction *Start =
        &*PrepareToSplitEntryBlock(Entry, Entry.getFirstNonPHIOrDbgOrAlloca());
    if (BackEdges.empty() && Counted.empty())
      return update(Start, units(Cost[nullptr]));

    Spent = IRBuilder<>(&*Entry.begin()).CreateAlloca(I64);
    IRBuilder<>(Start).CreateStore(units(Cost[nullptr]), Spent);
    for (const CountedLoop &C : Counted)
      version(C);
    for (auto [BB, Units] : BackEdges)
      countDown(BB, Units);
    for (BasicBlock &BB : make_early_inc_range(F)) {
      Instruction *Exit = BB.getTerminator();
      if (!isa<ReturnInst, ResumeInst>(Exit))
        continue;
      // Nothing may come between a musttail call and its return.
      if (CallInst *Tail = BB.getTerminatingMustTailCall())
        Exit = Tail;
      update(Exit, IRBuilder<>(Exit).CreateLoad(I64, Spent));
    }
    DominatorTree Final(F);
    PromoteMemToReg({Spent}, Final);
  }
};

class Time_budgetPass : public PassInfoMixin<Time_budgetPass> {
  static constexpr StringLiteral Charged = "time_budget-charged";

  /// The probe's own functions, those annotated "time_budget_skip", and resolvers of
  /// ifuncs, which run before there is thread-local storage.
  static SmallPtrSet<const Value *, 8> skipped(const Module &M) {
    SmallPtrSet<const Value *, 8> Skip;
    for (StringRef Name : {"time_budget_update", "time_budget_update_slow"})
      Skip.insert(M.getFunction(Name));
    for (const GlobalIFunc &I : M.ifuncs())
      Skip.insert(I.getResolverFunction());
    const GlobalVariable *Notes =
        M.getGlobalVariable("llvm.global.annotations");
    if (!Notes || !Notes->hasInitializer())
      return Skip;
    for (const Use &Note : Notes->getInitializer()->operands()) {
      // { function or variable, text, file, line, arguments }
      const auto *Entry = dyn_cast<ConstantStruct>(Note);
      StringRef Text;
      if (Entry && getConstantStringInfo(Entry->getOperand(1), Text) &&
          Text == "time_budget_skip")
        Skip.insert(Entry->getOperand(0)->stripPointerCasts());
    }
    return Skip;
  }

  /// The function now writes memory and may stop: what was inferred about it
  /// and its calls would let link-time optimisation drop the charges.
  static void forgetEffects(Function &F) {
    for (auto Kind :
         {Attribute::Speculatable, Attribute::NoSync, Attribute::NoFree,
          Attribute::NoRecurse, Attribute::NoCallback, Attribute::WillReturn})
      F.removeFnAttr(Kind);
    // Link-time optimisation may run the pass a second time.
    F.addFnAttr(Charged);
    F.setMemoryEffects(MemoryEffects::unknown());
    for (User *U : F.users())
      if (auto *Call = dyn_cast<CallBase>(U);
          Call && Call->getCalledFunction() == &F)
        Call->setMemoryEffects(MemoryEffects::unknown());
  }

public:
  /// Also functions without optimisation are charged.
  static bool isRequired() { return true; }

  PreservedAnalyses run(Module &M, ModuleAnalysisManager &MAM) {
    auto &FAM =
        MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
    auto Skip = skipped(M);
    Probe P(M);
    for (Function &F : M) {
      if (F.isDeclaration() || F.hasAvailableExternallyLinkage() ||
          F.hasFnAttribute(Attribute::Naked) || F.hasFnAttribute(Charged) ||
          Skip.contains(&F))
        continue;
      FunctionCharger(F, P, FAM).run();
      forgetEffects(F);
    }
    return PreservedAnalyses::none();
  }
};

} // namespace

extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo llvmGetPassPluginInfo() {
  auto Register = [](PassBuilder &PB) {
    PB.registerOptimizerLastEPCallback(
        [](ModulePassManager &MPM, OptimizationLevel) {
          MPM.addPass(Time_budgetPass());
        });
    PB.registerPipelineParsingCallback(
        [](StringRef Name, ModulePassManager &MPM,
           ArrayRef<PassBuilder::PipelineElement>) {
          if (Name != "time_budget")
            return false;
          MPM.addPass(Time_budgetPass());
          return true;
        });
  };
  return {LLVM_PLUGIN_API_VERSION, "time_budget", "0.1.0", Register};
}
