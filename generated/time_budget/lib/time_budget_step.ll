; Generated from time_budget.num by dslc. Do not edit: change the spec and build again.
; ModuleID = 'time_budget_step'
source_filename = "time_budget.num"
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"

; Function Attrs: nounwind
define i64 @time_budget_price_update(i64 %accumulator, i64 %use, i32 %members) #0 {
entry:
  %above = icmp ugt i64 %accumulator, 5573204538870988800
  %at_most = select i1 %above, i64 5573204538870988800, i64 %accumulator
  %below = icmp ult i64 %accumulator, 22292399006941184
  %clamped = select i1 %below, i64 22292399006941184, i64 %at_most
  %members.wide = zext i32 %members to i64
  %0 = call { i64, i1 } @llvm.umul.with.overflow.i64(i64 11218450301, i64 %members.wide)
  %product = extractvalue { i64, i1 } %0, 0
  %wraps = extractvalue { i64, i1 } %0, 1
  %members.sum = select i1 %wraps, i64 -1, i64 %product
  %1 = call i64 @llvm.uadd.sat.i64(i64 277654451459, i64 %members.sum)
  %nobody = icmp eq i64 %1, 0
  %denominator = select i1 %nobody, i64 11218450301, i64 %1
  %none = icmp eq i64 %denominator, 0
  %divisor = select i1 %none, i64 1, i64 %denominator
  %quotient = udiv i64 1237940039285380274, %divisor
  %step = select i1 %none, i64 0, i64 %quotient
  %still = icmp eq i64 %step, 0
  br i1 %still, label %done, label %moves

moves:                                            ; preds = %entry
  %scarce = icmp uge i64 %use, 5000000000
  br i1 %scarce, label %rises, label %falls

rises:                                            ; preds = %moves
  %excess = sub i64 %use, 5000000000
  %room = sub i64 5573204538870988800, %clamped
  %steps = udiv i64 %room, %step
  %far = icmp ugt i64 %excess, %steps
  %gain = mul i64 %step, %excess
  %risen = add i64 %clamped, %gain
  %up = select i1 %far, i64 5573204538870988800, i64 %risen
  br label %done

falls:                                            ; preds = %moves
  %slack = sub i64 5000000000, %use
  %room1 = sub i64 %clamped, 22292399006941184
  %steps2 = udiv i64 %room1, %step
  %far3 = icmp ugt i64 %slack, %steps2
  %loss = mul i64 %step, %slack
  %fallen = sub i64 %clamped, %loss
  %down = select i1 %far3, i64 22292399006941184, i64 %fallen
  br label %done

done:                                             ; preds = %falls, %rises, %entry
  %next = phi i64 [ %clamped, %entry ], [ %up, %rises ], [ %down, %falls ]
  ret i64 %next
}

; Function Attrs: nocallback nofree nosync nounwind speculatable willreturn memory(none)
declare { i64, i1 } @llvm.umul.with.overflow.i64(i64, i64) #1

; Function Attrs: nocallback nofree nosync nounwind speculatable willreturn memory(none)
declare i64 @llvm.uadd.sat.i64(i64, i64) #1

; Function Attrs: nounwind
define i64 @time_budget_budget(i32 %class, i64 %price) #0 {
entry:
  switch i32 %class, label %batch [
    i32 0, label %interactive
    i32 1, label %batch
  ]

interactive:                                      ; preds = %entry
  br label %demand

batch:                                            ; preds = %entry, %entry
  br label %demand

demand:                                           ; preds = %batch, %interactive
  %numerator = phi i64 [ 67108864000000000, %interactive ], [ 16777216000000000, %batch ]
  %lo = phi i64 [ 20000000, %interactive ], [ 20000000, %batch ]
  %hi = phi i64 [ 202021000, %interactive ], [ 50506000, %batch ]
  %costless = icmp eq i64 %price, 0
  br i1 %costless, label %free, label %divides

divides:                                          ; preds = %demand
  %quotient = udiv i64 %numerator, %price
  %above = icmp ugt i64 %quotient, %hi
  %at_most = select i1 %above, i64 %hi, i64 %quotient
  %below = icmp ult i64 %quotient, %lo
  %clamped = select i1 %below, i64 %lo, i64 %at_most
  ret i64 %clamped

free:                                             ; preds = %demand
  ret i64 %hi
}

attributes #0 = { nounwind }
attributes #1 = { nocallback nofree nosync nounwind speculatable willreturn memory(none) }
