#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Intrinsics.h>

#include <unordered_map>

#include "compiler/jit/module.h"
#include "runtime/function/symbolic.h"

namespace vedette::jit {
namespace {

constexpr unsigned lanes = loop_lanes;

/// Emits the body of one loop, 16 rows at a time. Explicit vectors and bit logic throughout, so the
/// code needs no optimisation passes.
class LoopEmitter : public CodeBuilder {
 public:
  LoopEmitter(const Loop& loop, llvm::Module& module, const std::string& name);

  void emit_function();

  Node long_constant(int64_t value) override { return splat(builder_.getInt64(value)); }
  Node real_constant(double value) override {
    return splat(llvm::ConstantFP::get(builder_.getDoubleTy(), value));
  }
  Node bool_constant(bool value) override { return splat(builder_.getInt1(value)); }
  Node apply(Op op, Kind kind, Node a, Node b, Node c) override;

 private:
  static llvm::Value* value_of(Node node) { return static_cast<llvm::Value*>(node); }
  llvm::Value* splat(llvm::Constant* value) {
    return llvm::ConstantVector::getSplat(llvm::ElementCount::getFixed(lanes), value);
  }
  llvm::Type* vector_of(llvm::Type* element) { return llvm::FixedVectorType::get(element, lanes); }
  llvm::Type* element_of(Type type);

  llvm::Value* apply_long(Op op, llvm::Value* a, llvm::Value* b);
  llvm::Value* apply_real(Op op, llvm::Value* a, llvm::Value* b);
  llvm::Value* apply_bool(Op op, llvm::Value* a, llvm::Value* b);
  llvm::Value* divide(llvm::Value* a, llvm::Value* b, bool remainder);
  llvm::Value* divide_by(llvm::Value* a, int64_t divisor, bool remainder);

  llvm::Value* pointer_at(llvm::Value* table, size_t index);
  llvm::Value* load_mask(llvm::Value* masks, llvm::Value* group);
  void store_mask(llvm::Value* mask, llvm::Value* masks, llvm::Value* group);
  void load_arguments(llvm::Value* group);
  void load_constants();
  void emit_steps(llvm::Value*& selected);
  void store_results(llvm::Value* group);

