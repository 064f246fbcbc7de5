using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using BudgetFirewall.Storage;

namespace BudgetFirewall;

/// <summary>Check, reserve, spend, charge and explain: one script and one round trip each.</summary>
internal sealed class DecisionOperation(ScriptCaller caller, Handshake handshake, TimeZoneCheck timeZones, EntryAppending appending)
{
    private const int MaxAttempts = 8;

    public ValueTask<DecisionAnswer> RunAsync(DecisionCall call, Partition partition) => RunAsync(call, partition, ScriptOf(call.Kind));

    /// <summary>Judges a check and does nothing.</summary>
    public ValueTask<DecisionAnswer> ExplainAsync(DecisionCall call, Partition partition) => RunAsync(call, partition, StoreScripts.Explain);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<DecisionAnswer> RunAsync(DecisionCall call, Partition partition, StoreScript script)
    {
        if (call.Limits.Length > DecisionCall.MaxLimits)
            throw new ArgumentException($"A call has at most {DecisionCall.MaxLimits} counters and rate limits, not {call.Limits.Length}.", nameof(call));
        var start = caller.Begin();
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await handshake.ReadyAsync(partition, start).ConfigureAwait(false);
            if (call.Kind != DecisionKind.Charge)
                Handshake.CheckNotLost(partition);
            await timeZones.ReadyAsync(partition, call.Limits.AsSpan(), start).ConfigureAwait(false);
            var periods = partition.Periods();
            // An explanation takes nothing that would have to be remembered.
            var note = ReferenceEquals(script, StoreScripts.Explain) ? default : partition.RecentChecks.NoteFor(call);
            var keys = CallKeys.OfDecision(partition, periods, call, note);
            var arguments = DecisionArguments.Of(call, partition, periods, note);
            var result = appending.Maker is { } entries && EntryScriptOf(call.Kind) is { } withEntry
                ? await caller.RunAsync(withEntry, [.. keys, partition.Entries], [.. arguments, entries.OfCharge(call, periods.Now)], start).ConfigureAwait(false)
                : await caller.RunAsync(script, keys, arguments, start).ConfigureAwait(false);
            var bytes = Replies.Bytes(result, keys[1]);
            switch ((char)bytes[0])
            {
                case Reply.Replayed when note.HasSet:
                    return AdmittedBefore(call, partition, bytes, keys);
                case Reply.WrongPeriod:
                    var now = new Reply(bytes, keys).Now;
                    partition.LearnTime(now);
                    if (call.Validity is { } valid && !valid.Contains(now))
                        return Unchanged(DecisionStatus.OtherTime, call, now);
                    break;
                case Reply.OtherEpoch:
                    await handshake.RunAsync(partition, start).ConfigureAwait(false);
                    break;
                default:
                    return Read(call, partition, periods, bytes, keys);
            }
        }
        throw Replies.Unsettled();
    }

    private static StoreScript ScriptOf(DecisionKind kind) => kind switch
    {
        DecisionKind.Check or DecisionKind.CheckRateLimits => StoreScripts.Check,
        DecisionKind.Reserve => StoreScripts.Reserve,
        DecisionKind.Spend => StoreScripts.Spend,
        DecisionKind.Charge => StoreScripts.Charge,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of decision."),
    };

    private static StoreScript? EntryScriptOf(DecisionKind kind) => kind switch
    {
        DecisionKind.Spend => StoreScripts.SpendWithEntry,
        DecisionKind.Charge => StoreScripts.ChargeWithEntry,
        DecisionKind.Check or DecisionKind.CheckRateLimits or DecisionKind.Reserve => null,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of decision."),
    };

    private static DecisionAnswer Read(DecisionCall call, Partition partition, CallPeriods periods, byte[] bytes, StackExchange.Redis.RedisKey[] keys)
    {
        var reply = new Reply(bytes, keys);
        return reply.Status switch
        {
            Reply.Done => Done(call, periods, [], reply.Now, ref reply, keys),
            Reply.NotAllAdmit => Done(call, periods, reply.Take(call.Limits.Length), reply.Now, ref reply, keys),
            Reply.Delayed => Delayed(call, periods, reply.Time(), ref reply, keys),
            Reply.Denied => Unchanged(call, periods, reply.Take(call.Limits.Length), ref reply),
            Reply.Replayed => Replay(call, partition, reply.Limits(call.Limits, call.BudgetCount), reply, keys),
            Reply.StaleCatalog => Unchanged(DecisionStatus.StaleCatalog, call, reply.Now),
            Reply.Overflow => Unchanged(DecisionStatus.Overflow, call, reply.Now),
            _ => throw Replies.Unknown(reply.Status),
        };
    }

    /// <summary>The answer of a script that has judged and done nothing: a denial, or an explanation, in which it may be that no limit refuses.</summary>
    private static DecisionAnswer Unchanged(DecisionCall call, CallPeriods periods, ReadOnlySpan<byte> verdicts, ref Reply reply)
    {
        var readings = JudgedLimits.Read(call, periods, verdicts, isDone: false, ref reply, out var judgements);
        return new()
        {
            Status = judgements.Any(static judgement => judgement.IsRefusal) ? DecisionStatus.Denied : call.Kind == DecisionKind.Spend ? DecisionStatus.Delayed : DecisionStatus.Done,
            Now = reply.Now,
            CostNanos = call.CostNanos,
            Readings = readings,
            Judgements = judgements,
        };
    }

    private static DecisionAnswer Delayed(DecisionCall call, CallPeriods periods, DateTimeOffset turn, ref Reply reply, StackExchange.Redis.RedisKey[] keys) =>
        Done(call, periods, reply.Take(call.Limits.Length), turn, ref reply, keys);

    private static DecisionAnswer Done(
        DecisionCall call, CallPeriods periods, ReadOnlySpan<byte> verdicts, DateTimeOffset turn, ref Reply reply, StackExchange.Redis.RedisKey[] keys)
    {
        ImmutableArray<Judgement> judgements = [];
        var readings = verdicts.IsEmpty ? reply.Limits(call.Limits, call.BudgetCount) : JudgedLimits.Read(call, periods, verdicts, isDone: true, ref reply, out judgements);
        var effects = new ChargeEffects(call);
        if (call.Kind is DecisionKind.Spend or DecisionKind.Charge)
        {
            foreach (var effect in reply.Events(call.BudgetCount))
                effects.Add(Charged(call.Limits[effect.Index], periods), effect.Spent, effect.Allowance, effect.WarnedBefore);
        }
        return new()
        {
            Status = DecisionStatus.Done,
            Now = reply.Now,
            CostNanos = call.CostNanos,
            Readings = readings,
            Judgements = judgements,
            Wait = turn - reply.Now,
            Reservation = call.Kind == DecisionKind.Reserve ? Reservation(call, judgements, periods, turn, keys) : null,
            Overruns = effects.Overruns,
            Warnings = effects.Warnings,
        };
    }

    /// <summary>The answer of a check that this call has done before. Where no record follows the readings, its id was noted: there was no turn to wait for.</summary>
    private static DecisionAnswer AdmittedBefore(DecisionCall call, Partition partition, byte[] bytes, StackExchange.Redis.RedisKey[] keys)
    {
        var reply = new Reply(bytes, keys);
        var readings = reply.Limits(call.Limits, call.BudgetCount);
        return !reply.Rest.IsEmpty ? Replay(call, partition, readings, reply, keys) : new()
        {
            Status = DecisionStatus.Done,
            IsReplay = true,
            Now = reply.Now,
            CostNanos = call.CostNanos,
            IsCostUnknown = call.IsCostUnknown,
            Readings = readings,
        };
    }

    private static DecisionAnswer Replay(DecisionCall call, Partition partition, ImmutableArray<LimitReading> readings, Reply reply, StackExchange.Redis.RedisKey[] keys)
    {
        var stored = StoredOperation.Read(reply.Rest, partition.Name, call.OperationId, keys[1]);
        return stored.IsSame(call)
            ? Replay(call, stored, partition.Periods(), reply.Now, readings)
            : Unchanged(DecisionStatus.Conflict, call, reply.Now);
    }

    private static DecisionAnswer Replay(
        DecisionCall call, StoredOperation stored, CallPeriods periods, DateTimeOffset now, ImmutableArray<LimitReading> readings)
    {
        var effects = new ChargeEffects(call);
        foreach (var effect in stored.Events)
        {
            if (effect.Index < stored.Charged.Length)
                effects.Add(stored.Charged[effect.Index], effect.Spent, effect.Allowance, effect.WarnedBefore);
            else if (effect.Index < call.BudgetCount)
                effects.Add(Charged(call.Limits[effect.Index], periods), effect.Spent, effect.Allowance, effect.WarnedBefore);
        }
        return new()
        {
            Status = DecisionStatus.Done,
            IsReplay = true,
            Now = now,
            Wait = stored.Turn > now ? stored.Turn.Value - now : TimeSpan.Zero,
            CostNanos = stored.CostNanos,
            IsCostUnknown = stored.IsCostUnknown ?? call.IsCostUnknown,
            Readings = readings,
            Reservation = stored.Reservation,
            Overruns = effects.Overruns,
            Warnings = effects.Warnings,
        };
    }

    /// <summary>
    /// Finds the answer that an operation got before; nothing is done but to note that somebody else relies on its turn too. The status is unknown operation where there is no record, and conflict where it is
    /// another call's.
    /// </summary>
    public async ValueTask<DecisionAnswer> RecallAsync(DecisionCall call, Partition partition)
    {
        StackExchange.Redis.RedisKey[] keys = [partition.Meta, CallKeys.Operation(partition, call.OperationScope, call.OperationId, call.Kind)];
        var (answer, hasTurn) = Recalled(call, partition, await FindAsync(StoreScripts.Find, partition, keys).ConfigureAwait(false), keys);
        return hasTurn ? Recalled(call, partition, await FindAsync(StoreScripts.Recall, partition, keys).ConfigureAwait(false), keys).Answer : answer;
    }

    private static (DecisionAnswer Answer, bool HasTurn) Recalled(DecisionCall call, Partition partition, byte[] bytes, StackExchange.Redis.RedisKey[] keys)
    {
        var reply = new Reply(bytes, keys);
        if (reply.Status == Reply.NotFound)
            return (Unchanged(DecisionStatus.UnknownOperation, call, reply.Now), false);
        var stored = StoredOperation.Read(reply.Rest, partition.Name, call.OperationId, keys[1]);
        return stored.IsSame(call)
            ? (Replay(call, stored, partition.Periods(), reply.Now, []), stored.Turn is not null)
            : (Unchanged(DecisionStatus.Conflict, call, reply.Now), false);
    }

    /// <summary>The record of a reservation; null when there is none.</summary>
    public async ValueTask<HeldReservation?> FindReservationAsync(Partition partition, string? operationScope, string operationId)
    {
        StackExchange.Redis.RedisKey[] keys = [partition.Meta, CallKeys.Operation(partition, operationScope, operationId, DecisionKind.Reserve)];
        var bytes = await FindAsync(StoreScripts.Find, partition, keys).ConfigureAwait(false);
        var reply = new Reply(bytes, keys);
        return reply.Status == Reply.NotFound ? null : StoredOperation.Read(reply.Rest, partition.Name, operationId, keys[1]).Reservation;
    }

    private async ValueTask<byte[]> FindAsync(StoreScript script, Partition partition, StackExchange.Redis.RedisKey[] keys)
    {
        var start = caller.Begin();
        // The partition's name may be a stranger's invention: looking for a record must not make it.
        if (partition.Epoch is null && await handshake.FindPartitionAsync(partition, start).ConfigureAwait(false) is [(byte)Reply.NotFound, ..] none)
            return none;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var result = await caller.RunAsync(script, keys, [partition.Epoch], start).ConfigureAwait(false);
            var bytes = Replies.Bytes(result, keys[1]);
            if (bytes[0] != Reply.OtherEpoch)
                return bytes;
            await handshake.RunAsync(partition, start).ConfigureAwait(false);
        }
        throw Replies.Unsettled();
    }

    private static HeldCounter Charged(LimitDemand demand, CallPeriods periods)
    {
        var rule = (CounterRule)demand.Rule;
        return new(rule, demand.ScopeId, demand.Take, periods.At(rule.Family.Calendar).Start);
    }

    private static HeldReservation Reservation(
        DecisionCall call, ImmutableArray<Judgement> judgements, CallPeriods periods, DateTimeOffset turn, StackExchange.Redis.RedisKey[] keys)
    {
        var held = new HeldCounter[call.BudgetCount];
        for (var i = 0; i < held.Length; i++)
            held[i] = Charged(call.Limits[i], periods);
        var rateLimits = judgements.IsEmpty && call.ThrottleCount == 0 ? call.Limits[call.BudgetCount..] : Taken(call, judgements);
        return new()
        {
            OperationId = call.OperationId,
            Partition = call.Partition,
            Request = call.Request!,
            CostNanos = call.CostNanos,
            IsCostUnknown = call.IsCostUnknown,
            ExpiresAt = turn.AddTicks(DecisionArguments.Microseconds(call.Lease) * TimeSpan.TicksPerMicrosecond),
            Counters = ImmutableCollectionsMarshal.AsImmutableArray(held),
            RateLimits = rateLimits,
            // Where a limit was not taken from, the keys are others, and are named when they are needed.
            StoreState = rateLimits.Length == call.Limits.Length - call.BudgetCount ? keys : null,
        };
    }

    /// <summary>The rate limits that a commit settles: all but shadows that would have refused, and the queues of throttled budgets.</summary>
    private static ImmutableArray<LimitDemand> Taken(DecisionCall call, ImmutableArray<Judgement> judgements)
    {
        var rateLimits = ImmutableArray.CreateBuilder<LimitDemand>();
        for (var i = call.BudgetCount; i < call.Limits.Length - call.ThrottleCount; i++)
        {
            if (judgements.IsEmpty || !judgements[i].IsPassedOver)
                rateLimits.Add(call.Limits[i]);
        }
        return rateLimits.ToImmutable();
    }

    private static DecisionAnswer Unchanged(DecisionStatus status, DecisionCall call, DateTimeOffset now) =>
        new() { Status = status, Now = now, CostNanos = call.CostNanos };
}