  const Loop& loop_;
  llvm::IRBuilder<> builder_;
  llvm::Function* function_;
  std::vector<llvm::Value*> argument_pointers_, argument_masks_, result_pointers_, result_masks_;
  std::unordered_map<Register, Emitted> made_;
};

LoopEmitter::LoopEmitter(const Loop& loop, llvm::Module& module, const std::string& name)
    : loop_(loop), builder_(module.getContext()) {
  llvm::Type* pointer = builder_.getPtrTy();
  auto* type = llvm::FunctionType::get(
      builder_.getVoidTy(), {pointer, pointer, pointer, pointer, pointer, builder_.getInt32Ty()},
      false);
  function_ = llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, module);
  function_->setDoesNotThrow();
}

llvm::Type* LoopEmitter::element_of(Type type) {
  switch (layout_of(type)) {
    case Layout::Byte:
      return builder_.getInt8Ty();
    case Layout::Double:
      return builder_.getDoubleTy();
    default:
      return builder_.getInt64Ty();
  }
}

llvm::Value* LoopEmitter::divide(llvm::Value* a, llvm::Value* b, bool remainder) {
  if (auto* constant = llvm::dyn_cast<llvm::Constant>(b)) {
    const auto* splat = llvm::dyn_cast_or_null<llvm::ConstantInt>(constant->getSplatValue());
    if (splat != nullptr && splat->getSExtValue() > 1 && splat->getSExtValue() <= INT32_MAX) {
      return divide_by(a, splat->getSExtValue(), remainder);
    }
  }
  // x / 0 and x % 0 are 0; min / -1 wraps; the instruction itself traps on both.
  auto* zero = value_of(long_constant(0));
  auto* minus_one = value_of(long_constant(-1));
  auto* is_zero = builder_.CreateICmpEQ(b, zero);
  auto* is_minus_one = builder_.CreateICmpEQ(b, minus_one);
  auto* odd = builder_.CreateOr(is_zero, is_minus_one);
  auto* safe = builder_.CreateSelect(odd, value_of(long_constant(1)), b);
  if (remainder) return builder_.CreateSelect(odd, zero, builder_.CreateSRem(a, safe));
  auto* quotient = builder_.CreateSDiv(a, safe);
  quotient = builder_.CreateSelect(is_minus_one, builder_.CreateNeg(a), quotient);
  return builder_.CreateSelect(is_zero, zero, quotient);
}

// No vector instruction multiplies to the high half of 128 bits, so LLVM divides lane by lane. When
// all lanes are below 2^51 their product with the reciprocal, as doubles, is off by one at most.
llvm::Value* LoopEmitter::divide_by(llvm::Value* a, int64_t divisor, bool remainder) {
  auto& context = function_->getContext();
  auto* near = llvm::BasicBlock::Create(context, "near", function_);
  auto* far = llvm::BasicBlock::Create(context, "far", function_);
  auto* done = llvm::BasicBlock::Create(context, "divided", function_);
  const auto number = [&](int64_t value) { return value_of(long_constant(value)); };
  constexpr int64_t bound = int64_t{1} << 51;
  auto* moved = builder_.CreateAdd(a, number(bound));
  auto* in_bounds = builder_.CreateICmpULT(moved, number(2 * bound));
  builder_.CreateCondBr(builder_.CreateAndReduce(in_bounds), near, far);

  builder_.SetInsertPoint(near);
  auto* reciprocal = value_of(real_constant(1.0 / static_cast<double>(divisor)));
  auto* real = builder_.CreateSIToFP(a, vector_of(builder_.getDoubleTy()));
  auto* guess = builder_.CreateFPToSI(builder_.CreateFMul(real, reciprocal),
                                      vector_of(builder_.getInt64Ty()));
  auto* rest = builder_.CreateSub(a, builder_.CreateMul(guess, number(divisor)));
  auto* negative = builder_.CreateICmpSLT(a, number(0));
  auto* too_low =
      builder_.CreateICmpSGE(rest, builder_.CreateSelect(negative, number(1), number(divisor)));
  auto* too_high =
      builder_.CreateICmpSLT(rest, builder_.CreateSelect(negative, number(1 - divisor), number(0)));
  const auto correct = [&](llvm::Value* value, int64_t step) {
    auto* more = builder_.CreateSelect(too_low, builder_.CreateAdd(value, number(step)), value);
    return builder_.CreateSelect(too_high, builder_.CreateSub(value, number(step)), more);
  };
  auto* near_answer = remainder ? correct(rest, -divisor) : correct(guess, 1);
  builder_.CreateBr(done);

  builder_.SetInsertPoint(far);
  auto* far_answer =
      remainder ? builder_.CreateSRem(a, number(divisor)) : builder_.CreateSDiv(a, number(divisor));
  builder_.CreateBr(done);

  builder_.SetInsertPoint(done);
  auto* answer = builder_.CreatePHI(vector_of(builder_.getInt64Ty()), 2);
  answer->addIncoming(near_answer, near);
  answer->addIncoming(far_answer, far);
  return answer;
}

llvm::Value* LoopEmitter::apply_long(Op op, llvm::Value* a, llvm::Value* b) {
  const auto shift_count = [&] { return builder_.CreateAnd(b, value_of(long_constant(63))); };
  switch (op) {
    case Op::Add:
      return builder_.CreateAdd(a, b);
    case Op::Subtract:
      return builder_.CreateSub(a, b);
    case Op::Multiply:
      return builder_.CreateMul(a, b);
    case Op::Divide:
      return divide(a, b, false);
    case Op::Remainder:
      return divide(a, b, true);
    case Op::Negate:
      return builder_.CreateNeg(a);
    case Op::Equal:
      return builder_.CreateICmpEQ(a, b);
    case Op::NotEqual:
      return builder_.CreateICmpNE(a, b);
    case Op::Less:
      return builder_.CreateICmpSLT(a, b);
    case Op::LessEqual:
      return builder_.CreateICmpSLE(a, b);
    case Op::And:
      return builder_.CreateAnd(a, b);
    case Op::Or:
      return builder_.CreateOr(a, b);
    case Op::Xor:
      return builder_.CreateXor(a, b);
    case Op::Not:
      return builder_.CreateNot(a);
    case Op::ShiftLeft:
      return builder_.CreateShl(a, shift_count());
    case Op::ShiftRight:
      return builder_.CreateAShr(a, shift_count());
    case Op::ToReal:
      return builder_.CreateSIToFP(a, vector_of(builder_.getDoubleTy()));
    case Op::Absolute: {
      auto* negative = builder_.CreateICmpSLT(a, value_of(long_constant(0)));
      return builder_.CreateSelect(negative, builder_.CreateNeg(a), a);
    }
    default:
      return a;
  }
}

llvm::Value* LoopEmitter::apply_real(Op op, llvm::Value* a, llvm::Value* b) {
  const auto intrinsic = [&](llvm::Intrinsic::ID id) {
    return builder_.CreateUnaryIntrinsic(id, a);
  };
  switch (op) {
    case Op::Add:
      return builder_.CreateFAdd(a, b);
    case Op::Subtract:
      return builder_.CreateFSub(a, b);
    case Op::Multiply:
      return builder_.CreateFMul(a, b);
    case Op::Divide:
      return builder_.CreateFDiv(a, b);
    case Op::Negate:
      return builder_.CreateFNeg(a);
    case Op::Equal:
      return builder_.CreateFCmpOEQ(a, b);
    case Op::NotEqual:
      return builder_.CreateFCmpUNE(a, b);
    case Op::Less:
      return builder_.CreateFCmpOLT(a, b);
    case Op::LessEqual:
      return builder_.CreateFCmpOLE(a, b);
    case Op::Floor:
      return intrinsic(llvm::Intrinsic::floor);
    case Op::Ceil:
      return intrinsic(llvm::Intrinsic::ceil);
    case Op::SquareRoot:
      return intrinsic(llvm::Intrinsic::sqrt);
    case Op::Absolute:
      return intrinsic(llvm::Intrinsic::fabs);
    case Op::ToLong:
      return builder_.CreateIntrinsic(
          llvm::Intrinsic::fptosi_sat,
          {vector_of(builder_.getInt64Ty()), vector_of(builder_.getDoubleTy())}, {a});
    default:
      return a;
  }
}

llvm::Value* LoopEmitter::apply_bool(Op op, llvm::Value* a, llvm::Value* b) {
  switch (op) {
    case Op::And:
      return builder_.CreateAnd(a, b);
    case Op::Or:
      return builder_.CreateOr(a, b);
    case Op::Xor:
    case Op::NotEqual:
      return builder_.CreateXor(a, b);
    case Op::Equal:
      return builder_.CreateNot(builder_.CreateXor(a, b));
    case Op::Not:
      return builder_.CreateNot(a);
    default:
      return a;
  }
}

Node LoopEmitter::apply(Op op, Kind kind, Node a, Node b, Node c) {
  if (op == Op::Select) return builder_.CreateSelect(value_of(a), value_of(b), value_of(c));
  switch (kind) {
    case Kind::Bool:
      return apply_bool(op, value_of(a), value_of(b));
    case Kind::Long:
      return apply_long(op, value_of(a), value_of(b));
    case Kind::Real:
      return apply_real(op, value_of(a), value_of(b));
  }
  return a;
}

llvm::Value* LoopEmitter::pointer_at(llvm::Value* table, size_t index) {
  auto* slot = builder_.CreateConstGEP1_64(builder_.getPtrTy(), table, index);
  return builder_.CreateLoad(builder_.getPtrTy(), slot);
}

// One bit a lane, tested lane by lane. A bitcast would be shorter, but LLVM's folding of casts
// between masks and integers takes exponential time over shared masks.
llvm::Value* LoopEmitter::load_mask(llvm::Value* masks, llvm::Value* group) {
  auto* slot = builder_.CreateGEP(builder_.getInt16Ty(), masks, group);
  auto* bits = builder_.CreateAlignedLoad(builder_.getInt16Ty(), slot, llvm::Align(2));
  std::vector<llvm::Constant*> lane_bits;
  for (unsigned lane = 0; lane < lanes; ++lane) {
    lane_bits.push_back(builder_.getInt16(static_cast<uint16_t>(1u << lane)));
  }
  auto* all = builder_.CreateVectorSplat(lanes, bits);
  auto* own = builder_.CreateAnd(all, llvm::ConstantVector::get(lane_bits));
  return builder_.CreateICmpNE(own, splat(builder_.getInt16(0)));
}

void LoopEmitter::store_mask(llvm::Value* mask, llvm::Value* masks, llvm::Value* group) {
  auto* slot = builder_.CreateGEP(builder_.getInt16Ty(), masks, group);
  auto* bits = builder_.CreateBitCast(mask, builder_.getInt16Ty());
  builder_.CreateAlignedStore(bits, slot, llvm::Align(2));
}

void LoopEmitter::load_arguments(llvm::Value* group) {
  auto* first = builder_.CreateShl(group, builder_.getInt64(4));
  for (size_t i = 0; i < loop_.arguments.size(); ++i) {
    const Type type = (*loop_.types)[loop_.arguments[i]];
    llvm::Type* element = element_of(type);
    auto* slot = builder_.CreateGEP(element, argument_pointers_[i], first);
    llvm::Value* value = builder_.CreateAlignedLoad(
        vector_of(element), slot, llvm::Align(layout_of(type) == Layout::Byte ? 1 : 8));
    if (layout_of(type) == Layout::Byte) {
      value = builder_.CreateICmpNE(value, splat(builder_.getInt8(0)));
    }
    made_[loop_.arguments[i]] = {value, load_mask(argument_masks_[i], group)};
  }
}

void LoopEmitter::load_constants() {
  for (const auto& [at, value] : loop_.constants) {
    const bool null = value->is_null();
    Emitted made{nullptr, null ? bool_constant(false) : nullptr};
    switch (layout_of(value->type())) {
      case Layout::Byte:
        made.value = bool_constant(!null && value->as_bool());
        break;
      case Layout::Double:
        made.value = real_constant(null ? 0 : value->as_real());
        break;
      default:
        made.value = long_constant(null ? 0 : value->as_word());
        break;
    }
    made_[at] = made;
  }
}

void LoopEmitter::emit_steps(llvm::Value*& selected) {
  for (const auto* step : loop_.steps) {
    if (const auto* narrow = std::get_if<Program::Narrow>(&step->work)) {
      const Emitted& condition = made_[narrow->condition];
      selected = builder_.CreateAnd(selected, value_of(condition.value));
      if (condition.valid != nullptr) {
        selected = builder_.CreateAnd(selected, value_of(condition.valid));
      }
      continue;
    }
    const auto& call = std::get<Program::Call>(step->work);
    std::vector<Emitted> arguments;
    for (Register argument : call.arguments) arguments.push_back(made_[argument]);
    made_[step->target] = call.overload->emit(*this, arguments);
  }
}

void LoopEmitter::store_results(llvm::Value* group) {
  auto* first = builder_.CreateShl(group, builder_.getInt64(4));
  for (size_t i = 0; i < loop_.results.size(); ++i) {
    const Type type = (*loop_.types)[loop_.results[i]];
    const Emitted& result = made_[loop_.results[i]];
    llvm::Value* value = value_of(result.value);
    if (layout_of(type) == Layout::Byte) {
      value = builder_.CreateZExt(value, vector_of(builder_.getInt8Ty()));
    }
    auto* slot = builder_.CreateGEP(element_of(type), result_pointers_[i], first);
    builder_.CreateAlignedStore(value, slot, llvm::Align(layout_of(type) == Layout::Byte ? 1 : 8));
    store_mask(value_of(result.valid == nullptr ? bool_constant(true) : result.valid),
               result_masks_[i], group);
  }
}

void LoopEmitter::emit_function() {
  auto& context = function_->getContext();
  auto* entry = llvm::BasicBlock::Create(context, "entry", function_);
  auto* body = llvm::BasicBlock::Create(context, "body", function_);
  auto* exit = llvm::BasicBlock::Create(context, "exit", function_);
  builder_.SetInsertPoint(entry);
  for (size_t i = 0; i < loop_.arguments.size(); ++i) {
    argument_pointers_.push_back(pointer_at(function_->getArg(0), i));
    argument_masks_.push_back(pointer_at(function_->getArg(1), i));
  }
  for (size_t i = 0; i < loop_.results.size(); ++i) {
    result_pointers_.push_back(pointer_at(function_->getArg(2), i));
    result_masks_.push_back(pointer_at(function_->getArg(3), i));
  }
  auto* groups = builder_.CreateZExt(function_->getArg(5), builder_.getInt64Ty());
  builder_.CreateBr(body);

  builder_.SetInsertPoint(body);
  auto* group = builder_.CreatePHI(builder_.getInt64Ty(), 2);
  group->addIncoming(builder_.getInt64(0), entry);
  load_arguments(group);
  load_constants();
  llvm::Value* selected = load_mask(function_->getArg(4), group);
  emit_steps(selected);
  store_results(group);
  if (loop_.narrows) store_mask(selected, function_->getArg(4), group);
  auto* next = builder_.CreateAdd(group, builder_.getInt64(1));
  group->addIncoming(next, builder_.GetInsertBlock());
  builder_.CreateCondBr(builder_.CreateICmpULT(next, groups), body, exit);

  builder_.SetInsertPoint(exit);
  builder_.CreateRetVoid();
}

}  // namespace

llvm::orc::ThreadSafeModule emit(const Loop& loop, const std::string& name,
                                 const llvm::DataLayout& layout) {
  auto context = std::make_unique<llvm::LLVMContext>();
  auto module = std::make_unique<llvm::Module>(name, *context);
  module->setDataLayout(layout);
  LoopEmitter(loop, *module, name).emit_function();
  return {std::move(module), std::move(context)};
}

}  // namespace vedette::jit
